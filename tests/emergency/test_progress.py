"""How a roll call went: when half, nine tenths and all of those expected were accounted for, and drills term by term."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from muster.emergency.actions.roll_calls import start
from muster.emergency.report import compared
from muster.emergency.rules.derive import Event, Person
from muster.emergency.rules.kinds import Kind, Mode
from muster.emergency.rules.progress import Known, Reached, counts_over_time, reached
from tests.support.client import PageClient
from tests.world import World

BEGAN = datetime(2026, 11, 19, 10, 10, tzinfo=UTC)


def at(minute: float) -> datetime:
    return BEGAN + timedelta(minutes=minute)


def passed(*minutes: float | None) -> Reached:
    return Reached(*(None if each is None else timedelta(minutes=each) for each in minutes))


@pytest.mark.pure
@pytest.mark.parametrize(
    ("expected", "counts", "ended", "found"),
    [
        pytest.param(10, {1: 1, 2: 4, 3: 5, 4: 8, 5: 9, 6: 10}, 9, passed(1, 3, 5, 6), id="each share where it is met"),
        pytest.param(11, {1: 5, 2: 6, 3: 9, 4: 10, 5: 11}, 9, passed(1, 2, 4, 5), id="whole people: 6 and 10 of 11"),
        pytest.param(3, {2: 3}, 9, passed(2, 2, 2, 2), id="a whole class at once"),
        pytest.param(10, {1: 9, 2: 8, 7: 10}, 9, passed(1, 1, 1, 7), id="first reached, whatever was taken back"),
        pytest.param(
            10, {1: 4, 5: 5, 9: 9, 9.1: 10}, 9, passed(1, 5, 9, None), id="at the end counts, after it nothing"
        ),
        pytest.param(10, {1: 4, 5: 10}, None, passed(1, 5, 5, 5), id="while it goes on"),
        pytest.param(10, {1: 0, 2: 0}, 9, passed(None, None, None, None), id="nobody"),
        pytest.param(4, {-3: 4}, 9, passed(0, 0, 0, 0), id="ticked before it began, on a phone without a network"),
        pytest.param(0, {1: 0}, 9, passed(None, None, None, None), id="nobody was expected"),
    ],
)
def test_shares_are_reached_in_whole_people_until_the_end(
    expected: int, counts: dict[float, int], ended: float | None, found: Reached
) -> None:
    known = [(at(minute), count) for minute, count in counts.items()]
    ended_at = None if ended is None else at(ended)
    assert reached(known, expected=expected, started_at=BEGAN, ended_at=ended_at) == found


@pytest.mark.pure
def test_only_those_expected_count_from_when_the_board_knew_of_them() -> None:
    people = [Person("a", "3 Hazel", True), Person("b", "3 Hazel", True), Person("away", "3 Hazel", False)]

    def said(number: str, who: str, claim: str, *, known: float, over: tuple[str, ...] = ()) -> Known:
        return Known(Event(id=number, claim=claim, by="her", at=0, who=who, over=over), at(known))

    assert counts_over_time(
        people,
        [
            said("4", "a", "undo", known=4, over=("1",)),
            said("1", "a", "with-me", known=1),
            said("2", "away", "with-me", known=2),
            said("3", "b", "missing", known=3),
            said("5", "a", "injured", known=5),
            said("6", "b", "off-site", known=5, over=("3",)),
        ],
    ) == [(at(1), 1), (at(2), 1), (at(3), 1), (at(4), 0), (at(5), 2)]


def test_drills_stand_beside_one_another_under_the_term_they_were_held_in(world: World, client: PageClient) -> None:
    def drill(day: date) -> str:
        noon = datetime.combine(day, time(12), world.ashgrove.zone)
        roll_call = start(
            school=world.ashgrove, kind=Kind.EVACUATE, mode=Mode.DRILL, started_at=noon, by=world.head, at=noon
        )
        (one,) = compared(world.ashgrove, [roll_call])
        return one.term

    day = timedelta(days=1)
    assert drill(world.autumn.first_day) == "Autumn", "the first day counts"
    assert drill(world.spring.first_day - day) == "Autumn", "a holiday belongs to the term before it"
    assert drill(world.spring.first_day) == "Spring"
    assert drill(world.autumn.first_day - day) == "", "before the first there is none"
    client.force_login(world.head)
    page = client.get("/ashgrove/roll-calls/").content.decode()
    terms = [row.split("</td>")[0] for row in page.split("</th><td>")[1:]]
    assert terms == ["Spring", "Autumn", "Autumn", ""], "the newest first"
