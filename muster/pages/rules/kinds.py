"""What a file is, seen from what is in it: its name and ending say nothing."""

import io
import re
import zipfile
from enum import StrEnum

from muster.pages.rules.said import say

MOST_BYTES = 12 * 1024 * 1024
"""The largest file that is read: a roster of 20,000, or every mark of a large school's year."""
MOST_ENTRIES = 3_000
"""Files in one packed file."""
ENTRY = b"PK\x01\x02"
"""How each line of a packed file's table of contents begins."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
OTHER_PACKERS = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
WEB_PAGES = (b"<!doctype html", b"<html", b"<head", b"<table", b"<meta")


class Unreadable(ValueError):
    """The file cannot be read; the sentence says why and what to do."""


class Kind(StrEnum):
    """Kinds of file that may hold rows."""

    WORKBOOK = "workbook"
    """Of today's spreadsheets (xlsx, xlsm, xlsb), or an open document (ods)."""
    OLD_WORKBOOK = "old workbook"
    """xls."""
    PACKAGE = "package"
    """A zip of other files."""
    XML = "xml"
    JSON = "json"
    TEXT = "text"


def kind_of(data: bytes, *, most_bytes: int = MOST_BYTES) -> Kind:
    """What `data` is. Raises `Unreadable`, saying what it is, for anything that cannot hold rows."""
    if not data.strip():
        raise Unreadable(say("This file is empty."))
    if len(data) > most_bytes:
        raise too_large(len(data), most_bytes)
    if data.startswith(b"PK\x03\x04"):
        return _packed_kind(data)
    if data.startswith(OLE[:4]):
        return _compound_kind(data)
    refuse_others(data)
    start = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"").lstrip().lower()
    if start.startswith(WEB_PAGES):
        raise Unreadable(
            say(
                "This is a web page, whatever its name says. Open it in a spreadsheet, save it as a workbook, and bring that."
            )
        )
    if re.match(rb"<(\?xml|!doctype|!--|[a-z_][\w:.-]*[\s/>])", start):
        return Kind.XML
    if re.match(rb"\{\s*[\"}]|\[\s*[\[{\"]", start):
        return Kind.JSON
    return Kind.TEXT


def refuse_others(data: bytes) -> None:
    """Raise `Unreadable` for kinds of file that are known and hold no rows."""
    if data.startswith(b"%PDF"):
        raise Unreadable(say("This is a PDF. Muster needs the rows themselves: save the list as a workbook or CSV."))
    if data.startswith(PICTURES):
        raise Unreadable(
            say("This is a picture. Muster needs the rows themselves: save the list as a workbook or CSV.")
        )
    if data.startswith(OTHER_PACKERS):
        raise Unreadable(
            say("This is a packed file of a kind Muster does not open. Unpack it first, or pack it as zip.")
        )
    if data.startswith(b"PK\x05\x06"):
        raise Unreadable(say("This packed file has nothing in it."))
    if data.startswith(b"SQLite format"):
        raise Unreadable(say("This is a database, not a list. Save the list as CSV."))
    if data.startswith((b"MZ\x90", b"\x7fELF")):
        raise Unreadable(say("This is a program, not a list."))
    if data.startswith(b"{\\rtf"):
        raise document()


def too_large(size: int, most_bytes: int = MOST_BYTES) -> Unreadable:
    """The refusal of a file by its size alone."""
    return Unreadable(
        say(
            "This file is larger than {most} MB ({size} MB). Take out what is not needed, or split it.",
            most=most_bytes // 1_048_576,
            size=f"{size / 1_048_576:,.1f}",
        )
    )


def damaged() -> Unreadable:
    """The refusal of what is not whole."""
    return Unreadable(say("This file is damaged or was cut short. Save or send it again, and bring that."))


def locked() -> Unreadable:
    """The refusal of a workbook with a password."""
    return Unreadable(say("This workbook is locked with a password. Open it, save it without one, and bring that."))


def document() -> Unreadable:
    """The refusal of a text document."""
    return Unreadable(say("This is a text document. Copy its table into a spreadsheet, and save that."))


def presentation() -> Unreadable:
    """The refusal of slides."""
    return Unreadable(say("This is a presentation. Copy its table into a spreadsheet, and save that."))


def opened(data: bytes) -> zipfile.ZipFile:
    """A packed file with its table of contents read, and nothing else. Raises `Unreadable`."""
    if data.count(ENTRY) > MOST_ENTRIES:
        raise Unreadable(
            say(
                "This packed file holds more than {most:,} files. Bring only those that belong to the list.",
                most=MOST_ENTRIES,
            )
        )
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, OverflowError, NotImplementedError):
        raise damaged() from None


def _packed_kind(data: bytes) -> Kind:
    with opened(data) as packed:
        names = set(packed.namelist())
    if data[30:38] == b"mimetype":
        if data[38:].startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return Kind.WORKBOOK
        if data[38:].startswith(b"application/vnd.oasis.opendocument"):
            raise document()
    if {"xl/workbook.xml", "xl/workbook.bin"} & names:
        return Kind.WORKBOOK
    if "word/document.xml" in names:
        raise document()
    if "ppt/presentation.xml" in names:
        raise presentation()
    if "Index/Document.iwa" in names or "Index.zip" in names:
        raise Unreadable(say("This is a document of Apple's. Export it as a workbook or CSV, and bring that."))
    if "[Content_Types].xml" in names:
        raise damaged()
    return Kind.PACKAGE


def _compound_kind(data: bytes) -> Kind:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if not data.startswith(OLE):
        raise damaged()
    if holds("EncryptedPackage"):
        raise locked()
    if holds("Workbook") or holds("Book"):
        return Kind.OLD_WORKBOOK
    if holds("WordDocument"):
        raise document()
    if holds("PowerPoint Document"):
        raise presentation()
    raise Unreadable(
        say("This is an old kind of document that Muster does not read. Save the list as a workbook or CSV.")
    )
