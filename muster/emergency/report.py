"""What a roll call looked like afterwards: its timeline, any past minute, its figures, and how drills compare."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from muster.emergency import known
from muster.emergency.models import RollCall, Tick
from muster.emergency.rules.derive import Board, Event, Person, derive
from muster.emergency.rules.kinds import Claim
from muster.emergency.rules.progress import Known, Reached, counts_over_time, reached
from muster.emergency.showing import shown
from muster.emergency.words import CLAIMS, CONTRADICTIONS, state_word
from muster.people.models import School, Term


@dataclass(frozen=True)
class Line:
    """One thing that was said. `behind` is how long after it was made it became known, where that is worth saying."""

    tick: Tick
    name: str
    group: str
    word: str
    behind: timedelta | None
    replaces: int


@dataclass(frozen=True)
class Differs:
    """Somebody of whom two things were said, by whom, and what settled it; `settled` is None where nothing has."""

    name: str
    word: str
    said: list[Line]
    settled: Line | None = None


@dataclass(frozen=True)
class Report:
    """All of it. `board` is what counted when it ended, or counts now."""

    roll_call: RollCall
    board: Board
    timeline: list[Line]
    late: list[Line]
    reached: Reached
    contradictions: list[Differs]
    unaccounted: list[tuple[known.Named, str]]
    heads: list[tuple[str, int, int, bool]]
    list_age: timedelta


BEHIND = timedelta(seconds=30)
"""A tick known this much later than it was made came from a phone without a network."""


def report(roll_call: RollCall) -> Report:
    """The report of a roll call, from three statements whatever its size."""
    people, said = known.named(roll_call), known.ticks_of(roll_call)
    events = {tick.device_key: known.event_of(tick) for tick in said if not tick.late}
    board = derive(known.persons(people), events.values())
    names = {one.who: one.name for one in people}
    groups = {one.who: one.group for one in people}
    ticks = [shown(tick) for tick in said]
    counted = [tick for tick in ticks if not tick.late]
    names |= {f"extra-{tick.device_key}": tick.text or "" for tick in ticks if tick.claim == Claim.EXTRA}
    lines = {str(tick.device_key): line_of(tick, names, groups) for tick in ticks}
    counts = counts_over_time(
        known.persons(people), [Known(events[tick.device_key], tick.received_at) for tick in counted]
    )
    expected = dict.fromkeys(board.heads, 0)
    for one in people:
        if one.expected and one.section in expected:
            expected[one.section] += 1
    standing = {**board.people, **board.extras}
    reasons = {known.about(tick): tick.text or "" for tick in counted if tick.claim == Claim.NOTE}
    return Report(
        roll_call=roll_call,
        board=board,
        timeline=[lines[str(tick.device_key)] for tick in sorted(counted, key=lambda one: (one.made_at, one.number))],
        late=[lines[str(tick.device_key)] for tick in ticks if tick.late],
        reached=reached(counts, expected=board.expected, started_at=roll_call.started_at, ended_at=roll_call.ended_at),
        contradictions=[
            *(
                Differs(
                    names.get(who, ""), str(CONTRADICTIONS[one.contradiction]), [lines[each] for each in one.events]
                )
                for who, one in standing.items()
                if one.contradiction
            ),
            *(
                Differs(
                    names.get(event.who, ""),
                    str(CONTRADICTIONS[contradiction]),
                    [lines[each] for each in event.over if each in lines],
                    lines[event.id],
                )
                for event, contradiction in settled_in(events.values())
            ),
        ],
        unaccounted=[
            (one, reasons.get(one.who, "")) for one in people if one.expected and not board.people[one.who].accounted
        ],
        heads=[(group, expected[group], heads.count, heads.differs) for group, heads in sorted(board.heads.items())],
        list_age=roll_call.started_at - roll_call.list_at,
    )


def settled_in(events: Iterable[Event]) -> list[tuple[Event, str]]:
    """What settled a contradiction, and which: whatever replaced several things said of one person that did not agree."""
    by_id = {event.id: event for event in events}
    found = []
    for event in by_id.values():
        replaced = [by_id[each] for each in event.over if each in by_id and by_id[each].who == event.who]
        if len(replaced) < 2:
            continue
        # What these replaced in their turn does not count: the contradiction is one of the things named here.
        alone = derive([Person(event.who)], [replace(each, over=()) for each in replaced]).people[event.who]
        if alone.contradiction:
            found.append((event, alone.contradiction))
    return found


def line_of(tick: Tick, names: dict[str, str], groups: dict[str, str]) -> Line:
    """A tick as a line of the timeline."""
    who = known.about(tick)
    behind = tick.received_at - tick.made_at
    name = names.get(who, "") or (tick.text or "" if tick.claim == Claim.EXTRA else "")
    return Line(
        tick=tick,
        name=name,
        group=groups.get(who, "") or tick.group,
        word=str(CLAIMS[Claim(tick.claim)]),
        behind=behind if behind >= BEHIND else None,
        replaces=len(tick.over),
    )


@dataclass(frozen=True)
class Minute:
    """The board at a past instant: what it showed then, and what we now know was so."""

    at: datetime
    showed: Board
    now_known: Board
    differs: list[tuple[str, str, str]]


def minute(roll_call: RollCall, at: datetime) -> Minute:
    """Both answers for the instant `at`, and everybody of whom they differ: name, what showed, what was so."""
    showed = known.board(roll_call, known_at=at)
    so = known.board(roll_call, made_by=at)
    differs = [
        (one.name, state_word(before.state), state_word(after.state))
        for one in showed.people
        if (before := showed.derived.people[one.who]).state != (after := so.derived.people[one.who]).state
    ]
    return Minute(at, showed.derived, so.derived, differs)


@dataclass(frozen=True)
class Compared:
    """One closed roll call beside others of its kind: figures only, so that it can be kept. Contradictions that were
    settled count as those that were not.
    """

    roll_call: RollCall
    term: str
    expected: int
    reached: Reached
    contradictions: int


def compared(school: School, roll_calls: Iterable[RollCall]) -> list[Compared]:
    """Roll calls beside one another, with the term of each: three statements, however many there are."""
    wanted = list(roll_calls)
    terms = list(Term.objects.at(school).order_by("-first_day"))
    both = known.side_by_side(wanted)
    found = []
    for each in wanted:
        people, ticks = both[each.pk]
        said = [Known(known.event_of(tick), tick.received_at) for tick in ticks]
        events = [one.event for one in said]
        board = derive(people, events)
        counts = counts_over_time(people, said)
        shares = reached(counts, expected=board.expected, started_at=each.started_at, ended_at=each.ended_at)
        day = school.day(each.started_at)
        term = next((one.name for one in terms if one.first_day <= day), "")
        contradictions = board.contradictions + len(settled_in(events))
        found.append(Compared(each, term, board.expected, shares, contradictions))
    return found
