"""Pages of emergency, by subject."""
