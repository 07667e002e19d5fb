"""Which stretch of time a snapshot looks at, and the word a share would suggest. Pure: days and steps are handed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

BLINK = timedelta(microseconds=1)
"""The smallest step of time that both databases keep."""


@dataclass(frozen=True)
class Stretch:
    """What a snapshot calls its own: judged from `since` to `until`, both instants included and aware."""

    since: datetime
    until: datetime


def end_of(day: date, midnight: Callable[[date], datetime]) -> datetime:
    """The last instant of `day`."""
    return midnight(day + timedelta(days=1)) - BLINK


def stretches(days: Sequence[date], *, year_begins: date, midnight: Callable[[date], datetime]) -> dict[date, Stretch]:
    """The stretch of each of a year's snapshots, by its day, in whatever order the days come.

    A snapshot ends with the last instant of its day. The first of a year begins with the year; each other one when the
    one before it ends. On a day before the year begins it has that day's last instant alone.
    """
    found: dict[date, Stretch] = {}
    since = midnight(year_begins)
    for day in sorted(set(days)):
        until = end_of(day, midnight)
        found[day] = Stretch(min(since, until), until)
        since = until + BLINK
    return found


def suggested(share: Fraction | None, steps: Sequence[int]) -> int | None:
    """The one of `steps` (from least to most) that a share from 0 to 1 would suggest; None where there is no share.

    The steps divide the way from nothing to all evenly, each from its lower end on; all of it is the last step.
    """
    if share is None or not steps:
        return None
    return steps[min(int(share * len(steps)), len(steps) - 1)]
