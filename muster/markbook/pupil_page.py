"""One pupil's learning: a strip a subject, with how it stands, what comes next, and the last words of summing up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.curriculum.earlier import Earlier, strands_then
from muster.curriculum.models import Objective, Subject
from muster.markbook.as_at import AsAt
from muster.markbook.coverage import Evidence, evidence_of
from muster.markbook.newest import Newest, gathered, newest
from muster.markbook.rules.coverage import Coverage, depth_change
from muster.markbook.rules.coverage import Depth as Deep
from muster.markbook.rules.depth import Depth, FourShares, depth_of, four_shares
from muster.markbook.rules.snapshots import BLINK
from muster.markbook.rules.what_next import next_for
from muster.markbook.steps import NamedStep, named_steps
from muster.markbook.units import stages_of
from muster.markbook.what_next import Aim, aims_in_order, standings_of, subjects_in
from muster.pages import bars
from muster.pages.formatting import short_day
from muster.people.calendar import year_at
from muster.people.models import ClassMembership, Pupil, School, SchoolClass, Term, YearGroup, YearPlacement
from muster.people.models.classes import on_day


@dataclass(frozen=True)
class SummedUp:
    """What a line of the summative sheet last said of the pupil, and when."""

    line: str
    word: str
    code: str
    fill: str
    at: datetime


@dataclass(frozen=True)
class SubjectStrip:
    """One subject of one pupil. Every judgement that stands counts, whatever term it was made in.

    `follows` names what the pupil follows instead of their class, "" where they follow the class. `since` says what has
    come since the term began, "" where nothing was judged yet or no term has begun.
    """

    subject: Subject
    follows: str
    depth: Depth
    coverage: Coverage
    shares: FourShares
    text: str
    segments: Sequence[bars.Segment]
    now: tuple[Aim, ...]
    following: tuple[Aim, ...]
    summed_up: tuple[SummedUp, ...]
    since: str

    @property
    def ahead_secure(self) -> int:
        """How many are secure ahead of teaching: in the bar, and outside the four shares."""
        return self.depth.secure - self.coverage.secure


@dataclass(frozen=True)
class PupilLearning:
    """All subjects of one pupil, in the school's order. `shown` are the objectives it names."""

    year_group: YearGroup | None
    strips: tuple[SubjectStrip, ...]
    shown: frozenset[int]


def year_group_of(pupil: Pupil, school: School, *, day: date) -> YearGroup | None:
    """The year group whose objectives are the pupil's: that of their placement, else of their registration class."""
    year = year_at(school, day)
    placed = YearPlacement.objects.filter(pupil__in=[pupil], year=year).select_related("year_group").first()
    if placed is not None:
        return placed.year_group
    inside = ClassMembership.objects.filter(
        on_day(day), pupil__in=[pupil], school_class__kind=SchoolClass.Kind.REGISTRATION
    )
    found = inside.select_related("school_class__year_group").first()
    return found.school_class.year_group if found else None


def pupil_learning(
    pupil: Pupil, *, school: School, today: date, as_at: AsAt | None = None, then: Earlier | None = None
) -> PupilLearning:
    """The strips of `pupil` today, or as at a past moment, with `then` for its words. Constant statements."""
    day = school.day(as_at.at) if as_at else today
    year_group = year_group_of(pupil, school, day=day)
    stages = stages_of(school.pk, year_group.pk, then=then) if year_group else []
    subjects = subjects_in(school, stages, then=then)
    evidence = evidence_of(
        school,
        [pupil.pk],
        subjects=[subject.pk for subject in subjects],
        stages=stages,
        day=day,
        as_at=as_at,
        then=then,
    )
    counted = evidence.counted()
    steps = named_steps(school, then=then)
    aims = aims_named(school, evidence, then)
    summed = summed_up(pupil, lines_in(school, subjects, then), steps, evidence, as_at)
    began, before = before_term(pupil, school, evidence, day=day, as_at=as_at)
    strips = tuple(
        strip(
            pupil.pk,
            subject,
            evidence=evidence,
            coverage=counted.of[pupil.pk, subject.pk],
            aims=aims,
            steps=steps,
            summed=summed.get(subject.pk, ()),
            since=since_then(pupil.pk, subject.pk, began, before, evidence, steps) if began else "",
        )
        for subject in subjects
    )
    named = {aim.id for each in strips for aim in (*each.now, *each.following)}
    return PupilLearning(year_group, strips, frozenset(named))


def aims_named(school: School, evidence: Evidence, then: Earlier | None) -> dict[int, Aim]:
    """Every objective of the evidence in order, in the words of the moment. At most two statements."""
    return aims_in_order(school, {objective for own in evidence.own.values() for objective in own}, then=then)


