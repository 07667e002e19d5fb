"""How a roll call went: when the first, half, nine tenths and all of those expected were accounted for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.emergency.rules.derive import ABOUT_SOMEBODY, Event, Person, standing_of

SHARES = {"first": 0, "half": 50, "most": 90, "all": 100}


@dataclass(frozen=True)
class Known:
    """An event and when the board knew of it."""

    event: Event
    at: datetime


@dataclass(frozen=True)
class Reached:
    """How long after the start a share was first reached; None where it was not."""

    first: timedelta | None
    half: timedelta | None
    most: timedelta | None
    all: timedelta | None


def counts_over_time(listed: Iterable[Person], known: Iterable[Known]) -> list[tuple[datetime, int]]:
    """How many of those expected were accounted for after each instant at which something became known, in order."""
    expected = {person.who for person in listed if person.expected}
    of: dict[str, dict[str, Event]] = {who: {} for who in expected}
    about: dict[str, str] = {}
    gone: set[str] = set()
    accounted: set[str] = set()
    found: list[tuple[datetime, int]] = []
    for each in sorted(known, key=lambda one: (one.at, one.event.id)):
        event = each.event
        touched = set()
        for other in event.over:
            if other != event.id:
                gone.add(other)
                touched.add(about.get(other, ""))
        if event.who in expected and event.claim in ABOUT_SOMEBODY:
            of[event.who][event.id] = event
            about[event.id] = event.who
            touched.add(event.who)
        for who in touched & expected:
            standing = standing_of([one for one in of[who].values() if one.id not in gone])
            (accounted.add if standing.accounted else accounted.discard)(who)
        if found and found[-1][0] == each.at:
            found.pop()
        found.append((each.at, len(accounted)))
    return found


def reached(
    counts: Iterable[tuple[datetime, int]], *, expected: int, started_at: datetime, ended_at: datetime | None
) -> Reached:
    """When each share was first reached, counted from the start; what became known after the end counts for nothing."""
    when: Mapping[str, timedelta | None] = _first_times(counts, expected, started_at, ended_at)
    return Reached(**when)


def _first_times(
    counts: Iterable[tuple[datetime, int]], expected: int, started_at: datetime, ended_at: datetime | None
) -> dict[str, timedelta | None]:
    found: dict[str, timedelta | None] = dict.fromkeys(SHARES)
    for at, count in counts:
        if ended_at is not None and at > ended_at:
            break
        for name, share in SHARES.items():
            # A share is reached in whole people: nine tenths of eleven are ten.
            if found[name] is None and count and count * 100 >= share * expected:
                found[name] = max(at - started_at, timedelta(0))
    return found
