"""Changes of emergency, by subject."""
