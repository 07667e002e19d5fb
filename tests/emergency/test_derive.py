"""Who is accounted for: one table of cases for the server and for the browser."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.emergency.rules.derive import Board, Event, Person, derive

pytestmark = pytest.mark.pure
CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases.json").read_text())


def people(listed: list[str]) -> list[Person]:
    """`-b` is known to be away."""
    return [Person(each.removeprefix("-"), expected=not each.startswith("-")) for each in listed]


def events(rows: list[list[Any]]) -> list[Event]:
    """Rows of id, claim, by, who and anything more; made at the instant of their id unless they say another."""
    found = []
    for number, claim, by, who, *more in rows:
        rest = more[0] if more else {}
        found.append(
            Event(
                id=str(number),
                claim=claim,
                by=by,
                who=who,
                at=rest.get("at", number),
                place=rest.get("place", ""),
                over=tuple(str(each) for each in rest.get("over", ())),
                group=rest.get("group", ""),
                count=rest.get("count", 0),
            )
        )
    return found


def check(case: dict[str, Any], board: Board) -> None:
    for who, wanted in case["people"].items():
        state, contradiction = wanted if isinstance(wanted, list) else (wanted, "")
        assert (board.people[who].state, board.people[who].contradiction) == (state, contradiction)
    if "extras" in case:
        assert {who: standing.state for who, standing in board.extras.items()} == case["extras"]
    if "heads" in case:
        assert {group: [each.count, each.differs] for group, each in board.heads.items()} == case["heads"]
    assert {name: getattr(board, name) for name in case["totals"]} == case["totals"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_case_of_the_table(case: dict[str, Any]) -> None:
    check(case, derive(people(case["listed"]), events(case["events"])))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_order_and_repetition_change_nothing(case: dict[str, Any]) -> None:
    rows = events(case["events"]) * 2
    random.Random(5).shuffle(rows)
    check(case, derive(people(case["listed"]), rows))


claims = st.sampled_from(
    ["injured", "needs-help", "with-me", "off-site", "not-here", "missing", "note", "undo", "extra"]
)
some_events = st.lists(
    st.builds(
        Event,
        id=st.integers(0, 12).map(str),
        claim=claims,
        by=st.sampled_from(["okafor", "reyes", "office"]),
        at=st.integers(0, 5),
        who=st.sampled_from(["a", "b", "z"]),
        place=st.sampled_from(["", "gate", "field"]),
        over=st.lists(st.integers(0, 12).map(str), max_size=2).map(tuple),
    ),
    max_size=14,
    unique_by=lambda event: event.id,
)


@given(some_events, st.randoms(use_true_random=False))
def test_any_order_any_repeat_the_same_board(rows: list[Event], chance: random.Random) -> None:
    listed = people(["a", "b"])
    shuffled = rows + rows[: len(rows) // 2]
    chance.shuffle(shuffled)
    assert derive(listed, shuffled) == derive(listed, rows)


@given(some_events)
def test_nobody_is_accounted_for_whom_no_named_adult_accounts_for(rows: list[Event]) -> None:
    board = derive(people(["a", "b"]), rows)
    gone = {other for event in rows for other in event.over if other != event.id}
    for who, standing in board.people.items():
        by = [
            event.by
            for event in rows
            if event.who == who
            and event.id not in gone
            and event.claim in {"injured", "needs-help", "with-me", "off-site", "not-here"}
        ]
        assert standing.accounted == bool(by)
