"""Frameworks and what stands in them: subjects, strands, stages."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.locking import refuse_locked
from muster.curriculum.models import Framework, LiveQuerySet, Objective, Scale, Stage, Strand, Subject
from muster.curriculum.names import InUse, NameMissing, NameTaken, OtherFramework
from muster.curriculum.rules.filling import cleaned
from muster.curriculum.rules.stages import year_number, years_of
from muster.curriculum.verbs import Verb
from muster.people.actions.reach import all_at
from muster.people.models import Account, ChangeSet, School, YearGroup

Named = TypeVar("Named", Framework, Subject, Strand, Stage)


def free_name(name: str, beside: LiveQuerySet[Named]) -> str:
    """`name` without outer spaces; raises `NameMissing`, or `NameTaken` where a live one of `beside` has it."""
    name = cleaned(name)
    if not name:
        raise NameMissing(_("Give it a name."))
    if beside.live().filter(name=name).exists():
        raise NameTaken(_("There is already one called “%(name)s” here.") % {"name": name})
    return name


def last_position(rows: LiveQuerySet[Named]) -> int:
    """The highest place in use, 0 when there is none."""
    return int(rows.aggregate(last=Max("position"))["last"] or 0)


def usual_years(name: str, school: School) -> list[YearGroup]:
    """The year groups of `school` that a stage of that name is for, read from the name."""
    years = set(years_of(name))
    if not years:
        return []
    groups = YearGroup.objects.at(school)
    return [group for group in groups if years & {year_number(group.code), year_number(group.name)} - {None}]


@transaction.atomic
def add_framework(
    *,
    school: School,
    name: str,
    scale: Scale,
    by: Account | None,
    at: datetime,
    source: str = "",
    uuid: UUID | None = None,
) -> Framework:
    """Add an empty framework judged with `scale`. `uuid` is given where it is a copy of another school's."""
    changes = Changes(school, Kind.FRAMEWORK_ADDED, by=by, at=at)
    all_at(school, scale)
    framework = Framework.objects.create(
        school=school,
        name=free_name(name, Framework.objects.at(school)),
        scale=scale,
        source=source,
        uuid=uuid or uuid4(),
    )
    changes.made(framework)
    changes.finish(Verb.FRAMEWORK_ADDED, framework)
    return framework


@transaction.atomic
def change_framework(*, framework: Framework, name: str, scale: Scale, by: Account, at: datetime) -> ChangeSet | None:
    """Rename a framework or judge it with another scale. Marks keep the steps they were made with."""
    changes = Changes(framework.school, Kind.FRAMEWORK_CHANGED, by=by, at=at)
    all_at(framework.school, scale)
    name = free_name(name, Framework.objects.at(framework.school).exclude(pk=framework.pk))
    changes.change(framework, name=name, scale_id=scale.pk)
    return None if changes.is_empty else changes.finish(Verb.CURRICULUM_CHANGED, framework)


@transaction.atomic
def retire_framework(*, framework: Framework, by: Account, at: datetime) -> ChangeSet:
    """Take a framework out of use. What was marked in it stays."""
    changes = Changes(framework.school, Kind.FRAMEWORK_RETIRED, by=by, at=at)
    changes.change(framework, retired_at=at)
    return changes.finish(Verb.CURRICULUM_CHANGED, framework)


@transaction.atomic
def add_subject(*, framework: Framework, name: str, by: Account, at: datetime) -> Subject:
    """Add a subject at the end."""
    changes = Changes(framework.school, Kind.SUBJECT_ADDED, by=by, at=at)
    subjects = framework.subjects.all()
    subject = Subject.objects.create(
        school=framework.school,
        framework=framework,
        name=free_name(name, subjects),
        position=last_position(subjects) + 1,
    )
    changes.made(subject)
    changes.finish(Verb.CURRICULUM_CHANGED, subject)
    return subject


@transaction.atomic
def change_subject(*, subject: Subject, name: str, by: Account, at: datetime) -> ChangeSet | None:
    """Rename a subject."""
    changes = Changes(subject.school, Kind.SUBJECT_CHANGED, by=by, at=at)
    changes.change(subject, name=free_name(name, subject.framework.subjects.exclude(pk=subject.pk)))
    return None if changes.is_empty else changes.finish(Verb.CURRICULUM_CHANGED, subject)


@transaction.atomic
def retire_subject(*, subject: Subject, by: Account, at: datetime) -> ChangeSet:
    """Take a subject out of use with all that stands in it."""
    changes = Changes(subject.school, Kind.SUBJECT_RETIRED, by=by, at=at)
    inside = Objective.objects.filter(strand__subject=subject).live()
    refuse_locked(inside.select_related("strand__subject"))
    changes.change_all(inside, retired_at=at)
    changes.change_all(subject.strands.live(), retired_at=at)
    changes.change(subject, retired_at=at)
    return changes.finish(Verb.CURRICULUM_CHANGED, subject)


