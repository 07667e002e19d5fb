"""Units: what a markbook page covers. One subject, one stage, and one of the subject's top strands or all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from django.db.models import Count, F, Q, QuerySet

from muster.curriculum.earlier import Earlier
from muster.curriculum.models import Framework, Objective, Stage, Strand, Subject
from muster.people.models import School, SchoolClass
from muster.people.prepared import Prepared

EVERY_STRAND = 0
"""The number that stands for all strands in an address."""


@dataclass(frozen=True)
class Unit:
    """One page of a class's markbook. `strand` None: all strands of the subject."""

    subject: Subject
    stage: Stage
    strand: Strand | None
    objectives: int

    @property
    def name(self) -> str:
        """What the bar calls it."""
        return self.strand.name if self.strand else self.subject.name

    @property
    def path(self) -> str:
        """The end of its address."""
        return f"{self.subject.pk}/{self.stage.pk}/{self.strand.pk if self.strand else EVERY_STRAND}/"


def tops(strands: Iterable[Strand]) -> dict[int, Strand]:
    """The top strand above each strand, by the strand's id."""
    by_id = {strand.pk: strand for strand in strands}

    def top(strand: Strand) -> Strand:
        while strand.parent_id is not None and strand.parent_id in by_id:
            strand = by_id[strand.parent_id]
        return strand

    return {pk: top(strand) for pk, strand in by_id.items()}


def reading_order(strands: Iterable[Strand]) -> dict[int, int]:
    """The place of each strand when the tree is read from the top, children after their parent."""
    children: dict[int | None, list[Strand]] = {}
    for strand in sorted(strands, key=lambda each: (each.position, each.pk)):
        children.setdefault(strand.parent_id, []).append(strand)
    order: dict[int, int] = {}
    waiting = children.get(None, [])[::-1]
    while waiting:
        strand = waiting.pop()
        order[strand.pk] = len(order)
        waiting += children.get(strand.pk, [])[::-1]
    return order


def stages_for(school_class: SchoolClass, *, then: Earlier | None = None) -> list[Stage]:
    """The stages usual for the class's year group; all of the school's when none is said to be.

    One statement, two where there are none. With `then` as they stood at that moment, three.
    """
    school, year_group = school_class.school_id, school_class.year_group_id
    usual = stages_of(school, year_group, then=then) if year_group else []
    return usual or stages_of(school, None, then=then)


def stages_of(school: int, year_group: int | None, *, then: Earlier | None = None) -> list[Stage]:
    """The stages usual for a year group; all with None. One statement; with `then` as they stood then, three."""
    stages = Stage.objects.filter(school=school).order_by("framework", "position")
    usual = stages if year_group is None else stages.filter(year_groups=year_group)
    if then is None:
        return list(usual.live().filter(framework__retired_at__isnull=True))
    moved, today = then.links(Stage, "year_groups"), set(usual.values_list("pk", flat=True))
    frameworks = {row.pk for row in then.as_then(Framework.objects.filter(school=school))}
    there = [
        stage
        for stage in then.as_then(stages)
        if stage.framework_id in frameworks
        and (year_group in moved[stage.pk] if year_group and stage.pk in moved else stage.pk in today)
    ]
    return sorted(there, key=lambda each: (each.framework_id, each.position))


@dataclass(frozen=True)
class Plan:
    """Subjects, strands and stages of some frameworks, and how many live objectives stand in each strand and stage."""

    subjects: tuple[Subject, ...]
    strands: tuple[Strand, ...]
    stages: tuple[Stage, ...]
    counted: Mapping[tuple[int, int], int]

    def strands_of(self, subject: Subject) -> list[Strand]:
        """The strands of one subject."""
        return [strand for strand in self.strands if strand.subject_id == subject.pk]

    def units(self) -> list[Unit]:
        """The units that hold a live objective, in the school's order; last of a subject, all its strands together."""
        found: list[Unit] = []
        for subject in self.subjects:
            strands = self.strands_of(subject)
            above = tops(strands)
            for stage in self.stages:
                if stage.framework_id == subject.framework_id:
                    found += self._units(subject, stage, strands, above)
        return found

    def _units(
        self, subject: Subject, stage: Stage, strands: Sequence[Strand], above: Mapping[int, Strand]
    ) -> list[Unit]:
        totals: dict[int, int] = {}
        for strand in strands:
            if count := self.counted.get((strand.pk, stage.pk)):
                top = above[strand.pk].pk
                totals[top] = totals.get(top, 0) + count
        own = sorted((each for each in strands if each.pk in totals), key=lambda each: (each.position, each.pk))
        units = [Unit(subject, stage, strand, totals[strand.pk]) for strand in own]
        if len(own) > 1:
            units.append(Unit(subject, stage, None, sum(totals.values())))
        return units


_strands = Prepared(
    lambda school, frameworks: Strand.objects.filter(school=school, subject__framework__in=frameworks).select_related(
        "subject__framework"
    )
)
_counted = Prepared(
    lambda school, stages: (
        Objective.objects.to_learn()
        .live()
        .filter(school=school, stages__in=stages)
        .values_list("strand", "stages")
        .annotate(count=Count("pk"))
    )
)


