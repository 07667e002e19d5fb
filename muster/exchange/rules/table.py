"""From the sheets of a file to one table: headings, and the rows under them as text.

What cannot be read is refused in one sentence that says what to do.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from muster.pages.rules.cells import Book, Cell, Sheet, text_of
from muster.pages.rules.kinds import Unreadable
from muster.pages.rules.said import say
from muster.pages.rules.separated import decoded, delimiter_of, kept_as_text

__all__ = ["FORMULA", "MOST_BYTES", "Table", "TableRow", "Unreadable", "decoded", "delimiter_of", "table_in", "tidy"]
MOST_BYTES = 1_048_576
FORMULA = re.compile(
    r"=\s*(?:[A-Za-z][A-Za-z0-9.]*\s*\(|\$?[A-Za-z]{1,3}\$?\d+\b|[A-Za-z]+\s*\||[-+]?\d[\d.]*\s*[-+*/^&])"
)
"""How a formula begins: =SUM(…), =A1…, =cmd|…, =1+…. A name may begin with = as long as it is none of these."""


@dataclass(frozen=True)
class TableRow:
    """One row under the headings. `number` is its row in a spreadsheet, from 1."""

    number: int
    cells: tuple[str, ...]
    fault: str = ""
    values: tuple[Cell, ...] = ()
    """The same cells, each of the kind it was; from a text file all are text."""

    def cell(self, place: int | None) -> str:
        """The cell in column `place` (from 0) without outer spaces; "" where there is none."""
        if place is None or place >= len(self.cells):
            return ""
        return self.cells[place]

    def value(self, place: int | None) -> Cell:
        """The cell in column `place` (from 0) in its own kind; "" where there is none."""
        if place is None or place >= len(self.values):
            return ""
        return self.values[place]


@dataclass(frozen=True)
class Table:
    """Headings and the rows under them; rows without anything in them are left out."""

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    sheet: str = ""
    """The sheet they stand on."""
    notes: tuple[str, ...] = ()
    """Sentences about what was passed over: other sheets, hidden ones."""


def table_in(book: Book, *, most_rows: int) -> Table:
    """The headings and rows of the sheet that has most of them. Raises `Unreadable`."""
    sheet = max(book.sheets, key=lambda each: sum(map(bool, each.rows)), default=Sheet("", ()))
    numbered = [(number, list(cells)) for number, cells in enumerate(sheet.rows, start=1)]
    texts = [(number, [tidy(text_of(cell)) for cell in cells], cells) for number, cells in numbered]
    full = [each for each in texts if any(each[1])]
    if not full:
        raise Unreadable(say("This file is empty."))
    _, headings, _ = full[0]
    rows = full[1:]
    if not rows:
        raise Unreadable(say("This file has one row only. Muster needs a row of headings and the rows under it."))
    if len(rows) > most_rows:
        raise Unreadable(
            say(
                "This file has {rows:,} rows; {most:,} is the most at one time. Split it, for instance by year.",
                rows=len(rows),
                most=most_rows,
            )
        )
    made = tuple(row_of(number, cells, values, len(headings), book) for number, cells, values in rows)
    return Table(tuple(headings), made, sheet.name)


def tidy(cell: str) -> str:
    """A cell without outer spaces and without what no eye sees at its ends."""
    return kept_as_text(cell.strip().strip("\ufeff\u200b\u00a0").strip()).strip()


def row_of(number: int, cells: list[str], values: Sequence[Cell], width: int, book: Book) -> TableRow:
    """A row, with what is wrong with it as a whole."""
    beyond = [cell for cell in cells[width:] if cell]
    fault = ""
    if beyond:
        fault = say(
            "It has {cells} cells under {width} headings, so they do not line up.", cells=len(cells), width=width
        )
    elif not book.is_workbook and any(FORMULA.match(cell) for cell in cells):
        fault = say("It holds a formula. Copy the cells and paste them back as values first.")
    return TableRow(number, tuple(cells), fault, tuple(values))
