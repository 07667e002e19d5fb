"""Marking registers, in class and by the office. Everything is added; nothing is overwritten."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from muster.attendance.days import Plan, plan_on, sitting
from muster.attendance.items import Item
from muster.attendance.marks import Key, Standing, over, standing_on
from muster.attendance.models import Period, RegisterMark
from muster.attendance.rules.codes import CodeSet, Session, UnknownCode
from muster.attendance.rules.standing import Said, rank_of
from muster.attendance.rules.whereabouts import closing
from muster.attendance.verbs import Verb
from muster.pages.formatting import clock, full_day
from muster.people import doors
from muster.people.access import Permission, Role
from muster.people.calendar import is_school_day
from muster.people.merging import stands_for
from muster.people.models import Account, ChangeSet, ClassMembership, Enrolment, Pupil, School, SchoolClass, Staff
from muster.people.outbox import Result
from muster.people.prepared import Prepared
from muster.people.purposes import Purpose
from muster.privacy import history

LONGEST_REASON = 500


@dataclass(frozen=True)
class Opening:
    """The session of an item: when its register opens and closes, how the day runs, and why it takes no mark, if so."""

    opens_at: datetime
    closes_at: datetime
    plan: Plan
    refusal: str = ""


@dataclass(frozen=True)
class Read:
    """A mark as it will be written."""

    item: Item
    code: str
    minutes: int | None
    reason: str
    adult: int | None
    marked_at: datetime
    rank: int
    amends: int | None


_saved = Prepared(lambda keys: RegisterMark.objects.filter(device_key__in=keys))
_bases = Prepared(lambda school, marks: RegisterMark.objects.filter(school=school, pk__in=marks))


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic(savepoint=False)
def mark(items: Sequence[Item], *, school: School, by: Account, at: datetime, office: bool = False) -> list[Result]:
    """Add the marks of one batch, `recorded_at` `at`; answer for each, and refuse what cannot be.

    From a class: of pupils in the register of a class that `by` may take. With `office`: of any pupil of the school, with
    reasons that outrank a classroom guess, by whoever may amend registers. Constant statements for each day. A repeat of
    what was saved changes nothing and says so; of two items with one id the first counts.
    """
    history.hold(school)
    merged = stands_for({item.pupil for item in items})
    items = [replace(item, pupil=merged[item.pupil]) if item.pupil in merged else item for item in items]
    may = Permission.REGISTER_AMEND if office else Permission.REGISTER_TAKE
    posts = by.viewer(at).granting(may, school)
    roll = Roll(items, school=school, by=by, at=at, office=office)
    days = {day: Day(school, day, items) for day in {item.on for item in items}}
    known = {row.device_key: row for row in _saved(keys=[item.id for item in items])}
    bases = {row.pk: row for row in _bases(school=school.pk, marks={item.base for item in items if item.base})}
    results: dict[uuid.UUID, Result] = {}
    wanted: dict[uuid.UUID, Read] = {}
    for item in items:
        if item.id in results or item.id in wanted:
            continue
        if item.id in known:
            results[item.id] = repeated(item, known[item.id], days[item.on], by=by, merged=merged)
            continue
        opening = days[item.on].opening(item, at=at)
        base = bases.get(item.base or 0)
        if base is not None and merged.get(base.pupil_id, base.pupil_id) != item.pupil:
            base = None
        found = roll.refusal(item) or read(item, opening, base, school=school, staff=roll.staff, office=office)
        if isinstance(found, Result):
            results[item.id] = found
        else:
            wanted[item.id] = found
    if not wanted:
        return list(results.values())
    change_set = ChangeSet.objects.create(
        school=school, kind="register", by=by, at=at, finished_at=at, summary={"marks": len(wanted)}
    )
    role = posts[0].role if posts else Role.OFFICE
    rows = [
        RegisterMark(
            school_id=school.pk,
            device_key=one.item.id,
            act=one.item.act,
            pupil_id=one.item.pupil,
            school_class_id=one.item.school_class,
            on=one.item.on,
            session=one.item.session,
            period_id=one.item.period,
            code=one.code,
            minutes_late=one.minutes,
            rank=one.rank,
            adult_id=one.adult,
            marked_at=one.marked_at,
            recorded_at=at,
            by_id=by.pk,
            role=role,
            over_id=one.amends,
            change_set_id=change_set.pk,
        )
        for one in sorted(wanted.values(), key=lambda each: (each.marked_at, each.item.seq))
    ]
    seal_reasons(rows, wanted)
    RegisterMark.objects.bulk_create(rows)
    for row in rows:
        days[row.on].add(row)
    for row in rows:
        results[row.device_key] = answer(row.device_key, 201, days[row.on].standing.get(key_of(row)))
    doors.record(
        Verb.REGISTER_MARKED,
        school=school,
        by=by,
        at=at,
        about=change_set,
        pupils=sorted({row.pupil_id for row in rows}),
        details={"marks": [[row.pk, row.pupil_id, row.on.isoformat(), row.session, row.code] for row in rows]},
    )
    return list(results.values())


def seal_reasons(rows: Sequence[RegisterMark], wanted: Mapping[uuid.UUID, Read]) -> None:
    """Give rows the reasons said with them: sealing one needs its pupil, so pupils are fetched where there is any."""
    said = [row for row in rows if wanted[row.device_key].reason]
    if not said:
        return
    pupils = Pupil.objects.in_bulk({row.pupil_id for row in said})
    for row in said:
        row.pupil = pupils[row.pupil_id]
        row.reason = wanted[row.device_key].reason


class Roll:
    """Which pupils `by` may mark, in which register, and which adults there are. Three statements; one more for adults."""

    def __init__(self, items: Sequence[Item], *, school: School, by: Account, at: datetime, office: bool) -> None:
        """Read it for all items at once."""
        viewer = by.viewer(at)
        self.school, self.office = school, office
        pupils = {item.pupil for item in items}
        taken = SchoolClass.objects.visible_to(viewer, may=Permission.REGISTER_TAKE).filter(
            school=school, pk__in={item.school_class for item in items if item.school_class}
        )
        self.classes = set(taken.values_list("pk", flat=True))
        self.allowed = not office or viewer.may(Permission.REGISTER_AMEND, school)
        self.places = _places(school=school.pk, pupils=pupils)
        self.enrolled = _enrolled(school=school.pk, pupils=pupils)
        adults = {item.value.get("adult") for item in items}
        numbers = {adult for adult in adults if isinstance(adult, int) and not isinstance(adult, bool)}
        self.staff = (
            set(Staff.objects.at(school).filter(pk__in=numbers).values_list("pk", flat=True)) if numbers else set()
        )

    def refusal(self, item: Item) -> Result | None:
        """Why the item is not theirs to say; the same answer whether somebody does not exist or is not theirs."""
        if not self.allowed or (not self.office and item.school_class not in self.classes):
            return Result(item.id, 404, reason=_("This is not a class whose register you take."))
        on_roll = any(
            pupil == item.pupil and joined <= item.on and (left is None or item.on <= left)
            for pupil, joined, left in self.enrolled
        )
        inside = self.office or any(
            (school_class, pupil) == (item.school_class, item.pupil)
            and starts <= item.on
            and (ends is None or item.on <= ends)
            for school_class, pupil, starts, ends in self.places
        )
        if not on_roll or not inside:
            return Result(item.id, 404, reason=_("This pupil is not in this register on that day."))
        return None


_places = Prepared(
    lambda school, pupils: ClassMembership.objects.filter(school=school, pupil__in=pupils).values_list(
        "school_class", "pupil", "starts_on", "ends_on"
    )
)
_enrolled = Prepared(
    lambda school, pupils: Enrolment.objects.filter(
        school=school, pupil__in=pupils, pupil__merged_into__isnull=True
    ).values_list("pupil", "joined_on", "leaving__left_on")
)


class Day:
    """One day that items are about: how it runs, what stands, and its periods."""

    def __init__(self, school: School, day: date, items: Sequence[Item]) -> None:
        """Read it. Three statements; one more where there are lessons."""
        self.school, self.day = school, day
        self.plan = plan_on(school, day)
        self.is_open = is_school_day(school, day)
        about = [item for item in items if item.on == day]
        self.standing: dict[Key, Standing] = standing_on(school, day, pupils={item.pupil for item in about})
        periods = {item.period for item in about if item.period}
        self.periods = (
            {row.pk: row for row in Period.objects.at(school).on(day).filter(pk__in=periods, weekday=day.isoweekday())}
            if periods
            else {}
        )

    def opening(self, item: Item, *, at: datetime) -> Opening:
        """When the register of the item's session opens and closes, and why it takes no mark, if so."""
        if item.session is Session.LESSON:
            period = self.periods.get(item.period or 0)
            begins = period.begins if period else time.min
            opens = datetime.combine(self.day, begins, self.school.zone)
            closes = closing(opens, self.plan.hours.open_minutes)
            missing = "" if period else _("There is no such lesson that day.")
        else:
            seat = sitting(self.school, self.plan, self.day, item.session)
            opens, closes, missing = seat.opens_at, seat.closes_at, ""
        if self.day > self.school.day(at):
            missing = _("That day is still to come. Its register is taken then.")
        elif not self.is_open:
            missing = _("The school is closed that day, so nobody can be marked.")
        return Opening(opens, closes, self.plan, missing)

    def add(self, row: RegisterMark) -> None:
        """Take a new mark into what stands."""
        key = key_of(row)
        said = Said(row.rank, row.marked_at, row.device_key, row.code)
        new = Standing(row.pk, said, row.minutes_late, row.by_id, row.recorded_at, row.adult_id)
        self.standing[key] = over(self.standing.get(key), new)


