"""Reading and planning without a database."""
