"""What the office does about absence: plans one, gives the reason for one, and notes who was reached."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.attendance.actions.registers import mark
from muster.attendance.days import plan_on
from muster.attendance.items import Item
from muster.attendance.marks import standing_on
from muster.attendance.models import ContactNote, PlannedAbsence
from muster.attendance.rules.codes import Session
from muster.attendance.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import require_pupil
from muster.people.models import Account, Pupil, Staff
from muster.people.purposes import Purpose
from muster.people.refusals import Refused

LONGEST_PLANNED = 366


class CannotPlan(Refused):
    """An absence cannot be planned as said."""


class CannotAmend(Refused):
    """A mark cannot be amended as said."""


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def plan_absence(
    *,
    pupil: Pupil,
    first_day: date,
    last_day: date,
    session: str,
    code: str,
    adult: Staff | None,
    reason: str,
    by: Account,
    at: datetime,
) -> PlannedAbsence:
    """Enter an absence known beforehand, from `first_day` to `last_day` (both count), all day or in one session.

    It marks nothing. Raises `NotTheirPupil`, and `CannotPlan` for days the wrong way round, more than a year, a code that is
    no reason, or one that needs an adult's name and has none.
    """
    require_pupil(pupil, by=by, at=at, may=Permission.REGISTER_AMEND)
    if last_day < first_day:
        raise CannotPlan(_("The last day is before the first."))
    if (last_day - first_day).days > LONGEST_PLANNED:
        raise CannotPlan(_("Plan at most a year at a time."))
    codes = plan_on(pupil.school, first_day).codes
    known = {each.code: each for each in codes.to_mark(first_day)}
    if code not in known or known[code].here:
        raise CannotPlan(_("Choose a code that says why the pupil is not in school."))
    if known[code].supervised and adult is None:
        raise CannotPlan(_("Name the adult who supervises: without one this code cannot be given."))
    planned = PlannedAbsence.objects.create(
        school=pupil.school,
        pupil=pupil,
        first_day=first_day,
        last_day=last_day,
        session=session,
        code=code,
        adult=adult,
        reason=reason or None,
        recorded_at=at,
        recorded_by=by,
    )
    details = {"first": first_day, "last": last_day, "session": session, "code": code}
    doors.record(
        Verb.ABSENCE_PLANNED, school=pupil.school, by=by, at=at, about=planned, pupils=[pupil.pk], details=details
    )
    return planned


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def take_back(*, planned: PlannedAbsence, by: Account, at: datetime) -> None:
    """Say that a planned absence is not to be after all. Marks that were made stay. Raises `CannotPlan` if it was already."""
    require_pupil(planned.pupil, by=by, at=at, may=Permission.REGISTER_AMEND)
    won = PlannedAbsence.objects.filter(pk=planned.pk, taken_back_at__isnull=True).update(
        taken_back_at=at, taken_back_by=by
    )
    if not won:
        raise CannotPlan(_("This absence has been taken back already."))
    doors.record(Verb.ABSENCE_TAKEN_BACK, school=planned.school, by=by, at=at, about=planned, pupils=[planned.pupil_id])


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def amend(
    *,
    pupil: Pupil,
    on: date,
    sessions: Sequence[Session],
    code: str,
    adult: Staff | None,
    reason: str,
    by: Account,
    at: datetime,
) -> None:
    """Put `code` in place of what stands of `pupil` in sessions of a day, keeping what stood, with the reason.

    Raises `CannotAmend` with the sentence of the register where it cannot be.
    """
    if not reason.strip():
        raise CannotAmend(_("Say why the mark changes: the reason is kept with it."))
    require_pupil(pupil, by=by, at=at, may=Permission.REGISTER_AMEND)
    stands = standing_on(pupil.school, on, pupils=[pupil.pk])
    act = uuid.uuid4()
    items = []
    for place, session in enumerate(sessions, 1):
        over = stands.get((pupil.pk, session, None))
        items.append(
            Item(
                id=uuid.uuid4(),
                act=act,
                kind="register-mark",
                value={"code": code, "reason": reason, "adult": adult.pk if adult else None},
                base=over.version if over else None,
                made_at=at,
                seq=place,
                pupil=pupil.pk,
                school_class=None,
                on=on,
                session=session,
            )
        )
    for result in mark(items, school=pupil.school, by=by, at=at, office=True):
        if not result.accepted:
            # The whole act is turned back: half a day put right would look like a choice.
            raise CannotAmend(result.reason)


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def note_contact(
    *, pupil: Pupil, on: date, way: str, reached: bool, text: str, by: Account, at: datetime
) -> ContactNote:
    """Note that `by` tried to reach the family about `on`, and what came of it. Raises `NotTheirPupil`."""
    require_pupil(pupil, by=by, at=at, may=Permission.REGISTER_AMEND)
    note = ContactNote.objects.create(
        school=pupil.school, pupil=pupil, on=on, way=way, reached=reached, text=text or None, at=at, by=by
    )
    doors.record(
        Verb.CONTACT_NOTED,
        school=pupil.school,
        by=by,
        at=at,
        about=note,
        pupils=[pupil.pk],
        details={"on": on, "way": way, "reached": reached},
    )
    return note
