"""Text with something between its cells: whichever letters, separator and quoting it was saved with."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from muster.pages.rules.kinds import MOST_BYTES, Kind, Unreadable, kind_of
from muster.pages.rules.said import say

BETWEEN = "\t;,|"
MOST_LINES = 600_000
"""The most rows of a text, blank ones too: the places in classes of 20,000 pupils are 240,000."""
MOST_CELLS = 4_000_000
"""Of all its rows together."""
MOST_WIDE = 16_384
"""Of one row: as many columns as a spreadsheet has."""
LONG_END = 100_000
"""Letters at the end of a text that nothing stands in, from which on they are left out."""
AT_ONCE = 10_000
"""Rows between two looks at how many there are."""
STRANGE = re.compile("[\x00-\x08\x0e-\x1b]")
"""Letters that no text has."""
LOOKED_AT = 60
"""Lines by which the separator is found out."""
SAYS_SO = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""The first line by which a spreadsheet is told the separator."""
TEXT_CELL = re.compile(r'="((?:[^"]|"")*)"')
"""How a spreadsheet is told to keep a text as it is: ="0123". A quotation mark in it stands twice."""
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell of a text file for something to work out."""


def decoded(data: bytes, *, most_bytes: int = MOST_BYTES) -> str:
    """The text of a file in whichever way it was saved: UTF-8, UTF-16, Windows-1252 or Latin-1.

    Raises `Unreadable` for what is no text.
    """
    if kind_of(data, most_bytes=most_bytes) in {Kind.WORKBOOK, Kind.OLD_WORKBOOK, Kind.PACKAGE}:
        raise Unreadable(say("This is a workbook or a packed file. Save the list in it as CSV, and bring that."))
    text = _decoded(data).removeprefix("\ufeff")
    few = len(text) // 100 + 8
    if "\x00" in text or sum(1 for _each in islice(STRANGE.finditer(text), few + 1)) > few:
        raise Unreadable(say("This is not a list Muster can read. Save it as a workbook or CSV, and bring that."))
    return text


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:2] == b"\x00" and data[3:4] == b"\x00":
        encodings = ["utf-16-le"]
    elif data[0:1] == b"\x00" and data[2:3] == b"\x00":
        encodings = ["utf-16-be"]
    else:
        # Windows-1252 is Latin-1 with letters in the places that Latin-1 leaves to machines.
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(say("The letters of this file cannot be read. Save it as CSV in UTF-8, and bring that."))


def delimiter_of(text: str) -> str:
    """What stands between two cells.

    The one by which most of the first lines have equally many cells; so neither a title above the headings nor the
    comma of 8,5 counts. Of two that do so equally well, the one that makes more cells.
    """
    best, found = (0.0, 0), ","
    for separator in BETWEEN:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            widths = [len(cells) for cells in islice(reader, LOOKED_AT) if any(cell.strip() for cell in cells)]
        except csv.Error:
            continue
        if not widths:
            continue
        # Two lines of titles over two of a table say nothing against the table.
        width, lines = max(Counter(widths).items(), key=lambda each: (each[1], each[0]))
        if width > 1 and (lines / len(widths), width) > best:
            best, found = (lines / len(widths), width), separator
    return found


def cells_of(text: str) -> list[list[str]]:
    """The rows of a text. Raises `Unreadable`."""
    said = SAYS_SO.match(text)
    separator = said[1] if said else delimiter_of(text)
    body = text[said.end() :] if said else text
    reader = csv.reader(io.StringIO(without_blank_end(body), newline=""), delimiter=separator)
    try:
        # As a spreadsheet counts: the line that names the separator is no row of it.
        return rows_of(reader)
    except csv.Error:
        raise Unreadable(say("Row {row} cannot be read. Check its quotation marks.", row=reader.line_num)) from None


def rows_of(reader: Iterable[list[str]]) -> list[list[str]]:
    """Every row. Raises `Unreadable` as soon as there are more rows or cells than any list has: 12 MB of line ends would
    else take a gigabyte.
    """
    rows: list[list[str]] = []
    cells, lines = 0, iter(reader)
    while more := list(islice(lines, AT_ONCE)):
        rows += more
        cells += sum(map(len, more))
        if len(rows) > MOST_LINES or cells > MOST_CELLS or max(map(len, more)) > MOST_WIDE:
            raise Unreadable(
                say(
                    "This text has more rows or cells than any list ({rows:,} rows, {cells:,} cells). "
                    "Copy the rows you need into a new file, and bring that.",
                    rows=MOST_LINES,
                    cells=MOST_CELLS,
                )
            )
    return rows


def without_blank_end(text: str) -> str:
    """A text without the rows at its end that hold nothing, where they are very many: a spreadsheet may write a million."""
    filled = len(text.rstrip(BETWEEN + "\r\n "))
    end = text.find("\n", filled) if len(text) - filled > LONG_END else -1
    return text[: end + 1] if end >= 0 else text


def kept_as_text(cell: str) -> str:
    """What stands in a cell that a spreadsheet was told to keep as text; any other cell as it is."""
    found = TEXT_CELL.fullmatch(cell.strip())
    return found[1].replace('""', '"') if found else cell


def safe(cell: str) -> str:
    """A cell of a text file that no spreadsheet takes for a formula, whatever it begins with. It reads back as it was."""
    doubled = cell.replace('"', '""')
    return f'="{doubled}"' if cell.lstrip(" ").startswith(FORMULA_BEGINS) or TEXT_CELL.fullmatch(cell) else cell
