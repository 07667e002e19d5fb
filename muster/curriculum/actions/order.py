"""Moving things up and down among those beside them."""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from muster.curriculum.actions.frameworks import children_of, top_to_bottom
from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.models import Objective, Stage, Strand, Subject
from muster.curriculum.verbs import Verb
from muster.people.models import Account, ChangeSet


class Direction(StrEnum):
    """Where to."""

    UP = "up"
    DOWN = "down"


def beside(row: Objective | Stage | Strand | Subject) -> list[Objective | Stage | Strand | Subject]:
    """The live rows among which `row` has its place, in order."""
    match row:
        case Objective():
            return list(row.strand.objectives.live().filter(sums_up=row.sums_up).order_by("position", "pk"))
        case Strand():
            return list(row.subject.strands.live().filter(parent=row.parent).order_by("position", "pk"))
        case Subject():
            return list(row.framework.subjects.live().order_by("position", "pk"))
        case Stage():
            return list(row.framework.stages.live().order_by("position", "pk"))


@transaction.atomic
def move(*, row: Objective | Stage | Strand | Subject, to: Direction, by: Account, at: datetime) -> ChangeSet | None:
    """Move `row` one place among those beside it. None when it is already at the end."""
    changes = Changes(row.school, Kind.MOVED, by=by, at=at)
    rows = beside(row)
    place = next((place for place, each in enumerate(rows) if each.pk == row.pk), None)
    if place is None:
        return None
    other = place + (1 if to is Direction.DOWN else -1)
    if not 0 <= other < len(rows):
        return None
    if isinstance(row, Strand):
        # A strand's number is its place in the whole subject, so what it holds moves with it.
        children = children_of(row.subject)
        siblings = children[row.parent_id]
        siblings[place], siblings[other] = siblings[other], siblings[place]
        changes.place(top_to_bottom(children))
    else:
        rows[place], rows[other] = rows[other], rows[place]
        changes.place(rows)
    return None if changes.is_empty else changes.finish(Verb.CURRICULUM_CHANGED, row)
