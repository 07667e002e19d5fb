"""What was said of a file, kept for the next one like it: on screen and from the command line.

A list is known again by its headings, a package by its format. Columns, the order of dates, words for year groups, classes
that are ones we have, and which of a package's schools this is are kept; what was said of single records is not.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from muster.exchange.frameworks.read import NOTHING_SAID, SaidOfColumns
from muster.exchange.models import Layout
from muster.exchange.reading import LISTS, Found, Said
from muster.exchange.rules.dates import Order
from muster.exchange.rules.table import Table
from muster.exchange.shown import table_key
from muster.people import doors
from muster.people.models import School

LASTING = ("class|", "year|")
"""How the answers begin that hold for the next file, too."""


def mark_of(found: Found) -> bytes:
    """By which a file like this one is known again; it names nobody."""
    return doors.sealer().fingerprint("headings", table_key(found.table) if found.table else f"package {found.kind}")


def said_before(found: Found, school: School) -> dict[str, Any] | None:
    """What was said of the last file like this one: kind, columns, order, answers, part; None where there was none."""
    layout = Layout.objects.at(school).filter(headings=mark_of(found)).first()
    return {**layout.columns, "kind": layout.kind} if layout is not None else None


def keep(found: Found, settings: Mapping[str, Any], school: School, at: datetime) -> None:
    """Keep what was said of a file that has been brought in."""
    if found.table is not None and found.kind not in LISTS:
        return
    answers = {key: said for key, said in settings.get("answers", {}).items() if key.startswith(LASTING)}
    kept = {
        "columns": settings.get("columns", {}),
        "order": settings.get("order", ""),
        "part": settings.get("part", ""),
        "answers": answers,
    }
    Layout.objects.update_or_create(
        school=school, headings=mark_of(found), defaults={"kind": found.kind, "columns": kept, "at": at}
    )


def objectives_before(table: Table, school: School) -> SaidOfColumns:
    """What was said of the last file of objectives with these headings."""
    layout = Layout.objects.at(school).filter(headings=_mark_of_objectives(table)).first()
    return SaidOfColumns(**layout.columns) if layout is not None else NOTHING_SAID


def keep_objectives(table: Table, said: SaidOfColumns, school: School, at: datetime) -> None:
    """Keep what was said of a file of objectives that has been brought in."""
    headings, kept = _mark_of_objectives(table), {"columns": dict(said.columns), "subject": said.subject}
    if said == NOTHING_SAID:
        Layout.objects.at(school).filter(headings=headings).delete()
        return
    Layout.objects.update_or_create(
        school=school, headings=headings, defaults={"kind": "framework", "columns": kept, "at": at}
    )


def _mark_of_objectives(table: Table) -> bytes:
    return doors.sealer().fingerprint("headings", f"objectives {table_key(table)}")


def said_in(settings: Mapping[str, Any]) -> Said:
    """What has been said of a file, as whoever reads it takes it."""
    order = settings.get("order", "")
    return Said(
        kind=settings.get("kind", ""),
        columns=settings.get("columns", {}),
        order=Order(order) if order in set(Order) else None,
        answers=settings.get("answers", {}),
    )
