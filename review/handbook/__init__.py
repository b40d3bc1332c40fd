"""Documents that are written from the code itself, so that they cannot say something else than it does."""