def strip(
    pupil: int,
    subject: Subject,
    *,
    evidence: Evidence,
    coverage: Coverage,
    aims: Mapping[int, Aim],
    steps: Mapping[int, NamedStep],
    summed: Sequence[SummedUp],
    since: str,
) -> SubjectStrip:
    """The strip of one subject."""
    own = evidence.own[pupil, subject.pk]
    depth = depth_of(
        len(own),
        [
            step
            for objective, scale in own.items()
            if (mark := evidence.marks.get((pupil, objective))) and mark.kind == "step"
            if (step := evidence.read.of(mark.step, scale)) is not None
        ],
        steps,
    )
    parts = [
        bars.Part(depth.on_step[step.id], step.word, step.fill or bars.BLANK)
        for step in steps.values()
        if step.id in depth.on_step
    ]
    parts.append(bars.Part(depth.not_marked, _("not yet marked")))
    found = next_for(
        [objective for objective in aims if objective in own],
        standings_of(evidence, pupil, own),
        evidence.taught[pupil],
        most=2,
    )
    tags = [each.tag for each in evidence.follows.get(pupil, ()) if each.instead_of == subject.pk]
    return SubjectStrip(
        subject=subject,
        follows=", ".join(dict.fromkeys(tags)),
        depth=depth,
        coverage=coverage,
        shares=four_shares(coverage),
        text=said_of(depth),
        segments=bars.stacked(parts),
        now=tuple(aims[objective] for objective in found.now),
        following=tuple(aims[objective] for objective in found.following),
        summed_up=tuple(summed),
        since=since,
    )


def before_term(
    pupil: Pupil, school: School, evidence: Evidence, *, day: date, as_at: AsAt | None
) -> tuple[date | None, Mapping[tuple[int, int], Newest]]:
    """The first day of the term that `day` lies in, and what stood before it; None before any term. Two statements."""
    term = Term.objects.begun(school, day)
    if term is None:
        return None, {}
    wanted = {objective for own in evidence.own.values() for objective in own}
    until = school.midnight(term.first_day) - BLINK
    held = newest(pupils=[pupil.pk, *evidence.joined], objectives=wanted, until=as_at, judged_until=until)
    return term.first_day, gathered(held, evidence.joined)


def since_then(
    pupil: int,
    subject: int,
    day: date,
    before: Mapping[tuple[int, int], Newest],
    evidence: Evidence,
    steps: Mapping[int, NamedStep],
) -> str:
    """What has come since `day` among the pupil's own objectives: how many are newly secure, and how depth changed.

    What is new stands beside the change and is never in it, so that beginning something new lowers nothing.
    """

    def given(marks: Mapping[tuple[int, int], Newest]) -> dict[int, NamedStep]:
        return {
            objective: steps[step]
            for objective, scale in evidence.own[pupil, subject].items()
            if (mark := marks.get((pupil, objective))) and mark.kind == "step"
            if (step := evidence.read.of(mark.step, scale)) is not None
        }

    then, now = given(before), given(evidence.marks)
    if not now:
        return ""
    newly = sum(
        1 for objective, step in now.items() if step.secure and not (objective in then and then[objective].secure)
    )
    change = depth_change(*({pk: Deep(each.scale, each.position) for pk, each in one.items()} for one in (then, now)))
    said = [_("%(count)d newly secure since %(day)s") % {"count": newly, "day": short_day(day)}]
    if change.mean is not None:
        words = {"count": change.both - len(change.elsewhere), "mean": f"{float(change.mean):+.1f}"}
        said.append(_("%(count)d judged before and now, %(mean)s steps on average") % words)
    if change.new:
        said.append(_("%(count)d new beside") % {"count": len(change.new)})
    return "; ".join(said) + "."


def said_of(depth: Depth) -> str:
    """How much is secure, in words: "7 of 30 secure, 2 of them deeper"."""
    said = ngettext("%(secure)d of %(count)d secure", "%(secure)d of %(count)d secure", depth.own) % {
        "secure": depth.secure,
        "count": depth.own,
    }
    if not depth.deeper:
        return said
    return _("%(said)s, %(deeper)d of them deeper") % {"said": said, "deeper": depth.deeper}


class SummativeLine(NamedTuple):
    """A line of the summative sheet: what it is called, and the scale it is judged on."""

    id: int
    name: str
    subject: int
    scale: int


def lines_in(school: School, subjects: Sequence[Subject], then: Earlier | None) -> list[SummativeLine]:
    """The summative lines of `subjects` in the school's order. One statement; with `then` as they stood then, two."""
    rows = Objective.objects.at(school).summing_up().filter(strand__subject__in=subjects).in_order()
    if then is None:
        found = list(rows.live().select_related("strand__subject__framework"))
        strands = {row.strand_id: row.strand for row in found}
    else:
        found, strands = then.as_then(rows), strands_then(school, then)
    lines = []
    for row in found:
        subject = strands[row.strand_id].subject
        scale = row.scale_id or subject.scale_id or subject.framework.scale_id
        lines.append(SummativeLine(row.pk, row.code or row.wording, subject.pk, scale))
    return lines


def summed_up(
    pupil: Pupil,
    lines: Sequence[SummativeLine],
    steps: Mapping[int, NamedStep],
    evidence: Evidence,
    as_at: AsAt | None,
) -> dict[int, list[SummedUp]]:
    """What `lines` last said of the pupil, by subject. One statement."""
    ids = [pupil.pk, *evidence.joined]
    marks = gathered(newest(pupils=ids, objectives=[line.id for line in lines], until=as_at), evidence.joined)
    found: dict[int, list[SummedUp]] = {}
    for line in lines:
        mark = marks.get((pupil.pk, line.id))
        step = steps.get(evidence.read.of(mark.step, line.scale) or 0) if mark else None
        if mark is not None and step is not None:
            said = SummedUp(line.name, step.word, step.code, step.fill, mark.judged_at)
            found.setdefault(line.subject, []).append(said)
    return found
