"""A workbook of 5,000 rows and 60 columns, read to cells, beside the library alone in the same limited child."""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench import Database, Figure
from bench.timing import in_turn
from muster.pages.rules.cells import Cell
from muster.pages.sheets import READER, Written, read_book, workbook

ROWS, COLUMNS = 5_000, 60


def measure(_db: Database) -> list[Figure]:
    """Ratio and time. The database has no part in it."""
    data = a_workbook()
    alone = dataclasses.replace(READER, program=Path(__file__).with_name("library_alone.py"))
    assert int(alone.run(data)) == (ROWS + 1) * COLUMNS
    (sheet,) = read_book(data).sheets
    assert (len(sheet.rows), len(sheet.rows[1])) == (ROWS + 1, COLUMNS)
    assert sheet.rows[1] == list(cells_of(1))
    bare, ours = in_turn(lambda: alone.run(data), lambda: read_book(data), rounds=9, warm=1)
    return [Figure("times_library", ours / bare, "x"), Figure("milliseconds", ours, "ms")]


def a_workbook() -> bytes:
    """What a school's system writes: names, dates, numbers and letters."""
    rows = (list(cells_of(row)) for row in range(1, ROWS + 1))
    return workbook(Written("Results", [f"Column {column}" for column in range(COLUMNS)], rows))


def cells_of(row: int) -> Iterator[Cell]:
    """The cells of one row."""
    for column in range(COLUMNS):
        match column % 6:
            case 0:
                yield f"Pupil {row} {column}"
            case 1 | 2:
                yield row * 0.5 + column
            case 3:
                yield date(2015, 9, 1) + timedelta(days=row % 365) if column == 3 else ("EXS" if row % 2 else "GDS")
            case 4:
                yield "Working towards the expected standard" if row % 3 else "Greater depth"
            case _:
                yield ""
