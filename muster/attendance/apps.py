"""Attendance: who is expected, who is here, and what counts as what."""

from django.apps import AppConfig


class Attendance(AppConfig):
    """The school day: timetable, registers, the late desk and visitors."""

    name = "muster.attendance"
    label = "attendance"

    def ready(self) -> None:
        """Declare what is held and offer panels and offline changes."""
        from muster.attendance import holdings, offers  # noqa: F401  declaring is what importing them does
