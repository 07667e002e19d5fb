"""Exchange: one package per outside format."""
