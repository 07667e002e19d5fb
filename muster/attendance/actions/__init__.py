"""Changes to the school day. Each module is one subject."""
