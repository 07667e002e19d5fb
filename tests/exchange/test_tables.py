"""Files as schools have them become rows, or one clear sentence."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from muster.exchange.rules.columns import plain, recognise
from muster.exchange.rules.table import Table, Unreadable
from muster.exchange.tables import read_table
from muster.pages.rules.kinds import MOST_BYTES
from muster.pages.rules.separated import decoded

pytestmark = pytest.mark.pure

NAMES = "Forename,Surname\r\nZoë,O’Neill\r\n"


def table(data: bytes | str, most_rows: int = 1000) -> Table:
    return read_table(data.encode() if isinstance(data, str) else data, most_rows=most_rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_letters_are_read_however_they_were_saved(encoding: str) -> None:
    found = table(NAMES.encode(encoding))
    assert (found.headings, found.rows[0].cells) == (("Forename", "Surname"), ("Zoë", "O’Neill"))


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_cells_are_told_apart_by_comma_semicolon_or_tab(between: str) -> None:
    text = f"Surname{between}Born\n“Ali{between}Noor{between}"
    found = table(text.replace("“Ali", '"Ali, the; first"'))
    assert found.headings == ("Surname", "Born")
    assert found.rows[0].cells[0] == "Ali, the; first"


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_short_table_under_as_many_lines_of_title_is_a_table(between: str) -> None:
    rows = [["Forename", "Surname", "DOB"], ["Gwen", "Price", "2018-03-13"]]
    text = "Class list\n\nPlease fill in\n" + "\n".join(between.join(cells) for cells in rows)
    found = read_table(text.encode(), most_rows=1000, knows=lambda heading: heading in rows[0])
    assert (list(found.headings), [list(line.cells) for line in found.rows]) == (rows[0], rows[1:])


def test_the_separator_a_spreadsheet_declares_is_heard() -> None:
    assert table("sep=;\nSurname;Note\nAli;a,b,c").rows[0].cells == ("Ali", "a,b,c")


def test_rows_are_numbered_as_a_spreadsheet_does_and_empty_ones_are_left_out() -> None:
    found = table("Surname\n\nAli\n,,\n\nBen\n")
    assert [(row.number, row.cells[0]) for row in found.rows] == [(3, "Ali"), (6, "Ben")]


def test_noughts_in_front_survive_a_spreadsheets_trick() -> None:
    assert table('Number\n="0012"').rows[0].cells == ("0012",)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"  \r\n \r\n", "empty", id="only space"),
        pytest.param(b"Surname\r\n", "one row only", id="only headings"),
        pytest.param(b"PK\x03\x04rest", "damaged", id="a new workbook"),
        pytest.param(b"\xd0\xcf\x11\xe0rest", "damaged", id="an old workbook"),
        pytest.param(b"%PDF-1.7", "PDF", id="a document"),
        pytest.param(b"\x89PNG\r\n", "picture", id="a picture"),
        pytest.param(bytes(range(256)) * 4, "CSV", id="any bytes"),
        pytest.param(b"Surname\n\x81\x8d\x8f", "cannot be read", id="letters of no alphabet"),
        pytest.param(b"x" * (MOST_BYTES + 1), "larger than 12 MB", id="too large"),
        pytest.param("Surname\n" + "Ali\n" * 5000, "5,000 rows; 1,000 is the most", id="too many rows"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(data: bytes | str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence) as refused:
        table(data)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "cell", ["=SUM(A1:A9)", "=A1+1", '=HYPERLINK("http://x.example")', "=cmd|'/c calc'!A0", "=1+1"]
)
def test_a_formula_in_a_cell_is_named_as_its_rows_fault(cell: str) -> None:
    (row,) = table('Surname,Note\nAli,"' + cell.replace('"', '""') + '"').rows
    assert row.fault.startswith("It holds a formula.")


@pytest.mark.parametrize("cell", ["-1", "+44 20 7946 0000", "@home", "= =", "=)", "-Ann"])
def test_what_only_looks_like_a_formula_is_a_cell(cell: str) -> None:
    (row,) = table(f"Surname\n{cell}").rows
    assert (row.cells, row.fault) == ((cell,), "")


def test_more_cells_than_headings_do_not_line_up() -> None:
    (row,) = table("Surname,Forename\nAli,Amina,extra").rows
    assert "do not line up" in row.fault


@settings(max_examples=300, deadline=None)
@given(some.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_never_break(data: bytes) -> None:
    with suppress(Unreadable):
        assert table(data).rows


@settings(max_examples=100, deadline=None)
@given(some.text(alphabet=some.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_every_encoding_gives_back_the_same_letters(text: str) -> None:
    if text.strip() and not text.startswith(("\ufeff", "%PDF", "PK")):
        assert decoded(text.encode("utf-16")) == text
        assert decoded(text.encode("utf-8-sig")) == text


@pytest.mark.parametrize(
    ("heading", "same"),
    [
        ("CHILD_FIRST_NAME", "firstname"),
        ("First name", "firstname"),
        ("Pupil's Date of Birth", "dateofbirth"),
        ("DOB", "dob"),
        ("Child", "child"),
    ],
)
def test_headings_are_compared_without_their_dress(heading: str, same: str) -> None:
    assert plain(heading) == same


def test_columns_not_known_are_named_and_some_are_never_taken() -> None:
    columns = recognise(
        ["Surname", "House", "CHILD_NHS_NUMBER", "surname", ""], {"surname": ("surname",)}, never=("nhs",)
    )
    assert (dict(columns.known), columns.dropped, columns.never) == (
        {"surname": 0},
        ("House", "surname"),
        ("CHILD_NHS_NUMBER",),
    )
