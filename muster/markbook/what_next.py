"""What comes next for a class or a year group: what most of it lacks, and who; and for pupils out of year, their own."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from muster.curriculum.earlier import Earlier, strands_then
from muster.curriculum.models import Objective, Stage, Subject
from muster.markbook.as_at import AsAt
from muster.markbook.coverage import Evidence, aims_of, evidence_of
from muster.markbook.newest import Newest
from muster.markbook.rules.what_next import (
    Gap,
    Population,
    Standing,
    biggest_first,
    gap_in,
    next_for,
    plain_sentence,
)
from muster.markbook.steps import NamedStep, named_steps
from muster.pages.formatting import short_day
from muster.people.access import Permission
from muster.people.actions.teaching_groups import LONGEST_NAME
from muster.people.calendar import year_at
from muster.people.models import (
    AcademicYear,
    ClassMembership,
    Pupil,
    School,
    SchoolClass,
    YearGroup,
    YearPlacement,
)
from muster.people.models.accounts import Viewer
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name

AT_ONCE = 10
"""Objectives on one page: more than a class is taught in a week."""


@dataclass(frozen=True)
class Aim:
    """An objective in words."""

    id: int
    code: str
    wording: str
    strand: str

    @property
    def sentence(self) -> str:
        """The wording as a sentence by itself."""
        return plain_sentence(self.wording)


@dataclass(frozen=True)
class GapShown:
    """An objective that some lack, with their names, the step of each, and the name a group for it would get."""

    aim: Aim
    taught: bool
    population: str
    lacking: tuple[tuple[Pupil, NamedStep], ...]
    absent: tuple[Pupil, ...]
    group_name: str


@dataclass(frozen=True)
class ApartShown:
    """A pupil who follows objectives of their own in this subject, and what is next among those."""

    pupil: Pupil
    follows: str
    aims: tuple[Aim, ...]


@dataclass(frozen=True)
class WhatNext:
    """What comes next for a group of pupils in one subject. `of` is how many follow the class's objectives in it.

    Where nothing was ever said to be taught, that an objective was not is no news: `any_taught` tells.
    """

    subject: Subject
    gaps: tuple[GapShown, ...]
    start: int
    lacked: int
    of: int
    any_taught: bool
    apart: tuple[ApartShown, ...]
    evidence: Evidence
    shown: frozenset[int]
    """The objectives the page names."""


def subjects_in(school: School, stages: Collection[Stage], *, then: Earlier | None = None) -> list[Subject]:
    """The subjects with something to learn in `stages`, in the school's order. One statement.

    With `then` as they stood at that moment; three statements.
    """
    subjects = Subject.objects.at(school).select_related("framework").order_by("position", "pk")
    if then is None:
        within = Objective.objects.live().to_learn().filter(school=school, stages__in=stages)
        return list(subjects.live().filter(pk__in=within.values("strand__subject")))
    rows = list(subjects)
    band = {stage.pk for stage in stages}
    there = {aim.subject for aim in aims_of(school, subjects=[row.pk for row in rows], then=then) if aim.stages & band}
    return sorted((row for row in then.as_then(rows) if row.pk in there), key=lambda each: (each.position, each.pk))


def pupils_in_year(school: School, year_group: YearGroup, viewer: Viewer, *, day: date) -> list[Pupil]:
    """Those of the year group on `day` whom `viewer` may see, by name: placed in it, else registered in a class of it."""
    year = year_at(school, day)
    placed = YearPlacement.objects.filter(school=school, year=year)
    registered = ClassMembership.objects.filter(
        on_day(day),
        school=school,
        school_class__kind=SchoolClass.Kind.REGISTRATION,
        school_class__year_group=year_group,
    )
    here = Q(pk__in=placed.filter(year_group=year_group).values("pupil")) | (
        Q(pk__in=registered.values("pupil")) & ~Q(pk__in=placed.values("pupil"))
    )
    mine = Pupil.objects.visible_to(viewer, may=Permission.MARKBOOK_VIEW).filter(here, school=school).on_roll(day)
    return by_name(mine.only("key", "names", "school", "merged_into"))


def standing_of(mark: Newest | None, *, scale: int, evidence: Evidence) -> Standing:
    """How a pupil stands in one objective that is judged on `scale`."""
    if mark is None or mark.kind == "clear":
        return Standing.BLANK
    if mark.kind == "step":
        return Standing.SECURE if evidence.read.of(mark.step, scale) in evidence.secure else Standing.LACKING
    return Standing.ABSENT if mark.kind == "absent" else Standing.NOT_TAUGHT


def standings_of(evidence: Evidence, pupil: int, own: Mapping[int, int]) -> dict[int, Standing]:
    """How one pupil stands in each of `own` (objectives with their scales) of which anything was said."""
    marks = evidence.marks
    return {
        objective: standing_of(marks[pupil, objective], scale=scale, evidence=evidence)
        for objective, scale in own.items()
        if (pupil, objective) in marks
    }


def aims_in_order(school: School, objectives: Iterable[int], *, then: Earlier | None = None) -> dict[int, Aim]:
    """`objectives` (ids) in words and in the order of learning. One statement; with `then` in those of then, two."""
    rows = Objective.objects.at(school).filter(pk__in=set(objectives))
    if then is None:
        return {row[0]: Aim(*row) for row in rows.in_order().values_list("pk", "code", "wording", "strand__name")}
    strands = strands_then(school, then)

    def place(row: Objective) -> tuple[int, ...]:
        strand = strands[row.strand_id]
        return strand.subject.position, strand.position, strand.pk, row.position, row.pk

    return {
        row.pk: Aim(row.pk, row.code, row.wording, strands[row.strand_id].name)
        for row in sorted(then.as_then(rows), key=place)
    }


def what_next(
    school: School,
    subject: Subject,
    pupils: Sequence[Pupil],
    stages: Collection[Stage],
    *,
    day: date,
    start: int = 0,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
) -> WhatNext:
    """What most of `pupils` lack in `subject`, `AT_ONCE` of them from place `start`. Ten statements.

    As at a past moment with `as_at`, and `then` for the objectives and words of that time.
    """
    by_id = {pupil.pk: pupil for pupil in pupils}
    evidence = evidence_of(school, by_id, subjects=[subject.pk], stages=stages, day=day, as_at=as_at, then=then)
    apart = [pk for pk in by_id if (pk, subject.pk) in evidence.apart]
    together = [pk for pk in by_id if (pk, subject.pk) not in evidence.apart]
    aims = aims_in_order(school, (objective for own in evidence.own.values() for objective in own), then=then)
    gaps = biggest_first(gaps_of(evidence, subject.pk, together, aims))
    start = start if 0 <= start < len(gaps) else 0
    chosen = gaps[start : start + AT_ONCE]
    steps = named_steps(school, then=then)
    others = tuple(apart_shown(evidence, subject.pk, by_id[pk], aims) for pk in apart)
    return WhatNext(
        subject=subject,
        gaps=tuple(
            GapShown(
                aims[gap.objective],
                gap.taught,
                population_sentence(gap.population),
                tuple((by_id[pk], steps[step_on(evidence, pk, subject.pk, gap.objective)]) for pk in gap.lacking),
                tuple(by_id[pk] for pk in gap.absent),
                group_name(aims[gap.objective].strand or subject.name, day),
            )
            for gap in chosen
        ),
        start=start,
        lacked=len(gaps),
        of=len(together),
        any_taught=any(evidence.taught[pk] for pk in together),
        apart=others,
        evidence=evidence,
        shown=frozenset({gap.objective for gap in chosen} | {aim.id for each in others for aim in each.aims}),
    )


def step_on(evidence: Evidence, pupil: int, subject: int, objective: int) -> int:
    """The step that stands for a pupil who has one, as it is read on the scale of the objective."""
    step = evidence.marks[pupil, objective].step
    return evidence.read.of(step, evidence.own[pupil, subject][objective]) or step or 0


def gaps_of(evidence: Evidence, subject: int, pupils: Sequence[int], aims: Iterable[int]) -> list[Gap]:
    """Every objective of the class, in the order of `aims`, with how each of `pupils` stands in it."""
    if not pupils:
        return []
    own = evidence.own[pupils[0], subject]
    taught = set().union(*(evidence.taught[pk] for pk in pupils))
    standings = {pk: standings_of(evidence, pk, own) for pk in pupils}
    return [
        gap_in(
            objective,
            {pk: standings[pk].get(objective, Standing.BLANK) for pk in pupils},
            taught=objective in taught,
        )
        for objective in aims
        if objective in own
    ]


def apart_shown(evidence: Evidence, subject: int, pupil: Pupil, aims: Mapping[int, Aim]) -> ApartShown:
    """One pupil on objectives of their own, and what is next among them."""
    own = evidence.own[pupil.pk, subject]
    in_order = [objective for objective in aims if objective in own]
    found = next_for(in_order, standings_of(evidence, pupil.pk, own), evidence.taught[pupil.pk], most=2)
    tags = [each.tag for each in evidence.follows[pupil.pk] if each.instead_of == subject]
    chosen = [*found.now, *found.following][:3]
    return ApartShown(pupil, ", ".join(dict.fromkeys(tags)), tuple(aims[objective] for objective in chosen))


def group_name(about: str, day: date) -> str:
    """The name proposed for a group: "Fractions, 21 Nov", the first part cut where it is long."""
    ending = f", {short_day(day)}"
    return about[: LONGEST_NAME - len(ending)].rstrip() + ending


def names_taken(year: AcademicYear | None) -> set[str]:
    """The names of the classes of `year`, as they are compared."""
    if year is None:
        return set()
    names = SchoolClass.objects.filter(school=year.school_id, year=year).values_list("name", flat=True)
    return {name.casefold() for name in names}


def free_name(name: str, taken: Collection[str]) -> str:
    """`name`, or with the lowest number behind it that no class of the year has. `taken` are names in small letters."""
    free, number = name, 2
    while free.casefold() in taken:
        ending = f" ({number})"
        free, number = name[: LONGEST_NAME - len(ending)] + ending, number + 1
    return free


def population_sentence(population: Population) -> str:
    """Who a number is about: "18 of 28 judged; absent 2; not taught 1; blank 7". The parts are always the whole."""
    return _("%(judged)d of %(all)d judged; absent %(absent)d; not taught %(not_taught)d; blank %(blank)d") % {
        "judged": population.judged,
        "all": population.everybody,
        "absent": population.absent,
        "not_taught": population.not_taught,
        "blank": population.blank,
    }
