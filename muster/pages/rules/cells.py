"""Cells, each of the kind it was: a number typed into a workbook is never the text of its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | datetime | date | time | timedelta
"""What stands in a cell; "" in an empty one. In a text file every cell is text."""


@dataclass(frozen=True)
class Merged:
    """Cells that were made one: rows and columns from 0, both ends counted."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet as it is: `rows[0]` is row 1, and every row begins in column A. Rows may differ in length."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: tuple[Merged, ...] = ()
    broken: frozenset[tuple[int, int]] = frozenset()
    """Row and column, from 0, of cells in which a formula came to nothing (#N/A, #REF!). They are empty."""


@dataclass(frozen=True)
class Book:
    """What a file holds: its sheets in order, and the names of those that are hidden and were not read."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()
    is_workbook: bool = True
    """False of text: then a cell has no kind of its own."""


def text_of(cell: Cell) -> str:
    """A cell as text: whole numbers without a point, days as 2015-09-01, yes and no as TRUE and FALSE."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            # Beyond 15 figures a number of a workbook is not exact, and neither would the text be.
            return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
        case date():
            return cell.isoformat()
        case time():
            return cell.isoformat(timespec="seconds" if cell.second else "minutes")
        case timedelta():
            minutes, seconds = divmod(round(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
        case _:
            return str(cell)
