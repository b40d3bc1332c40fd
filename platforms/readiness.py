"""What must be in place before a title changes. Higher apps add their own requirements."""
