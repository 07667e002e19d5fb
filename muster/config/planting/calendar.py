"""The invented schools' year, worked out from a date."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Half:
    """A half-term; both ends count."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class TermDates:
    """A term and its two halves."""

    name: str
    halves: tuple[Half, Half]

    @property
    def first(self) -> date:
        """The first day of the term."""
        return self.halves[0].first

    @property
    def last(self) -> date:
        """The last day of the term."""
        return self.halves[1].last


@dataclass(frozen=True)
class YearDates:
    """A school year, September to August."""

    name: str
    first: date
    last: date
    terms: tuple[TermDates, TermDates, TermDates]


# Weeks counted from the Monday of the first week of September: first and last week of each half-term.
WEEKS = {
    "Autumn": ((0, 7), (9, 15)),
    "Spring": ((18, 23), (25, 29)),
    "Summer": ((32, 38), (40, 46)),
}


def school_year(begins: int) -> YearDates:
    """The school year that begins in September of the year `begins`."""
    first = date(begins, 9, 1)
    # A first of September at the weekend is a Monday's beginning.
    start = first + timedelta(days=(7 - first.weekday()) % 7) if first.weekday() >= 5 else first
    monday = start - timedelta(days=start.weekday())
    terms = []
    for name, weeks in WEEKS.items():
        halves = [
            Half(f"{name} {number}", monday + timedelta(weeks=from_), monday + timedelta(weeks=to, days=4))
            for number, (from_, to) in enumerate(weeks, start=1)
        ]
        if name == "Autumn":
            halves[0] = Half(halves[0].name, start, halves[0].last)
        terms.append(TermDates(name, (halves[0], halves[1])))
    return YearDates(
        f"{begins}/{(begins + 1) % 100:02d}", first, date(begins + 1, 8, 31), (terms[0], terms[1], terms[2])
    )


def year_of(day: date) -> int:
    """The year in whose September the school year of `day` began."""
    return day.year if day.month >= 9 else day.year - 1


def this_and_last_term(day: date) -> tuple[TermDates, TermDates]:
    """The newest term that has begun by `day`, and the one before it."""
    begun = [
        term for begins in (year_of(day) - 1, year_of(day)) for term in school_year(begins).terms if term.first <= day
    ]
    return begun[-1], begun[-2]


def school_days(term: TermDates, until: date) -> list[date]:
    """The weekdays of the term up to and with `until`."""
    days = []
    for half in term.halves:
        day = half.first
        while day <= min(half.last, until):
            if day.weekday() < 5:
                days.append(day)
            day += timedelta(days=1)
    return days
