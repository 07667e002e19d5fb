"""A file of rows and columns, as a school's other systems save it, made into text cells.

UTF-8 with or without a mark, UTF-16, Windows-1252; commas, semicolons or tabs. What cannot be read is refused in one
sentence that says what to do.
"""

import csv
import io
import re
from dataclasses import dataclass

MOST_BYTES = 1_048_576
DELIMITERS = ",;\t"
FORMULA = re.compile(
    r"=\s*(?:[A-Za-z][A-Za-z0-9.]*\s*\(|\$?[A-Za-z]{1,3}\$?\d+\b|[A-Za-z]+\s*\||[-+]?\d[\d.]*\s*[-+*/^&])"
)
"""How a formula begins: =SUM(…), =A1…, =cmd|…, =1+…. A name may begin with = as long as it is none of these."""
TEXT_CELL = re.compile(r'="((?:[^"]|"")*)"')
"""How a spreadsheet is told to keep a text as it is: ="0123". A quotation mark in it stands twice."""
KINDS = {
    b"PK\x03\x04": "This is a workbook or a packed file. Open it, save the sheet as CSV, and bring that.",
    b"\xd0\xcf\x11\xe0": "This is an old workbook. Open it, save the sheet as CSV, and bring that.",
    b"%PDF": "This is a PDF. Muster needs the rows themselves: save the list as CSV.",
    b"\x89PNG": "This is a picture. Muster needs the rows themselves: save the list as CSV.",
    b"\xff\xd8\xff": "This is a picture. Muster needs the rows themselves: save the list as CSV.",
    b"\x1f\x8b": "This is a packed file. Unpack it first.",
    b"SQLite format": "This is a database, not a list. Save the list as CSV.",
}


class Unreadable(ValueError):
    """The file cannot be read as rows; the sentence says why and what to do."""


@dataclass(frozen=True)
class TableRow:
    """One row under the headings. `number` is its row in a spreadsheet, where the headings are row 1."""

    number: int
    cells: tuple[str, ...]
    fault: str = ""

    def cell(self, place: int | None) -> str:
        """The cell in column `place` (from 0) without outer spaces; "" where there is none."""
        if place is None or place >= len(self.cells):
            return ""
        return self.cells[place]


@dataclass(frozen=True)
class Table:
    """Headings and the rows under them; rows without anything in them are left out."""

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]


def decoded(data: bytes, *, most_bytes: int = MOST_BYTES) -> str:
    """The text of a file in whichever way it was saved."""
    if not data.strip():
        raise Unreadable("This file is empty.")
    if len(data) > most_bytes:
        raise Unreadable(
            f"This file is larger than {most_bytes // 1_048_576} MB ({len(data) / 1_048_576:.1f} MB). Take out what is not needed, or split it."
        )
    for beginning, sentence in KINDS.items():
        if data.startswith(beginning):
            raise Unreadable(sentence)
    text = _decoded(data)
    strange = sum(letter < " " and letter not in "\t\r\n\x0b\x0c\x1c\x1d\x1e\x1f" for letter in text)
    if "\x00" in text or strange > len(text) // 100 + 8:
        raise Unreadable("This is not a list Muster can read. Save it as CSV, and bring that.")
    return text


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:2] == b"\x00" and data[3:4] == b"\x00":
        encodings = ["utf-16-le"]
    elif data[0:1] == b"\x00" and data[2:3] == b"\x00":
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("The letters of this file cannot be read. Save it as CSV in UTF-8, and bring that.")


def delimiter_of(text: str) -> str:
    """What stands between two cells: whichever of comma, semicolon and tab is commonest in the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=bare.count)


def read_table(data: bytes, *, most_rows: int) -> Table:
    """The headings and rows of a file. Raises `Unreadable`."""
    return table_of(decoded(data), most_rows=most_rows)


def table_of(text: str, *, most_rows: int) -> Table:
    """The headings and rows of a text, such as cells pasted from a spreadsheet. Raises `Unreadable`."""
    delimiter = ""
    found = re.match(r"\ufeff?sep=(.)\r?\n", text)
    if found:
        delimiter, text = found[1], text[found.end() :]
    delimiter = delimiter or delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        records = list(reader)
    except csv.Error as problem:
        raise Unreadable(f"Row {reader.line_num} cannot be read. Check its quotation marks.") from problem
    numbered = [(number, [tidy(cell) for cell in cells]) for number, cells in enumerate(records, start=1)]
    full = [(number, cells) for number, cells in numbered if any(cells)]
    if not full:
        raise Unreadable("This file is empty.")
    _, headings = full[0]
    rows = full[1:]
    if not rows:
        raise Unreadable("This file has one row only. Muster needs a row of headings and the rows under it.")
    if len(rows) > most_rows:
        raise Unreadable(
            f"This file has {len(rows):,} rows; {most_rows:,} is the most at one time. Split it, for instance by year."
        )
    return Table(tuple(headings), tuple(row_of(number, cells, len(headings)) for number, cells in rows))


def tidy(cell: str) -> str:
    """A cell without outer spaces and without what no eye sees at its ends."""
    text = cell.strip().strip("\ufeff\u200b\u00a0").strip()
    found = TEXT_CELL.fullmatch(text)
    return found[1].replace('""', '"').strip() if found else text


def row_of(number: int, cells: list[str], width: int) -> TableRow:
    """A row, with what is wrong with it as a whole."""
    beyond = [cell for cell in cells[width:] if cell]
    if beyond:
        return TableRow(
            number, tuple(cells), f"It has {len(cells)} cells under {width} headings, so they do not line up."
        )
    formula = next((cell for cell in cells if FORMULA.match(cell)), "")
    if formula:
        return TableRow(number, tuple(cells), "It holds a formula. Copy the cells and paste them back as values first.")
    return TableRow(number, tuple(cells))
