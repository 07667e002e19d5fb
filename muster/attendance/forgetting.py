"""What of the school day goes by itself: visits after a year, passes after 30 days."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Coalesce

from muster.attendance.holdings import A_YEAR, THIRTY_DAYS
from muster.attendance.models import Pass, Visit
from muster.attendance.verbs import Verb
from muster.people import doors
from muster.people.models import School
from muster.privacy import sealing


def forget_visits_and_passes(at: datetime) -> str:
    """Delete what has been kept as long as its holding says, school by school."""
    gone = [forget(school, at=at) for school in School.objects.order_by("pk")]
    return ", ".join(f"{sum(each[what] for each in gone)} {what}" for what in ("visits", "passes")) + " deleted"


@transaction.atomic
def forget(school: School, *, at: datetime) -> Mapping[str, int]:
    """Delete the visits and passes of a school that are due, destroy the visitors' keys, and say how many in history.

    A visitor who never signed out counts from when they came.
    """
    ended = Visit.objects.at(school).annotate(ended_at=Coalesce("left_at", "came_at"))
    visits = dict(ended.filter(ended_at__lte=at - A_YEAR).values_list("pk", "key"))
    passes = Pass.objects.at(school).filter(given_at__lte=at - THIRTY_DAYS)
    Visit.objects.filter(pk__in=visits).delete()
    gone = {"visits": len(visits), "passes": passes.delete()[0]}
    if not any(gone.values()):
        return gone
    doors.record(Verb.DAY_FORGOTTEN, school=school, by=None, at=at, details=gone)

    def destroy() -> None:
        for key in visits.values():
            sealing.store().destroy(key, at=at)

    transaction.on_commit(destroy)
    return gone
