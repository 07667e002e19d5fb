"""Change sets: how a batch begins, and how it is turned back."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.actions.reach import require
from muster.people.models import Account, ChangeSet, School
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.people.undoing import undoable
from muster.people.verbs import Verb

UNDO_WITHIN = timedelta(days=30)


class CannotUndo(Refused):
    """The change cannot be turned back (any more)."""


def change(
    kind: str, *, school: School, by: Account | None, at: datetime, summary: Mapping[str, Any] | None = None
) -> ChangeSet:
    """A change set made and finished in the transaction of its caller. `summary` holds ids and dates, never names."""
    return ChangeSet.objects.create(school=school, kind=kind, by=by, at=at, finished_at=at, summary=dict(summary or {}))


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def undo(*, change_set: ChangeSet, by: Account, at: datetime) -> ChangeSet:
    """Turn back `change_set`, within 30 days of it, as a change of its own; history keeps both.

    Raises `CannotUndo` when it is older, undone already, of a kind that cannot be, or when something rests on it.
    """
    way = undoable(change_set.kind)
    if way is None:
        raise CannotUndo(_("This kind of change cannot be undone."))
    require(way.permission, school=change_set.school, by=by, at=at)
    if change_set.finished_at is None or at - change_set.at > UNDO_WITHIN:
        raise CannotUndo(_("A change can be undone for 30 days. Put it right by hand instead."))
    turned = change(Verb.CHANGE_UNDONE, school=change_set.school, by=by, at=at, summary={"undoes": change_set.pk})
    won = ChangeSet.objects.filter(pk=change_set.pk, undone_by__isnull=True).update(undone_by=turned)
    if not won:
        raise CannotUndo(_("This has been undone already."))
    pupils: Collection[int] = way.turn_back(change_set=change_set, by=by, at=at)
    doors.record(
        Verb.CHANGE_UNDONE,
        school=change_set.school,
        by=by,
        at=at,
        about=change_set,
        pupils=pupils,
        details={"kind": change_set.kind},
    )
    return turned
