"""Put this folder before all others on the path of a Python that shall record."""