def key_of(row: RegisterMark) -> Key:
    """What a mark is of."""
    return row.pupil_id, Session(row.session), row.period_id


def read(
    item: Item, opening: Opening, base: RegisterMark | None, *, school: School, staff: set[int], office: bool
) -> Read | Result:
    """The mark an item says, or why it is refused."""

    def refuse(status: int, reason: str) -> Result:
        return Result(item.id, status, reason=reason)

    if opening.refusal:
        return refuse(422, opening.refusal)
    marked_at = taken_on_paper(item, opening) if item.value.get("paper") else item.made_at
    if marked_at is None or marked_at > item.made_at:
        return refuse(422, _("Say when it was taken on paper, such as 08:55: a time of that day which has passed."))
    if marked_at < opening.opens_at:
        return refuse(422, _("This register opens at %(time)s.") % {"time": clock(opening.opens_at, school.zone)})
    if not office and school.day(marked_at) != item.on:
        return refuse(422, _("The register of an earlier day is put right by the office."))
    if refusal := code_refused(item, opening.plan.codes):
        return refusal
    said, minutes = str(item.value.get("code") or ""), item.value.get("minutes")
    codes = opening.plan.codes
    if said in {codes.morning, codes.afternoon}:
        said = codes.present(item.session)
    most = int((opening.closes_at - opening.opens_at) / timedelta(minutes=1))
    if minutes is not None and (isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 <= minutes < 600):
        return refuse(422, _("Say how many minutes late, in whole minutes."))
    if said == codes.late and (minutes >= most if minutes is not None else marked_at >= opening.closes_at):
        reason = _("The register closed at %(time)s. Whoever comes after that is %(code)s.")
        return refuse(422, reason % {"time": clock(opening.closes_at, school.zone), "code": codes.after_close})
    adult = item.value.get("adult")
    adult = adult if isinstance(adult, int) and adult in staff else None
    if said and codes.of(said).supervised and adult is None:
        return refuse(422, _("Name the adult who supervises: without one this code cannot be given."))
    text = item.value.get("reason")
    reason = " ".join(text.split())[:LONGEST_REASON] if isinstance(text, str) else ""
    reason = reason.encode("utf-8", "replace").decode()
    amends = base is not None and base.on == item.on and base.session == item.session and base.period_id == item.period
    changes = amends and base is not None and base.code != "" and base.code != said
    if changes and not reason and marked_at >= opening.closes_at:
        return refuse(422, _("This register has closed. Say why the mark changes."))
    rank = rank_of(
        by_office=office,
        unexplained=said in {"", codes.unexplained},
        knew_of=base.rank if amends and base is not None else None,
    )
    return Read(
        item,
        said,
        minutes if said and codes.of(said).late else None,
        reason,
        adult,
        marked_at,
        rank,
        base.pk if amends and base is not None else None,
    )


