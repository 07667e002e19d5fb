"""What stands on Today of those who look after the school year."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from muster.pages.panels import Panel
from muster.people import doors
from muster.people.access import Permission
from muster.people.coming_year import Open, still_open, turned, year_to_turn
from muster.people.gates import SchoolRequest
from muster.people.models import AcademicYear, Transfer
from muster.people.purposes import Purpose

SOON = timedelta(days=60)
"""So long before a year ends its next one is spoken of."""


def next_year(request: HttpRequest) -> Panel | None:
    """What is left to say of the year that was made; or that it is time to make the next one."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # Today stands behind a gate
    if not inside.may(Permission.YEAR_TURN):
        return None
    left, waiting = questions(inside)
    if left is not None and (left.classes or left.pupils):
        return Panel(_("Next school year"), "people/new_year_panel.html", {"left": left}, order=30)
    if waiting is None:
        return None
    order = 40 if inside.today > waiting.last_day else 130
    return Panel(_("Next school year"), "people/new_year_soon.html", {"year": waiting}, order=order)


def arrivals(request: HttpRequest) -> Panel | None:
    """Records that other schools of the trust have sent and nobody has accepted yet."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # Today stands behind a gate
    if not inside.may(Permission.PUPIL_EDIT):
        return None
    count = Transfer.objects.visible_to(inside.viewer).filter(to=inside.school).waiting().count()
    return Panel(_("Sent to this school"), "people/arrivals_panel.html", {"count": count}, order=35) if count else None


@doors.reads(Purpose.ADMINISTER)
def questions(request: SchoolRequest) -> tuple[Open | None, AcademicYear | None]:
    """What is left to say, and the year that ought to be turned soon."""
    left = still_open(request.school, request.today)
    if left is not None and (left.classes or left.pupils):
        return left, None
    year = year_to_turn(request.school, request.today)
    if year is None or request.today < year.last_day - SOON or turned(year) is not None:
        return left, None
    return left, year
