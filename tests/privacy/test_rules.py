"""Which backups are kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.privacy.rules.lives import data_backups_to_keep, key_store_backups_to_keep

pytestmark = pytest.mark.pure

NOW = datetime(2026, 3, 4, 10, 42, tzinfo=UTC)


def every(step: timedelta, times: int) -> set[datetime]:
    return {NOW - step * number for number in range(times)}


def test_a_year_of_hourly_backups_leaves_24_hours_14_days_12_months() -> None:
    kept = data_backups_to_keep(every(timedelta(hours=1), 24 * 400))
    assert {NOW - timedelta(hours=number) for number in range(24)} <= kept
    assert len({each.date() for each in kept if each > NOW - timedelta(days=14)}) == 14
    assert len({(each.year, each.month) for each in kept}) == 12
    assert len(kept) == 24 + 14 - 2 + 12 - 2  # two days end within the 24 hours, and two months within the 14 days
    assert min(kept) > NOW - timedelta(days=366)


def test_of_one_hour_the_newest_is_kept() -> None:
    early, late = NOW.replace(minute=1), NOW.replace(minute=59)
    assert data_backups_to_keep([late, early]) == {late}


def test_a_long_holiday_does_not_use_the_lives_up() -> None:
    term = {NOW - timedelta(days=60, hours=number) for number in range(30)}
    assert len(data_backups_to_keep(term | {NOW})) >= 24


def test_nothing_to_keep() -> None:
    assert data_backups_to_keep([]) == key_store_backups_to_keep([], NOW) == set()


def test_key_stores_are_kept_30_days_and_the_newest_always() -> None:
    last = NOW - timedelta(days=30)
    assert key_store_backups_to_keep([last, last - timedelta(seconds=1), NOW], NOW) == {last, NOW}
    ancient = NOW - timedelta(days=300)
    assert key_store_backups_to_keep([ancient, ancient - timedelta(days=1)], NOW) == {ancient}


@given(st.sets(st.datetimes(datetime(2024, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC)), max_size=60))  # noqa: DTZ001  the zone is given apart
def test_the_newest_is_always_kept_and_keeping_twice_keeps_the_same(made: set[datetime]) -> None:
    kept = data_backups_to_keep(made)
    assert kept <= made
    assert not made or max(made) in kept
    assert data_backups_to_keep(kept) == kept
