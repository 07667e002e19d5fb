"""The school's days: which year and term a day is in, and whether the school is open."""

from datetime import date, timedelta

from django.db.models import Exists, QuerySet

from muster.people.models import AcademicYear, Closure, HalfTerm, School, Term
from muster.people.prepared import Prepared
from muster.people.rules.school_days import Span, TermDates, open_days


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
    """Whether the school is open on `day`: a day of its week, within a half-term, and no closure. One statement."""
    return str(day.isoweekday()) in school.week and bool(_open(school=school.pk, day=day))


def schools_open(school: int, day: date) -> QuerySet[School, int]:
    """The school, where `day` lies in a half-term, or in a term that has none, and is no closure."""
    halves = HalfTerm.objects.filter(school=school, first_day__lte=day, last_day__gte=day)
    terms = Term.objects.filter(school=school, first_day__lte=day, last_day__gte=day, halves__isnull=True)
    closures = Closure.objects.filter(school=school, on=day)
    inside = School.objects.filter(Exists(halves) | Exists(terms), ~Exists(closures), pk=school)
    return inside.values_list("pk", flat=True)


_open = Prepared(schools_open)


def terms_of(year: AcademicYear) -> list[TermDates]:
    """The terms of a year by day, each with the holiday in its middle. Two statements."""
    halves: dict[int, list[HalfTerm]] = {}
    for half in HalfTerm.objects.at(year.school).filter(term__year=year).order_by("first_day"):
        halves.setdefault(half.term_id, []).append(half)
    found = []
    for term in Term.objects.at(year.school).filter(year=year).order_by("first_day"):
        parts = halves.get(term.pk, [])
        holiday = None
        if len(parts) == 2 and parts[0].last_day + timedelta(days=1) < parts[1].first_day:
            holiday = Span(parts[0].last_day + timedelta(days=1), parts[1].first_day - timedelta(days=1))
        found.append(TermDates(term.name, Span(term.first_day, term.last_day), holiday))
    return found
