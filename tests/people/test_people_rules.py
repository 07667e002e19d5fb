"""Numbers, days and names read right, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.people.rules.class_lists import Name, read_name, read_names
from muster.people.rules.school_days import Span, easter, open_days, usual_year
from muster.people.rules.upn import LETTERS, Odd, check_letter, oddity, tidy

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("upn", "odd"),
    [
        pytest.param("B801200005001", None, id="worked example, sum 93"),
        pytest.param("A123456789012", None, id="remainder nothing"),
        pytest.param("P207000016049", None, id="sum 266, remainder 13"),
        pytest.param("Q207000016049", Odd.CHECK, id="the letter one vendor prints"),
        pytest.param("B80120000500", Odd.LENGTH, id="a figure short"),
        pytest.param("I801200005001", Odd.FORM, id="a letter no check can be"),
        pytest.param("B80120O005001", Odd.FORM, id="a letter among the figures"),
        pytest.param("B٨01200005001", Odd.FORM, id="figures of another script"),
    ],
)
def test_a_upn_is_odd_for_one_reason(upn: str, odd: Odd | None) -> None:
    assert oddity(upn) is odd


def test_a_temporary_upn_ends_in_a_letter() -> None:
    letter = check_letter("80120000500A")
    assert letter
    assert letter in LETTERS
    assert oddity(f"{letter}80120000500A") is None


def test_a_upn_is_kept_in_one_form() -> None:
    assert tidy(" b801 2000-05001 ") == "B801200005001"


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.integers(0, 11))
def test_one_wrong_figure_is_nearly_always_seen(rest: str, place: int) -> None:
    """A change of one figure moves the sum by at most 9 x 13, so only a multiple of 23 can hide it."""
    right = check_letter(rest)
    wrong = rest[:place] + str((int(rest[place]) + 1) % 10) + rest[place + 1 :]
    moved = (int(wrong[place]) - int(rest[place])) * (place + 2)
    assert (check_letter(wrong) == right) is (moved % 23 == 0)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param("Amina Ali", Name("Ali", "Amina"), id="as it is said"),
        pytest.param("Amina Noor Ali", Name("Ali", "Amina Noor"), id="two given names"),
        pytest.param("Ali, Amina Noor", Name("Ali", "Amina Noor"), id="as a register has it"),
        pytest.param("ALI\tAmina", Name("ALI", "Amina"), id="two columns, capitals first"),
        pytest.param("Amina\tAli", Name("Ali", "Amina"), id="two columns"),
        pytest.param("de la Cruz, María José", Name("de la Cruz", "María José"), id="a surname of three words"),
        pytest.param("Björk", Name("", "Björk"), id="one name only"),
        pytest.param("李 小龙", Name("小龙", "李"), id="another script: a person puts it right"),
        pytest.param("O'Brien, Seán", Name("O'Brien", "Seán"), id="an apostrophe and an accent"),
        pytest.param(",", Name("", ","), id="nothing but a comma is kept as typed"),
        pytest.param("   ", None, id="an empty line"),
    ],
)
def test_a_line_of_a_class_list_is_a_name(line: str, name: Name | None) -> None:
    assert read_name(line) == name


@given(st.text())
def test_no_letter_of_a_class_list_is_lost(text: str) -> None:
    kept = "".join(each.surname + each.forenames for each in read_names(text))
    for letter in text:
        if letter.isalpha():
            assert kept.count(letter) <= text.count(letter)
    assert all((each.surname + each.forenames).strip() for each in read_names(text))


def test_easter_falls_where_the_tables_say() -> None:
    assert [easter(year) for year in (2024, 2025, 2026, 2038)] == [
        date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25),
    ]  # fmt: skip


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_the_usual_year_fits_together(today: date) -> None:
    year = usual_year(today)
    assert year.span.first <= today + timedelta(days=31)
    assert today <= year.span.last
    ends = year.span.first - timedelta(days=1)
    for term in year.terms:
        assert ends < term.span.first <= term.span.last <= year.span.last
        assert len(term.halves) == 2
        before, after = term.halves
        assert term.span.first == before.first < before.last < after.first < after.last == term.span.last
        ends = term.span.last
    days = open_days([half for term in year.terms for half in term.halves], week="12345", closed=[])
    assert 175 <= len(days) <= 200


def test_a_school_is_open_on_the_days_of_its_week_but_not_when_closed() -> None:
    fortnight = Span(date(2026, 3, 2), date(2026, 3, 15))
    assert len(open_days([fortnight], week="12345", closed=[])) == 10
    assert len(open_days([fortnight, fortnight], week="12345", closed=[date(2026, 3, 4)])) == 9
    assert len(open_days([fortnight], week="71234", closed=[])) == 10
