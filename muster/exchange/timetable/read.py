"""From the rows of a timetable file to what they say; a row that cannot be is refused with one sentence."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from muster.attendance.rules.week import Values
from muster.exchange.rules.columns import Columns, recognise
from muster.exchange.rules.dates import Order, read_date
from muster.exchange.rules.matching import folded
from muster.exchange.rules.table import Table, TableRow, Unreadable
from muster.exchange.timetable.fields import COLUMNS, LONGEST, NAMES, NEEDED, SESSIONS
from muster.pages.rules.said import say


class Fault(Exception):
    """A row cannot be as it stands; the message says why."""


@dataclass(frozen=True)
class Between:
    """Something known by its name that there is between two days; no last day: for good."""

    pk: int
    first: date
    last: date | None

    def meets(self, first: date, last: date | None) -> bool:
        """Whether it is there on some day of those."""
        return (last is None or self.first <= last) and (self.last is None or first <= self.last)


@dataclass(frozen=True)
class School:
    """What a row may name, folded, and on which days. A name that two have is in it twice."""

    today: date
    order: Order
    days: Mapping[str, int]
    codes: frozenset[str]
    classes: Mapping[str, Sequence[Between]]
    staff: Mapping[str, Sequence[int]]
    periods: Mapping[tuple[int, str], Sequence[Between]]
    pupils: Mapping[tuple[str, str], Sequence[int]]
    inside: Mapping[int, frozenset[int]]
    """The classes of each pupil today."""


@dataclass(frozen=True)
class Line:
    """One row that can be read: what it says, of which things, from when until when."""

    number: int
    words: str
    keys: tuple[tuple[Values, date, date | None], ...]
    """A lesson in a period that changes at a later day is one of each."""
    says: Values
    first: date
    last: date | None
    of: Values
    """What it is about, by name: two rows about one thing must not overlap."""


@dataclass(frozen=True)
class Reading:
    """The rows of a file: those that say something, those refused, and those that are over already."""

    columns: Columns
    lines: tuple[Line, ...]
    faults: tuple[tuple[int, str, str], ...]
    over: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]


def read_timetable(table: Table, kind: str, school: School, *, starts_on: date) -> Reading:
    """What a file says. Rows without a first day begin on `starts_on`, and a day that has passed is today.

    Raises `Unreadable` where a column is missing.
    """
    columns = recognise(table.headings, NAMES[kind])
    missing = [COLUMNS[kind][list(NAMES[kind]).index(name)] for name in NEEDED[kind] if name not in columns]
    if missing:
        raise Unreadable(
            say(
                "No column is headed {missing}. Muster looks for the headings {all}.",
                missing=missing[0],
                all=", ".join(COLUMNS[kind]),
            )
        )
    lines: list[Line] = []
    faults: list[tuple[int, str, str]] = []
    over: list[tuple[int, str]] = []
    for row in table.rows:
        reader = RowReader(row, columns, school, starts_on)
        try:
            # A fault of the row as a whole comes first: its cells may not be where they belong.
            if row.fault:
                raise Fault(row.fault)
            if reader.is_over:
                over.append((row.number, reader.words))
                continue
            line = {"lesson": reader.lesson, "duty": reader.duty, "not-due": reader.not_due}[kind]()
            twice = next((each for each in lines if each.of == line.of and overlap(each, line)), None)
            if twice is not None:
                raise Fault(say("Row {number} says something of the same days already.", number=twice.number))
            lines.append(line)
        except Fault as fault:
            faults.append((row.number, reader.words, str(fault)))
    notes = list(table.notes)
    notes += [say("Not known, and left out: {dropped}.", dropped=", ".join(columns.dropped))] if columns.dropped else []
    return Reading(columns, tuple(lines), tuple(faults), tuple(over), tuple(notes))


def overlap(one: Line, other: Line) -> bool:
    """Whether two rows say something of one day."""
    return (other.last is None or one.first <= other.last) and (one.last is None or other.first <= one.last)


class RowReader:
    """One row, cell by cell. Every method raises `Fault` for what cannot be."""

    def __init__(self, row: TableRow, columns: Columns, school: School, starts_on: date) -> None:
        """Nothing is read yet."""
        self.row, self.columns, self.school, self.starts_on = row, columns, school, starts_on

    def cell(self, field: str) -> str:
        """A cell without needless space; "" where there is none."""
        return " ".join(self.row.cell(self.columns.known.get(field)).split())

    @property
    def words(self) -> str:
        """The row as a person knows it again."""
        fields = ("surname", "forenames", "class", "adult", "day", "period", "session", "begins")
        return " ".join(text for field in fields if (text := self.cell(field)))[:120]

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        last = self.day_of("until")
        return last is not None and last < self.school.today

    def day_of(self, field: str) -> date | None:
        """A date; None where nothing stands."""
        found = read_date(self.cell(field), self.school.order, today=self.school.today)
        if found.fault:
            raise Fault(found.fault)
        return found.value

    def days(self) -> tuple[date, date | None]:
        """From when until when."""
        first, last = self.day_of("from") or self.starts_on, self.day_of("until")
        first = max(first, self.school.today)
        if last is not None and last < first:
            raise Fault(say("It ends before it begins."))
        return first, last

    def weekday(self) -> int:
        """The number of a day of the week."""
        text = self.cell("day")
        found = self.school.days.get(folded(text))
        if found is None:
            raise Fault(say("“{text}” is no day on which the school is open.", text=text))
        return found

    def clock(self, field: str) -> time:
        """A time of the day."""
        text = self.cell(field)
        found = re.fullmatch(r"(\d{1,2})[:.h]?(\d\d)(?::\d\d)?\s*([ap]m)?", text.casefold())
        hour = int(found[1]) if found else 99
        if found and found[3]:
            hour = hour % 12 + (12 if found[3] == "pm" else 0)
        if not found or hour > 23 or int(found[2]) > 59:
            raise Fault(say("“{text}” is no time. Write it like 09:05.", text=text))
        return time(hour, int(found[2]))

    def text(self, field: str, most: int) -> str:
        """A text of at most so many letters."""
        text = self.cell(field)
        if len(text) > most:
            raise Fault(say("“{text}…” is longer than {most} letters.", text=text[:30], most=most))
        return text

    def adult(self) -> int | None:
        """A member of staff; None where none is named."""
        text = self.cell("adult")
        found = self.school.staff.get(folded(text), ()) if text else ()
        if text and not found:
            raise Fault(say("Nobody of the staff is called “{text}”.", text=text))
        if len(found) > 1:
            raise Fault(say("Two of the staff are called “{text}”. Enter this one by hand.", text=text))
        return found[0] if found else None

    def class_on(self, first: date) -> int:
        """The class of that name in the school year of that day."""
        text = self.cell("class")
        found = [each.pk for each in self.school.classes.get(folded(text), ()) if each.meets(first, first)]
        if not found:
            raise Fault(say("No class of that day is called “{text}”.", text=text))
        if len(found) > 1:
            raise Fault(say("Two classes are called “{text}”. Enter this one by hand.", text=text))
        return found[0]

    def lesson(self) -> Line:
        """A class in a period, with an adult, in a room."""
        first, last = self.days()
        school_class, weekday = self.class_on(first), self.weekday()
        name = self.cell("period")
        there = [each for each in self.school.periods.get((weekday, folded(name)), ()) if each.meets(first, last)]
        if not there:
            raise Fault(say("There is no period “{name}” on that day. Type the periods first.", name=name))
        says = (self.adult(), self.text("room", LONGEST["room"]))
        if says == (None, ""):
            raise Fault(
                say("It names neither adult nor room. A class in its own room with its own teacher needs no row.")
            )
        keys = tuple(
            (
                (school_class, each.pk),
                max(first, each.first),
                # A lesson is over with its period, so an end on that day is none.
                last if each.last is None or (last is not None and last < each.last) else None,
            )
            for each in there
        )
        return Line(self.row.number, self.words, keys, says, first, last, (school_class, weekday, folded(name)))

    def duty(self) -> Line:
        """An adult in a place, between two times."""
        first, last = self.days()
        adult = self.adult()
        if adult is None:
            raise Fault(say("It does not say who is on duty."))
        place = self.text("place", LONGEST["duty"])
        if not place:
            raise Fault(say("It does not say where."))
        begins, ends = self.clock("begins"), self.clock("ends")
        if begins >= ends:
            raise Fault(say("It ends before it begins."))
        key = (adult, self.weekday(), begins, ends)
        return Line(self.row.number, self.words, ((key, first, last),), (place,), first, last, key)

    def not_due(self) -> Line:
        """A pupil who is not due in a session."""
        first, last = self.days()
        session = SESSIONS.get(folded(self.cell("session")))
        if session is None:
            raise Fault(
                say("“{text}” is no session. Write AM or PM, or nothing for all day.", text=self.cell("session"))
            )
        code = self.cell("code").upper()
        if code not in self.school.codes:
            raise Fault(
                say(
                    "“{code}” cannot say why somebody is not due. The codes are {codes}.",
                    code=code,
                    codes=", ".join(sorted(self.school.codes)),
                )
            )
        key = (self.pupil(), self.weekday(), session)
        says = (code, self.text("place", LONGEST["not-due"]))
        return Line(self.row.number, self.words, ((key, first, last),), says, first, last, key)

    def pupil(self) -> int:
        """The pupil on roll of that name; where two have it, the one in the class that is named."""
        found = list(self.school.pupils.get((folded(self.cell("surname")), folded(self.cell("forenames"))), ()))
        text = self.cell("class")
        if text:
            named = {each.pk for each in self.school.classes.get(folded(text), ())}
            found = [pupil for pupil in found if self.school.inside.get(pupil, frozenset()) & named]
        if not found:
            raise Fault(
                say("Nobody on roll has this name in this class.") if text else say("Nobody on roll has this name.")
            )
        if len(found) > 1:
            raise Fault(say("Two pupils have this name. Enter this one on the pupil’s own page."))
        return found[0]
