"""Chromium for journeys: `browser`, `page`, `axe`."""
