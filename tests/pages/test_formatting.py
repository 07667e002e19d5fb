"""Dates, times and numbers are said one way, in the school's own zone."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template

from muster.pages import formatting

pytestmark = pytest.mark.pure

LONDON, AUCKLAND = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Auckland")
TUESDAY = date(2025, 3, 4)


def test_a_day_is_said_in_words() -> None:
    assert formatting.long_day(TUESDAY) == "Tuesday 4 March"
    assert formatting.short_day(TUESDAY) == "4 March"
    assert formatting.full_day(TUESDAY) == "4 March 2025"


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        pytest.param(0, "today", id="today"),
        pytest.param(1, "yesterday", id="yesterday"),
        pytest.param(6, "Wednesday", id="within the week"),
        pytest.param(7, "25 February", id="a week ago is a date"),
        pytest.param(-1, "5 March", id="tomorrow is a date"),
        pytest.param(200, "16 August 2024", id="half a year ago needs its year"),
    ],
)
def test_a_day_is_said_as_short_as_can_be(behind: int, expected: str) -> None:
    assert formatting.day_seen_from(TUESDAY - timedelta(days=behind), TUESDAY) == expected


def test_a_time_is_told_by_the_clock_on_the_schools_wall() -> None:
    summer = datetime(2025, 7, 1, 9, 42, tzinfo=UTC)
    assert formatting.clock(summer, LONDON) == "10:42"
    assert formatting.clock(summer, AUCKLAND) == "21:42"


def test_today_is_the_schools_today() -> None:
    """Half past eleven at night in London is already tomorrow in Auckland."""
    at = datetime(2025, 3, 4, 10, 30, tzinfo=UTC)
    now = datetime(2025, 3, 4, 23, 30, tzinfo=UTC)
    assert formatting.moment(at, LONDON, now) == "10:30"
    assert formatting.moment(at, AUCKLAND, now) == "yesterday 23:30"
    assert formatting.full_moment(at, AUCKLAND) == "4 March 2025, 23:30"


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=9), "9 days"),
    ],
)
def test_an_age_is_rounded_down(passed: timedelta, expected: str) -> None:
    assert formatting.age(passed) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2025, 2, 28), (8, 11), id="a leap day's child waits for 1 March"),
        pytest.param(date(2025, 3, 1), (9, 0), id="the day itself"),
        pytest.param(date(2016, 2, 29), (0, 0), id="born today"),
    ],
)
def test_an_age_is_whole_years_and_months(on: date, expected: tuple[int, int]) -> None:
    assert formatting.years_old(date(2016, 2, 29), on) == expected


def test_numbers_and_lists_read_aloud() -> None:
    assert formatting.count(1080) == "1,080"
    assert formatting.out_of(11, 30) == "11 of 30"
    assert [formatting.listed(names) for names in ([], ["Ann"], ["Ann", "Raj"], ["Ann", "Raj", "Mo"])] == [
        "", "Ann", "Ann and Raj", "Ann, Raj and Mo",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Amina Ali", "AA"),
        ("Zoë", "Z"),
        ("Mary Ann O’Neill", "MO"),
        ("", ""),
        ("  ", ""),
        ("李 小龙", "李小"),
        ("- x", "X"),
    ],
)
def test_initials_are_two_letters_at_most(name: str, expected: str) -> None:
    assert formatting.initials(name) == expected


def test_templates_say_the_same() -> None:
    school = SimpleNamespace(zone=LONDON)
    request = SimpleNamespace(now=datetime(2025, 3, 4, 12, 0, tzinfo=UTC))
    source = (
        "{% load words %}{{ day|long_day }}; {{ at|clock:school }}; {% moment at %}; {{ at|day_in:school|short_day }}; "
        "{{ 11|out_of:30 }}; {{ nothing|long_day }}{{ nothing|clock:school }}{{ at|clock:nothing }}"
    )
    at = datetime(2025, 3, 3, 10, 42, tzinfo=UTC)
    said = Template(source).render(
        Context({"day": TUESDAY, "at": at, "school": school, "request": request, "nothing": None})
    )
    assert said == "Tuesday 4 March; 10:42; yesterday 10:42; 3 March; 11 of 30; "
