"""Sheets: every kind of workbook and text is read cell by cell, and one made to do harm costs a sentence."""

import io
import os
import resource
import zipfile
from contextlib import suppress
from datetime import date, datetime, timedelta
from datetime import time as hour
from typing import Any

import pytest

from muster.pages.limited import Child, Fell
from muster.pages.rules.cells import Cell, Merged
from muster.pages.rules.kinds import MOST_BYTES, Unreadable
from muster.pages.sheets import Written, read_book, separated, workbook
from tests.support.workbooks import changed, compound, ods_of, xls_of, xlsx, xlsx_of

pytestmark = pytest.mark.pure


def test_a_cell_keeps_its_kind() -> None:
    row: list[Cell] = ["8.10", 8.1, 3.0, True, date(2015, 9, 1), datetime(2015, 9, 1, 8, 30), hour(8, 10), "", "=1+1"]  # noqa: DTZ001
    (sheet,) = read_book(xlsx_of(row)).sheets
    assert sheet.rows == [row]
    assert [type(cell) for cell in sheet.rows[0]] == [type(cell) for cell in row]


def test_rows_and_columns_are_counted_from_the_first_even_where_they_are_empty() -> None:
    (sheet,) = read_book(xlsx_of([], [], ["", "Surname"], ["", "Khan"])).sheets
    assert sheet.rows == [["", ""], ["", ""], ["", "Surname"], ["", "Khan"]]


def test_formulas_give_what_they_came_to_and_broken_ones_nothing() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet()
        page.write_formula("A1", "=1+1", value=2)
        page.write_formula("B1", '="a"&"b"', value="ab")
        page.write_formula("C1", "=NA()", value="#N/A")
        page.write_formula("D1", "=1/0", value="#DIV/0!")

    (sheet,) = read_book(xlsx(fill)).sheets
    assert sheet.rows == [[2, "ab", "", ""]]
    assert sheet.broken == {(0, 2), (0, 3)}


def test_hidden_sheets_are_named_and_not_read_and_merged_cells_are_told() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet("List")
        page.merge_range("A1:C1", "Autumn")
        page.write("A2", "x")
        for name in ("Old", "Older"):
            book.add_worksheet(name).write(0, 0, "secret")
        book.get_worksheet_by_name("Old").hide()
        book.get_worksheet_by_name("Older").very_hidden()

    book = read_book(xlsx(fill))
    assert [sheet.name for sheet in book.sheets] == ["List"]
    assert book.hidden == ("Old", "Older")
    assert book.sheets[0].merged == (Merged(0, 0, 0, 2),)


def test_old_workbooks_and_open_documents_are_read() -> None:
    (old,) = read_book(xls_of([["Surname", "Score"], ["Zoë", 8.5]])).sheets
    assert old.rows == [["Surname", "Score"], ["Zoë", 8.5]]
    book = read_book(ods_of({"One": [["Zoë", 8.5, True, date(2015, 9, 1)]], "Two": [["x"]]}, hidden=frozenset({"Two"})))
    assert [sheet.rows for sheet in book.sheets] == [[["Zoë", 8.5, True, date(2015, 9, 1)]]]
    assert book.hidden == ("Two",)


# -- files that mean harm, or are something else ------------------------------------------------------------------------


def far_out(book: Any) -> None:
    page = book.add_worksheet()
    page.write("A1", 1)
    page.write("XFD1048576", 1)


def far_down(book: Any) -> None:
    page = book.add_worksheet()
    page.write("A1", 1)
    page.write("AZ1048576", 1)


def many_sheets(book: Any) -> None:
    for number in range(1_000):
        book.add_worksheet(f"Sheet {number}")


def deaf_bomb() -> bytes:
    """A sheet of four hundred million spaces, well packed."""
    spaces = b" " * 20_000_000
    return changed(
        xlsx_of(["Surname"]),
        "xl/worksheets/sheet1.xml",
        lambda old: old.replace(b"<sheetData>", b"<sheetData>" + spaces * 20),
    )


def laughing() -> bytes:
    head = b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    return changed(xlsx_of(["Surname"]), "xl/workbook.xml", lambda old: old.replace(b"?>", b"?>" + head, 1))


