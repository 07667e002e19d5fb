"""Exchange: what comes in from outside, and what goes out."""

from django.apps import AppConfig


class Exchange(AppConfig):
    """Outside formats."""

    name = "muster.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Declare what is held, offer the way back, panels and regular work, and let every format add itself."""
        from muster.exchange import (  # noqa: F401  declaring is what importing them does
            formats,
            from_before,
            holdings,
            turning_back,
            working,
        )

        formats.gather()
        working.offer()
