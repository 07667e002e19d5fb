"""Which days a school is open, and the year it most likely has."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Span:
    """Days from the first to the last; both count."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self) -> Iterator[date]:
        """Each day, in order."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)

    def meets(self, other: "Span") -> bool:
        """Whether a day is in both."""
        return self.first <= other.last and other.first <= self.last


def open_days(spans: Iterable[Span], *, week: str, closed: Collection[date]) -> list[date]:
    """The days of `spans` on which the school is open, in order and once each.

    `week` holds the ISO numbers of the days it opens, Monday 1: "12345".
    """
    days = {day for span in spans for day in span.days()}
    return sorted(day for day in days if str(day.isoweekday()) in week and day not in closed)


@dataclass(frozen=True)
class TermDates:
    """A term as somebody typed it: its own days, and the holiday in its middle where there is one."""

    name: str
    span: Span
    holiday: Span | None = None

    def halves(self) -> tuple[Span, ...]:
        """The halves on both sides of the holiday; none without one."""
        if self.holiday is None:
            return ()
        return (
            Span(self.span.first, date.fromordinal(self.holiday.first.toordinal() - 1)),
            Span(date.fromordinal(self.holiday.last.toordinal() + 1), self.span.last),
        )


@dataclass(frozen=True)
class ProposedTerm:
    """A term as a school is likely to have it; holiday lies between its halves."""

    name: str
    span: Span
    halves: tuple[Span, ...]


@dataclass(frozen=True)
class ProposedYear:
    """A year as a school is likely to have it, to be changed by somebody who knows."""

    name: str
    span: Span
    terms: tuple[ProposedTerm, ...]


def monday_on_or_after(day: date) -> date:
    """The first Monday from `day` on."""
    return day + timedelta(days=-day.weekday() % 7)


def friday_on_or_before(day: date) -> date:
    """The last Friday up to `day`."""
    return day - timedelta(days=(day.weekday() - 4) % 7)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def usual_year(today: date) -> ProposedYear:
    """Three terms of two halves, as most schools in England and Wales keep them, for the year that `today` is in.

    From August on it is the coming year. The dates are a beginning: each school's own authority sets them.
    """
    begins = today.year if today.month >= 8 else today.year - 1
    spring_ends = friday_on_or_before(easter(begins + 1) - timedelta(days=2))
    autumn = Span(date(begins, 9, 1), friday_on_or_before(date(begins, 12, 20)))
    spring = Span(monday_on_or_after(date(begins + 1, 1, 3)), spring_ends)
    summer = Span(monday_on_or_after(spring_ends + timedelta(days=15)), friday_on_or_before(date(begins + 1, 7, 23)))
    terms = (
        ProposedTerm("Autumn", autumn, halves(autumn, monday_on_or_after(date(begins, 10, 24)))),
        ProposedTerm("Spring", spring, halves(spring, monday_on_or_after(date(begins + 1, 2, 12)))),
        ProposedTerm("Summer", summer, halves(summer, monday_on_or_after(date(begins + 1, 5, 25)))),
    )
    return ProposedYear(f"{begins}/{(begins + 1) % 100:02}", Span(date(begins, 9, 1), date(begins + 1, 8, 31)), terms)


def halves(term: Span, holiday: date) -> tuple[Span, ...]:
    """The two halves of `term` around the week of holiday that begins on the Monday `holiday`."""
    before = Span(term.first, holiday - timedelta(days=3))
    after = Span(holiday + timedelta(days=7), term.last)
    if before.first > before.last or after.first > after.last:
        return (term,)
    return before, after
