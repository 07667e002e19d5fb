"""Frameworks of objectives as rows of a file."""
