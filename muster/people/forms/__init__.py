"""What people type about people. Each module is one subject."""
