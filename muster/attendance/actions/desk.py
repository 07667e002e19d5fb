"""The desk: pupils who come late or leave early. What is said there is kept, and the register told."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.attendance.actions.registers import mark
from muster.attendance.days import plan_on, session_now, sitting
from muster.attendance.items import Item
from muster.attendance.marks import standing_on
from muster.attendance.models import DeskEntry
from muster.attendance.register_page import planned_for
from muster.attendance.rules.codes import CodeSet
from muster.attendance.rules.desk import code_on_arrival
from muster.attendance.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import require_pupil
from muster.people.calendar import is_school_day
from muster.people.models import Account, Pupil
from muster.people.outbox import Result
from muster.people.purposes import Purpose
from muster.people.refusals import Refused


class CannotPass(Refused):
    """Somebody cannot be signed in or out as said."""


@dataclass(frozen=True)
class Arrival:
    """What signing in a pupil at a time would write into the register: a code, over which mark. "" writes nothing."""

    code: str
    over: int | None
    codes: CodeSet


@doors.reads(Purpose.ATTENDANCE)
def arrival(pupil: Pupil, *, arrived_at: datetime) -> Arrival:
    """What the register is to say of a pupil who arrives at `arrived_at`: late before it closes, after that its own code."""
    school = pupil.school
    day = school.day(arrived_at)
    plan = plan_on(school, day)
    seat = sitting(school, plan, day, session_now(school, plan, arrived_at))
    stands = standing_on(school, day, session=seat.session, pupils=[pupil.pk]).get((pupil.pk, seat.session, None))
    known = planned_for(school, seat, {pupil.pk: pupil}, in_session=seat.session).get(pupil.pk)
    already = (stands.code if stands else "") or (known.code if known else "")
    code = code_on_arrival(
        arrived_at,
        opens_at=seat.opens_at,
        closes_at=seat.closes_at,
        session=seat.session,
        already=already,
        codes=plan.codes,
    )
    # Before the register opens there is nothing to write: whoever takes it sees who is there.
    writes = arrived_at >= seat.opens_at and is_school_day(school, day) and (stands is None or stands.code != code)
    return Arrival(code if writes else "", stands.version if stands else None, plan.codes)


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def sign_in(*, pupil: Pupil, arrived_at: datetime, reason: str, by: Account, at: datetime) -> Result | None:
    """Sign in a pupil who came at `arrived_at`, and mark the session: the answer of the register, None where it needs none.

    Raises `NotTheirPupil`, and `CannotPass` for a time of another day or one still to come.
    """
    enter(pupil, DeskEntry.Way.IN, arrived_at, reason=reason, collected_by="", by=by, at=at)
    found = arrival(pupil, arrived_at=arrived_at)
    if not found.code:
        return None
    school = pupil.school
    day = school.day(arrived_at)
    plan = plan_on(school, day)
    session = session_now(school, plan, arrived_at)
    seat = sitting(school, plan, day, session)
    late = plan.codes.of(found.code).late
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="register-mark",
        value={
            "code": found.code,
            "reason": reason or _("Signed in at the desk"),
            "minutes": int((arrived_at - seat.opens_at).total_seconds() // 60) if late else None,
        },
        base=found.over,
        made_at=at,
        seq=1,
        pupil=pupil.pk,
        school_class=None,
        on=day,
        session=session,
    )
    (result,) = mark([item], school=school, by=by, at=at, office=True)
    if not result.accepted:
        raise CannotPass(result.reason)
    return result


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def sign_out(
    *, pupil: Pupil, left_at: datetime, reason: str, collected_by: str, by: Account, at: datetime
) -> DeskEntry:
    """Sign out a pupil who leaves at `left_at`, and say who takes them. Raises `NotTheirPupil` and `CannotPass`."""
    return enter(pupil, DeskEntry.Way.OUT, left_at, reason=reason, collected_by=collected_by, by=by, at=at)


def enter(
    pupil: Pupil, way: str, passed_at: datetime, *, reason: str, collected_by: str, by: Account, at: datetime
) -> DeskEntry:
    """Add an entry, with its line of history."""
    require_pupil(pupil, by=by, at=at, may=Permission.LATE_DESK_KEEP)
    school = pupil.school
    if passed_at > at or school.day(passed_at) != school.day(at):
        raise CannotPass(_("Give a time of today that has passed."))
    entry = DeskEntry.objects.create(
        school=school,
        pupil=pupil,
        way=way,
        passed_at=passed_at,
        reason=reason or None,
        collected_by=collected_by or None,
        recorded_at=at,
        by=by,
    )
    doors.record(Verb.DESK_PASSED, school=school, by=by, at=at, about=entry, pupils=[pupil.pk], details={"way": way})
    return entry
