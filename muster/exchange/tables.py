"""From the bytes of a file, or from pasted cells, to a table."""

from collections.abc import Callable

from muster.exchange.rules.table import Table, nothing_known, table_in
from muster.pages.sheets import read_book, read_text


def read_table(
    data: bytes, *, most_rows: int, knows: Callable[[str], bool] = nothing_known, sheet: str | None = None
) -> Table:
    """The headings and rows of a workbook or of text with separators. Raises `Unreadable`.

    `knows` says whether a heading is one that the reader knows; `sheet` chooses one of several by its name.
    """
    return table_in(read_book(data), most_rows=most_rows, knows=knows, sheet=sheet)


def table_of(text: str, *, most_rows: int, knows: Callable[[str], bool] = nothing_known) -> Table:
    """The headings and rows of a text, such as cells pasted from a spreadsheet. Raises `Unreadable`."""
    return table_in(read_text(text), most_rows=most_rows, knows=knows)
