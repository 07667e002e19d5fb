"""Turning one act back."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from muster.curriculum.actions.scales import free
from muster.curriculum.changes import LINKS, MODELS, Changes, Row, now_of
from muster.curriculum.kinds import Kind
from muster.curriculum.models import RETIRED, Step
from muster.curriculum.verbs import Verb
from muster.people.models import Account, ChangeSet

WINDOW = timedelta(days=30)
"""How long an act can be turned back."""


class CannotUndo(ValueError):
    """The act cannot be turned back; the sentence says why."""


def rows_of(change_set: ChangeSet, name: str, pks: list[int]) -> dict[int, Row]:
    """Rows an act touched, by id, in its own school only."""
    return MODELS[name]._default_manager.filter(school=change_set.school_id).in_bulk(pks)  # type: ignore[return-value]


@transaction.atomic
def undo(*, change_set: ChangeSet, by: Account, at: datetime) -> ChangeSet:
    """Turn back `change_set`: what it changed is as before, what it made is retired. An undo can be undone.

    Raises `CannotUndo` when it is no act on a curriculum, was undone already, is older than 30 days, or when
    something it changed has been changed since: nothing newer is ever overwritten.
    """
    # One winner: the row is held until the transaction ends.
    change_set = ChangeSet.objects.select_for_update().get(pk=change_set.pk)
    if not change_set.kind.startswith("curriculum:") or change_set.finished_at is None:
        raise CannotUndo(_("This cannot be undone here."))
    if change_set.undone_by_id is not None:
        raise CannotUndo(_("This has been undone already."))
    if at - change_set.at > WINDOW:
        raise CannotUndo(_("This was done more than 30 days ago. Change it by hand."))
    changes = Changes(change_set.school, Kind.UNDONE, by=by, at=at)
    touched = put_back(change_set, changes)
    for name, pks in change_set.summary.get("made", {}).items():
        for row in rows_of(change_set, name, pks).values():
            if getattr(row, RETIRED) is None:
                changes.change(row, retired_at=at)
            touched = touched or row
    if touched is None:
        raise CannotUndo(_("There is nothing left to undo."))
    try:
        with transaction.atomic():
            undoing = changes.finish(Verb.CURRICULUM_CHANGE_UNDONE, touched, undoes=str(change_set.uuid))
    except IntegrityError as clash:
        raise CannotUndo(_("Something else has that name or place now.")) from clash
    ChangeSet.objects.filter(pk=change_set.pk).update(undone_by=undoing)
    return undoing


def put_back(change_set: ChangeSet, changes: Changes) -> Row | None:
    """Give every changed row its earlier values; the first of them, or None."""
    notes: list[dict[str, Any]] = change_set.summary.get("changed", [])
    found = {
        name: rows_of(change_set, name, [note["pk"] for note in notes if note["of"] == name])
        for name in {note["of"] for note in notes}
    }
    work = [(found[note["of"]].get(note["pk"]), note) for note in reversed(notes)]
    for row, note in work:
        if row is not None and any(now_of(row, name) != value for name, value in note["after"].items()):
            raise CannotUndo(_("“%(name)s” has been changed since. Change it by hand.") % {"name": str(row)[:60]})
    steps = [row for row, note in work if isinstance(row, Step) and {"code", "digit"} & set(note["before"])]
    free(steps)
    first: Row | None = None
    try:
        with transaction.atomic():
            for row, note in work:
                if row is not None:
                    changes.change(row, **{name: typed(row, name, value) for name, value in note["before"].items()})
                    first = first or row
            for step in steps:
                step.save(update_fields=["code", "digit"])
    except IntegrityError as clash:
        raise CannotUndo(_("Something else has that name now. Rename it first.")) from clash
    return first


def typed(row: Row, name: str, value: Any) -> Any:
    """`value` from a note, as field `name` takes it."""
    if name in LINKS:
        return list(LINKED[name](row).filter(pk__in=value))
    if name == RETIRED:
        return parse_datetime(value) if value else None
    return value


LINKED = {
    "stages": lambda row: row.stages.model.objects.filter(school=row.school_id),
    "year_groups": lambda row: row.year_groups.model.objects.filter(school=row.school_id),
}
__all__ = ["WINDOW", "CannotUndo", "undo"]