def fetching() -> bytes:
    head = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return changed(
        xlsx_of(["Surname"]),
        "xl/sharedStrings.xml",
        lambda old: old.replace(b"?>", b"?>" + head, 1).replace(b"Surname", b"&x;"),
    )


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in files.items():
            package.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(xlsx(far_out), "larger than any list", id="1.4 KB that kill the parser"),
        pytest.param(xlsx(far_down), "larger than any list", id="fifty million cells"),
        pytest.param(xlsx(many_sheets), "more sheets", id="a thousand sheets"),
        pytest.param(laughing(), "DOCTYPE", id="a billion laughs"),
        pytest.param(fetching(), "DOCTYPE", id="a file of this machine"),
        pytest.param(compound("EncryptedPackage", b""), "locked with a password", id="a workbook with a password"),
        pytest.param(compound("WordDocument", b""), "text document", id="an old document"),
        pytest.param(compound("Something", b""), "old kind of document", id="something else that is old"),
        pytest.param(compound("Workbook", b"\xff" * 600), "damaged", id="an old workbook of nonsense"),
        pytest.param(xlsx_of(["Surname"])[:-400], "damaged", id="a workbook cut short"),
        pytest.param(xlsx_of(["Surname"])[:600], "damaged", id="the beginning of a workbook"),
        pytest.param(xls_of([["Surname"]])[:1500], "damaged", id="an old workbook cut short"),
        pytest.param(zipped(word__document=b"x"), "damaged|packed file", id="nearly a document"),
        pytest.param(zipped(users=b"a,b"), "packed file", id="a packed file"),
        pytest.param(b"%PDF-1.7", "PDF", id="a document"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "picture", id="a picture"),
        pytest.param(b"Rar!\x1a\x07", "packed file", id="another packer's file"),
        pytest.param(b"<html><table><tr><td>1", "web page", id="a web page called xls"),
        pytest.param(b"<?xml version='1.0'?><CTfile/>", "XML", id="xml"),
        pytest.param(b'{"CFDocument": {}}', "JSON", id="json"),
        pytest.param(b"MZ\x90\x00", "program", id="a program"),
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(os.urandom(4096).replace(b"\x00", b"\x01"), "cannot be read|not a list", id="any bytes"),
        pytest.param(b"x" * (MOST_BYTES + 1), "larger than 12 MB", id="too large"),
    ],
)
def test_what_cannot_be_read_costs_one_sentence_and_little_memory(data: bytes, sentence: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable, match=sentence) as refused:
        read_book(data)
    assert len(str(refused.value)) < 200
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_bomb_inside_a_workbook_is_read_to_its_harmless_end_or_refused() -> None:
    with suppress(Unreadable):
        assert read_book(deaf_bomb()).sheets[0].rows == [["Surname"]]


@pytest.mark.parametrize(
    ("program", "too_long"),
    [
        pytest.param("while True: pass", True, id="works for ever"),
        pytest.param("import time; time.sleep(60)", True, id="sleeps for ever"),
        pytest.param("x = bytearray(2**31)", False, id="grows"),
        pytest.param("import sys\nwhile True: sys.stdout.write('x' * 65536)", False, id="talks for ever"),
        pytest.param("with open(__file__ + '.out', 'w') as out: out.write('x')", False, id="writes a file"),
        pytest.param("import os; os.abort()", False, id="falls"),
        pytest.param("import os; assert not os.environ.get('HOME')", None, id="sees none of our surroundings"),
    ],
)
def test_a_child_may_do_little(program: str, too_long: bool | None, tmp_path: Any) -> None:
    file = tmp_path / "program.py"
    file.write_text(program)
    child = Child(file, memory=2**28, seconds=1, patience=3, most_said=2**20)
    if too_long is None:
        assert child.run(b"") == b""
        return
    with pytest.raises(Fell) as end:
        child.run(b"x" * 5_000_000)
    assert end.value.too_long is too_long
    assert not (tmp_path / "program.py.out").exists() or not (tmp_path / "program.py.out").stat().st_size


# -- writing ------------------------------------------------------------------------------------------------------------

RISKY = ["=SUM(A1)", "+44 20", "-1", "@home", "\t=1", '=HYPERLINK("http://x")', "http://x.example", "0012", "8.10"]


def test_what_is_written_as_a_workbook_is_read_back_and_holds_no_formula() -> None:
    rows: list[list[Cell]] = [[*RISKY], [8.1, 3, True, date(2015, 9, 1), timedelta(hours=9)]]
    data = workbook(Written("A [very] long name / of a sheet, over 31", [f"H{n}" for n in range(9)], rows, above="Who"))
    (sheet,) = read_book(data).sheets
    assert sheet.rows[0][0] == "Who"
    assert [list(row) for row in sheet.rows[3:4]] == [RISKY]
    assert sheet.rows[4][:4] == [8.1, 3, True, date(2015, 9, 1)]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        page = package.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page
    assert b"hyperlink" not in page


def test_what_is_written_as_text_is_never_worked_out() -> None:
    data = separated(["Name"], [[cell] for cell in RISKY])
    lines = data.decode("utf-8-sig").splitlines()
    assert not [line for line in lines[1:] if line.lstrip('"').startswith(("+", "-", "@", "\t"))]
    assert data.startswith(b"\xef\xbb\xbf")
