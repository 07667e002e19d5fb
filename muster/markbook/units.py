"""Units: what a markbook page covers. One subject, one stage, and one of the subject's top strands or all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from muster.curriculum.models import Objective, Stage, Strand, Subject
from muster.people.models import School, SchoolClass

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

    def walk(parent: int | None) -> None:
        for strand in children.get(parent, []):
            order[strand.pk] = len(order)
            walk(strand.pk)

    walk(None)
    return order


def stages_for(school_class: SchoolClass) -> list[Stage]:
    """The stages usual for the class's year group; all of the school's when none is said to be."""
    stages = Stage.objects.filter(school=school_class.school_id, framework__retired_at__isnull=True)
    usual = list(stages.filter(year_groups=school_class.year_group_id).order_by("framework", "position"))
    return usual or list(stages.order_by("framework", "position"))


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


def plan_of(school: School | int, stages: Sequence[Stage]) -> Plan:
    """What there is to mark in `stages`. Three statements."""
    school_id = school if isinstance(school, int) else school.pk
    frameworks = {stage.framework_id for stage in stages}
    return Plan(
        subjects=tuple(
            Subject.objects.filter(school=school_id, framework__in=frameworks)
            .select_related("framework")
            .order_by("position", "pk")
        ),
        strands=tuple(Strand.objects.filter(school=school_id, subject__framework__in=frameworks)),
        stages=tuple(stages),
        counted={
            (strand, stage): count
            for strand, stage, count in Objective.objects.filter(
                school=school_id, retired_at__isnull=True, stages__in=stages
            )
            .values_list("strand", "stages")
            .annotate(count=Count("pk"))
        },
    )


def unit_in(
    school: School, *, subject: int, stage: int, strand: int
) -> tuple[Unit, list[Unit], list[Objective]] | None:
    """One unit, its neighbours in the same stage, and its live objectives in reading order; None where there is no
    such unit. Five statements.
    """
    band = Stage.objects.filter(school=school, pk=stage).first()
    if band is None:
        return None
    plan = plan_of(school, [band])
    found = next((each for each in plan.subjects if each.pk == subject), None)
    if found is None:
        return None
    strands = plan.strands_of(found)
    above = tops(strands)
    wanted = [each for each in strands if strand in (EVERY_STRAND, above[each.pk].pk)]
    if not wanted:
        return None
    order = reading_order(strands)
    objectives = sorted(
        Objective.objects.live().filter(school=school, strand__in=wanted, stages=band).defer("detail"),
        key=lambda each: (order.get(each.strand_id, 0), each.position, each.pk),
    )
    top = above[wanted[0].pk] if strand != EVERY_STRAND else None
    return Unit(found, band, top, len(objectives)), plan.units(), objectives
