"""From a table to the children, or the staff, that it lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muster.exchange.classlist.fields import ALL, MOST_GUARDIANS, NEVER, STAFF
from muster.exchange.formats import Reading
from muster.exchange.rules.columns import Columns, chosen, knows, recognise
from muster.exchange.rules.dates import WrittenDates, without_a_date
from muster.exchange.rules.guessing import guessed
from muster.exchange.rules.roster import (
    Of,
    Problem,
    Roster,
    RosterClass,
    RosterGuardian,
    RosterMembership,
    RosterPupil,
    RosterStaff,
    Source,
)
from muster.exchange.rules.table import Table, TableRow, Unreadable
from muster.pages.rules.said import say
from muster.people.rules.class_lists import read_name

MOST_ROWS = 20_000
CLASS_LIST, STAFF_LIST = "classlist", "stafflist"
NAMES = frozenset({"surname", "forenames", "name"})
MAY_BE_EMPTY = frozenset({"known_as", "born_on", "upn"})
"""Facts a child may be without, so that an empty cell can be meant."""
KNOWS = knows({**STAFF, **ALL})
"""Whether a heading is one of a list's."""


@dataclass(frozen=True)
class ListRead:
    """A list as a roster, and the columns it was read from."""

    roster: Roster
    columns: Columns
    either_way: bool
    """Whether the order of dates decides anything in it."""


def columns_of(table: Table, kind: str, said: Mapping[str, str] | None = None) -> Columns:
    """Which column is which, by its heading or by what somebody said of it."""
    names = STAFF if kind == STAFF_LIST else ALL
    found = guessed(table, recognise(table.headings, names, never=NEVER), names)
    return chosen(found, table.headings, said or {})


def kind_of(table: Table, name: str = "") -> str:
    """Whether the rows are pupils or staff, by the headings and by what the file is called; "" for neither."""
    pupils, staff = (recognise(table.headings, names, never=NEVER) for names in (ALL, STAFF))
    if "staff" in name.casefold() or "teacher" in name.casefold():
        return STAFF_LIST if NAMES & set(staff.known) else ""
    of_pupils = {"born_on", "upn", "year_group", "guardian_1_name", "guardian_1_email"} & set(pupils.known)
    if NAMES & set(staff.known) and {"role", "email"} & set(staff.known) and not of_pupils:
        return STAFF_LIST
    if NAMES & set(pupils.known) or NAMES & set(columns_of(table, CLASS_LIST).known):
        return CLASS_LIST
    return ""


def read_list(table: Table, kind: str, reading: Reading) -> ListRead:
    """The roster of `table`. Raises `Unreadable` when no column of names can be found."""
    columns = columns_of(table, kind, reading.columns)
    if not NAMES & set(columns.known):
        seen = ", ".join(heading for heading in table.headings[:6] if heading)
        raise Unreadable(
            say(
                "No column of names was found (columns: {seen}). Muster looks for headings such as Forename and Surname.",
                seen=seen[:120],
            )
        )
    return read_staff_list(table, columns) if kind == STAFF_LIST else read_class_list(table, columns, reading)


def names_in(line: TableRow, columns: Columns) -> tuple[str, str]:
    """Surname and forenames of a row, wherever they stand."""
    surname, forenames = line.cell(columns.known.get("surname")), line.cell(columns.known.get("forenames"))
    whole = line.cell(columns.known.get("name"))
    if not surname and not forenames and whole and (found := read_name(whole.replace("\t", " "))):
        return found.surname, found.forenames
    return surname, forenames


def read_class_list(table: Table, columns: Columns, reading: Reading) -> ListRead:
    """One row a child, with parents beside it."""
    dates = WrittenDates(today=reading.today, order=reading.order, usual=reading.usual)
    for line in table.rows:
        dates.add("born_on", line.cell(columns.known.get("born_on")))
    pupils: list[RosterPupil] = []
    guardians: list[RosterGuardian] = []
    problems: list[Problem] = []
    for line in table.rows:
        read_child(line, columns, dates, pupils, guardians, problems, without_dates=reading.without_dates)
    notes = notes_on(columns, table.headings)
    if dates.note:
        notes.append(dates.note)
    if "class_name" not in columns:
        notes.append(say("No column names the class, so pupils come without one."))
    if "born_on" not in columns:
        notes.append(say("No column of birth dates, so pupils can be matched by UPN or name alone."))
    roster = Roster(
        kind=CLASS_LIST,
        pupils=tuple(pupils),
        guardians=tuple(guardians),
        problems=tuple(problems),
        lasting_ids=False,
        notes=tuple(notes),
    )
    doubtful = any(problem.cause == "date-order" for problem in problems)
    return ListRead(roster, columns, doubtful or bool(dates.note) or reading.order is not None)


