"""The invented schools' year, whatever day the demo is started on."""

import itertools
from datetime import date, timedelta

import pytest

from muster.config.planting import calendar

pytestmark = pytest.mark.pure

DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(0, 366 * 6, 3)]


@pytest.mark.parametrize("begins", range(2020, 2040))
def test_terms_lie_in_order_within_their_year(begins: int) -> None:
    year = calendar.school_year(begins)
    halves = [half for term in year.terms for half in term.halves]
    assert year.first <= halves[0].first
    assert halves[-1].last <= year.last
    for half in halves:
        assert half.first < half.last
        assert half.first.weekday() < 5
        assert half.last.weekday() == 4
    for one, following in itertools.pairwise(halves):
        assert one.last < following.first


@pytest.mark.parametrize(
    ("day", "begins"),
    [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2027, 2, 28), 2026)],
    ids=["the last day of August", "the first of September", "February"],
)
def test_a_school_year_begins_in_september(day: date, begins: int) -> None:
    assert calendar.year_of(day) == begins


def test_on_any_day_there_is_a_term_that_has_begun_and_one_before_it() -> None:
    for day in DAYS:
        this, last = calendar.this_and_last_term(day)
        assert last.last < this.first <= day
        assert all(this.first <= one <= day and one.weekday() < 5 for one in calendar.school_days(this, day))
        assert len(calendar.school_days(last, day)) > 40


def test_the_first_day_of_a_year_at_a_weekend_is_the_monday_after() -> None:
    assert calendar.school_year(2024).terms[0].first == date(2024, 9, 2)
    assert calendar.school_year(2026).terms[0].first == date(2026, 9, 1)
