"""Which objectives anybody has read: the first time a term that a page names one with its marks. Nobody's name is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from muster.curriculum.models import Framework, Objective
from muster.markbook.models import Judgement, ObjectiveRead
from muster.people import doors
from muster.people.models import School, Term
from muster.people.purposes import Purpose


def noted_as_read(objectives: Collection[int], *, school: School, term: Term | None) -> None:
    """Note that `objectives` (ids) were read in `term`; those that were already cost nothing. Out of term, nothing.

    One statement, and one more the first time. It holds no name and no time, so it can say nothing of who reads.
    """
    if term is None or not objectives:
        return
    known = set(
        ObjectiveRead.objects.at(school).filter(term=term, objective__in=objectives).values_list("objective", flat=True)
    )
    new = set(objectives) - known
    if new:
        ObjectiveRead.objects.bulk_create(
            (ObjectiveRead(school=school, objective_id=each, term=term) for each in sorted(new)), ignore_conflicts=True
        )


@dataclass(frozen=True)
class Unread:
    """An objective with marks of a term that nobody has read, and how many marks those are."""

    objective: Objective
    marks: int


@dataclass(frozen=True)
class UnreadInTerm:
    """One term: how many objectives have marks made in it, and which of them nobody has read in it."""

    term: Term
    marked: int
    unread: tuple[Unread, ...]


@doors.reads(Purpose.TEACH)
def unread_of(framework: Framework, term: Term) -> UnreadInTerm:
    """The objectives of `framework` with marks made in `term` that no page has named since. Counts only. Three statements."""
    school = framework.school
    counted = dict(
        Judgement.objects.filter(
            school=school,
            objective__strand__subject__framework=framework,
            objective__sums_up=False,
            kind=Judgement.Kind.STEP,
            earlier_at__isnull=True,
            judged_at__gte=school.midnight(term.first_day),
            judged_at__lt=school.midnight(term.last_day + timedelta(days=1)),
        )
        .order_by()
        .values_list("objective")
        .annotate(marks=Count("pk"))
    )
    read = set(ObjectiveRead.objects.at(school).filter(term=term).values_list("objective", flat=True))
    rows = (
        Objective.objects.at(school)
        .filter(pk__in=counted.keys() - read)
        .live()
        .select_related("strand__subject")
        .in_order()
    )
    unread = sorted((Unread(row, counted[row.pk]) for row in rows), key=lambda each: -each.marks)
    return UnreadInTerm(term, len(counted), tuple(unread))
