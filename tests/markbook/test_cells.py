"""What one cell shows, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.markbook.rules.cells import Shown, StepWord, marked, shown

pytestmark = pytest.mark.pure

TERM = datetime(2026, 1, 5, tzinfo=UTC)
SECURE = StepWord(3, "S", "Secure", "leaf", 3, secure=True)
PLAIN = StepWord(4, "PK1", "Pre-key stage 1", "")


def face(kind: str | None, step: StepWord | None = None, at: datetime | None = TERM) -> Shown:
    return shown(
        kind,
        step,
        judged_at=at,
        term_from=TERM,
        not_yet="not yet marked",
        absent="absent when taught",
        not_taught="not taught",
        earlier="%s before this term, not yet marked",
    )


@pytest.mark.parametrize(
    ("kind", "step", "at", "text", "spoken", "css"),
    [
        pytest.param("step", SECURE, TERM, "S", "S, Secure", "fill-leaf", id="judged at the first instant of the term"),
        pytest.param(
            "step", SECURE, TERM - timedelta(microseconds=1), "S", "S before this term, not yet marked", "faint",
            id="judged just before the term",
        ),
        pytest.param("step", PLAIN, TERM, "PK1", "PK1, Pre-key stage 1", "", id="a step without a colour"),
        pytest.param(None, None, None, "", "not yet marked", "", id="never judged"),
        pytest.param("clear", None, TERM, "", "not yet marked", "", id="cleared"),
        pytest.param("absent", None, TERM, "ab", "ab, absent when taught", "ab", id="absent"),
        pytest.param("not-taught", None, TERM, "nt", "nt, not taught", "nt", id="not taught"),
        pytest.param("absent", None, TERM - timedelta(days=9), "", "not yet marked", "", id="absent in another term"),
    ],
)  # fmt: skip
def test_what_a_cell_shows(
    kind: str | None, step: StepWord | None, at: datetime | None, text: str, spoken: str, css: str
) -> None:
    cell = face(kind, step, at)
    assert (cell.text, cell.spoken, cell.css) == (text, spoken, css)


def test_the_name_read_aloud_starts_with_what_is_seen() -> None:
    for kind, step in (("step", SECURE), ("absent", None), ("not-taught", None)):
        cell = face(kind, step)
        assert cell.spoken.startswith(cell.text)


def test_not_taught_leaves_the_count_and_absent_stays_in_it() -> None:
    row = [
        face("step", SECURE),
        face("absent"),
        face("not-taught"),
        face(None),
        face("step", SECURE, TERM - timedelta(1)),
    ]
    assert marked(row).marked == 1
    assert marked(row).possible == 4
    assert marked(row).on_step == ((3, 1),)


@given(
    kind=st.sampled_from(["step", "clear", "absent", "not-taught", None]),
    step=st.sampled_from([SECURE, PLAIN, None]),
    days=st.integers(-400, 400),
    term=st.booleans(),
)
def test_whatever_is_told_by_a_colour_is_told_by_a_letter_and_a_word_too(
    kind: str | None, step: StepWord | None, days: int, term: bool
) -> None:
    """So that paper in grey says what the screen says."""
    cell = shown(
        kind,
        step,
        judged_at=TERM + timedelta(days=days),
        term_from=TERM if term else None,
        not_yet="not yet marked",
        absent="absent when taught",
        not_taught="not taught",
        earlier="%s before this term, not yet marked",
    )
    assert cell.spoken
    if cell.css:
        assert cell.text
        assert cell.text in cell.spoken
