"""A CASE package as a workbook: the sheets CF Doc, CF Item and CF Association, as OpenSALT writes them."""

import re
from typing import Any

from muster.exchange.case.fields import CHILD
from muster.exchange.case.read import Thing
from muster.exchange.rules.shape import Grid
from muster.pages.rules.cells import Book, Sheet

DOCUMENT, ITEM, ASSOCIATION = "CF Doc", "CF Item", "CF Association"


def package_in(book: Book) -> Thing | None:
    """The package that a workbook holds; None where it holds something else."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    if not {DOCUMENT, ITEM, ASSOCIATION} <= sheets.keys():
        return None
    documents = things_in(sheets[DOCUMENT])
    return {
        "CFDocument": documents[0] if documents else {},
        "CFItems": [with_levels(item) for item in things_in(sheets[ITEM])],
        "CFAssociations": [association(row) for row in things_in(sheets[ASSOCIATION])],
    }


def things_in(sheet: Sheet) -> list[Thing]:
    """One object a row, by the headings of the first; empty cells say nothing."""
    headings, *rows = Grid(sheet).texts or [[]]
    found = [{name: text for name, text in zip(headings, row, strict=False) if name and text} for row in rows]
    return [one for one in found if one]


def with_levels(item: Thing) -> Thing:
    """An item whose levels of education are a list."""
    if "educationLevel" not in item:
        return item
    return {**item, "educationLevel": [level.strip() for level in item["educationLevel"].split(",")]}


def association(row: Thing) -> Thing:
    """A row as an association: its ends as objects, "Is Child Of" as isChildOf."""
    kind = re.sub(r"\W+", "", row.get("associationType", ""))
    ends: dict[str, Any] = {
        f"{end}NodeURI": {
            "identifier": row.get(f"{end}NodeIdentifier", ""),
            "title": row.get(f"{end}NodeHumanCodingScheme", ""),
            "uri": row.get(f"{end}NodeURI", ""),
        }
        for end in ("origin", "destination")
    }
    kept = {name: text for name, text in row.items() if not name.startswith(("origin", "destination"))}
    named = CHILD if kind.casefold() == CHILD.casefold() else kind[:1].lower() + kind[1:]
    order = row.get("sequenceNumber", "")
    return {**kept, **ends, "associationType": named, **({"sequenceNumber": int(order)} if order.isdecimal() else {})}
