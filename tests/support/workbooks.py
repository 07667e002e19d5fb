"""Workbooks that tests make: whole ones of every kind, and those somebody made to do harm."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from muster.pages.rules.cells import Cell


def xlsx(fill: Callable[[Any], None]) -> bytes:
    """A workbook filled by `fill`, which is handed it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


def xlsx_of(*rows: list[Cell], sheet: str = "Sheet1") -> bytes:
    """One sheet of `rows`, each cell in its kind."""

    def fill(book: Any) -> None:
        page = book.add_worksheet(sheet)
        day, moment, hour = (
            book.add_format({"num_format": form}) for form in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm", "hh:mm")
        )
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                match cell:
                    case "":
                        continue
                    case str():
                        page.write_string(y, x, cell)
                    case bool():
                        page.write_boolean(y, x, cell)
                    case datetime():
                        page.write_datetime(y, x, cell, moment)
                    case date():
                        page.write_datetime(y, x, cell, day)
                    case time():
                        page.write_datetime(y, x, cell, hour)
                    case _:
                        page.write(y, x, cell)

    return xlsx(fill)


def changed(book: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same packed file with one part of it changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def ods_of(sheets: Mapping[str, list[list[Cell]]], *, hidden: frozenset[str] = frozenset()) -> bytes:
    """An open document with those sheets."""

    def cell(value: Cell) -> str:
        kind = {bool: "boolean", float: "float", int: "float", date: "date"}.get(type(value), "string")
        if value == "":
            return "<table:table-cell/>"
        says = {"boolean": "office:boolean-value", "float": "office:value", "date": "office:date-value"}.get(kind)
        text = str(value).lower() if kind == "boolean" else str(value)
        said = f' {says}="{text}"' if says else ""
        return f'<table:table-cell office:value-type="{kind}"{said}><text:p>{escape(text)}</text:p></table:table-cell>'

    tables = "".join(
        f'<table:table table:name="{escape(name)}" table:style-name="{"no" if name in hidden else "yes"}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in (("yes", "true"), ("no", "false"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", kind, zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def xls_of(rows: list[list[str | float]], *, stream: str = "Workbook") -> bytes:
    """An old workbook of one sheet: records in a compound file, the smallest that readers take."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(what: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, what, 0x0DBB, 0x07CC, 0, 0x06))

    cells = b""
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                letters = value.encode("utf-16-le")
                cells += record(0x0204, struct.pack("<HHHHB", y, x, 0, len(letters) // 2, 1) + letters)
            else:
                cells += record(0x0203, struct.pack("<HHHd", y, x, 0, value))
    end = record(0x000A, b"")
    name = b"Sheet1"
    head = begin(0x0005) + record(0x0042, struct.pack("<H", 1200))
    place = len(head) + 4 + 8 + len(name) + len(end)
    book = head + record(0x0085, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name) + end
    book += begin(0x0010) + cells + end
    return compound(stream, book)


def compound(stream: str, data: bytes) -> bytes:
    """A compound file (OLE) with one stream."""
    data = data.ljust(max(4096, -(-len(data) // 512) * 512), b"\x00")
    many = len(data) // 512
    free, last, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    chain = [table, last, *(n + 1 for n in range(2, many + 1)), last]
    assert len(chain) <= 128

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        letters = name.encode("utf-16-le") + b"\x00\x00"
        body = struct.pack("<HBB3I", len(letters), kind, 1, free, free, child) + b"\x00" * 36
        return letters.ljust(64, b"\x00") + body + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, last, 0) + entry(stream, 2, free, 2, len(data)) + b"\x00" * 256
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, last, 0, last, 0) + struct.pack("<109I", 0, *[free] * 108)
    return head + struct.pack("<128I", *chain, *[free] * (128 - len(chain))) + folder + data
