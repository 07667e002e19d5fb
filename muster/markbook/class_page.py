"""How a class stands: in one subject strand by strand, or in all of them a line each. Out of year is printed apart."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from muster.curriculum.earlier import Earlier
from muster.curriculum.models import Stage, Subject
from muster.markbook.as_at import AsAt
from muster.markbook.coverage import Evidence, evidence_of
from muster.markbook.pupil_page import aims_named, said_of
from muster.markbook.rules.coverage import Coverage
from muster.markbook.rules.depth import Depth, FourShares, depth_of, four_shares
from muster.markbook.rules.what_next import Population, Standing, gap_in
from muster.markbook.steps import NamedStep, named_steps
from muster.markbook.what_next import Aim, ApartShown, apart_shown, population_sentence, standings_of
from muster.pages import bars
from muster.people.models import Pupil, School

LOOK_FIRST = 6
"""Pupils named under whom to look at first."""


@dataclass(frozen=True)
class OnStep:
    """How many stand on one step."""

    step: NamedStep
    count: int


@dataclass(frozen=True)
class Line:
    """One objective, or a whole strand: how many stand on each step, and who that is about."""

    name: str
    taught: bool
    steps: tuple[OnStep, ...]
    segments: Sequence[bars.Segment]
    population: Population
    said: str
    lacking: int


@dataclass(frozen=True)
class StrandShown:
    """A strand with its objectives."""

    name: str
    whole: Line
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class LookFirst:
    """A pupil with the most things not yet secure, of what was taught where that is known; `missed` while away."""

    pupil: Pupil
    lacking: int
    missed: int


@dataclass(frozen=True)
class SubjectOfClass:
    """How the class stands in one subject; `of` follow the class's objectives, `others` (ids) their own, in no count."""

    subject: Subject
    of: int
    others: frozenset[int]
    depth: Depth
    coverage: Coverage
    shares: FourShares
    text: str
    segments: Sequence[bars.Segment]

    @property
    def apart(self) -> int:
        """How many follow their own objectives."""
        return len(self.others)

    @property
    def ahead_secure(self) -> int:
        """How many are secure ahead of teaching: in the bar, and outside the four shares."""
        return self.depth.secure - self.coverage.secure


@dataclass(frozen=True)
class SubjectPage:
    """One subject of the class, strand by strand."""

    whole: SubjectOfClass
    strands: tuple[StrandShown, ...]
    any_taught: bool
    look_first: tuple[LookFirst, ...]
    apart: tuple[ApartShown, ...]
    shown: frozenset[int]

    @property
    def objectives(self) -> int:
        """How many objectives have a line."""
        return sum(len(strand.lines) for strand in self.strands)


def all_subjects(
    school: School,
    subjects: Sequence[Subject],
    pupils: Collection[int],
    stages: Collection[Stage],
    *,
    day: date,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
) -> list[SubjectOfClass]:
    """A line for each of `subjects`. Nine statements. Nothing is added up over subjects."""
    evidence = evidence_of(
        school, pupils, subjects=[subject.pk for subject in subjects], stages=stages, day=day, as_at=as_at, then=then
    )
    steps = named_steps(school, then=then)
    return [subject_of_class(evidence, subject, pupils, steps) for subject in subjects]


def subject_of_class(
    evidence: Evidence, subject: Subject, pupils: Collection[int], steps: Mapping[int, NamedStep]
) -> SubjectOfClass:
    """How the class stands in one subject, from what is known of all of them."""
    covered = evidence.counted()
    coverage = covered.together(subject.pk)
    together = [pk for pk in pupils if (pk, subject.pk) not in evidence.apart]
    given = [step for pk in together for step in steps_given(evidence, pk, subject.pk)]
    own = sum(len(evidence.own[pk, subject.pk]) for pk in together)
    depth = depth_of(own, given, steps)
    return SubjectOfClass(
        subject=subject,
        of=len(together),
        others=frozenset(pk for pk in pupils if (pk, subject.pk) in evidence.apart),
        depth=depth,
        coverage=coverage,
        shares=four_shares(coverage),
        text=said_of(depth),
        segments=segments_of(depth, steps),
    )


def steps_given(evidence: Evidence, pupil: int, subject: int) -> list[int]:
    """The step of each of the pupil's own objectives that has one."""
    return [
        step
        for objective, scale in evidence.own[pupil, subject].items()
        if (mark := evidence.marks.get((pupil, objective))) and mark.kind == "step"
        if (step := evidence.read.of(mark.step, scale)) is not None
    ]


def segments_of(depth: Depth, steps: Mapping[int, NamedStep]) -> list[bars.Segment]:
    """The bar of a depth: from most to least, then what is not marked."""
    parts = [
        bars.Part(depth.on_step[step.id], step.word, step.fill or bars.BLANK)
        for step in steps.values()
        if step.id in depth.on_step
    ]
    return bars.stacked([*parts, bars.Part(depth.not_marked, "")])


