"""Objectives, one at a time."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.locking import refuse_locked
from muster.curriculum.models import Objective, Stage, Strand
from muster.curriculum.names import NameMissing, NameTaken, OtherFramework
from muster.curriculum.rules.codes import Codes
from muster.curriculum.rules.filling import cleaned
from muster.curriculum.verbs import Verb
from muster.people.models import Account, ChangeSet


def of_framework(strand: Strand, stages: Iterable[Stage]) -> list[Stage]:
    """`stages`, all of the strand's own framework; raises `OtherFramework`."""
    chosen = list(stages)
    if any(stage.framework_id != strand.subject.framework_id for stage in chosen):
        raise OtherFramework(_("That stage belongs to another framework."))
    return chosen


def codes_of(strand: Strand) -> Codes:
    """The codes in use in the strand's subject."""
    taken = Objective.objects.filter(strand__subject=strand.subject_id).exclude(code="").values_list("code", flat=True)
    return Codes(taken)


@transaction.atomic
def add_objective(
    *,
    strand: Strand,
    wording: str,
    by: Account,
    at: datetime,
    stages: Iterable[Stage] = (),
    code: str = "",
    detail: str = "",
    is_key: bool = False,
) -> Objective:
    """Add an objective at the end of `strand`. Without `code` it gets the next of its strand: N1, N2."""
    wording = cleaned(wording)
    if not wording:
        raise NameMissing(_("Say what is to be learnt."))
    chosen = of_framework(strand, stages)
    changes = Changes(strand.school, Kind.OBJECTIVE_ADDED, by=by, at=at)
    last = strand.objectives.aggregate(last=Max("position"))["last"] or 0
    objective = Objective.objects.create(
        school=strand.school,
        strand=strand,
        code=cleaned(code) or codes_of(strand).next_for(strand.name),
        wording=wording,
        detail=cleaned(detail),
        is_key=is_key,
        position=last + 1,
    )
    objective.stages.set(chosen)
    changes.made(objective)
    changes.finish(Verb.CURRICULUM_CHANGED, objective)
    return objective


def words_of(objective: Objective) -> dict[str, object]:
    """What a school may not change of a locked objective: its words and where it stands."""
    return {
        "wording": objective.wording,
        "code": objective.code,
        "detail": objective.detail,
        "strand_id": objective.strand_id,
    }


@transaction.atomic
def change_objective(
    *,
    objective: Objective,
    wording: str,
    code: str,
    stages: Iterable[Stage],
    by: Account,
    at: datetime,
    detail: str | None = None,
    is_key: bool | None = None,
    strand: Strand | None = None,
) -> ChangeSet | None:
    """Word an objective anew, or give it other stages or another strand of its framework. It keeps its marks.

    None means as it is; a strand left out stays. The change set is None when nothing differed.
    """
    wording = cleaned(wording)
    if not wording:
        raise NameMissing(_("Say what is to be learnt."))
    target = strand or objective.strand
    if target.subject.framework_id != objective.strand.subject.framework_id:
        raise OtherFramework(_("That strand belongs to another framework."))
    changes = Changes(objective.school, Kind.OBJECTIVE_CHANGED, by=by, at=at)
    values: dict[str, object] = {"wording": wording, "code": cleaned(code), "stages": of_framework(target, stages)}
    if detail is not None:
        values["detail"] = cleaned(detail)
    if is_key is not None:
        values["is_key"] = is_key
    if target.pk != objective.strand_id:
        values["strand_id"] = target.pk
        values["position"] = (target.objectives.aggregate(last=Max("position"))["last"] or 0) + 1
    if any(values.get(name, was) != was for name, was in words_of(objective).items()):
        refuse_locked([objective])
    changes.change(objective, **values)
    return None if changes.is_empty else changes.finish(Verb.CURRICULUM_CHANGED, objective)


@transaction.atomic
def mark_key(*, objective: Objective, is_key: bool, by: Account, at: datetime) -> ChangeSet | None:
    """Set or take away the key flag."""
    changes = Changes(objective.school, Kind.OBJECTIVE_CHANGED, by=by, at=at)
    changes.change(objective, is_key=is_key)
    return None if changes.is_empty else changes.finish(Verb.CURRICULUM_CHANGED, objective)


@transaction.atomic
def retire_objective(*, objective: Objective, by: Account, at: datetime) -> ChangeSet:
    """Take an objective out of use. Its marks stay and can be read."""
    changes = Changes(objective.school, Kind.OBJECTIVE_RETIRED, by=by, at=at)
    refuse_locked([objective])
    changes.change(objective, retired_at=at)
    return changes.finish(Verb.CURRICULUM_CHANGED, objective)


@transaction.atomic
def bring_back_objective(*, objective: Objective, by: Account, at: datetime) -> ChangeSet:
    """Put a retired objective back where it was; a strand or subject that was retired comes back with it.

    Raises `NameTaken` where another strand or subject has that name by now.
    """
    changes = Changes(objective.school, Kind.OBJECTIVE_BACK, by=by, at=at)
    changes.change(objective, retired_at=None)
    above: Strand | None = objective.strand
    try:
        with transaction.atomic():
            changes.change(objective.strand.subject, retired_at=None)
            while above is not None:
                changes.change(above, retired_at=None)
                above = above.parent
    except IntegrityError as clash:
        raise NameTaken(_("Another strand of that name has taken its place. Move the objective there.")) from clash
    return changes.finish(Verb.CURRICULUM_CHANGED, objective)
