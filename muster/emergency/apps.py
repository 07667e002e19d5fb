"""Emergency: roll calls, incidents, and handing children back."""

from django.apps import AppConfig


class Emergency(AppConfig):
    """Accounting for everybody when it matters, by named adults alone."""

    name = "muster.emergency"
    label = "emergency"

    def ready(self) -> None:
        """Declare what is held, and offer panels and the regular work."""
        from muster.emergency import holdings, offers  # noqa: F401  declaring is what importing them does
