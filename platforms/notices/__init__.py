"""Notices of the ministry: read from whatever form they come in, checked by a person, signed by two (docs/adr/0029)."""
