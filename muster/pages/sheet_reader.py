"""Reads a workbook that somebody sent: run as a program of its own, by `limited.py`.

It reads the file from standard input, and writes a line of JSON about its visible sheets. Behind it stand all their cells, row by row:
a byte for the kind of each (text, number, any other), then the numbers as doubles, then a text for each with `BETWEEN`
between, empty where the cell is none. The others, which are few, stand in the line itself: true, false and whole numbers as
they are; `{"d": …}` a day, `{"m": …}` a day and a time, `{"t": …}` a time, `{"s": …}` a length of time in seconds. JSON for
all of it would take twice the time.

Nothing of Muster or of Django is imported here: it starts for every workbook.
"""

import array
import io
import json
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import compress
from typing import Any

BETWEEN = "\x1f"
"""A character that no cell holds: Unicode's own separator of units."""
MOST_SHEETS = 200
MOST_CELLS = 3_000_000
"""Of all sheets; a roster of 20,000 with 60 columns has 1,200,000."""
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BROKEN = re.compile(rb"""<c\b[^>]*\bt=["']e["'][^>]*>""")
PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")


def read(sent: bytes) -> tuple[dict[str, object], bytes]:
    """What to say of the workbook, and its cells; or `problem`, in one word."""
    import python_calamine as calamine

    try:
        if sent.startswith(b"PK") and declares_types(sent):
            return {"problem": "declares types"}, b""
        book = calamine.load_workbook(io.BytesIO(sent))
        shown = [each for each in book.sheets_metadata if each.visible is calamine.SheetVisibleEnum.Visible]
        shown = [each for each in shown if each.typ is calamine.SheetTypeEnum.WorkSheet]
        hidden = [each.name for each in book.sheets_metadata if each.visible is not calamine.SheetVisibleEnum.Visible]
        if len(shown) > MOST_SHEETS:
            return {"problem": "too many sheets"}, b""
        broken = broken_cells(sent) if sent.startswith(b"PK") else {}
        sheets = []
        cells: list[object] = []
        many = 0
        for each in shown:
            sheet = book.get_sheet_by_name(each.name)
            many += sheet.total_height * sheet.total_width
            if many > MOST_CELLS:
                return {"problem": "too many cells"}, b""
            rows = sheet.to_python(skip_empty_area=False)
            while rows and not any(cell != "" for cell in rows[-1]):
                rows.pop()
            sheets.append(
                {
                    "name": each.name,
                    "height": len(rows),
                    "width": len(rows[0]) if rows else 0,
                    "merged": sheet.merged_cell_ranges or [],
                    "broken": broken.get(each.name, []),
                }
            )
            for row in rows:
                cells += row
    except calamine.PasswordError:
        return {"problem": "locked"}, b""
    except MemoryError:
        return {"problem": "too many cells"}, b""
    except Exception:  # noqa: BLE001  whatever the parser raises, the workbook is refused
        return {"problem": "broken"}, b""
    others, behind = packed(cells)
    return {"sheets": sheets, "hidden": hidden, "others": others}, behind


def packed(cells: list[Any]) -> tuple[list[Any], bytes]:
    """The few cells that are neither text nor number, and all the rest as bytes. Takes `cells` apart."""
    kinds = bytes(map(KINDS_OF.__getitem__, map(type, cells)))
    numbers, others = (list(compress(cells, kinds.translate(one))) for one in (NUMBERS, OTHERS))
    for place in compress(range(len(cells)), kinds):
        cells[place] = ""
    joined = BETWEEN.join(cells)
    if joined.count(BETWEEN) >= max(len(cells), 1):
        joined = BETWEEN.join(text.replace(BETWEEN, " ") for text in cells)
    return others, kinds + array.array("d", numbers).tobytes() + joined.encode("utf-8", "replace")


def declares_types(sent: bytes) -> bool:
    """Whether a part of the workbook declares types or entities of its own, which no spreadsheet writes."""
    with zipfile.ZipFile(io.BytesIO(sent)) as packed:
        for entry in packed.infolist():
            if entry.filename.endswith((".xml", ".rels")):
                with packed.open(entry) as part:
                    if b"<!" in part.read(2048).replace(b"\x00", b"").replace(b"<!--", b""):
                        return True
    return False


def broken_cells(sent: bytes) -> dict[str, list[tuple[int, int]]]:
    """Row and column, from 0, of cells whose formula came to nothing, by sheet; the parser makes them empty unasked."""
    found: dict[str, list[tuple[int, int]]] = {}
    with zipfile.ZipFile(io.BytesIO(sent)) as packed:
        for part in packed.namelist():
            if not part.startswith("xl/worksheets/") or not part.endswith(".xml"):
                continue
            text = packed.read(part)
            if b't="e"' in text or b"t='e'" in text:
                places = [PLACE.search(cell) for cell in BROKEN.findall(text)]
                found[part] = [(int(place[2]) - 1, column_of(place[1])) for place in places if place]
        return {name: found[part] for part, name in names_of_parts(packed).items() if part in found} if found else {}


def names_of_parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """What each part of a workbook is called as a sheet."""
    from xml.etree import ElementTree as ET

    rels = ET.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  it declares no types: asked before
    parts = {each.get("Id"): each.get("Target", "") for each in rels}
    names: dict[str, str] = {}
    for each in ET.fromstring(packed.read("xl/workbook.xml")).iter():  # noqa: S314  as above
        target = parts.get(each.get(RELATION)) if each.tag.endswith("}sheet") else None
        if target:
            names[target.lstrip("/") if target.startswith("/") else f"xl/{target}"] = each.get("name", "")
    return names


def column_of(letters: bytes) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


KINDS_OF: dict[type, int] = defaultdict(lambda: 2, {str: 0, float: 1})
NUMBERS, OTHERS = (bytes(kind == other for other in range(256)) for kind in (1, 2))
"""What picks the cells of a kind: 1 for its byte, 0 for any other."""
KINDS: dict[type, Callable[[Any], dict[str, object]]] = {
    datetime: lambda cell: {"m": cell.isoformat()},
    date: lambda cell: {"d": cell.isoformat()},
    time: lambda cell: {"t": cell.isoformat()},
    timedelta: lambda cell: {"s": cell.total_seconds()},
}


def told(cell: object) -> dict[str, object]:
    """A cell that JSON has no kind for."""
    return KINDS[type(cell)](cell)


if __name__ == "__main__":
    said, behind = read(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(said, default=told).encode() + b"\n" + behind)
