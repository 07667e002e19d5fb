"""Config: settings, addresses, entry points."""

from django.apps import AppConfig


class Config(AppConfig):
    """The app that joins the others."""

    name = "muster.config"
    label = "config"

    def ready(self) -> None:
        """Put the installation's own work on the schedule."""
        from muster.config import jobs

        jobs.offer()
