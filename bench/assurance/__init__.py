"""Proof of the goals G1–G20: one command each, its figure kept in docs/assurance.json."""
