"""Stretches of time and suggested words, without a database."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.markbook.rules.snapshots import BLINK, stretches, suggested

pytestmark = pytest.mark.pure

LONDON = ZoneInfo("Europe/London")
BEGINS = date(2025, 9, 1)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)


def test_each_snapshot_begins_where_the_one_before_it_ends() -> None:
    autumn, spring = date(2025, 12, 12), date(2026, 3, 27)
    found = stretches([spring, autumn], year_begins=BEGINS, midnight=midnight)
    assert found[autumn].since == midnight(BEGINS)
    assert found[autumn].until + BLINK == found[spring].since == midnight(date(2025, 12, 13))


def test_a_snapshot_ends_with_its_own_day_also_when_the_clocks_change() -> None:
    day = date(2026, 3, 29)
    found = stretches([day], year_begins=BEGINS, midnight=midnight)
    assert found[day].until.astimezone(UTC) == datetime(2026, 3, 29, 22, 59, 59, 999999, tzinfo=UTC)


def test_a_day_before_the_year_begins_is_a_stretch_all_the_same() -> None:
    day = date(2025, 8, 1)
    stretch = stretches([day], year_begins=BEGINS, midnight=midnight)[day]
    assert stretch.since <= stretch.until


@given(st.lists(st.dates(BEGINS, date(2026, 8, 31)), min_size=1, max_size=12, unique=True))
def test_every_instant_of_the_year_is_in_one_stretch_at_most(days: list[date]) -> None:
    found = sorted(stretches(days, year_begins=BEGINS, midnight=midnight).values(), key=lambda each: each.since)
    assert len(found) == len(days)
    assert found[0].since == midnight(BEGINS)
    for one, other in pairwise(found):
        assert one.until + timedelta(microseconds=1) == other.since
        assert one.since <= one.until


@pytest.mark.parametrize(
    ("share", "step"),
    [
        pytest.param(None, None, id="nothing taught is no suggestion"),
        pytest.param(Fraction(0), 1, id="nothing secure"),
        pytest.param(Fraction(33, 100), 1, id="less than a third"),
        pytest.param(Fraction(1, 3), 2, id="a third"),
        pytest.param(Fraction(2, 3), 3, id="two thirds"),
        pytest.param(Fraction(1), 3, id="all"),
    ],
)
def test_a_word_is_suggested_by_even_parts(share: Fraction | None, step: int | None) -> None:
    assert suggested(share, [1, 2, 3]) == step


def test_a_scale_without_steps_suggests_nothing() -> None:
    assert suggested(Fraction(1, 2), []) is None
