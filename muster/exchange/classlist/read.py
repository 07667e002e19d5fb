"""From a table to the children it lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from muster.exchange.classlist.fields import ALL, MOST_GUARDIANS, NEVER
from muster.exchange.rules.columns import Columns, recognise
from muster.exchange.rules.dates import Order, read_date
from muster.exchange.rules.guessing import guessed
from muster.exchange.rules.pupils import GuardianRow, PupilRow
from muster.exchange.rules.table import Table, TableRow, Unreadable
from muster.people.rules.class_lists import read_name
from muster.people.rules.upn import Odd, oddity, tidy

MOST_ROWS = 4_000
"""More than any school has; a list of 5,000 is somebody's whole trust."""
ODD_UPN = {
    Odd.LENGTH: "The UPN is not 13 characters long; it is kept as it is.",
    Odd.FORM: "The UPN is not of the usual form; it is kept as it is.",
    Odd.CHECK: "The check letter of the UPN does not fit its figures; it is kept as it is.",
}


@dataclass(frozen=True)
class ListRead:
    """The children of a list, and what to say about the file as a whole."""

    rows: tuple[PupilRow, ...]
    columns: Columns
    notes: tuple[str, ...]
    either_way: int
    """Dates that could be read in either order."""


def read_class_list(table: Table, *, order: Order, today: date) -> ListRead:
    """The children of `table`. Raises `Unreadable` when no column of names can be found."""
    columns = guessed(table, recognise(table.headings, ALL, never=NEVER), ALL)
    if not {"surname", "forenames", "name"} & set(columns.known):
        seen = ", ".join(heading for heading in table.headings[:6] if heading)
        raise Unreadable(
            f"No column of names was found (columns: {seen[:120]}). Muster looks for headings such as Forename and Surname."
        )
    rows: list[PupilRow] = []
    either_way: list[int] = []
    against: list[int] = []
    for line in table.rows:
        row, could_be, wrong = read_row(line, columns, order=order, today=today)
        rows.append(row)
        if could_be:
            either_way.append(row.number)
        if wrong:
            against.append(row.number)
    notes = notes_on(columns, table.headings)
    notes += table.notes
    if either_way and against:
        # Some dates only make sense the other way round, so those that make sense both ways are in doubt too.
        doubtful = set(either_way)
        question = f"Its dates may be {words_of(order.other)}, as row {against[0]} is. Say which order they are in."
        rows = [
            PupilRow(**{**vars(row), "questions": (*row.questions, question)}) if row.number in doubtful else row
            for row in rows
        ]
    elif either_way:
        many = "1 date" if len(either_way) == 1 else f"{len(either_way):,} dates"
        notes.append(
            f"{many} could be read either way and {'was' if len(either_way) == 1 else 'were'} read {words_of(order)}."
        )
    return ListRead(tuple(rows), columns, tuple(notes), len(either_way) + len(against))


def words_of(order: Order) -> str:
    """day first, month first."""
    return "day first" if order is Order.DAY_FIRST else "month first"


def notes_on(columns: Columns, headings: Sequence[str]) -> list[str]:
    """Sentences about the columns."""
    notes = []
    if columns.never:
        notes.append(f"Never stored, and left out: {', '.join(columns.never)}.")
    if columns.dropped:
        notes.append(f"Not known, and left out: {', '.join(columns.dropped)}.")
    if columns.guessed:
        heads = [f"“{headings[columns.known[field]]}”" for field in columns.known if field in columns.guessed]
        notes.append(f"Guessed from what stands in them: {', '.join(heads)}. Check the first rows.")
    if "class_name" not in columns:
        notes.append("No column names the class, so pupils come without one.")
    if "born_on" not in columns:
        notes.append("No column of birth dates, so pupils can be matched by UPN or name alone.")
    return notes


def read_row(line: TableRow, columns: Columns, *, order: Order, today: date) -> tuple[PupilRow, bool, bool]:
    """(the child of one row, whether its date could be read either way, whether only the other way)."""

    def cell(field: str) -> str:
        return line.cell(columns.known.get(field))

    surname, forenames = cell("surname"), cell("forenames")
    if not surname and not forenames and cell("name"):
        found = read_name(cell("name").replace("\t", " "))
        if found:
            surname, forenames = found.surname, found.forenames
    faults = [line.fault] if line.fault else []
    questions: list[str] = []
    remarks: list[str] = []
    born = read_date(cell("born_on"), order, today=today)
    wrong_way = bool(born.fault and born.could_be)
    if wrong_way:
        questions.append(f"{born.fault} Say which order the dates are in.")
    elif born.fault:
        faults.append(born.fault)
    upn = tidy(cell("upn"))
    if upn and (odd := oddity(upn)):
        remarks.append(ODD_UPN[odd])
    guardians = []
    for number in range(1, MOST_GUARDIANS + 1):
        given = " ".join(filter(None, (cell(f"guardian_{number}_forename"), cell(f"guardian_{number}_surname"))))
        guardian = GuardianRow(
            name=cell(f"guardian_{number}_name") or given,
            relation=cell(f"guardian_{number}_relation")[:60],
            email=cell(f"guardian_{number}_email"),
            telephone=cell(f"guardian_{number}_telephone"),
        )
        if not guardian.is_empty:
            guardians.append(guardian)
            if not guardian.name:
                remarks.append("A parent has no name in the file; kept as “Parent or carer”.")
    if not cell("born_on") and "born_on" in columns:
        remarks.append("No birth date.")
    lines = [cell(part) for part in ("address_1", "address_2", "address_3", "town", "county", "postcode")]
    row = PupilRow(
        number=line.number,
        surname=surname,
        forenames=forenames,
        known_as=cell("known_as") if cell("known_as") != forenames else "",
        born_on=born.value,
        upn=upn,
        year_group=cell("year_group"),
        class_name=" ".join(cell("class_name").split())[:60],
        address="\n".join(filter(None, lines)),
        guardians=tuple(guardians),
        faults=tuple(faults),
        questions=tuple(questions),
        remarks=tuple(dict.fromkeys(remarks)),
    )
    return row, bool(born.value and born.could_be), wrong_way
