"""Curriculum: what a school wants learnt, and the words it judges with."""

from django.apps import AppConfig


class Curriculum(AppConfig):
    """Frameworks, objectives and scales."""

    name = "muster.curriculum"
    label = "curriculum"

    def ready(self) -> None:
        """Declare what is held, and offer the way back from every act."""
        from muster.curriculum import holdings, next_year, turning_back  # noqa: F401  declaring is what importing them does
