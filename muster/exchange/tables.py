"""From the bytes of a file, or from pasted cells, to a table."""

from muster.exchange.rules.table import Table, table_in
from muster.pages.sheets import read_book, read_text


def read_table(data: bytes, *, most_rows: int) -> Table:
    """The headings and rows of a workbook or of text with separators. Raises `Unreadable`."""
    return table_in(read_book(data), most_rows=most_rows)


def table_of(text: str, *, most_rows: int) -> Table:
    """The headings and rows of a text, such as cells pasted from a spreadsheet. Raises `Unreadable`."""
    return table_in(read_text(text), most_rows=most_rows)