def one_subject(
    school: School,
    subject: Subject,
    pupils: Sequence[Pupil],
    stages: Collection[Stage],
    *,
    day: date,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
) -> SubjectPage:
    """One subject of the class, strand by strand. At most eleven statements."""
    by_id = {pupil.pk: pupil for pupil in pupils}
    evidence = evidence_of(school, by_id, subjects=[subject.pk], stages=stages, day=day, as_at=as_at, then=then)
    aims = aims_named(school, evidence, then)
    steps = named_steps(school, then=then)
    together = [pk for pk in by_id if (pk, subject.pk) not in evidence.apart]
    standings = {pk: standings_of(evidence, pk, evidence.own[pk, subject.pk]) for pk in together}
    own = evidence.own[together[0], subject.pk] if together else {}
    taught = set().union(*(evidence.taught[pk] for pk in together))
    by_strand: dict[str, list[tuple[int, Line]]] = {}
    for objective, aim in aims.items():
        if objective in own:
            drawn = line_of(aim, own[objective], evidence, standings, steps, taught=objective in taught)
            by_strand.setdefault(aim.strand, []).append((objective, drawn))
    strands = tuple(
        StrandShown(name, sum_of(name, [line for _objective, line in lines]), tuple(line for _pk, line in lines))
        for name, lines in by_strand.items()
    )
    look = [
        LookFirst(
            by_id[pk],
            sum(
                1
                for objective, one in standings[pk].items()
                if one is Standing.LACKING and (objective in taught or not taught)
            ),
            sum(1 for one in standings[pk].values() if one is Standing.ABSENT),
        )
        for pk in together
    ]
    first = sorted((each for each in look if each.lacking + each.missed), key=lambda each: -each.lacking - each.missed)
    apart = tuple(
        apart_shown(evidence, subject.pk, by_id[pk], aims) for pk in by_id if (pk, subject.pk) in evidence.apart
    )
    return SubjectPage(
        whole=subject_of_class(evidence, subject, list(by_id), steps),
        strands=strands,
        any_taught=bool(taught),
        look_first=tuple(first[:LOOK_FIRST]),
        apart=apart,
        shown=frozenset(own) | {aim.id for each in apart for aim in each.aims},
    )


def line_of(
    aim: Aim,
    scale: int,
    evidence: Evidence,
    standings: Mapping[int, Mapping[int, Standing]],
    steps: Mapping[int, NamedStep],
    *,
    taught: bool,
) -> Line:
    """One objective of the class."""
    gap = gap_in(aim.id, {pk: one.get(aim.id, Standing.BLANK) for pk, one in standings.items()}, taught=taught)
    counts: dict[int, int] = {}
    for pk in standings:
        mark = evidence.marks.get((pk, aim.id))
        step = evidence.read.of(mark.step, scale) if mark and mark.kind == "step" else None
        if step is not None:
            counts[step] = counts.get(step, 0) + 1
    return drawn_line(aim.wording, taught, counts, gap.population, len(gap.lacking), steps)


def drawn_line(
    name: str,
    taught: bool,
    counts: Mapping[int, int],
    population: Population,
    lacking: int,
    steps: Mapping[int, NamedStep],
) -> Line:
    """A line with its bar."""
    on_step = tuple(OnStep(step, counts[step.id]) for step in steps.values() if step.id in counts)
    parts = [bars.Part(each.count, each.step.word, each.step.fill or bars.BLANK) for each in on_step]
    rest = population.everybody - sum(counts.values())
    return Line(
        name=name,
        taught=taught,
        steps=on_step,
        segments=bars.stacked([*parts, bars.Part(rest, "")]),
        population=population,
        said=population_sentence(population),
        lacking=lacking,
    )


def sum_of(name: str, lines: Sequence[Line]) -> Line:
    """A strand: the sums of its objectives' counts."""
    counts: dict[int, int] = {}
    named: dict[int, NamedStep] = {}
    for line in lines:
        for each in line.steps:
            counts[each.step.id] = counts.get(each.step.id, 0) + each.count
            named[each.step.id] = each.step
    in_order = dict(sorted(named.items(), key=lambda item: (item[1].scale, -item[1].position, -item[0])))
    population = Population(
        judged=sum(line.population.judged for line in lines),
        absent=sum(line.population.absent for line in lines),
        not_taught=sum(line.population.not_taught for line in lines),
        blank=sum(line.population.blank for line in lines),
    )
    return drawn_line(
        name, any(line.taught for line in lines), counts, population, sum(line.lacking for line in lines), in_order
    )
