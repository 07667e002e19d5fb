"""Markbook: judgements, notes and the grid."""

from django.apps import AppConfig


class Markbook(AppConfig):
    """What a teacher writes about learning."""

    name = "muster.markbook"
    label = "markbook"

    def ready(self) -> None:
        """Declare what is held and offer panels and offline changes."""
        from muster.markbook import (  # noqa: F401  declaring is what importing them does
            bending,
            bringing,
            holdings,
            joining,
            next_year,
            offers,
        )
