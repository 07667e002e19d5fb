"""Loaded before anything else of pytest: settings named outside would be read before this run has keys and data."""

import os

os.environ.pop("DJANGO_SETTINGS_MODULE", None)
