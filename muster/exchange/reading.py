"""From what somebody brought to a roster: the format that is surest, else a list of pupils or staff by its columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from muster.exchange.classlist.read import CLASS_LIST, KNOWS, MOST_ROWS, STAFF_LIST, columns_of, kind_of, read_list
from muster.exchange.formats import Files, Reading, offered, recognised
from muster.exchange.rules.columns import Columns
from muster.exchange.rules.dates import Order
from muster.exchange.rules.many import many_at_once
from muster.exchange.rules.roster import Roster
from muster.exchange.rules.table import Table, Unreadable
from muster.exchange.tables import read_table
from muster.pages.rules.said import say

LISTS = {CLASS_LIST: "Class list", STAFF_LIST: "Staff list"}


@dataclass(frozen=True)
class Said:
    """What a person said of a file: what it is, which column is which, how dates are written, and answers to doubts."""

    kind: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    order: Order | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a file turned out to be. `roster` is None while its columns are not known; a package has no `table`."""

    kind: str
    title: str
    roster: Roster | None
    table: Table | None = None
    columns: Columns | None = None
    either_way: bool = False
    """Whether the order of dates decides anything in it."""


@many_at_once()
def read(files: Files, said: Said, *, today: date, usual: Order | None) -> Found:
    """What `files` hold. `usual` is the order of dates where neither they nor anybody says; None leaves it to be asked.

    Raises `Unreadable` with one sentence.
    """
    reading = Reading(
        today=today,
        order=said.order,
        usual=usual,
        without_dates=said.answers.get("no-date") == "without",
        columns=said.columns,
    )
    format_ = offered.get(said.kind) if said.kind not in LISTS else None
    if format_ is None and said.kind not in LISTS:
        format_ = recognised(files)
    if format_ is not None:
        roster = format_.read(files, reading)
        asked = any(problem.cause == "date-order" for problem in roster.problems)
        return Found(format_.name, format_.title, roster, either_way=asked or said.order is not None)
    if len(files) != 1:
        raise Unreadable(say("Muster does not know this package. Unpack it, and bring its list of pupils alone."))
    ((name, data),) = files.items()
    table = read_table(data, most_rows=MOST_ROWS, knows=KNOWS)
    kind = said.kind if said.kind in LISTS else kind_of(table, name)
    if not kind:
        return Found("", "", None, table, columns_of(table, CLASS_LIST, said.columns))
    columns = columns_of(table, kind, said.columns)
    if not {"surname", "forenames", "name"} & set(columns.known):
        return Found(kind, LISTS[kind], None, table, columns)
    got = read_list(table, kind, reading)
    roster = replace(got.roster, notes=(*table.notes, *got.roster.notes))
    return Found(kind, LISTS[kind], roster, table, got.columns, got.either_way)


def no_columns(table: Table) -> str:
    """The sentence for a list in which no column of names was found."""
    seen = ", ".join(heading for heading in table.headings[:6] if heading)
    return say(
        "No column of names was found (columns: {seen}). Muster looks for headings such as Forename and Surname.",
        seen=seen[:120],
    )
