"""What of the school day goes by itself: visits and staff signings after a year, passes after 30 days."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from muster.attendance.holdings import A_YEAR, THIRTY_DAYS
from muster.attendance.models import Pass, StaffSigning, Visit
from muster.attendance.verbs import Verb
from muster.people import doors
from muster.people.models import School
from muster.privacy import sealing

WHAT = ("visits", "signings", "passes")


def forget_comings_and_goings(at: datetime) -> str:
    """Delete what has been kept as long as its holding says, school by school."""
    gone = [forget(school, at=at) for school in School.objects.order_by("pk")]
    return ", ".join(f"{sum(each[what] for each in gone)} {what}" for what in WHAT) + " deleted"


@transaction.atomic
def forget(school: School, *, at: datetime) -> Mapping[str, int]:
    """Delete what of a school is due, destroy the visitors' keys, and say how many in history.

    Whoever never signed out counts from when they came.
    """
    over = Q(left_at__lte=at - A_YEAR) | Q(left_at__isnull=True, came_at__lte=at - A_YEAR)
    visits = dict(Visit.objects.at(school).filter(over).values_list("pk", "key"))
    signings = StaffSigning.objects.at(school).filter(over)
    passes = Pass.objects.at(school).filter(given_at__lte=at - THIRTY_DAYS)
    Visit.objects.filter(pk__in=visits).delete()
    gone = {"visits": len(visits), "signings": signings.delete()[0], "passes": passes.delete()[0]}
    if not any(gone.values()):
        return gone
    doors.record(Verb.DAY_FORGOTTEN, school=school, by=None, at=at, details=gone)

    def destroy() -> None:
        for key in visits.values():
            sealing.store().destroy(key, at=at)

    transaction.on_commit(destroy)
    return gone
