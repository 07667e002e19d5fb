"""Where the table is in a sheet, however a school's office has dressed it."""

from datetime import date
from typing import Any

import pytest

from muster.exchange.rules.table import Table, Unreadable
from muster.exchange.tables import read_table, table_of
from muster.pages.rules.cells import Cell
from tests.support.workbooks import ods_of, xls_of, xlsx, xlsx_of

pytestmark = pytest.mark.pure
KNOWN = {"forename", "surname", "date of birth", "class", "year"}
HEAD: list[Cell] = ["Surname", "Forename", "Date of birth", "Class"]
AMINA: list[Cell] = ["Khan", "Amina", date(2017, 9, 3), "3 Hazel"]
BEN: list[Cell] = ["Okoro", "Ben", date(2018, 1, 31), "3 Hazel"]


def knows(heading: str) -> bool:
    return heading.casefold() in KNOWN


def read(data: bytes, *, known: bool = True, sheet: str | None = None) -> Table:
    return read_table(data, most_rows=1_000, knows=knows if known else lambda _heading: False, sheet=sheet)


def names(table: Table) -> list[str]:
    return [row.cell(0) for row in table.rows]


@pytest.mark.parametrize("known", [True, False], ids=["to a reader of pupils", "to a reader of anything"])
@pytest.mark.parametrize(
    "above",
    [
        pytest.param([], id="nothing above"),
        pytest.param([["Class list: 3 Hazel"], []], id="a title and a blank row"),
        pytest.param(
            [["Ashgrove Primary"], ["Class list for"], ["3 Hazel", "Autumn"], []], id="several lines of title"
        ),
        pytest.param([[], [], ["", "Printed:", date(2026, 9, 1)], []], id="blank rows and a date"),
    ],
)
def test_headings_are_found_below_titles_and_blank_rows(above: list[list[Cell]], known: bool) -> None:
    table = read(xlsx_of(*above, HEAD, AMINA, BEN), known=known)
    assert table.headings == tuple(HEAD)
    assert [row.number for row in table.rows] == [len(above) + 2, len(above) + 3]
    assert table.rows[0].cells == ("Khan", "Amina", "2017-09-03", "3 Hazel")
    assert table.rows[0].values[2] == date(2017, 9, 3)


def test_the_same_in_a_text_file_with_empty_columns_to_the_left() -> None:
    table = table_of("Class list;;;\n;;;\n;Surname;Forename;Score\n;Khan;Amina;8,5\n;Okoro;Ben;7,0\n", most_rows=9)
    assert table.headings == ("", "Surname", "Forename", "Score")
    assert [row.cells for row in table.rows] == [("", "Khan", "Amina", "8,5"), ("", "Okoro", "Ben", "7,0")]


def two_rows(book: Any) -> None:
    page = book.add_worksheet()
    page.merge_range("A1:A2", "Surname")
    page.write("B2", "Forename")
    page.merge_range("C1:D1", "Autumn")
    page.merge_range("E1:F1", "Spring")
    for column, word in zip("CDEF", ("Reading", "Maths", "Reading", "Maths"), strict=True):
        page.write(f"{column}2", word)
    page.write_row("A3", ["Khan", "Amina", 100, 98, 104, 101])
    page.write_row("A4", ["Okoro", "Ben", 90, 95, 93, 97])


def test_a_heading_over_several_columns_belongs_to_each() -> None:
    table = read(xlsx(two_rows))
    said = ("Surname", "Forename", "Autumn: Reading", "Autumn: Maths", "Spring: Reading", "Spring: Maths")
    assert table.headings == said
    assert names(table) == ["Khan", "Okoro"]
    text = "Surname,Forename,Autumn,,Spring,\n,,Reading,Maths,Reading,Maths\nKhan,Amina,100,98,104,101\nOkoro,Ben,9,9,9,9\n"
    assert table_of(text, most_rows=9).headings == said


def test_a_row_of_groups_above_the_known_headings_is_put_before_them() -> None:
    text = "Pupil,,Parent 1,,Parent 2,\nSurname,Forename,Name,Email,Name,Email\nKhan,Amina,Sara Khan,s@x.example,,\n"
    table = table_of(text, most_rows=9, knows=knows)
    assert table.headings == (
        "Pupil: Surname", "Pupil: Forename", "Parent 1: Name", "Parent 1: Email", "Parent 2: Name", "Parent 2: Email",
    )  # fmt: skip


def test_rows_that_explain_the_columns_are_left_out_and_said() -> None:
    table = read(
        xlsx_of(
            HEAD,
            ["Required", "Required", "dd/mm/yyyy", "Optional"],
            ["e.g. Smith", "e.g. Jo", "01/09/2015", "e.g. 3H"],
            AMINA,
        )
    )
    assert names(table) == ["Khan"]
    assert "rows 2, 3" in table.notes[0]


