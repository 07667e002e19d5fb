"""First-day patterns: days of the week on which a pupil is away more often than chance, and weeks that are broken."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

FEWEST = 3
"""Fewer absences on one day of the week than this are no pattern."""


@dataclass(frozen=True)
class Pattern:
    """What is worth asking about. `weekday` is the ISO number of a day (Monday 1), with how often of how often."""

    weekdays: tuple[tuple[int, int, int], ...] = ()
    broken_weeks: int = 0
    weeks: int = 0

    def __bool__(self) -> bool:
        return bool(self.weekdays) or (2 * self.broken_weeks >= max(self.weeks, 1) and self.broken_weeks >= FEWEST)


def pattern(absent_on: Iterable[date], *, school_days: Collection[date]) -> Pattern:
    """Patterns in the days a pupil was absent (each once, whichever session) among the days the school was open.

    A day of the week stands out where the pupil missed it three times or more, and at least twice as often as the rest
    of the week taken together. A broken week is one with some absence and some attendance.
    """
    missed = {day for day in absent_on if day in school_days}
    by_day = Counter(day.isoweekday() for day in missed)
    open_by_day = Counter(day.isoweekday() for day in school_days)
    found = []
    for weekday, times in sorted(by_day.items()):
        others_missed, others_open = len(missed) - times, len(school_days) - open_by_day[weekday]
        if times >= FEWEST and times * others_open >= 2 * others_missed * open_by_day[weekday]:
            found.append((weekday, times, open_by_day[weekday]))
    weeks = in_weeks(school_days)
    missed_weeks = in_weeks(missed)
    broken = sum(0 < len(missed_weeks.get(monday, ())) < len(days) for monday, days in weeks.items())
    return Pattern(tuple(found), broken, len(weeks))


def in_weeks(days: Iterable[date]) -> Mapping[date, list[date]]:
    """Days by the Monday of their week."""
    found: dict[date, list[date]] = {}
    for day in days:
        found.setdefault(day - timedelta(days=day.weekday()), []).append(day)
    return found