def code_refused(item: Item, codes: CodeSet) -> Result | None:
    """Why the code of an item cannot be given: 410 for one that has ended, 422 for what was never one."""
    said = item.value.get("code")
    if said == "":
        return None
    try:
        code = codes.of(said if isinstance(said, str) else "?")
    except UnknownCode:
        return Result(item.id, 422, reason=_("This is not one of the codes this school uses."))
    if code.until is not None and item.on > code.until:
        ended = _("The code %(code)s ended on %(day)s.") % {"code": code.code, "day": full_day(code.until)}
        return Result(item.id, 410, reason=ended)
    if not code.lives_on(item.on):
        return Result(item.id, 422, reason=_("This code was not in use on that day."))
    if code.administrative:
        return Result(item.id, 422, reason=_("This code belongs to days and lists, not to a pupil."))
    return None


def taken_on_paper(item: Item, opening: Opening) -> datetime | None:
    """The time on the paper, by the clock of the school on the day of the register; None where it is no time."""
    try:
        at = time.fromisoformat(str(item.value.get("paper")))
    except ValueError:
        return None
    return datetime.combine(item.on, at.replace(tzinfo=None), opening.opens_at.tzinfo)


def repeated(item: Item, row: RegisterMark, day: Day, *, by: Account, merged: Mapping[int, int]) -> Result:
    """The answer to an id that was saved before: fine when it says the same."""
    pupil = merged.get(row.pupil_id, row.pupil_id)
    said = str(item.value.get("code") or "")
    codes = day.plan.codes
    if said in {codes.morning, codes.afternoon}:
        said = codes.present(item.session)
    same = (pupil, row.on, row.session, row.period_id, row.code, row.by_id)
    if same != (item.pupil, item.on, item.session, item.period, said, by.pk):
        return Result(item.id, 422, reason=_("This change carries the number of another one. It was not saved."))
    return answer(item.id, 200, day.standing.get((item.pupil, item.session, item.period)))


def answer(key: uuid.UUID, status: int, stands: Standing | None) -> Result:
    """What a device is told: what stands now, which is not always what it said."""
    return Result(key, status, stands.version if stands else None, shown(stands))


def shown(stands: Standing | None) -> dict[str, Any] | None:
    """A standing mark as a device reads it."""
    if stands is None:
        return None
    return {"code": stands.code, "minutes": stands.minutes_late, "office": stands.said.rank > 0}
