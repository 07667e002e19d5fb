"""An indented list becomes subjects, strands and objectives, and comes back the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from muster.curriculum.rules.filling import Effect, Known, plan_filling
from muster.curriculum.rules.outline import Line, read_outline, split_code, written
from muster.curriculum.rules.pasting import wanted_from

pytestmark = pytest.mark.pure

LIST = """Mathematics
    Number
        N1 Count in tens from any number *
        Compare two fractions
    Shape
        Name the parts of a circle

Ropes
\tTie a reef knot
"""


def test_indenting_a_line_nests_it() -> None:
    assert read_outline(LIST).lines == (
        Line(3, "Mathematics", ("Number",), "N1", "Count in tens from any number", True),
        Line(4, "Mathematics", ("Number",), "", "Compare two fractions", False),
        Line(6, "Mathematics", ("Shape",), "", "Name the parts of a circle", False),
        Line(9, "Ropes", (), "", "Tie a reef knot", False),
    )


def test_within_a_subject_the_first_level_is_strands() -> None:
    lines = read_outline("Number\n  Count\nAdd", subject="Maths").lines
    assert [(line.subject, line.strands, line.wording) for line in lines] == [
        ("Maths", ("Number",), "Count"),
        ("Maths", (), "Add"),
    ]


def test_a_line_under_no_subject_is_named() -> None:
    outline = read_outline("Count to ten")
    assert outline.lines == ()
    assert [problem.number for problem in outline.problems] == [1]


def test_bullets_and_stars_are_not_words() -> None:
    (line,) = read_outline("• * Count to ten", subject="Maths").lines
    assert (line.wording, line.is_key) == ("Count to ten", True)


@pytest.mark.parametrize(
    ("text", "code", "wording"),
    [
        pytest.param("N1 Count", "N1", "Count", id="letter and figure"),
        pytest.param("3.2 Count", "3.2", "Count", id="figures with a full stop"),
        pytest.param("Ma4a: Count", "Ma4a", "Count", id="with a colon"),
        pytest.param("4/Ma/5 Count", "4/Ma/5", "Count", id="with strokes"),
        pytest.param("7. Count", "7", "Count", id="a numbered line"),
        pytest.param("(a) Count", "a", "Count", id="a letter in brackets"),
        pytest.param("b) Count", "b", "Count", id="a letter and a bracket"),
        pytest.param("A word first", "", "A word first", id="a word of one letter"),
        pytest.param("I can count", "", "I can count", id="I can"),
        pytest.param("3 digit numbers", "", "3 digit numbers", id="a bare number"),
        pytest.param("2nd person verbs", "", "2nd person verbs", id="an ordinal"),
        pytest.param("3D shapes", "", "3D shapes", id="three dimensions"),
        pytest.param("24-hour clock", "", "24-hour clock", id="a clock"),
        pytest.param("100s, 10s and 1s", "", "100s, 10s and 1s", id="a place value"),
    ],
)
def test_a_leading_code_is_told_from_a_word(text: str, code: str, wording: str) -> None:
    assert split_code(text) == (code, wording)


letters = some.text(
    alphabet=some.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"], blacklist_characters="\u2028\u2029\x85"),
    min_size=1,
    max_size=20,
)
lines = some.lists(some.tuples(some.integers(0, 4), letters), max_size=25)


@settings(max_examples=200, deadline=None)
@given(lines)
def test_what_was_read_is_read_again_from_what_is_written(rows: list[tuple[int, str]]) -> None:
    text = "\n".join(" " * 4 * depth + words for depth, words in rows)
    once = [
        (line.subject, line.strands, line.code, line.wording, line.is_key)
        for line in read_outline(text, subject="S").lines
    ]
    again = written(read_outline(text, subject="S").lines, subject="S")
    twice = [
        (line.subject, line.strands, line.code, line.wording, line.is_key)
        for line in read_outline(again, subject="S").lines
    ]
    assert twice == once


@settings(max_examples=200, deadline=None)
@given(some.text(max_size=300))
def test_any_text_is_read_without_a_fall(text: str) -> None:
    outline = read_outline(text)
    assert all(line.wording for line in outline.lines)


@settings(max_examples=100, deadline=None)
@given(lines)
def test_a_list_pasted_twice_adds_once(rows: list[tuple[int, str]]) -> None:
    text = "\n".join(" " * 4 * depth + words for depth, words in rows)
    wanted = wanted_from(read_outline(text, subject="S"))
    first = plan_filling(wanted, [])
    there = [
        Known(number, one.path, one.wording, one.stages, one.code or f"auto{number}", one.detail, bool(one.is_key))
        for number, one in enumerate(first.add)
    ]
    second = plan_filling(wanted, there)
    assert second.is_empty
    assert second.count(Effect.LEAVE) == first.count(Effect.ADD) + first.count(Effect.LEAVE)
