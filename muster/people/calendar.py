"""The school's days: which year and term a day is in, and whether the school is open."""

from datetime import date

from django.db.models import Q

from muster.people.models import AcademicYear, Closure, HalfTerm, School, Term
from muster.people.rules.school_days import Span, open_days


def year_at(school: School, day: date) -> AcademicYear | None:
    """The year `day` lies in; else the one last begun; before all of them, the first to come. At most two queries."""
    years = AcademicYear.objects.at(school)
    begun = years.filter(first_day__lte=day).order_by("-first_day", "-pk").first()
    return begun or years.order_by("first_day", "pk").first()


def term_at(school: School, day: date) -> Term | None:
    """The term `day` lies in, or in a holiday the one before it; None before the first. One query."""
    return Term.objects.begun(school, day)


def spans_of(year: AcademicYear) -> list[Span]:
    """The parts of `year` in which the school may be open: its half-terms, and terms that have none."""
    halves = HalfTerm.objects.filter(school=year.school_id, term__year=year)
    whole = Term.objects.filter(school=year.school_id, year=year, halves__isnull=True)
    return [Span(row.first_day, row.last_day) for row in (*halves, *whole)]


def school_days(year: AcademicYear) -> list[date]:
    """The days of `year` on which the school is open, in order. Three queries."""
    closed = Closure.objects.filter(school=year.school_id, on__range=(year.first_day, year.last_day))
    return open_days(spans_of(year), week=year.school.week, closed=set(closed.values_list("on", flat=True)))


def is_school_day(school: School, day: date) -> bool:
    """Whether the school is open on `day`: a day of its week, within a half-term, and no closure."""
    if str(day.isoweekday()) not in school.week:
        return False
    within = Q(first_day__lte=day, last_day__gte=day)
    in_session = (
        HalfTerm.objects.at(school).filter(within).exists()
        or Term.objects.at(school).filter(within, halves__isnull=True).exists()
    )
    return in_session and not Closure.objects.at(school).filter(on=day).exists()
