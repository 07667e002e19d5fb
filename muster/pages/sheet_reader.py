"""Reads a workbook that somebody sent: run as a program of its own, by `limited.py`.

It reads the file from standard input, and writes what stands in its visible sheets as JSON. A cell is text, a number, true or
false; `{"d": …}` a day, `{"m": …}` a day and a time, `{"t": …}` a time, `{"s": …}` a length of time in seconds.

Nothing of Muster or of Django is imported here: it starts for every workbook.
"""

import io
import json
import re
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree as ET

MOST_SHEETS = 200
MOST_CELLS = 3_000_000
"""Of all sheets; a roster of 20,000 with 60 columns has 1,200,000."""
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BROKEN = re.compile(rb"""<c\b[^>]*\bt=["']e["'][^>]*>""")
PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")


def read(sent: bytes) -> dict[str, object]:
    """What stands in the workbook; or `problem`, in one word."""
    import python_calamine as calamine

    try:
        if sent.startswith(b"PK") and declares_types(sent):
            return {"problem": "declares types"}
        book = calamine.load_workbook(io.BytesIO(sent))
        shown = [each for each in book.sheets_metadata if each.visible is calamine.SheetVisibleEnum.Visible]
        shown = [each for each in shown if each.typ is calamine.SheetTypeEnum.WorkSheet]
        hidden = [each.name for each in book.sheets_metadata if each.visible is not calamine.SheetVisibleEnum.Visible]
        if len(shown) > MOST_SHEETS:
            return {"problem": "too many sheets"}
        broken = broken_cells(sent) if sent.startswith(b"PK") else {}
        sheets = []
        cells = 0
        for each in shown:
            sheet = book.get_sheet_by_name(each.name)
            cells += sheet.total_height * sheet.total_width
            if cells > MOST_CELLS:
                return {"problem": "too many cells"}
            rows = sheet.to_python(skip_empty_area=False)
            while rows and not any(cell != "" for cell in rows[-1]):
                rows.pop()
            sheets.append([each.name, rows, sheet.merged_cell_ranges or [], broken.get(each.name, [])])
    except calamine.PasswordError:
        return {"problem": "locked"}
    except MemoryError:
        return {"problem": "too many cells"}
    except Exception:  # noqa: BLE001  whatever the parser raises, the workbook is refused
        return {"problem": "broken"}
    return {"sheets": sheets, "hidden": hidden}


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
        names = set(packed.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        parts = {
            each.get("Id"): each.get("Target", "")
            for each in ET.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  declares no types
        }
        for each in ET.fromstring(packed.read("xl/workbook.xml")).iter():  # noqa: S314  as above
            target = parts.get(each.get(RELATION)) if each.tag.endswith("}sheet") else None
            part = target.lstrip("/") if target and target.startswith("/") else f"xl/{target}"
            if part not in names:
                continue
            text = packed.read(part)
            if b't="e"' in text or b"t='e'" in text:
                places = [PLACE.search(cell) for cell in BROKEN.findall(text)]
                found[each.get("name", "")] = [(int(place[2]) - 1, column_of(place[1])) for place in places if place]
    return found


def column_of(letters: bytes) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def told(cell: object) -> dict[str, object]:
    """A cell that JSON has no kind for."""
    match cell:
        case datetime():
            return {"m": cell.isoformat()}
        case date():
            return {"d": cell.isoformat()}
        case time():
            return {"t": cell.isoformat()}
        case timedelta():
            return {"s": cell.total_seconds()}
    raise TypeError(cell)


if __name__ == "__main__":
    said = json.dumps(read(sys.stdin.buffer.read()), ensure_ascii=False, separators=(",", ":"), default=told)
    sys.stdout.buffer.write(said.encode("utf-8", "replace"))
