"""From the bytes of a timetable file to what it would change, and back from the school to the file."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from muster.attendance.actions.week import (
    DUTIES,
    LESSONS,
    NOT_DUE,
    Kind,
    Plan,
    Said,
    codes_not_due,
    holding_from,
    plan_week,
    set_week,
)
from muster.attendance.days import plan_on
from muster.attendance.models import Duty, Lesson, NotDue, Period
from muster.attendance.rules.week import Values
from muster.attendance.week import staff_words
from muster.attendance.words import WEEKDAYS
from muster.exchange.rules.columns import knows
from muster.exchange.rules.dates import order_in
from muster.exchange.rules.matching import folded
from muster.exchange.rules.report import Effect, Row
from muster.exchange.rules.table import Table
from muster.exchange.tables import read_table
from muster.exchange.timetable.fields import COLUMNS, ENGLISH_DAYS, NAMES
from muster.exchange.timetable.read import Between, Reading, read_timetable
from muster.exchange.timetable.read import School as Named
from muster.pages.rules.said import say
from muster.pages.sheets import separated
from muster.people.access import Permission
from muster.people.models import Account, ChangeSet, ClassMembership, Pupil, School, SchoolClass
from muster.people.models.accounts import Viewer
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name

MOST_ROWS = 5_000
KINDS: dict[str, Kind] = {"lessons": LESSONS, "duties": DUTIES, "part-time": NOT_DUE}
"""By the word in their address."""
NUMBERED = re.compile(r" \(\d+\)$")
EFFECTS = {"add": Effect.ADD, "change": Effect.CHANGE, "leave": Effect.LEAVE}


@dataclass(frozen=True)
class Planned:
    """What a file would do, row by row. `mark` is the same for what was shown and what is applied."""

    kind: Kind
    table: Table
    reading: Reading
    said: tuple[Said, ...]
    whole_from: date | None
    rows: tuple[Row, ...]
    mark: str

    @property
    def pupils(self) -> list[int]:
        """Whom it is about."""
        return [int(str(one.key[0])) for one in self.said] if self.kind.of_pupils else []


def plan_of(
    data: bytes, kind: Kind, *, school: School, viewer: Viewer, starts_on: date, is_whole: bool, at: datetime
) -> Planned:
    """What the file would change from `starts_on` on; `is_whole`: what is not in it ends. Raises `Unreadable`."""
    table = read_table(data, most_rows=MOST_ROWS, knows=knows(NAMES[kind.name]))
    today = school.day(at)
    starts_on = max(starts_on, today)
    reading = read_timetable(table, kind.name, named(kind, school, viewer, today), starts_on=starts_on)
    said, numbers = [], []
    for place, line in enumerate(reading.lines):
        for key, first, last in line.keys:
            said.append(Said(key, line.says, first, last))
            numbers.append(place)
    # With a row refused the rest of a file is not the whole: what the row was about would end.
    whole_from = starts_on if is_whole and not reading.faults else None
    plan = plan_week(kind, school, said, whole_from=whole_from, today=today)
    rows = rows_of(plan, reading, numbers)
    if is_whole and reading.faults:
        rows.append(Row(0, Effect.ASK, "", (say("Nothing ends while rows are refused: put them right first."),)))
    digest = hashlib.sha256(repr((said, whole_from, plan.effects, plan.ending)).encode()).hexdigest()[:16]
    return Planned(kind, table, reading, tuple(said), whole_from, tuple(rows), digest)


def rows_of(plan: Plan, reading: Reading, numbers: list[int]) -> list[Row]:
    """Every row of the file and what happens to it, then what ends because it is not in the file."""
    effects: list[set[str]] = [set() for _ in reading.lines]
    for place, effect in zip(numbers, plan.effects, strict=True):
        effects[place].add(effect)
    rows = [
        Row(line.number, next(EFFECTS[each] for each in ("change", "add", "leave") if each in found), line.words)
        for line, found in zip(reading.lines, effects, strict=True)
    ]
    rows += [Row(number, Effect.REFUSE, words, (why,)) for number, words, why in reading.faults]
    rows += [Row(number, Effect.LEAVE, words, (say("It is over already."),)) for number, words in reading.over]
    rows.sort(key=lambda row: row.number)
    if plan.ending:
        many = len(plan.ending)
        said = say("{many} not in the file: they end.", many=many) if many > 1 else say("1 not in the file: it ends.")
        rows.append(Row(0, Effect.CHANGE, "", (said,)))
    return rows


def carry_out(planned: Planned, *, school: School, by: Account, at: datetime) -> ChangeSet | None:
    """Do what was shown, in one transaction. None where nothing changes."""
    return set_week(kind=planned.kind, school=school, said=planned.said, whole_from=planned.whole_from, by=by, at=at)


def named(kind: Kind, school: School, viewer: Viewer, today: date) -> Named:
    """What the rows of a file may name. Constant statements."""
    days: dict[str, int] = {}
    for number in (int(each) for each in school.week):
        english = ENGLISH_DAYS[number - 1]
        days |= {folded(word): number for word in (english, english[:3], str(number), str(WEEKDAYS[number]))}
    classes: dict[str, list[Between]] = {}
    rows = SchoolClass.objects.at(school).filter(year__last_day__gte=today)
    for pk, name, first, last in rows.values_list("pk", "name", "year__first_day", "year__last_day"):
        classes.setdefault(folded(name), []).append(Between(pk, first, last))
    staff: dict[str, list[int]] = {}
    for pk, word in staff_words(school).items():
        # Of two who share a name each is known by it with a number, and by the name alone neither.
        for name in {folded(word), folded(NUMBERED.sub("", word))}:
            staff.setdefault(name, []).append(pk)
    periods: dict[tuple[int, str], list[Between]] = {}
    held = Period.objects.at(school).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).order_by("starts_on")
    for row in held:
        periods.setdefault((row.weekday, folded(row.name)), []).append(Between(row.pk, row.starts_on, row.ends_on))
    pupils: dict[tuple[str, str], list[int]] = {}
    inside: dict[int, set[int]] = {}
    if kind.of_pupils:
        theirs = Pupil.objects.visible_to(viewer, may=Permission.EXPECTED_VIEW).filter(school=school)
        for pupil in theirs.on_roll(today).only("key", "names", "school", "merged_into"):
            pupils.setdefault((folded(pupil.surname), folded(pupil.forenames)), []).append(pupil.pk)
        seats = ClassMembership.objects.at(school).filter(on_day(today), pupil__in=theirs)
        for pupil_id, school_class in seats.values_list("pupil", "school_class"):
            inside.setdefault(pupil_id, set()).add(school_class)
    return Named(
        today=today,
        order=order_in(school.country),
        days=days,
        codes=frozenset(codes_not_due(plan_on(school, today).codes, today)),
        classes=classes,
        staff=staff,
        periods=periods,
        pupils=pupils,
        inside={pupil: frozenset(those) for pupil, those in inside.items()},
    )


def written(kind: Kind, *, school: School, viewer: Viewer, today: date) -> tuple[bytes, list[Pupil]]:
    """The timetable as it is and is to be, as a file that is read back as it was; and the pupils in it."""
    rows = holding_from(kind, school, today)
    pupils: list[Pupil] = []
    if kind is LESSONS:
        found = lesson_rows(rows, school)
    elif kind is DUTIES:
        found = duty_rows(rows, school)
    else:
        theirs = Pupil.objects.visible_to(viewer, may=Permission.EXPECTED_VIEW).filter(school=school)
        mine = theirs.filter(pk__in={row.pupil_id for row in rows})
        pupils = by_name(mine.only("key", "names", "school", "merged_into"))
        found = not_due_rows(rows, pupils, school, today)
    return separated(COLUMNS[kind.name], found), pupils


def lesson_rows(rows: Sequence[Lesson], school: School) -> list[Sequence[str]]:
    """Lessons by class, day and time. One that goes on for good ends with its period."""
    classes = dict(SchoolClass.objects.at(school).values_list("pk", "name"))
    staff = staff_words(school)
    periods = Period.objects.at(school).in_bulk({row.period_id for row in rows})
    found: list[tuple[Values, Sequence[str]]] = []
    for row in rows:
        period = periods[row.period_id]
        first = max(row.starts_on, period.starts_on)
        last = min((day for day in (row.ends_on, period.ends_on) if day is not None), default=None)
        if last is not None and last < first:
            continue
        adult = staff.get(row.adult_id or 0, "")
        said = (classes[row.school_class_id], day_word(period.weekday), period.name, adult, row.room)
        order = (classes[row.school_class_id], period.weekday, period.begins, first)
        found.append((order, (*said, *dates(first, last))))
    return [cells for _order, cells in sorted(found)]


def duty_rows(rows: Sequence[Duty], school: School) -> list[Sequence[str]]:
    """Duties by day and time."""
    staff = staff_words(school)
    return [
        (
            staff[row.adult_id],
            row.place,
            day_word(row.weekday),
            f"{row.begins:%H:%M}",
            f"{row.ends:%H:%M}",
            *dates(row.starts_on, row.ends_on),
        )
        for row in sorted(rows, key=lambda each: (each.weekday, each.begins, each.pk))
    ]


def not_due_rows(rows: Sequence[NotDue], pupils: Sequence[Pupil], school: School, today: date) -> list[Sequence[str]]:
    """Who is not due, by name and day."""
    seats = ClassMembership.objects.at(school).filter(on_day(today), pupil__in=pupils)
    inside = dict(
        seats.filter(school_class__kind=SchoolClass.Kind.REGISTRATION).values_list("pupil", "school_class__name")
    )
    place = {pupil.pk: number for number, pupil in enumerate(pupils)}
    names = {pupil.pk: (pupil.surname, pupil.forenames) for pupil in pupils}
    mine = (row for row in rows if row.pupil_id in place)
    return [
        (
            *names[row.pupil_id],
            inside.get(row.pupil_id, ""),
            day_word(row.weekday),
            row.session.upper(),
            row.code,
            row.place,
            *dates(row.starts_on, row.ends_on),
        )
        for row in sorted(mine, key=lambda each: (place[each.pupil_id], each.weekday, each.session))
    ]


def day_word(number: int) -> str:
    """A day of the week as a file says it."""
    return str(WEEKDAYS[number])


def dates(first: date, last: date | None) -> tuple[str, str]:
    """First and last day as a file says them."""
    return first.isoformat(), last.isoformat() if last else ""
