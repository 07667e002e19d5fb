"""The week from a day on: periods, lessons, duties, who is not due, and the rooms of classes.

Rows are dated. A change ends some and begins others, as one change set that can be undone; no day that has passed changes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Model, ProtectedError, Q
from django.utils.translation import gettext as _

from muster.attendance.days import plan_on
from muster.attendance.models import Duty, HomeRoom, Lesson, NotDue, Period
from muster.attendance.rules.codes import CodeSet, Counts
from muster.attendance.rules.week import A_DAY, PeriodSaid, Span, Values, clashing, said_from
from muster.attendance.verbs import Verb
from muster.attendance.words import WEEKDAYS
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo, change
from muster.people.actions.reach import NotTheirPupil, OtherSchool, all_at, require
from muster.people.models import Account, ChangeSet, Pupil, School, SchoolClass, Staff
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.people.undoing import offer

MAY = Permission.TIMETABLE_EDIT


class BadWeek(Refused):
    """A week cannot be as said."""


@dataclass(frozen=True)
class Kind:
    """A kind of dated row: which of its columns say what it is about, and which say what holds.

    `about` are columns with a row of the school behind them. A row about a pupil leaves nothing behind once it is taken
    away, so taking one away cannot be undone.
    """

    name: str
    model: Any
    key: tuple[str, ...]
    says: tuple[str, ...]
    about: Mapping[str, Any]
    of_pupils: bool = False

    def key_of(self, row: Any) -> Values:
        """What a row is about."""
        return tuple(getattr(row, column) for column in self.key)

    def span_of(self, row: Any) -> Span:
        """What a row says, and when."""
        return Span(tuple(getattr(row, column) for column in self.says), row.starts_on, row.ends_on, row.pk)


LESSONS = Kind(
    "lesson", Lesson, ("school_class_id", "period_id"), ("adult_id", "room"),
    {"school_class_id": SchoolClass, "period_id": Period, "adult_id": Staff},
)  # fmt: skip
DUTIES = Kind("duty", Duty, ("adult_id", "weekday", "begins", "ends"), ("place",), {"adult_id": Staff})
NOT_DUE = Kind("not-due", NotDue, ("pupil_id", "weekday", "session"), ("code", "place"), {"pupil_id": Pupil}, True)
PERIODS = Kind("period", Period, ("weekday", "name"), ("begins", "ends"), {})
KINDS = {kind.name: kind for kind in (LESSONS, DUTIES, NOT_DUE, PERIODS)}


@dataclass(frozen=True)
class Said:
    """What somebody says of one thing from a day on, until another where one is named. `says` None: it is no more."""

    key: Values
    says: Values | None
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Plan:
    """What a week would become: for each thing the spans before and after, and for each saying what it does.

    `effects` are "add", "change" or "leave", one for each saying in order; `ending` are the rows that nothing was said of
    and that therefore end.
    """

    kind: Kind
    before: Mapping[Values, Sequence[Span]]
    after: Mapping[Values, Sequence[Span]]
    effects: tuple[str, ...]
    ending: tuple[tuple[Values, Span], ...] = ()


def holding_from(kind: Kind, school: School, day: date) -> list[Any]:
    """The rows that hold on `day` or will; a lesson ends with its period. One statement."""
    rows = kind.model.objects.at(school).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    if kind is LESSONS:
        rows = rows.filter(Q(period__ends_on__isnull=True) | Q(period__ends_on__gte=day))
    return list(rows.order_by("starts_on", "pk"))


def plan_week(kind: Kind, school: School, said: Sequence[Said], *, whole_from: date | None, today: date) -> Plan:
    """What saying `said` does; with `whole_from`, what nothing is said of ends the day before it. One statement."""
    before: dict[Values, list[Span]] = {}
    for row in holding_from(kind, school, min([today, *(one.starts_on for one in said)])):
        before.setdefault(kind.key_of(row), []).append(kind.span_of(row))
    after: dict[Values, list[Span]] = {key: list(spans) for key, spans in before.items()}
    effects = []
    for one in said:
        was = after.get(one.key, [])
        now = said_from(was, one.says, one.starts_on, one.ends_on)
        effects.append("leave" if now == was else "change" if any(span.holds(one.starts_on) for span in was) else "add")
        after[one.key] = now
    ending = []
    if whole_from is not None:
        spoken = {one.key for one in said}
        for key, spans in before.items():
            if key not in spoken:
                ending += [(key, span) for span in spans]
                after[key] = said_from(spans, None, whole_from)
    return Plan(kind, before, after, tuple(effects), tuple(ending))


class Turn:
    """What one change does to dated rows, kept so that it can be turned back. Each call is a constant number of statements."""

    def __init__(self, school: School) -> None:
        """Nothing yet."""
        self.school = school
        self.made: list[Any] = []
        self.ended: list[Any] = []
        self.removed: list[Any] = []
        self.rooms: list[Any] = []
        self.pupils: set[int] = set()
        self.lasts = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.made or self.ended or self.removed or self.rooms or self.lasts)

    def make(self, kind: Kind, rows: Sequence[Any]) -> None:
        """Begin rows."""
        kind.model.objects.bulk_create(rows)
        self.made += [[kind.name, row.pk, _plain(row.ends_on)] for row in rows]
        self._tell(kind, rows)

    def end(self, kind: Kind, ends: Iterable[tuple[Any, date | None]]) -> None:
        """Let rows hold until another last day."""
        by_day: dict[date | None, list[Any]] = {}
        for row, last in ends:
            by_day.setdefault(last, []).append(row)
        for last, rows in by_day.items():
            kind.model.objects.at(self.school).filter(pk__in=[row.pk for row in rows]).update(ends_on=last)
            self.ended += [[kind.name, row.pk, _plain(row.ends_on), _plain(last)] for row in rows]
            self._tell(kind, rows)

    def remove(self, kind: Kind, rows: Sequence[Any]) -> None:
        """Take away rows that have not begun. Raises `BadWeek` where a register was taken in one."""
        if not rows:
            return
        if kind.of_pupils:
            self.lasts = True
        else:
            columns = [field.attname for field in kind.model._meta.concrete_fields if field.name != "school"]
            self.removed += [[kind.name, {name: _plain(getattr(row, name)) for name in columns}] for row in rows]
        self._tell(kind, rows)
        try:
            kind.model.objects.at(self.school).filter(pk__in=[row.pk for row in rows]).delete()
        except ProtectedError:
            raise BadWeek(
                _("Somebody relies on this period today: a register or cover. Let the change begin tomorrow.")
            ) from None

    def stop(self, kind: Kind, rows: Iterable[Any], day: date) -> None:
        """Let rows hold no more from `day` on."""
        rows = list(rows)
        self.end(kind, [(row, day - A_DAY) for row in rows if row.starts_on < day])
        self.remove(kind, [row for row in rows if row.starts_on >= day])

    def carry_out(self, plan: Plan) -> None:
        """Make the rows what the plan says they become."""
        kind = plan.kind
        wanted: dict[int | None, Span] = {
            span.row: span for spans in plan.after.values() for span in spans if span.row is not None
        }
        touched = [
            span
            for key, spans in plan.before.items()
            for span in spans
            if list(spans) != list(plan.after.get(key, ())) and wanted.get(span.row) != span
        ]
        rows = kind.model.objects.at(self.school).in_bulk([span.row for span in touched]) if touched else {}
        self.remove(kind, [rows[span.row] for span in touched if span.row not in wanted])
        self.end(kind, [(rows[span.row], wanted[span.row].ends_on) for span in touched if span.row in wanted])
        self.make(
            kind,
            [
                kind.model(
                    school=self.school,
                    **dict(zip(kind.key, key, strict=True)),
                    **dict(zip(kind.says, span.says, strict=True)),
                    starts_on=span.starts_on,
                    ends_on=span.ends_on,
                )
                for key, spans in plan.after.items()
                for span in spans
                if span.row is None
            ],
        )

    def finish(self, what: str, *, by: Account, at: datetime) -> ChangeSet | None:
        """Keep it as a change set with an entry in history; None where nothing changed."""
        if self.is_empty:
            return None
        summary = {"made": self.made, "ended": self.ended, "removed": self.removed, "rooms": self.rooms}
        change_set = change(
            Verb.TIMETABLE_CHANGED, school=self.school, by=by, at=at, summary=summary | {"lasts": self.lasts}
        )
        doors.record(
            Verb.TIMETABLE_CHANGED,
            school=self.school,
            by=by,
            at=at,
            about=change_set,
            pupils=sorted(self.pupils),
            details={"what": what, "made": len(self.made), "ended": len(self.ended), "removed": len(self.removed)},
        )
        return change_set

    def _tell(self, kind: Kind, rows: Iterable[Any]) -> None:
        if kind.of_pupils:
            self.pupils |= {row.pupil_id for row in rows}


def can_be_undone(change_set: ChangeSet | None) -> ChangeSet | None:
    """The change set, where an Undo may be offered for it."""
    return None if change_set is None or change_set.summary.get("lasts") else change_set


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | time) else value


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def set_week(
    *,
    kind: Kind,
    school: School,
    said: Sequence[Said],
    by: Account,
    at: datetime,
    whole_from: date | None = None,
) -> ChangeSet | None:
    """Let the week be so: lessons, duties or who is not due. None where it was so already.

    Raises `BadWeek` for days that have passed or an end before the beginning, `NotTheirPupil` for one who is not theirs.
    """
    require(MAY, school=school, by=by, at=at)
    today = school.day(at)
    for one in said:
        begins_again = one.starts_on if whole_from is None else min(one.starts_on, whole_from)
        if begins_again < today:
            raise BadWeek(_("Choose today or a day to come: the days that have passed stay as they were."))
        if one.ends_on is not None and one.ends_on < one.starts_on:
            raise BadWeek(_("It ends before it begins."))
    all_of_school(kind, school, said, by=by, at=at)
    turn = Turn(school)
    turn.carry_out(plan_week(kind, school, said, whole_from=whole_from, today=today))
    return turn.finish(kind.name, by=by, at=at)


def all_of_school(kind: Kind, school: School, said: Sequence[Said], *, by: Account, at: datetime) -> None:
    """Raise unless every row that is named is of the school, and every pupil one whom `by` may expect."""
    named: dict[str, set[Any]] = {}
    for one in said:
        for column, value in zip(kind.key + kind.says, one.key + (one.says or ()), strict=False):
            if column in kind.about and value is not None:
                named.setdefault(column, set()).add(value)
    for column, keys in named.items():
        model = kind.about[column]
        if model is Pupil:
            reached = Pupil.objects.visible_to(by.viewer(at), may=Permission.EXPECTED_VIEW).filter(school=school)
            if reached.filter(pk__in=keys).count() < len(keys):
                raise NotTheirPupil(_("One of these is not a pupil of yours. Choose again."))
            codes = codes_not_due(plan_on(school, school.day(at)).codes, school.day(at))
            if any(one.says is not None and one.says[0] not in codes for one in said):
                raise BadWeek(_("Choose a code that says why they are not due."))
        elif model.objects.at(school).filter(pk__in=keys).count() < len(keys):
            raise OtherSchool(_("These belong to different schools."))


def codes_not_due(codes: CodeSet, day: date) -> list[str]:
    """The codes that can say of a whole timetable why somebody is not due: agreed, and without a supervisor of the day."""
    return [
        code.code
        for code in codes.to_mark(day)
        if not code.here and not code.supervised and code.counts is not Counts.UNAUTHORISED
    ]


@transaction.atomic
def set_periods(
    *, school: School, periods: Sequence[PeriodSaid], starts_on: date, by: Account, at: datetime
) -> ChangeSet | None:
    """Let the day have these periods from `starts_on` on, and no others. Lessons stay in a period of the same name and day.

    Raises `BadWeek` for two periods at one time, a day that has passed, and for a period that is being used that very day.
    """
    require(MAY, school=school, by=by, at=at)
    if starts_on < school.day(at):
        raise BadWeek(_("Choose today or a day to come: the days that have passed stay as they were."))
    check_periods(school, periods)
    wanted = {(day, one.name): (one.begins, one.ends) for one in periods for day in one.weekdays}
    kept: dict[Values, Any] = {}
    going: list[Any] = []
    for row in holding_from(PERIODS, school, starts_on):
        key = PERIODS.key_of(row)
        same = wanted.get((row.weekday, row.name)) == (row.begins, row.ends)
        if same and key not in kept and row.starts_on <= starts_on and row.ends_on is None:
            kept[key] = row
        else:
            going.append(row)
    lessons = list(
        Lesson.objects.at(school)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on), period__in=going)
        .order_by("starts_on", "pk")
    )
    begun = {row.pk for row in going if row.starts_on < starts_on}
    turn = Turn(school)
    # The end of a period ends the lessons in it: those of one that has begun stay as they were written.
    turn.remove(LESSONS, [lesson for lesson in lessons if lesson.period_id not in begun])
    turn.stop(PERIODS, going, starts_on)
    new = [
        Period(school=school, weekday=day, name=name, begins=begins, ends=ends, starts_on=starts_on)
        for (day, name), (begins, ends) in wanted.items()
        if (day, name) not in kept
    ]
    turn.make(PERIODS, new)
    into: dict[Values, Any] = kept | {PERIODS.key_of(row): row for row in new}
    key_of = {row.pk: PERIODS.key_of(row) for row in going}
    turn.make(
        LESSONS,
        [
            Lesson(
                school=school,
                school_class_id=lesson.school_class_id,
                period=into[key_of[lesson.period_id]],
                adult_id=lesson.adult_id,
                room=lesson.room,
                starts_on=max(lesson.starts_on, starts_on),
                ends_on=lesson.ends_on,
            )
            for lesson in lessons
            if key_of[lesson.period_id] in into
        ],
    )
    return turn.finish(PERIODS.name, by=by, at=at)


def check_periods(school: School, periods: Sequence[PeriodSaid]) -> None:
    """Raise `BadWeek` unless these can be the periods of a day."""
    for one in periods:
        if not one.name or not one.weekdays:
            raise BadWeek(_("Give every period a name and a day of the week."))
        if one.begins >= one.ends:
            raise BadWeek(_("%(name)s ends before it begins.") % {"name": one.name})
        if not {str(day) for day in one.weekdays} <= set(school.week):
            raise BadWeek(_("The school is not open on one of these days."))
    pair = clashing(periods)
    if pair is not None:
        day = min(set(pair[0].weekdays) & set(pair[1].weekdays))
        said = _("On %(day)s, %(one)s and %(other)s are at one time or have one name.")
        raise BadWeek(said % {"day": WEEKDAYS[day], "one": pair[0].name, "other": pair[1].name})


@transaction.atomic
def set_class_week(
    *, school_class: SchoolClass, said: Sequence[Said], home_room: str, by: Account, at: datetime
) -> ChangeSet | None:
    """Let a class have these lessons and its own room, as one change. None where it was so already. Raises `BadWeek`."""
    school = school_class.school
    require(MAY, school=school, by=by, at=at)
    all_at(school, school_class)
    today = school.day(at)
    if any(one.starts_on < today for one in said):
        raise BadWeek(_("Choose today or a day to come: the days that have passed stay as they were."))
    all_of_school(LESSONS, school, said, by=by, at=at)
    turn = Turn(school)
    turn.carry_out(plan_week(LESSONS, school, said, whole_from=None, today=today))
    before = room_of(school, school_class.pk)
    if home_room != before:
        put_room(school, school_class.pk, home_room)
        turn.rooms.append([school_class.pk, before, home_room])
    return turn.finish("class", by=by, at=at)


def room_of(school: School, school_class: int) -> str:
    """The room entered for a class; "" where it is in that of its own name."""
    return HomeRoom.objects.at(school).filter(school_class=school_class).values_list("room", flat=True).first() or ""


def put_room(school: School, school_class: int, room: str) -> None:
    """Give a class a room of its own; "" gives it back that of its name."""
    if room:
        HomeRoom.objects.update_or_create(school=school, school_class_id=school_class, defaults={"room": room})
    else:
        HomeRoom.objects.at(school).filter(school_class=school_class).delete()


@offer(Verb.TIMETABLE_CHANGED, permission=MAY)
def turn_back(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Let the week be what it was. Raises `CannotUndo` where it was changed again since, or a register rests on it."""
    school, summary = change_set.school, change_set.summary
    if summary.get("lasts"):
        raise CannotUndo(_("What was taken away of a pupil is not kept. Enter it again by hand."))
    if any(room_of(school, school_class) != after for school_class, _before, after in summary["rooms"]):
        raise CannotUndo(_("The room has been changed again since. Change it by hand."))
    again = CannotUndo(_("This has been changed again since. Change the week by hand."))
    pupils: set[int] = set()
    for kind in KINDS.values():
        made = {pk: ends for name, pk, ends in summary["made"] if name == kind.name}
        ended = {pk: after for name, pk, _before, after in summary["ended"] if name == kind.name}
        rows = kind.model.objects.at(school).in_bulk([*made, *ended])
        if any(pk not in rows for pk in {**made, **ended} if not kind.of_pupils):
            raise again
        if any(_plain(row.ends_on) != {**made, **ended}[pk] for pk, row in rows.items()):
            raise again
        pupils |= {row.pupil_id for row in rows.values()} if kind.of_pupils else set()
        try:
            kind.model.objects.at(school).filter(pk__in=made).delete()
        except ProtectedError:
            raise CannotUndo(
                _("Something rests on these periods: a lesson, cover or a register. Change the week by hand.")
            ) from None
    for kind in reversed(KINDS.values()):
        for name, pk, before, _after in summary["ended"]:
            if name == kind.name:
                kind.model.objects.at(school).filter(pk=pk).update(ends_on=before)
        kind.model.objects.bulk_create(
            kind.model(school=school, **read_back(kind.model, values))
            for name, values in summary["removed"]
            if name == kind.name
        )
    for school_class, before, _after in summary["rooms"]:
        put_room(school, school_class, before)
    return pupils


def read_back(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as a change set kept them."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in values.items()}
