"""From the sheets of a file to one table: headings, and the rows under them as text and in their kinds.

What cannot be read is refused in one sentence that says what to do; what was passed over is said.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muster.exchange.rules.shape import Found, Grid, find_table, tidy
from muster.pages.rules.cells import Book, Cell
from muster.pages.rules.kinds import Unreadable
from muster.pages.rules.said import say
from muster.pages.rules.separated import decoded, delimiter_of

__all__ = ["FORMULA", "MOST_BYTES", "Table", "TableRow", "Unreadable", "decoded", "delimiter_of", "table_in", "tidy"]
MOST_BYTES = 1_048_576
MOST_ABOVE = 100
"""Rows of titles, headings and notes that a list may have besides its own."""
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


@dataclass(frozen=True)
class Table:
    """Headings and the rows under them; rows without anything in them are left out.

    Headings differ from one another. One that stands under another is both, with `shape.BETWEEN` between; a column that has none
    is called after its letter.
    """

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    sheet: str = ""
    """The sheet they stand on; "" in a text file."""
    other_sheets: tuple[str, ...] = ()
    """Sheets with something on them that were not read."""
    notes: tuple[str, ...] = ()
    """Sentences about what was passed over."""


def nothing_known(_heading: str) -> bool:
    """For a reader of anything."""
    return False


def table_in(
    book: Book, *, most_rows: int, knows: Callable[[str], bool] = nothing_known, sheet: str | None = None
) -> Table:
    """The table of a file: of the sheet called `sheet`, else of the one with most headings that `knows`, then most rows.

    Raises `Unreadable`.
    """
    sheets = [each for each in book.sheets if sheet is None or each.name == sheet]
    if len(sheets) == 1 and (filled := sum(map(any, sheets[0].rows))) > most_rows + MOST_ABOVE:
        # Said before anything is looked at: what a cell means costs more than that it is there.
        raise too_many(filled - 1, most_rows)
    grids = [Grid(each) for each in sheets]
    found = [(grid, table) for grid in grids if (table := find_table(grid, knows))]
    if not found:
        raise Unreadable(say("This file is empty."))
    grid, table = max(found, key=lambda each: (each[1].known, len(each[1].rows)))
    if not table.rows:
        raise Unreadable(say("This file has one row only. Muster needs a row of headings and the rows under it."))
    if len(table.rows) > most_rows:
        raise too_many(len(table.rows), most_rows)
    headings = told_apart(grid, table, book)
    rows = tuple(row_of(grid, y, len(headings), book) for y in table.rows)
    others = tuple(each.sheet.name for each, _ in found if each is not grid)
    return Table(headings, rows, grid.sheet.name, others, tuple(notes_on(grid, table, others, book)))


def too_many(rows: int, most: int) -> Unreadable:
    """The refusal of a list that is longer than any."""
    return Unreadable(
        say(
            "This file has {rows:,} rows; {most:,} is the most at one time. Split it, for instance by year.",
            rows=rows,
            most=most,
        )
    )


def told_apart(grid: Grid, table: Found, book: Book) -> tuple[str, ...]:
    """The headings, none twice, and one for every column that holds something.

    In a text file a row that is longer than the headings has run over, and its cells are not where they belong.
    """
    width = max((x + 1 for x, heading in enumerate(table.headings) if heading), default=0)
    if not book.is_workbook:
        width = max(width, table.wide)
    else:
        filled = (x + 1 for y in table.rows for x, text in enumerate(grid.texts[y]) if text)
        width = max(width, max(filled, default=0))
    found: list[str] = []
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for x in range(width):
        heading = table.headings[x] if x < len(table.headings) else ""
        if not heading and any(grid.cell(y, x) for y in table.rows):
            heading = say("Column {letter}", letter=letter_of(x))
        base = heading
        while heading and heading.casefold() in taken:
            # Counted on from the last of its name: a sheet may have thousands of columns of one.
            numbers[base.casefold()] = numbers.get(base.casefold(), 1) + 1
            heading = f"{base} ({numbers[base.casefold()]})"
        taken.add(heading.casefold())
        found.append(heading)
    return tuple(found)


def letter_of(column: int) -> str:
    """A for 0, AA for 26."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def row_of(grid: Grid, y: int, width: int, book: Book) -> TableRow:
    """A row, with what is wrong with it as a whole."""
    cells = grid.texts[y]
    fault = ""
    if any(cells[width:]):
        fault = say(
            "It has {cells} cells under {width} headings, so they do not line up.", cells=len(cells), width=width
        )
    elif not book.is_workbook and any(cell[:1] == "=" and FORMULA.match(cell) for cell in cells):
        fault = say("It holds a formula. Copy the cells and paste them back as values first.")
    return TableRow(y + 1, tuple(cells), fault, tuple(grid.values[y]))


def notes_on(grid: Grid, table: Found, others: Sequence[str], book: Book) -> list[str]:
    """What was passed over, in sentences."""
    notes = []
    if others:
        notes.append(
            say("Read from the sheet “{sheet}”; not read: {others}.", sheet=grid.sheet.name, others=quoted(others))
        )
    if book.hidden:
        notes.append(say("Hidden sheets were not read: {sheets}.", sheets=quoted(book.hidden)))
    if table.explaining:
        notes.append(say("Left out, because they explain the columns: {rows}.", rows=rows_in_words(table.explaining)))
    if table.ending:
        notes.append(say("Left out at the end, as sums or footers: {rows}.", rows=rows_in_words(table.ending)))
    broken = sorted({y for y, _ in grid.broken if y in set(table.rows)})
    if broken:
        notes.append(
            say(
                "A formula came to nothing (such as #N/A), so its cell counts as empty: {rows}.",
                rows=rows_in_words(broken),
            )
        )
    return notes


def quoted(names: Sequence[str], most: int = 6) -> str:
    """Names in quotation marks; of many, how many more there are."""
    said = ", ".join(f"“{name}”" for name in names[:most])
    return said if len(names) <= most else say("{names} and {more} more", names=said, more=len(names) - most)


def rows_in_words(rows: Sequence[int], most: int = 8) -> str:
    """Row 3; rows 3, 7 and 12 as a person counts them."""
    numbers = ", ".join(str(y + 1) for y in rows[:most])
    if len(rows) == 1:
        return say("row {number}", number=numbers)
    if len(rows) <= most:
        return say("rows {numbers}", numbers=numbers)
    return say("rows {numbers} and {more} more", numbers=numbers, more=len(rows) - most)
