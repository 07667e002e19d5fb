"""Who is accounted for, from the set of events: the one derivation, here and in static/emergency/derive.js.

Merging is set union, so it needs no rule. What follows from the union is this function, and both versions of it are run
against the same table of cases (tests/emergency/cases.json) and the same random schedules (bench/schedules.py).

* Order and repetition mean nothing: the events are a set, by id.
* An event that another names in its `over` no longer counts, for good. Undoing an undo is saying the thing again. So no
  circle of events can bring anything back, and knowing more can only take away what an event stood for.
* What is shown of a person is the strongest of what still counts (`RANK`); nobody having said anything is `UNKNOWN`.
* A contradiction is shown, and stays until somebody who saw it says what holds, over the events it consists of.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from muster.emergency.rules.kinds import ACCOUNTS, AWAY, HERE, RANK, Claim

UNKNOWN = "unknown"
TWO_PLACES = "two-places"
HERE_AND_AWAY = "here-and-away"
HERE_AND_MISSING = "here-and-missing"
ABOUT_SOMEBODY = frozenset(RANK)


@dataclass(frozen=True)
class Person:
    """Somebody on the list. `who` is the same on every device: `pupil-12`. Not `expected` where known to be away."""

    who: str
    group: str = ""
    expected: bool = True


@dataclass(frozen=True)
class Event:
    """What a named adult said. `at` in whole milliseconds since 1970, when it was made; ties go by id."""

    id: str
    claim: str
    by: str
    at: int
    who: str = ""
    place: str = ""
    over: tuple[str, ...] = ()
    group: str = ""
    count: int = 0


@dataclass(frozen=True)
class Standing:
    """What is said of one person: what shows, whether that accounts for them, what contradicts, what still counts."""

    state: str = UNKNOWN
    contradiction: str = ""
    events: tuple[str, ...] = ()

    @property
    def accounted(self) -> bool:
        """Whether a named adult accounts for this person."""
        return self.state in ACCOUNTS

    @property
    def here(self) -> bool:
        """Whether a named adult has this person with them, or by them."""
        return self.state in HERE


@dataclass(frozen=True)
class Heads:
    """Heads counted in one class: the newest count, and whether somebody else counted another number."""

    count: int
    differs: bool
    event: str


@dataclass(frozen=True)
class Board:
    """Everything that follows from the events. `extras` are the people on no list, by the key other events name."""

    people: Mapping[str, Standing]
    extras: Mapping[str, Standing]
    heads: Mapping[str, Heads]
    expected: int = 0
    accounted: int = 0
    help: int = 0
    injured: int = 0
    extra: int = 0
    contradictions: int = 0

    @property
    def missing(self) -> int:
        """Expected and not accounted for."""
        return self.expected - self.accounted


@dataclass
class _Said:
    """Events that count, by whom they are about."""

    of: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    heads: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    extras: list[str] = field(default_factory=list)


def extra_key(event_id: str) -> str:
    """How other events name somebody who is on no list: by the event that first told of them."""
    return f"extra-{event_id}"


def derive(listed: Iterable[Person], events: Iterable[Event]) -> Board:
    """The board that follows from the list and the set of events, whatever their order and however often each comes."""
    people = list(listed)
    said = counting(events)
    standings = {person.who: standing_of(said.of.get(person.who, ())) for person in people}
    extras = {who: standing_of(said.of[who]) for who in said.extras}
    expected = [standings[person.who] for person in people if person.expected]
    found = [standings[person.who] for person in people if not person.expected and standings[person.who].here]
    everybody = [*standings.values(), *extras.values()]
    return Board(
        people=standings,
        extras=extras,
        heads={group: heads_of(counts) for group, counts in said.heads.items()},
        expected=len(expected),
        accounted=sum(one.accounted for one in expected),
        help=sum(one.state == Claim.NEEDS_HELP for one in everybody),
        injured=sum(one.state == Claim.INJURED for one in everybody),
        extra=len(extras) + len(found),
        contradictions=sum(bool(one.contradiction) for one in everybody),
    )


def counting(events: Iterable[Event]) -> _Said:
    """The events that no other has replaced, in the order they were made, by what they are about."""
    known = {event.id: event for event in events}
    gone = {other for event in known.values() for other in event.over if other != event.id}
    said = _Said()
    for event in sorted(known.values(), key=lambda one: (one.at, one.id)):
        if event.id in gone:
            continue
        if event.claim == Claim.EXTRA:
            who = extra_key(event.id)
            said.extras.append(who)
            said.of[who].append(event)
        elif event.claim == Claim.HEADS:
            said.heads[event.group].append(event)
        elif event.claim in ABOUT_SOMEBODY:
            said.of[event.who].append(event)
    return said


def standing_of(events: Collection[Event]) -> Standing:
    """What stands of one person, from the events about them that count, in the order they were made."""
    if not events:
        return Standing()
    claims = [Claim.WITH_ME if event.claim == Claim.EXTRA else Claim(event.claim) for event in events]
    here = [event for event, claim in zip(events, claims, strict=True) if claim in HERE]
    away = any(claim in AWAY for claim in claims)
    contradiction = ""
    if len({event.by for event in here}) > 1 and len({event.place or event.by for event in here}) > 1:
        contradiction = TWO_PLACES
    elif here and away:
        contradiction = HERE_AND_AWAY
    elif (here or away) and Claim.MISSING in claims:
        contradiction = HERE_AND_MISSING
    return Standing(min(claims, key=RANK.index).value, contradiction, tuple(event.id for event in events))


def heads_of(counts: Collection[Event]) -> Heads:
    """The newest count of a class; it differs where the newest count of somebody else is another number."""
    last = {event.by: event for event in counts}
    newest = max(last.values(), key=lambda one: (one.at, one.id))
    return Heads(newest.count, any(event.count != newest.count for event in last.values()), newest.id)
