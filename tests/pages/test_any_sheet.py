"""Whatever is written as a sheet is read as it was: any letters, any separator, any quoting, any kind of cell."""

import csv
import io
from datetime import date, datetime, time
from math import isclose

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from muster.pages.rules.cells import Cell
from muster.pages.rules.separated import kept_as_text
from muster.pages.sheets import Written, read_book, read_text, separated, workbook

pytestmark = pytest.mark.pure
LETTERS = some.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff")
WORDS = some.text(LETTERS, max_size=20).map(str.strip)
SURE = some.text(some.characters(categories=["Ll", "Lu"]), min_size=1, max_size=12)
ROWS = some.integers(2, 6).flatmap(
    lambda width: some.lists(some.lists(WORDS, min_size=width, max_size=width), min_size=1, max_size=12)
)


@settings(max_examples=150, deadline=None)
@given(
    rows=ROWS,
    separator=some.sampled_from(",;\t|"),
    encoding=some.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=some.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=some.sampled_from(["\n", "\r\n"]),
)
def test_text_is_read_as_it_was_written(
    rows: list[list[str]], separator: str, encoding: str, quoting: int, end: str
) -> None:
    out = io.StringIO()
    headings = [f"Heading {number}" for number in range(len(rows[0]))]
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=end).writerows([headings, *rows])  # type: ignore[arg-type]  # one of csv's own numbers
    # The line that spreadsheets write for themselves settles what a handful of odd cells could leave open.
    text = f"sep={separator}{end}{out.getvalue()}"
    (sheet,) = read_book(text.encode(encoding)).sheets
    assert [list(row) for row in sheet.rows] == [headings, *rows]


@settings(max_examples=100, deadline=None)
@given(
    rows=some.lists(some.lists(SURE, min_size=3, max_size=3), min_size=2, max_size=12),
    separator=some.sampled_from(",;\t|"),
    title=some.booleans(),
)
def test_the_separator_is_found_out_whatever_stands_above_or_within(
    rows: list[list[str]], separator: str, *, title: bool
) -> None:
    other = ";" if separator == "," else ","
    odd = [[f"{row[0]}{other}5", *row[1:]] for row in rows]
    above = [["A list of everybody"], []] if title else []
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows([*above, ["One", "Two", "Three"], *odd])
    (sheet,) = read_text(out.getvalue()).sheets
    assert [list(row) for row in sheet.rows][len(above) :] == [["One", "Two", "Three"], *odd]


@settings(max_examples=100, deadline=None)
@given(text=some.text(some.characters(codec="cp1252", exclude_categories=["Cc"]), min_size=1, max_size=40))
def test_the_letters_of_western_europe_are_read_in_their_old_encodings(text: str) -> None:
    for encoding in ("cp1252", "latin-1"):
        try:
            data = f"Name;Other\n{text.replace(';', ' ').replace(chr(34), ' ')};x\n".encode(encoding)
            data.decode("utf-8")
        except UnicodeEncodeError:
            continue
        except UnicodeDecodeError:
            (sheet,) = read_book(data).sheets
            assert sheet.rows[1][0] == text.replace(";", " ").replace('"', " ")


CELLS: some.SearchStrategy[Cell] = some.one_of(
    some.text(LETTERS, max_size=30),
    some.floats(allow_nan=False, allow_infinity=False, width=32),
    some.booleans(),
    some.dates(date(1950, 1, 1), date(2060, 1, 1)),
    some.datetimes(datetime(1950, 1, 1), datetime(2060, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)),  # noqa: DTZ001
)


@settings(max_examples=12, deadline=None)
@given(rows=some.lists(some.lists(CELLS, min_size=1, max_size=8), min_size=1, max_size=60))
def test_a_workbook_is_read_as_it_was_written_each_cell_in_its_kind(rows: list[list[Cell]]) -> None:
    width = max(map(len, rows))
    assume(any(cell != "" for cell in rows[-1]))
    headings = [f"Heading {number}" for number in range(width)]
    (sheet,) = read_book(workbook(Written("List", headings, rows))).sheets
    found = [[same_kind(cell) for cell in row] for row in sheet.rows]
    expected: list[list[Cell]] = [[*headings], *([*map(same_kind, row), *([""] * (width - len(row)))] for row in rows)]
    assert len(found) == len(expected)
    assert all(map(alike, found, expected)), (found, expected)


def same_kind(cell: Cell) -> Cell:
    """A moment at midnight is its day to a spreadsheet."""
    return cell.date() if isinstance(cell, datetime) and cell.time() == time() else cell


def alike(found: list[Cell], expected: list[Cell]) -> bool:
    """Whether two rows are one; a workbook writes sixteen digits of a number, so the last may be another."""
    return len(found) == len(expected) and all(
        isclose(one, other, rel_tol=1e-15) if isinstance(one, float) and isinstance(other, float) else one == other
        for one, other in zip(found, expected, strict=True)
    )


@settings(max_examples=150, deadline=None)
@given(rows=some.lists(some.lists(some.text(LETTERS, max_size=15), min_size=2, max_size=2), min_size=1, max_size=10))
def test_what_is_written_as_csv_reads_back_and_holds_nothing_to_work_out(rows: list[list[str]]) -> None:
    data = separated(["One", "Two"], rows)
    (sheet,) = read_text("sep=,\r\n" + data.decode("utf-8-sig")).sheets
    for row in sheet.rows:
        assert not any(str(cell).lstrip().startswith(("+", "-", "@")) for cell in row)
        assert not any(str(cell).startswith("=") and kept_as_text(str(cell)) == cell for cell in row)
    assert [[kept_as_text(str(cell)) for cell in row] for row in sheet.rows[1:]] == rows
