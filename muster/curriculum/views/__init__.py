"""The screens of curriculum. Each module is one subject."""
