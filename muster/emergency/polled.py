"""What a polled page asks of the roll calls: which there are, and how they stand."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from muster.emergency.models import RollCall
from muster.people.prepared import Prepared


def state_of(going: Collection[RollCall], *about: object) -> str:
    """What a device knows that knows all of it. None ever opens again, and a later one has a higher number: how many
    are going on and which is the newest say which ones they are.
    """
    return "-".join(map(str, (*about, len(going), max((one.pk for one in going), default=0))))


def _of_poll(roll_call: UUID) -> QuerySet[RollCall]:
    """The roll call of a poll, and with it whatever is going on at any school: one statement for both, of one table."""
    return RollCall.objects.filter(Q(uuid=roll_call) | Q(ended_at__isnull=True, joined__isnull=True))


STATE = ("pk", "school_id", "uuid", "version", "ended_at", "joined_id")
"""What says how they stand."""
of_poll = Prepared(lambda school, roll_call: _of_poll(roll_call).filter(school=school))
_state: Prepared[Any] = Prepared(lambda roll_call: _of_poll(roll_call).values_list(*STATE, named=True))


def asked_for(rows: Sequence[RollCall], roll_call: UUID) -> tuple[RollCall | None, list[RollCall]]:
    """The roll call of an address among the rows of a poll, and all that are going on at its school."""
    found = next((one for one in rows if one.uuid == roll_call), None)
    here = found and found.school_id
    return found, [one for one in rows if one.school_id == here and one.ended_at is None and one.joined_id is None]


def state_of_poll(school: str, roll_call: UUID) -> str | None:
    """How a poll stands, for whoever was let in a moment ago at this very address, which is the school's.

    None where it takes more than one statement to tell.
    """
    found, going = asked_for(_state(roll_call=roll_call), roll_call)
    return None if found is None or found.joined_id else state_of(going, found.uuid, found.version)


going_at = Prepared(lambda school: RollCall.objects.filter(school__slug=school).going_on())
_which: Prepared[Any] = Prepared(
    lambda school: RollCall.objects.filter(school__slug=school).going_on().values_list("pk", named=True)
)


def state_of_school(school: str) -> str:
    """How a school stands whose page shows no roll call yet."""
    return state_of(_which(school=school))