def test_sums_and_footers_are_left_out_and_said_but_a_child_called_page_is_not() -> None:
    data = xlsx_of(
        HEAD,
        AMINA,
        ["Page", "Ann", date(2018, 1, 1), "3 Hazel"],
        ["Total", "", 2],
        [],
        ["Printed 1 September by the office"],
    )
    table = read(data)
    assert names(table) == ["Khan", "Page"]
    assert "rows 4, 6" in table.notes[0]


def test_headings_that_come_again_on_every_printed_page_are_no_rows() -> None:
    assert names(read(xlsx_of(HEAD, AMINA, [], HEAD, BEN))) == ["Khan", "Okoro"]


def test_a_cell_that_reaches_down_counts_for_each_row() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row("A1", ["Class", "Surname", "Forename"])
        page.merge_range("A2:A3", "3 Hazel")
        page.write_row("B2", ["Khan", "Amina"])
        page.write_row("B3", ["Okoro", "Ben"])

    assert [row.cells for row in read(xlsx(fill)).rows] == [("3 Hazel", "Khan", "Amina"), ("3 Hazel", "Okoro", "Ben")]


def sheets(book: Any) -> None:
    book.add_worksheet("Read me").write_column("A1", ["How to fill this in", "One row a child", "Thank you"])
    for name, rows in (("3 Hazel", [AMINA]), ("4 Rowan", [BEN, BEN])):
        page = book.add_worksheet(name)
        page.write_row("A1", HEAD)
        for y, row in enumerate(rows, start=1):
            page.write_row(y, 0, [row[0], row[1], "2017-09-03", row[3]])
    book.add_worksheet("Empty")
    book.add_worksheet("Codes").write_row("A1", HEAD)
    book.get_worksheet_by_name("Codes").hide()


def test_of_several_sheets_the_one_with_the_rows_is_read_and_the_others_are_named() -> None:
    table = read(xlsx(sheets))
    assert (table.sheet, table.other_sheets, len(table.rows)) == ("4 Rowan", ("Read me", "3 Hazel"), 2)
    assert "not read: “Read me”, “3 Hazel”." in table.notes[0]
    assert "Hidden sheets were not read: “Codes”." in table.notes[1]
    assert names(read(xlsx(sheets), sheet="3 Hazel")) == ["Khan"]


def test_columns_without_a_heading_are_called_after_their_letter_and_none_is_called_the_same() -> None:
    table = read(
        xlsx_of(["Surname", "Forename", "Reading", "", "reading"], ["Khan", "Amina", 1, 2, 3], ["a", "b", 1, 2, 3, 4])
    )
    assert table.headings == ("Surname", "Forename", "Reading", "Column D", "reading (2)", "Column F")
    assert not any(row.fault for row in table.rows)


def test_a_separator_behind_the_last_heading_makes_a_column_of_its_own() -> None:
    table = table_of("G1;G2;\n11;12;13\n", most_rows=9)
    assert (table.headings, table.rows[0].fault) == (("G1", "G2", "Column C"), "")


@pytest.mark.parametrize("broken", ["#N/A", "#REF!", "#DIV/0!"])
def test_a_formula_that_came_to_nothing_is_an_empty_cell_and_said(broken: str) -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row("A1", ["Surname", "Forename"])
        page.write_row("A2", ["Khan", "Amina"])
        page.write_formula("B2", "=VLOOKUP(1,Z1:Z9,1)", value=broken)

    for table in (read(xlsx(fill)), table_of(f"Surname,Forename\nKhan,{broken}\n", most_rows=9)):
        assert (table.rows[0].cell(0), table.rows[0].cell(1)) == ("Khan", "")
        assert "row 2" in table.notes[0]


def test_every_kind_of_workbook_makes_the_same_table() -> None:
    rows: list[list[Cell]] = [["Surname", "Forename"], ["Khan", "Zoë"]]
    texts = [["Surname", "Forename"], ["Khan", "Zoë"]]
    tables = [
        read(xlsx_of(*rows)),
        read(ods_of({"Sheet1": rows})),
        read(xls_of([list(row) for row in texts])),
        read("Surname\tForename\r\nKhan\tZoë\r\n".encode("utf-16")),
        read(b"Surname;Forename\nKhan;Zo\xeb\n"),
    ]
    assert {(table.headings, table.rows[0].cells) for table in tables} == {(("Surname", "Forename"), ("Khan", "Zoë"))}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        pytest.param([], "empty", id="nothing"),
        pytest.param([["Surname", "Forename"]], "one row only", id="only headings"),
        pytest.param([["Surname"], *([["Khan"]] * 1_001)], "1,001 rows; 1,000 is the most", id="too many rows"),
    ],
)
def test_a_sheet_without_a_table_is_refused_in_a_sentence(rows: list[list[Cell]], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(xlsx_of(*rows))