def plan_of(school: School | int, stages: Sequence[Stage], *, then: Earlier | None = None) -> Plan:
    """What there is to mark in `stages`. Two statements.

    With `then` as it stood at that moment; how many objectives there were is not counted, only that there were some.
    """
    school_id = school if isinstance(school, int) else school.pk
    frameworks = {stage.framework_id for stage in stages}
    strands = _strands(school=school_id, frameworks=frameworks)
    subjects = {strand.subject_id: strand.subject for strand in strands}
    if then is not None:
        strands = then.as_then(strands)
        then.as_then(subject.framework for subject in subjects.values())
        subjects = {subject.pk: subject for subject in then.as_then(subjects.values())}
    return Plan(
        subjects=tuple(sorted(subjects.values(), key=lambda each: (each.position, each.pk))),
        strands=tuple(strand for strand in strands if strand.subject_id in subjects),
        stages=tuple(stages),
        counted={
            (strand, stage): count
            for strand, stage, count in _counted(school=school_id, stages=[stage.pk for stage in stages])
        },
    )


class Place(NamedTuple):
    """Which unit an address names, by the ids of its parts."""

    subject: int
    stage: int
    strand: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Out of "12.3.45"; None where that is no such thing."""
        parts = text.split(".")
        if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
            return None
        return cls(*(int(part) for part in parts))

    def __str__(self) -> str:
        return f"{self.subject}.{self.stage}.{self.strand}"


@dataclass(frozen=True)
class Opened:
    """A unit and its objectives in reading order, each with the scale it is judged on. `above` is of its strands."""

    unit: Unit
    objectives: tuple[Objective, ...]
    scales: Mapping[int, int]
    tops: Mapping[int, int]

    def only(self, objective: int) -> "Opened | None":
        """The same with one objective alone; None where it holds no such."""
        found = tuple(each for each in self.objectives if each.pk == objective)
        return replace(self, objectives=found) if found else None


def stages_in(school: int, there: Q) -> QuerySet[Stage]:
    """Stages of a school in their order."""
    return Stage.objects.filter(there, school=school).order_by("framework", "position")


def with_band(school: int) -> QuerySet[Objective]:
    """Objectives of a school, each once for every stage it is in, which is its `band`."""
    return Objective.objects.to_learn().filter(school=school).defer("detail").annotate(band=F("stages"))


_stages = Prepared(lambda school, stages: stages_in(school, Q(pk__in=stages)))
_stages_too = Prepared(
    lambda school, stages, year_group: stages_in(
        school,
        Q(pk__in=stages) | Q(year_groups=year_group, retired_at__isnull=True, framework__retired_at__isnull=True),
    )
)
_objectives = Prepared(
    lambda school, strands, stages: with_band(school).filter(
        strand__in=strands, stages__in=stages, retired_at__isnull=True
    )
)


def units_in(
    school: School, places: Sequence[Place], *, year_group: int | None = None, then: Earlier | None = None
) -> tuple[list[Opened], list[Unit]] | None:
    """The units of `places`, and all units of their stages; None where one of them is not there.

    With `year_group` all units of the stages usual for it besides. Four statements, however many places. With `then` as
    they stood at that moment.
    """
    asked = {"school": school.pk, "stages": {each.stage for each in places}}
    rows_of = _stages(**asked) if year_group is None else _stages_too(**asked, year_group=year_group)
    by_id = {stage.pk: stage for stage in rows_of}
    if then is not None:
        by_id = {stage.pk: stage for stage in then.as_then(by_id.values())}
    if any(each.stage not in by_id for each in places):
        return None
    plan = plan_of(school, list(by_id.values()), then=then)
    inside: list[tuple[Place, Subject, dict[int, Strand], list[Strand]]] = []
    for place in places:
        subject = next((each for each in plan.subjects if each.pk == place.subject), None)
        if subject is None or subject.framework_id != by_id[place.stage].framework_id:
            return None
        strands = plan.strands_of(subject)
        above = tops(strands)
        wanted = [each for each in strands if place.strand in (EVERY_STRAND, above[each.pk].pk)]
        if not wanted:
            return None
        inside.append((place, subject, above, wanted))
    moved = {} if then is None else then.links(Objective, "stages")
    homes = {each.pk for _place, _subject, _above, wanted in inside for each in wanted}
    stages = {place.stage for place in places}
    if then is None:
        found = _objectives(school=school.pk, strands=homes, stages=stages)
    else:
        moved_since = Q(pk__in=then.differing(Objective, "stages", "strand", "strand_id"))
        found = then.as_then(with_band(school.pk).filter(Q(strand__in=homes, stages__in=stages) | moved_since))
    opened = []
    for place, subject, above, wanted in inside:
        order = reading_order(plan.strands_of(subject))
        here = {each.pk for each in wanted}
        chosen = {
            each.pk: each
            for each in found
            if each.strand_id in here and place.stage in moved.get(each.pk, (band_of(each),))
        }
        objectives = sorted(chosen.values(), key=lambda each: (order.get(each.strand_id, 0), each.position, each.pk))
        top = above[wanted[0].pk] if place.strand != EVERY_STRAND else None
        unit = Unit(subject, by_id[place.stage], top, len(objectives))
        usual = subject.scale_id or subject.framework.scale_id
        scales = {each.pk: each.scale_id or usual for each in objectives}
        opened.append(Opened(unit, tuple(objectives), scales, {pk: strand.pk for pk, strand in above.items()}))
    return opened, plan.units()


def band_of(objective: Objective) -> int:
    """The stage by which a row of `units_in` was found."""
    band: int = objective.band  # type: ignore[attr-defined]  # annotated there
    return band
