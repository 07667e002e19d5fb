"""A framework, a subject or one objective goes over to another scale. Marks keep their steps, and are read on the new."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from muster.curriculum.actions.scales import refuse_unanswered
from muster.curriculum.carrying import Resting, resting_on_steps
from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.models import Framework, Objective, Scale, Step, Subject
from muster.curriculum.readings import readings
from muster.curriculum.verbs import Verb
from muster.people.actions.reach import all_at
from muster.people.models import Account, ChangeSet
from muster.people.refusals import Refused

Judged: TypeAlias = Framework | Subject | Objective


class NoScale(Refused):
    """A framework was to be judged on nothing."""


@dataclass(frozen=True)
class Answer:
    """One old step: the marks on it, and the step of the new scale they are read as already, if any."""

    step: Step
    resting: Resting
    read_as: int | None


def judged_on(row: Judged, own: Scale | None) -> Scale:
    """The scale `row` is judged on when its own is `own`."""
    match row:
        case Framework():
            if own is None:
                raise NoScale(_("A framework is judged on a scale. Choose one."))
            return own
        case Subject():
            return own or row.framework.scale
        case Objective():
            return own or row.strand.subject.scale or row.strand.subject.framework.scale


def affected(row: Judged) -> QuerySet[Objective]:
    """The objectives that go over with `row`: those with no scale of their own nearer to them. Retired ones too."""
    rows = Objective.objects.filter(school=row.school_id)
    match row:
        case Framework():
            return rows.filter(scale=None, strand__subject__scale=None, strand__subject__framework=row)
        case Subject():
            return rows.filter(scale=None, strand__subject=row)
        case Objective():
            return rows.filter(pk=row.pk)


def to_answer(row: Judged, scale: Scale) -> list[Answer]:
    """The steps of which it is to be said how they are read on `scale`, from least to most.

    All of the old scale, and those of older ones that marks still stand on. Empty where the scale stays as it is.
    """
    old = judged_on(row, row.scale)
    if old.pk == scale.pk:
        return []
    read = readings(row.school_id)
    steps = list(Step.objects.filter(school=row.school_id).exclude(scale=scale).order_by("scale", "position", "pk"))
    resting = resting_on_steps([step.pk for step in steps], affected(row))
    own = set(Step.objects.filter(scale=scale).live().values_list("pk", flat=True))
    found = []
    for step in steps:
        is_old = step.scale_id == old.pk and step.retired_at is None
        if not is_old and (not resting[step.pk].marks or read.of(step.pk, old.pk) != step.pk):
            continue
        now = read.of(step.pk, scale.pk)
        found.append(Answer(step, resting[step.pk], now if now in own else None))
    return found


@transaction.atomic
def give_scale(
    *, row: Judged, scale: Scale | None, read_as: Mapping[int, Step | None], by: Account, at: datetime
) -> ChangeSet | None:
    """Judge `row` on `scale` from now on; None takes a subject's or objective's own away, so that the one above counts.

    `read_as` has for each old step the step of the new scale that marks on it are read as, or None for their own word.
    It holds wherever the new scale is in use. Raises `Unanswered` where a step with marks is not in it.
    """
    changes = Changes(row.school, Kind.SCALE_GIVEN, by=by, at=at)
    all_at(row.school, scale, *{step.pk: step for step in read_as.values() if step}.values())
    target = judged_on(row, scale)
    answers = to_answer(row, target)
    refuse_unanswered((each.step for each in answers), read_as, {each.step.pk: each.resting for each in answers})
    if any(step is not None and step.scale_id != target.pk for step in read_as.values()):
        raise NoScale(_("Choose words of the new scale."))
    changes.change(row, scale_id=scale.pk if scale else None)
    for each in answers:
        if each.step.pk in read_as:
            changes.read(each.step, read_as[each.step.pk])
    return None if changes.is_empty else changes.finish(Verb.CURRICULUM_CHANGED, row)
