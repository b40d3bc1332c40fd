"""Claims of titles that were granted on paper: the unit comes forward, its department verifies."""
