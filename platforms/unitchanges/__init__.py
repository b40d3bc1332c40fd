"""Changes of a titled unit as cases: paper, verifier, second person, notice, new certificate."""