@transaction.atomic
def add_strand(*, subject: Subject, name: str, by: Account, at: datetime, parent: Strand | None = None) -> Strand:
    """Add a strand at the end of `parent`, or of the subject."""
    if parent is not None and parent.subject_id != subject.pk:
        raise OtherFramework(_("That strand belongs to another subject."))
    changes = Changes(subject.school, Kind.STRAND_ADDED, by=by, at=at)
    name = free_name(name, subject.strands.filter(parent=parent))
    strand = Strand.objects.create(
        school=subject.school,
        subject=subject,
        parent=parent,
        name=name,
        position=last_position(subject.strands.all()) + 1,
    )
    changes.made(strand)
    changes.place(top_to_bottom(children_of(subject)))
    changes.finish(Verb.CURRICULUM_CHANGED, strand)
    return strand


def children_of(subject: Subject) -> dict[int | None, list[Strand]]:
    """The live strands of `subject` by the strand they stand in, each list in order."""
    children: dict[int | None, list[Strand]] = {}
    for strand in subject.strands.live().order_by("position", "pk"):
        children.setdefault(strand.parent_id, []).append(strand)
    return children


def top_to_bottom(children: dict[int | None, list[Strand]], parent: int | None = None) -> list[Strand]:
    """A tree of strands as one list, each before what it holds."""
    found: list[Strand] = []
    waiting = children.get(parent, [])[::-1]
    while waiting:
        strand = waiting.pop()
        found.append(strand)
        waiting += children.get(strand.pk, [])[::-1]
    return found


@transaction.atomic
def change_strand(*, strand: Strand, name: str, by: Account, at: datetime) -> ChangeSet | None:
    """Rename a strand."""
    changes = Changes(strand.school, Kind.STRAND_CHANGED, by=by, at=at)
    siblings = strand.subject.strands.filter(parent=strand.parent).exclude(pk=strand.pk)
    changes.change(strand, name=free_name(name, siblings))
    return None if changes.is_empty else changes.finish(Verb.CURRICULUM_CHANGED, strand)


@transaction.atomic
def retire_strand(*, strand: Strand, by: Account, at: datetime) -> ChangeSet:
    """Take a strand out of use with its objectives and the strands inside it."""
    inside = {strand.pk}
    changes = Changes(strand.school, Kind.STRAND_RETIRED, by=by, at=at)
    ordered = top_to_bottom(children_of(strand.subject))
    for each in ordered:
        if each.parent_id in inside:
            inside.add(each.pk)
    objectives = Objective.objects.filter(strand__in=inside).live()
    refuse_locked(objectives.select_related("strand__subject"))
    changes.change_all(objectives, retired_at=at)
    changes.change_all([each for each in ordered if each.pk in inside], retired_at=at)
    return changes.finish(Verb.CURRICULUM_CHANGED, strand)


@transaction.atomic
def add_stage(
    *,
    framework: Framework,
    name: str,
    by: Account,
    at: datetime,
    year_groups: Iterable[YearGroup] | None = None,
) -> Stage:
    """Add a stage of any name. Without `year_groups` they are read from the name ("Year 3 and 4")."""
    changes = Changes(framework.school, Kind.STAGE_ADDED, by=by, at=at)
    stages = framework.stages.all()
    stage = Stage.objects.create(
        school=framework.school,
        framework=framework,
        name=free_name(name, stages),
        position=last_position(stages) + 1,
    )
    stage.year_groups.set(usual_years(stage.name, framework.school) if year_groups is None else year_groups)
    changes.made(stage)
    changes.finish(Verb.CURRICULUM_CHANGED, stage)
    return stage


@transaction.atomic
def change_stage(
    *, stage: Stage, name: str, year_groups: Iterable[YearGroup], by: Account, at: datetime
) -> ChangeSet | None:
    """Rename a stage or say which year groups it is usual for."""
    changes = Changes(stage.school, Kind.STAGE_CHANGED, by=by, at=at)
    name = free_name(name, stage.framework.stages.exclude(pk=stage.pk))
    changes.change(stage, name=name, year_groups=list(year_groups))
    return None if changes.is_empty else changes.finish(Verb.CURRICULUM_CHANGED, stage)


@transaction.atomic
def retire_stage(*, stage: Stage, by: Account, at: datetime) -> ChangeSet:
    """Take a stage out of use. Raises `InUse` while an objective stands in no other."""
    changes = Changes(stage.school, Kind.STAGE_RETIRED, by=by, at=at)
    only_here = stage.objectives.live().exclude(
        pk__in=Objective.objects.filter(stages__in=stage.framework.stages.live().exclude(pk=stage.pk)).values("pk")
    )
    count = only_here.count()
    if count:
        raise InUse(_("%(count)d objectives stand in this stage alone. Move them first.") % {"count": count})
    changes.change(stage, retired_at=at)
    return changes.finish(Verb.CURRICULUM_CHANGED, stage)
