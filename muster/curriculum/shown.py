"""What the pages of curriculum show, gathered in a constant number of statements."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q

from muster.curriculum.models import Framework, Objective, Stage, Strand, Subject
from muster.people.models import ClassMembership, School, SchoolClass

USUAL_CLASS = 30
"""Pupils in a class, until the school has one."""
LONG = 120
"""Objectives from which a subject opens at its first stage instead of all at once."""


@dataclass(frozen=True)
class ObjectiveShown:
    """One objective of a page."""

    pk: int
    code: str
    wording: str
    detail: str
    is_key: bool
    stages: tuple[str, ...]
    strand: int


@dataclass
class StrandShown:
    """One strand of a page with its own objectives. `depth` counts from 0."""

    pk: int
    name: str
    depth: int
    path: str
    objectives: list[ObjectiveShown] = field(default_factory=list)

    @property
    def level(self) -> int:
        """The heading's level: h2 for a strand of the subject, deeper ones h3 and h4."""
        return min(2 + self.depth, 4)


@dataclass(frozen=True)
class SubjectShown:
    """A subject as its page shows it: its strands from top to bottom, the stages it may be narrowed to."""

    strands: tuple[StrandShown, ...]
    stages: tuple[Stage, ...]
    stage: Stage | None
    total: int
    retired: int

    @property
    def count(self) -> int:
        """Objectives on the page."""
        return sum(len(strand.objectives) for strand in self.strands)


def usual_class(school: School) -> int:
    """The mean number of pupils in a registration class of `school` that has any; 30 where there is none."""
    open_now = ClassMembership.objects.at(school).filter(
        ends_on__isnull=True, school_class__kind=SchoolClass.Kind.REGISTRATION
    )
    numbers = open_now.aggregate(pupils=Count("pk"), classes=Count("school_class", distinct=True))
    return round(numbers["pupils"] / numbers["classes"]) if numbers["classes"] else USUAL_CLASS


def strands_shown(subject: Subject) -> list[StrandShown]:
    """Every live strand of `subject` from top to bottom."""
    found: dict[int, StrandShown] = {}
    held = Objective.objects.filter(strand=OuterRef("pk"))
    inside = Strand.objects.live().filter(parent=OuterRef("pk"))
    # The strand that holds nothing but lines of the summative sheet is none of what is to be learnt.
    rows = subject.strands.live().filter(~Exists(held.summing_up()) | Exists(held.to_learn()) | Exists(inside))
    for row in rows.order_by("position", "pk"):
        above = found.get(row.parent_id) if row.parent_id else None
        path = f"{above.path} › {row.name}" if above else row.name
        found[row.pk] = StrandShown(row.pk, row.name, above.depth + 1 if above else 0, path)
    return list(found.values())


def stages_of(subject: Subject) -> list[Stage]:
    """The live stages that any live objective of `subject` stands in, in order; all of the framework's where none does."""
    stages = subject.framework.stages.live()
    used = stages.filter(objectives__in=Objective.objects.live().to_learn().filter(strand__subject=subject)).distinct()
    return list(used.order_by("position", "pk")) or list(stages.order_by("position", "pk"))


def subject_shown(subject: Subject, *, stage: Stage | None, everything: bool = False) -> SubjectShown:
    """The page of `subject`, narrowed to `stage`. A long subject opens at its first stage unless `everything` is asked."""
    stages = stages_of(subject)
    rows = Objective.objects.to_learn().filter(strand__subject=subject)
    numbers = rows.aggregate(live=Count("pk", filter=Q(retired_at__isnull=True)), every=Count("pk"))
    if stage is None and not everything and numbers["live"] > LONG and stages:
        stage = stages[0]
    live = rows.live()
    if stage is not None:
        live = live.filter(stages=stage)
    names: dict[int, list[str]] = {}
    for pk, name in (
        Objective.stages.through.objects.filter(objective__strand__subject=subject, stage__retired_at__isnull=True)
        .order_by("stage__position")
        .values_list("objective", "stage__name")
    ):
        names.setdefault(pk, []).append(name)
    strands = {strand.pk: strand for strand in strands_shown(subject)}
    for row in live.order_by("position", "pk"):
        if row.strand_id in strands:
            strands[row.strand_id].objectives.append(
                ObjectiveShown(
                    row.pk, row.code, row.wording, row.detail, row.is_key, tuple(names.get(row.pk, ())), row.strand_id
                )
            )
    return SubjectShown(
        strands=tuple(strands.values()),
        stages=tuple(stages),
        stage=stage,
        total=numbers["live"],
        retired=numbers["every"] - numbers["live"],
    )


@dataclass(frozen=True)
class FrameworkShown:
    """A framework in the list."""

    framework: Framework
    subjects: int
    objectives: int


def frameworks_shown(school: School) -> list[FrameworkShown]:
    """The frameworks of `school` by name, with what stands in each."""
    rows = Framework.objects.at(school).live().select_related("scale").order_by("name")
    subjects = dict(
        Subject.objects.at(school).live().values("framework").annotate(n=Count("pk")).values_list("framework", "n")
    )
    objectives = dict(
        Objective.objects.at(school)
        .live()
        .to_learn()
        .values("strand__subject__framework")
        .annotate(n=Count("pk"))
        .values_list("strand__subject__framework", "n")
    )
    return [FrameworkShown(row, subjects.get(row.pk, 0), objectives.get(row.pk, 0)) for row in rows]


@dataclass(frozen=True)
class SubjectLine:
    """A subject in a framework's list."""

    subject: Subject
    objectives: int
    keys: int


def subjects_shown(framework: Framework) -> list[SubjectLine]:
    """The subjects of `framework` in order, with the objectives in each."""
    learnt = Q(strands__objectives__retired_at__isnull=True, strands__objectives__sums_up=False)
    rows = (
        framework.subjects.live()
        .annotate(
            n=Count("strands__objectives", filter=learnt),
            keys=Count(
                "strands__objectives",
                filter=learnt & Q(strands__objectives__is_key=True),
            ),
        )
        .order_by("position", "pk")
    )
    return [SubjectLine(row, row.n, row.keys) for row in rows]


def strand_choices(subject: Subject) -> list[tuple[int, str]]:
    """Every live strand of `subject` with the way to it."""
    return [(strand.pk, strand.path) for strand in strands_shown(subject)]
