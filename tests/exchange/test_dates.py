"""Birth dates as people and systems write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from muster.exchange.rules.dates import Order, order_in, read_date

pytestmark = pytest.mark.pure

TODAY = date(2026, 3, 4)
DAY, MONTH = Order.DAY_FIRST, Order.MONTH_FIRST


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        pytest.param("2010-01-02", DAY, date(2010, 1, 2), id="year first"),
        pytest.param("2010/1/2", MONTH, date(2010, 1, 2), id="year first, month-first country"),
        pytest.param("02/01/2010", DAY, date(2010, 1, 2), id="day first"),
        pytest.param("02/01/2010", MONTH, date(2010, 2, 1), id="month first"),
        pytest.param("2.1.2010", DAY, date(2010, 1, 2), id="full stops"),
        pytest.param("02-01-10", DAY, date(2010, 1, 2), id="two figures of the year"),
        pytest.param("02/01/26", DAY, date(2026, 1, 2), id="this year"),
        pytest.param("02/01/27", DAY, date(1927, 1, 2), id="never in the future"),
        pytest.param("2 Jan 2010", DAY, date(2010, 1, 2), id="a month's name"),
        pytest.param("2nd January 2010", DAY, date(2010, 1, 2), id="an ordinal"),
        pytest.param("January 2, 2010", DAY, date(2010, 1, 2), id="the American way in words"),
        pytest.param("2010-01-02T00:00:00", DAY, date(2010, 1, 2), id="with midnight"),
        pytest.param("02/01/2010 00:00", DAY, date(2010, 1, 2), id="day first with midnight"),
        pytest.param("", DAY, None, id="nothing"),
    ],
)
def test_a_date_is_read(text: str, order: Order, value: date | None) -> None:
    found = read_date(text, order, today=TODAY)
    assert (found.value, found.fault) == (value, "")


@pytest.mark.parametrize("text", ["31/02/2010", "2010-13-01", "soon", "40179", "1/2", "0/0/2010", "2010"])
def test_what_is_no_date_says_so(text: str) -> None:
    found = read_date(text, DAY, today=TODAY)
    assert found.value is None
    assert text in found.fault


def test_a_date_that_only_works_the_other_way_is_not_turned_round() -> None:
    found = read_date("12/25/2010", DAY, today=TODAY)
    assert (found.value, found.could_be) == (None, date(2010, 12, 25))


def test_a_date_that_could_be_two_says_both() -> None:
    assert read_date("02/01/2010", DAY, today=TODAY).could_be == date(2010, 2, 1)
    assert read_date("02/02/2010", DAY, today=TODAY).could_be is None


@given(
    some.dates(min_value=date(1980, 1, 1), max_value=TODAY),
    some.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y"]),
)
def test_every_date_comes_back_as_it_was_written(day: date, form: str) -> None:
    assert read_date(day.strftime(form), DAY, today=TODAY).value == day


def test_the_order_follows_the_country() -> None:
    assert order_in("GB-ENG") is DAY
    assert order_in("US") is MONTH
    assert order_in("") is DAY
