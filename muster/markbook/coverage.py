"""Coverage of pupils, subject by subject: each pupil's own objectives, taught by their classes while they were there.

The rule is in rules/coverage.py; this is what it is handed. Constant statements whatever the pupils or the subjects.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from muster.curriculum.earlier import Earlier, strands_then
from muster.curriculum.models import Objective, Stage, Step
from muster.curriculum.readings import Readings, readings
from muster.markbook.as_at import AsAt, end_of
from muster.markbook.following import Follows, followings, is_theirs
from muster.markbook.members import records_joined
from muster.markbook.newest import Newest, gathered, newest
from muster.markbook.rules.coverage import Coverage, Stands, of_class, of_pupil
from muster.markbook.teaching import stays_of, teaching
from muster.people.models import School


@dataclass(frozen=True)
class Covered:
    """Coverage by (pupil, subject of the class). `apart` holds those who follow objectives of their own there."""

    of: Mapping[tuple[int, int], Coverage]
    apart: frozenset[tuple[int, int]]

    def together(self, subject: int) -> Coverage:
        """The class in one subject, without those who follow objectives of their own."""
        return of_class(one for cell, one in self.of.items() if cell[1] == subject and cell not in self.apart)

    def others(self, subject: int) -> int:
        """How many stand apart from the class in one subject, to be printed beside every number of the class."""
        return sum(1 for cell in self.apart if cell[1] == subject)


@dataclass(frozen=True)
class Aim:
    """An objective as coverage needs it."""

    id: int
    subject: int
    stages: frozenset[int]
    scale: int


def aims_of(school: School, *, subjects: Collection[int], then: Earlier | None = None) -> list[Aim]:
    """What there is to learn in `subjects` (ids). One statement; with `then`, as it stood at that moment, two."""
    if then is not None:
        return aims_then(school, set(subjects), then)
    rows = Objective.objects.filter(school=school, strand__subject__in=subjects).to_learn().live()
    found: dict[int, Aim] = {}
    for pk, subject, stage, own, of_subject, of_framework in rows.values_list(
        "pk",
        "strand__subject",
        "stages",
        "scale",
        "strand__subject__scale",
        "strand__subject__framework__scale",
    ):
        before = found[pk].stages if pk in found else frozenset()
        found[pk] = Aim(
            pk, subject, before | {stage} if stage is not None else before, own or of_subject or of_framework
        )
    return list(found.values())


def aims_then(school: School, subjects: set[int], then: Earlier) -> list[Aim]:
    """What there was to learn in `subjects`: the objectives in the strands and stages, and on the scales, of then."""
    strands = strands_then(school, then)
    inside = Q(strand__subject__in=subjects) | Q(pk__in=then.differing(Objective, "strand", "strand_id"))
    # Any, because what is annotated is no attribute of an objective.
    rows: list[Any] = list(Objective.objects.filter(inside, school=school).to_learn().annotate(band=F("stages")))
    moved = then.links(Objective, "stages")
    found: dict[int, Aim] = {}
    for row in then.as_then(rows):
        subject = strands[row.strand_id].subject
        if subject.pk not in subjects:
            continue
        band = frozenset({row.band}) if row.band is not None else frozenset()
        stages = moved.get(row.pk, found[row.pk].stages | band if row.pk in found else band)
        scale = row.scale_id or subject.scale_id or subject.framework.scale_id
        found[row.pk] = Aim(row.pk, subject.pk, stages, scale)
    return list(found.values())


def own_aims(
    aims: Iterable[Aim], follows: Collection[Follows], *, subject: int, stages: Collection[int]
) -> dict[int, int]:
    """The objectives that are one pupil's own in the class's `subject`, each with the scale it is judged on.

    Those of what the pupil follows there, all together; else those of the class's `stages`.
    """
    theirs = [each for each in follows if each.instead_of == subject]
    own: dict[int, int] = {}
    for aim in aims:
        if theirs:
            by = is_theirs(theirs, subject=aim.subject, stages=aim.stages)
            if by is not None:
                own[aim.id] = by.scale or aim.scale
        elif aim.subject == subject and aim.stages & set(stages):
            own[aim.id] = aim.scale
    return own


@dataclass(frozen=True)
class Evidence:
    """All that coverage rests on, and whoever shows more than its counts.

    `own` holds the objectives of each (pupil, subject of the class), each with the scale it is judged on; `taught` what
    each pupil was taught of any of them; `marks` what stands by (pupil, objective). `joined` has records joined to one of
    the pupils (gone: kept).
    """

    own: Mapping[tuple[int, int], Mapping[int, int]]
    taught: Mapping[int, set[int]]
    marks: Mapping[tuple[int, int], Newest]
    read: Readings
    secure: frozenset[int]
    follows: Mapping[int, Sequence[Follows]]
    apart: frozenset[tuple[int, int]]
    joined: Mapping[int, int]

    def counted(self) -> Covered:
        """The counts of it."""
        found: dict[tuple[int, int], Coverage] = {}
        for (pupil, subject), scales in self.own.items():
            stands = {
                objective: Stands(mark.kind, self.read.of(mark.step, scale) in self.secure)
                for objective, scale in scales.items()
                if (mark := self.marks.get((pupil, objective))) is not None
            }
            found[pupil, subject] = of_pupil(own=scales, taught=self.taught[pupil] & scales.keys(), stands=stands)
        return Covered(found, self.apart)


def coverage_of(
    school: School,
    pupils: Collection[int],
    *,
    subjects: Collection[int],
    stages: Collection[Stage],
    day: date,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
) -> Covered:
    """Coverage of each of `pupils` (ids) in each of `subjects` (ids) of their class, by `day`, that day included.

    `stages` are those usual for the class or year group. Every judgement that stands counts, whatever term it was made
    in. Eight statements. As at a past moment with `as_at`, and `then` for the objectives and words of that time.
    """
    return evidence_of(school, pupils, subjects=subjects, stages=stages, day=day, as_at=as_at, then=then).counted()


def evidence_of(
    school: School,
    pupils: Collection[int],
    *,
    subjects: Collection[int],
    stages: Collection[Stage],
    day: date,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
) -> Evidence:
    """What `coverage_of` counts. Eight statements."""
    joined = records_joined(school.pk, pupils, as_at)
    followed = followings(pupils, day=day, as_at=as_at, instead_of=subjects, joined=joined, then=then)
    elsewhere = {each.subject for rows in followed.values() for each in rows}
    aims = aims_of(school, subjects={*subjects, *elsewhere}, then=then)
    band = {stage.pk for stage in stages}
    of_the_class = {subject: own_aims(aims, (), subject=subject, stages=band) for subject in subjects}
    apart = frozenset(
        (pupil, each.instead_of) for pupil, rows in followed.items() for each in rows if each.instead_of in subjects
    )
    own = {
        (pupil, subject): own_aims(aims, followed[pupil], subject=subject, stages=band)
        if (pupil, subject) in apart
        else of_the_class[subject]
        for pupil in pupils
        for subject in subjects
    }
    wanted = {objective for each in of_the_class.values() for objective in each}
    wanted |= {objective for cell in apart for objective in own[cell]}
    stays = stays_of(pupils, joined)
    classes = {stay.school_class for rows in stays.values() for stay in rows}
    given = teaching(classes, wanted, day=day, as_at=as_at, joined=joined)
    taught = {pupil: given.to(pupil, stays.get(pupil, ())) for pupil in pupils}
    held = newest(pupils=[*pupils, *joined], objectives=wanted, until=as_at, judged_until=end_of(day, school))
    marks = gathered(held, joined)
    read = readings(school, at=as_at.recorded_by if as_at else None)
    return Evidence(own, taught, marks, read, secure_steps(school, then), followed, apart, joined)


def secure_steps(school: School, then: Earlier | None) -> frozenset[int]:
    """The steps that the school calls secure, or called so then. One statement."""
    if then is None:
        return frozenset(Step.objects.at(school).filter(secure=True).values_list("pk", flat=True))
    steps = list(Step.objects.at(school))
    then.as_then(steps)
    return frozenset(step.pk for step in steps if step.secure)
