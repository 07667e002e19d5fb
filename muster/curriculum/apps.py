"""Curriculum: what a school wants learnt, and the words it judges with."""

from django.apps import AppConfig


class Curriculum(AppConfig):
    """Frameworks, objectives and scales."""

    name = "muster.curriculum"
    label = "curriculum"

    def ready(self) -> None:
        """Declare what is held."""
        from muster.curriculum import holdings  # noqa: F401  declaring is what importing it does
