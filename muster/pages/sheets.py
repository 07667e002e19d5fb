"""Every sheet that comes in and goes out, for all apps: workbooks of any spreadsheet, and text with separators.

A workbook is parsed by a child with little memory and time (`sheet_reader.py`), because one of 1.4 KB can take all there
is. What is written holds no formula: a cell that looks like one is text.
"""

import array
import csv
import io
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import compress, islice
from pathlib import Path
from typing import Any

import xlsxwriter

from muster.pages.limited import Child, Fell
from muster.pages.rules.cells import Book, Cell, Merged, Sheet, text_of
from muster.pages.rules.kinds import Kind, Unreadable, damaged, kind_of, locked
from muster.pages.rules.said import say
from muster.pages.rules.separated import cells_of, decoded, safe
from muster.pages.sheet_reader import BETWEEN, NUMBERS, OTHERS

READER = Child(
    Path(__file__).with_name("sheet_reader.py"), memory=640 * 2**20, seconds=10, patience=25, most_said=96 * 2**20
)


def read_book(data: bytes) -> Book:
    """The sheets of a workbook or of text with separators, whatever its name. Raises `Unreadable`, saying what it is."""
    kind = kind_of(data)
    match kind:
        case Kind.WORKBOOK | Kind.OLD_WORKBOOK:
            return read_workbook(data)
        case Kind.PACKAGE:
            raise Unreadable(say("This is a packed file. Unpack it first, and bring the list that is in it."))
        case Kind.XML:
            raise Unreadable(say("This is XML, not a list. Save the list as a workbook or CSV, and bring that."))
        case Kind.JSON:
            raise Unreadable(say("This is JSON, not a list. Save the list as a workbook or CSV, and bring that."))
    return read_text(decoded(data))


def read_text(text: str) -> Book:
    """The one sheet of a text, such as cells pasted from a spreadsheet. Raises `Unreadable`."""
    return Book((Sheet("", cells_of(text)),), is_workbook=False)


def read_workbook(data: bytes) -> Book:
    """The visible sheets of a workbook, formulas as what they came to. Raises `Unreadable`."""
    try:
        line, _newline, behind = READER.run(data).partition(b"\n")
    except Fell as end:
        raise refusal("takes too long" if end.too_long else "too many cells") from None
    said = json.loads(line, object_hook=_dated)
    if "problem" in said:
        raise refusal(said["problem"])
    cells = iter(_unpacked(said, behind))
    return Book(tuple(_sheet(each, cells) for each in said["sheets"]), tuple(said["hidden"]))


def _unpacked(said: dict[str, Any], behind: bytes) -> list[Cell]:
    """The cells of all sheets in order, from what `sheet_reader.packed` made of them."""
    many = sum(each["height"] * each["width"] for each in said["sheets"])
    kinds = behind[:many]
    numbers = array.array("d", behind[many : many + 8 * kinds.count(1)])
    cells: list[Cell] = [*behind[many + 8 * len(numbers) :].decode().split(BETWEEN)]
    for which, those in ((NUMBERS, numbers), (OTHERS, said["others"])):
        places = compress(range(many), kinds.translate(which))
        # Nothing but the loop itself costs anything here, so it is left to the interpreter's own.
        deque(map(cells.__setitem__, places, those), maxlen=0)
    return cells


def refusal(problem: str) -> Unreadable:
    """Why a workbook is not read."""
    match problem:
        case "locked":
            return locked()
        case "too many cells":
            return Unreadable(
                say(
                    "This workbook is damaged, or a cell far out makes it larger than any list. "
                    "Copy the rows you need into a new workbook, and bring that."
                )
            )
        case "too many sheets":
            return Unreadable(
                say(
                    "This workbook has more sheets than a list can. Copy the rows you need into a new one, and bring that."
                )
            )
        case "takes too long":
            return Unreadable(
                say("This workbook takes too long to read. Copy the rows you need into a new workbook, and bring that.")
            )
        case "declares types":
            return Unreadable(
                say(
                    "This workbook declares entities of its own (DOCTYPE), which no spreadsheet does. Nothing of it was read."
                )
            )
    return damaged()


def _sheet(said: dict[str, Any], cells: Iterator[Cell]) -> Sheet:
    rows = [list(islice(cells, said["width"])) for _ in range(said["height"])]
    merged = tuple(Merged(top, left, bottom, right) for (top, left), (bottom, right) in said["merged"])
    return Sheet(said["name"], rows, merged, frozenset((row, column) for row, column in said["broken"]))


KINDS: dict[str, Callable[[Any], Cell]] = {
    "d": date.fromisoformat,
    "m": datetime.fromisoformat,
    "t": time.fromisoformat,
    "s": lambda seconds: timedelta(seconds=seconds),
}
"""How a cell that JSON has no kind for is told; the child writes it so."""


def _dated(said: dict[str, Any]) -> Any:
    (key, value), *more = said.items()
    return said if more or key not in KINDS else KINDS[key](value)


@dataclass(frozen=True)
class Written:
    """A sheet to be written: headings, rows under them, and a line above or below for who took it and when."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    above: str = ""


def workbook(*sheets: Written) -> bytes:
    """The sheets as an xlsx workbook: headings bold and kept in sight, days as days, texts as texts."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for sheet in sheets:
            page = book.add_worksheet(sheet_name(sheet.name))
            top = 0
            if sheet.above:
                page.write_string(0, 0, sheet.above)
                top = 2
            for column, heading in enumerate(sheet.headings):
                page.write_string(top, column, heading, bold)
            widths = [len(heading) for heading in sheet.headings]
            for row, cells in enumerate(sheet.rows, start=top + 1):
                for column, cell in enumerate(cells):
                    _write(page, row, column, cell, moment)
                    if column < len(widths):
                        widths[column] = max(widths[column], len(text_of(cell)))
            page.freeze_panes(top + 1, 0)
            for column, width in enumerate(widths):
                page.set_column(column, column, min(max(width, 8), 60) + 1)
    return out.getvalue()


def _write(page: Any, row: int, column: int, cell: Cell, moment: Any) -> None:
    match cell:
        case "":
            return
        case str():
            page.write_string(row, column, cell[:32_767])
        case bool():
            page.write_boolean(row, column, cell)
        case datetime():
            page.write_datetime(row, column, cell.replace(tzinfo=None), moment)
        case date() | time() | timedelta():
            page.write_datetime(row, column, cell)
        case _:
            page.write_number(row, column, cell)


def sheet_name(name: str) -> str:
    """A name that every spreadsheet allows."""
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in name).strip().strip("'")
    return plain[:31] or "Sheet"


def separated(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Headings and rows as CSV: UTF-8 with the mark that spreadsheets look for, and no cell that one would work out."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow([safe(heading) for heading in headings])
    for cells in rows:
        sheet.writerow([safe(cell) if isinstance(cell, str) else text_of(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")
