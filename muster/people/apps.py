"""People: schools, years, classes, pupils, staff, guardians, and who may open what."""

from datetime import timedelta

from django.apps import AppConfig

from muster.pages import panels


class People(AppConfig):
    """The app that knows who everybody is."""

    name = "muster.people"
    label = "people"

    def ready(self) -> None:
        """Register the system check that refuses to start with an empty door, and put our work on the schedule."""
        from muster.people import (
            cards,
            checks,  # noqa: F401  registering a check is what importing it does
            schedule,
        )
        from muster.people.signin import cards as signin_cards
        from muster.people.signin import letters, sessions

        schedule.offer("send letters asked for", letters.send_asked, every=timedelta(minutes=1))
        schedule.offer("end sessions of leavers", sessions.end_of_leavers, every=timedelta(minutes=1))
        panels.today.offer(signin_cards.day_passes)
        panels.today.offer(signin_cards.newcomers)
        panels.today.offer(cards.next_year)
        panels.today.offer(cards.arrivals)