def read_child(
    line: TableRow,
    columns: Columns,
    dates: WrittenDates,
    pupils: list[RosterPupil],
    guardians: list[RosterGuardian],
    problems: list[Problem],
    *,
    without_dates: bool,
) -> None:
    """One row: a child, parents, and what is wrong with it. A birth date that cannot be read stops it, or is left out."""

    def cell(field: str) -> str:
        return line.cell(columns.known.get(field))

    source, id_ = Source(row=line.number), str(line.number)
    surname, forenames = names_in(line, columns)
    known_as = cell("known_as") if cell("known_as") != forenames else ""
    name = f"{known_as or forenames} {surname}".strip()

    def tell(cause: str, sentence: str, *, stops: bool = True, detail: str = "") -> None:
        problems.append(Problem(cause, sentence, source, name, stops, Of.PUPIL, id_, detail))

    if line.fault:
        tell("row", say("The row cannot be read as it stands."), detail=line.fault)
    born = dates.read("born_on", cell("born_on"))
    if born.in_doubt:
        tell("date-order", say("Its date could be read either way. Say which order the dates are in."))
    elif born.fault:
        tell("no-date", without_a_date(without_dates), stops=not without_dates, detail=born.fault)
    if not cell("born_on") and "born_on" in columns:
        tell("no-birth-date-in-row", say("No birth date."), stops=False)
    for number in range(1, MOST_GUARDIANS + 1):
        given = " ".join(filter(None, (cell(f"guardian_{number}_forename"), cell(f"guardian_{number}_surname"))))
        guardian = RosterGuardian(
            id="",
            source=source,
            name=cell(f"guardian_{number}_name") or given,
            relation=cell(f"guardian_{number}_relation")[:60],
            email=cell(f"guardian_{number}_email"),
            telephone=cell(f"guardian_{number}_telephone"),
            children=(id_,),
        )
        if guardian.name or guardian.email or guardian.telephone:
            guardians.append(guardian)
            if not guardian.name:
                tell(
                    "nameless-parent", say("A parent has no name in the file; kept as “Parent or carer”."), stops=False
                )
    lines = [cell(part) for part in ("address_1", "address_2", "address_3", "town", "county", "postcode")]
    pupils.append(
        RosterPupil(
            id=id_,
            source=source,
            surname=surname,
            forenames=forenames,
            known_as=known_as,
            born_on=born.value,
            upn=cell("upn"),
            year_group=cell("year_group"),
            class_name=" ".join(cell("class_name").split())[:60],
            address="\n".join(filter(None, lines)),
            gender=cell("gender"),
            blank=frozenset(fact for fact in MAY_BE_EMPTY if fact in columns and not cell(fact)),
        )
    )


def read_staff_list(table: Table, columns: Columns) -> ListRead:
    """One row an adult; a cell of classes may name several."""
    staff: list[RosterStaff] = []
    classes: dict[str, RosterClass] = {}
    memberships: list[RosterMembership] = []
    problems: list[Problem] = []
    for line in table.rows:
        source, id_ = Source(row=line.number), str(line.number)
        surname, forenames = names_in(line, columns)
        person = RosterStaff(
            id=id_,
            source=source,
            surname=surname,
            forenames=forenames,
            title=line.cell(columns.known.get("title")),
            email=line.cell(columns.known.get("email")),
            role=line.cell(columns.known.get("role")),
        )
        staff.append(person)
        if line.fault:
            problems.append(
                Problem(
                    "row",
                    say("The row cannot be read as it stands."),
                    source,
                    person.name,
                    True,
                    Of.STAFF,
                    id_,
                    line.fault,
                )
            )
        for text in line.cell(columns.known.get("classes")).replace(";", ",").split(","):
            name = " ".join(text.split())[:60]
            if name:
                classes.setdefault(
                    name.casefold(), RosterClass(id=name.casefold(), name=name, source=Source(), kind="registration")
                )
                memberships.append(RosterMembership(id_, name.casefold(), source, teaches=True))
    roster = Roster(
        kind=STAFF_LIST,
        staff=tuple(staff),
        classes=tuple(classes.values()),
        memberships=tuple(memberships),
        problems=tuple(problems),
        lasting_ids=False,
        notes=tuple(notes_on(columns, table.headings)),
    )
    return ListRead(roster, columns, False)


def notes_on(columns: Columns, headings: Sequence[str]) -> list[str]:
    """Sentences about the columns."""
    notes = []
    if columns.never:
        notes.append(say("Never stored, and left out: {never}.", never=", ".join(columns.never)))
    if columns.dropped:
        notes.append(say("Not known, and left out: {dropped}.", dropped=", ".join(columns.dropped)))
    if columns.guessed:
        heads = [f"“{headings[columns.known[field]]}”" for field in columns.known if field in columns.guessed]
        notes.append(say("Guessed from what stands in them: {heads}. Check the first rows.", heads=", ".join(heads)))
    return notes
