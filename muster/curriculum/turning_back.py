"""How an act on a curriculum is undone. The page and the action of undoing belong to people."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from muster.curriculum.actions.scales import free
from muster.curriculum.changes import LINKS, MODELS, Changes, Row, now_of
from muster.curriculum.kinds import Kind
from muster.curriculum.models import (
    RETIRED,
    Framework,
    Objective,
    Published,
    Stage,
    Step,
    StepMapping,
    Subject,
    Taken,
)
from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo
from muster.people.models import Account, ChangeSet
from muster.people.undoing import offer


def turn_back(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Put what it changed back as it was, and retire what it made.

    Raises `CannotUndo` when something it changed has been changed since, or when something rests on what it made:
    nothing newer is ever overwritten.
    """
    changes = Changes(change_set.school, Kind.UNDONE, by=by, at=at)
    made = change_set.summary.get("made", {})
    # What it made goes first: a step it added may hold the letter or key of the one that comes back.
    for name, pks in made.items():
        changes.change_all(rows_of(change_set, name, pks).values(), retired_at=at)
    put_back(change_set, changes)
    end_mappings(change_set, at)
    Published.objects.filter(change_set=change_set).update(withdrawn_at=at)
    Taken.objects.filter(change_set=change_set).update(undone_at=at)
    refuse_what_is_needed(made)
    changes.keep_earlier_words()
    return ()


def end_mappings(change_set: ChangeSet, at: datetime) -> None:
    """Read marks again as before the act: its mappings end, and those that it ended begin anew."""
    StepMapping.objects.filter(change_set=change_set, ended_at__isnull=True).update(ended_at=at)
    turned = ChangeSet.objects.filter(undoes=change_set).first() or change_set
    for mapping in StepMapping.objects.filter(pk__in=change_set.summary.get("mappings_ended", [])):
        if StepMapping.objects.filter(old=mapping.old_id, new=mapping.new_id, ended_at__isnull=True).exists():
            continue
        StepMapping.objects.create(
            school_id=mapping.school_id, old_id=mapping.old_id, new_id=mapping.new_id, made_at=at, change_set=turned
        )


def rows_of(change_set: ChangeSet, name: str, pks: Iterable[int]) -> dict[int, Row]:
    """Rows an act touched, by id, in its own school only, unless they are retired as well as made."""
    rows = MODELS[name]._default_manager.filter(school=change_set.school_id, pk__in=list(pks))
    return {row.pk: row for row in rows}


def put_back(change_set: ChangeSet, changes: Changes) -> None:
    """Give every changed row its earlier values, the last change first."""
    notes: list[dict[str, Any]] = change_set.summary.get("changed", [])
    found = {
        name: rows_of(change_set, name, {note["pk"] for note in notes if note["of"] == name})
        for name in {note["of"] for note in notes}
    }
    work = [(found[note["of"]][note["pk"]], note) for note in reversed(notes) if note["pk"] in found[note["of"]]]
    for row, note in work:
        if any(now_of(row, name) != value for name, value in note["after"].items()):
            raise CannotUndo(_("“%(name)s” has been changed since. Change it by hand.") % {"name": str(row)[:60]})
    steps = [row for row, note in work if isinstance(row, Step) and {"code", "digit"} & set(note["before"])]
    free(steps)
    try:
        with transaction.atomic():
            for row, note in in_bulk(work, changes):
                changes.change(row, **{name: typed(row, name, value) for name, value in note["before"].items()})
            for step in steps:
                step.save(update_fields=["code", "digit"])
    except IntegrityError as clash:
        raise CannotUndo(_("Something else has that name now. Rename it first.")) from clash


def in_bulk(work: list[tuple[Row, dict[str, Any]]], changes: Changes) -> list[tuple[Row, dict[str, Any]]]:
    """Take rows that were only retired, or only brought back, together; returns the rest, which are taken one by one."""
    often = Counter((note["of"], note["pk"]) for _row, note in work)
    alike: dict[tuple[str, str | None], list[Row]] = {}
    rest = []
    for row, note in work:
        if set(note["before"]) == {RETIRED} and often[note["of"], note["pk"]] == 1:
            alike.setdefault((note["of"], note["before"][RETIRED]), []).append(row)
        else:
            rest.append((row, note))
    for (_name, was), rows in alike.items():
        changes.change_all(rows, **{RETIRED: typed(rows[0], RETIRED, was)})
    return rest


def typed(row: Row, name: str, value: Any) -> Any:
    """`value` from a note, as field `name` takes it."""
    if name in LINKS:
        related = cast(Any, getattr(row, name)).model
        return list(related.objects.filter(school=row.school_id, pk__in=value))
    return parse_datetime(value) if name == RETIRED and value else value


def refuse_what_is_needed(made: dict[str, list[int]]) -> None:
    """Raise `CannotUndo` while something live stands in a subject or strand, or uses a scale or stage, that would go."""
    live = Objective.objects.live()
    needs: list[tuple[str, Callable[[list[int]], bool]]] = [
        ("strand", lambda pks: live.filter(strand__in=pks).exists()),
        ("subject", lambda pks: live.filter(strand__subject__in=pks).exists()),
        ("stage", lambda pks: Stage.objects.filter(pk__in=pks, objectives__in=live).exists()),
        ("scale", judged_with),
    ]
    for name, is_needed in needs:
        if made.get(name) and is_needed(made[name]):
            raise CannotUndo(_("Something stands on this now. Move or retire that first."))


def judged_with(scales: Iterable[int]) -> bool:
    """Whether anything live is judged with one of `scales`."""
    return any(
        rows.filter(scale__in=scales).exists()
        for rows in (Framework.objects.live(), Subject.objects.live(), Objective.objects.live())
    )


for kind in Kind:
    offer(kind.value, permission=Permission.CURRICULUM_EDIT)(turn_back)
