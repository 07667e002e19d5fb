"""Exchange: what comes in from outside, and what goes out."""

from django.apps import AppConfig


class Exchange(AppConfig):
    """Outside formats."""

    name = "muster.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Let every format add itself."""
        from muster.exchange import formats

        formats.gather()
