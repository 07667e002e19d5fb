"""The learning strip on a pupil's page: a bar a subject, how much is secure, and what is next."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.curriculum.models import Objective, Step
from muster.markbook.newest import Newest, gathered, newest
from muster.pages import bars
from muster.people.access import Permission
from muster.people.calendar import year_at
from muster.people.gates import SchoolRequest
from muster.people.merging import stands_for
from muster.people.models import ClassMembership, Pupil, SchoolClass, YearPlacement
from muster.people.models.classes import on_day


@dataclass(frozen=True)
class SubjectStrip:
    """One subject of one pupil: every judgement that stands counts, whatever term it was made in."""

    name: str
    text: str
    segments: list[bars.Segment]
    following: str


def year_group_of(pupil: Pupil, request: SchoolRequest) -> int | None:
    """The year group whose objectives are the pupil's: that of their placement, else of their registration class."""
    year = year_at(request.school, request.today)
    placed = YearPlacement.objects.filter(pupil__in=[pupil], year=year).values_list("year_group", flat=True).first()
    if placed is not None:
        return placed
    inside = ClassMembership.objects.filter(
        on_day(request.today), pupil__in=[pupil], school_class__kind=SchoolClass.Kind.REGISTRATION
    )
    return inside.values_list("school_class__year_group", flat=True).first()


def learning(request: SchoolRequest, pupil: Pupil) -> list[SubjectStrip]:
    """A strip for each subject of the pupil's year group, in the school's order. Constant statements.

    Empty for whoever may not see this pupil's marks.
    """
    if not Pupil.objects.visible_to(request.viewer, may=Permission.MARKBOOK_VIEW).contains(pupil):
        return []
    year_group = year_group_of(pupil, request)
    objectives = list(
        Objective.objects.at(request.school)
        .live()
        .filter(
            stages__year_groups=year_group,
            stages__retired_at__isnull=True,
            strand__subject__framework__retired_at__isnull=True,
        )
        .select_related("strand__subject")
        .order_by("strand__subject__position", "strand__subject_id", "strand__position", "strand_id", "position", "pk")
        .distinct()
    )
    merged = stands_for([pupil.pk])
    marks = gathered(newest(pupils=[pupil.pk, *merged], objectives=[row.pk for row in objectives]), merged)
    steps = {step.pk: step for step in Step.objects.at(request.school).order_by("position")}
    by_subject: dict[int, list[Objective]] = {}
    for objective in objectives:
        by_subject.setdefault(objective.strand.subject_id, []).append(objective)
    return [strip(rows, marks, steps, pupil.pk) for rows in by_subject.values()]


def strip(
    objectives: list[Objective], marks: dict[tuple[int, int], Newest], steps: dict[int, Step], pupil: int
) -> SubjectStrip:
    """The strip of one subject: its steps from most to least, then what is not yet marked."""
    counts: dict[int, int] = {}
    following = ""
    secure = 0
    for objective in objectives:
        mark = marks.get((pupil, objective.pk))
        step = steps.get(mark.step) if mark and mark.step else None
        if step is not None:
            counts[step.pk] = counts.get(step.pk, 0) + 1
        if step is not None and step.secure:
            secure += 1
        elif not following:
            following = objective.wording
    parts = [
        bars.Part(counts[step.pk], step.word, step.fill or bars.BLANK)
        for step in sorted(steps.values(), key=lambda each: (-each.position, each.pk))
        if step.pk in counts
    ]
    parts.append(bars.Part(len(objectives) - sum(counts.values()), _("not yet marked")))
    text = ngettext("%(secure)d of %(count)d secure", "%(secure)d of %(count)d secure", len(objectives)) % {
        "secure": secure,
        "count": len(objectives),
    }
    return SubjectStrip(objectives[0].strand.subject.name, text, bars.stacked(parts), following)
