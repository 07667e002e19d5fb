"""Names in a closed roll call, and at its desk, go 30 days after its end; its counts and times stay."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from muster.emergency.actions.handing import halves_alone
from muster.emergency.models import Card, CardStep, Listed, RollCall, SecondHalf, Tick
from muster.emergency.verbs import Verb
from muster.people import doors
from muster.people.purposes import Purpose
from muster.privacy import sealing

log = logging.getLogger("muster.emergency")
KEPT_FOR = timedelta(days=30)


class NamesLeft(RuntimeError):
    """Names of a roll call could not go. The log says of which, and why."""


def forget_names(at: datetime) -> str:
    """Have the names go of every roll call that ended 30 days ago, or in which nothing was said for 30 days, one by one.

    One that fails holds up no other. Raises `NamesLeft` at the end, so that the job counts as failed.
    """
    long_ago = at - KEPT_FOR
    spoken = Tick.objects.filter(roll_call=OuterRef("pk"), received_at__gt=long_ago)
    left_open = Q(ended_at__isnull=True, started_at__lte=long_ago) & ~Exists(spoken)
    due = RollCall.objects.own().filter(Q(ended_at__lte=long_ago) | left_open, names_gone_at__isnull=True)
    gone = left = 0
    for each in list(due.select_related("school").order_by("pk")):
        try:
            gone += forget(each, at=at)
        except Exception:
            log.exception("the names of a roll call could not go", extra={"fields": {"roll_call": each.pk}})
            left += 1
    if left:
        raise NamesLeft(f"names gone from {gone} roll calls, not from {left}")
    return f"names gone from {gone} roll calls"


@doors.reads(Purpose.EMERGENCY)
@transaction.atomic
def forget(roll_call: RollCall, *, at: datetime) -> bool:
    """Empty what names anybody in one roll call, and destroy the key of its words. Whether it was this call that did.

    The database lets these columns be emptied and nothing else of the rows be changed.
    """
    won = RollCall.objects.filter(pk=roll_call.pk, names_gone_at__isnull=True).update(
        names_gone_at=at, halves_alone=halves_alone(roll_call)
    )
    if not won:
        return False
    Listed.objects.filter(roll_call=roll_call).update(pupil=None, staff=None, visitor=None, name=None, status=None)
    Tick.objects.filter(roll_call=roll_call).update(place=None, text=None)
    Card.objects.filter(roll_call=roll_call).update(pupil=None, guardianship=None, adult=None)
    CardStep.objects.filter(card__roll_call=roll_call).update(words=None)
    SecondHalf.objects.filter(roll_call=roll_call).update(pupil=None, adult=None)
    doors.record(Verb.ROLL_CALL_NAMES_GONE, school=roll_call.school, by=None, at=at, about=roll_call)
    transaction.on_commit(lambda: sealing.store().destroy(roll_call.key, at=at))
    return True
