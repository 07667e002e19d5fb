"""How the day runs, cover, trips and passes."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from muster.attendance.days import plan_on
from muster.attendance.models import Cover, DayPlan, Pass, Period, Trip, TripPupil
from muster.attendance.rules.codes import SETS
from muster.attendance.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import NotTheirPupil, all_at, require, require_pupil
from muster.people.models import Account, Pupil, School, SchoolClass, Staff
from muster.people.purposes import Purpose
from muster.people.refusals import Refused


class BadDay(Refused):
    """A day cannot run like that."""


class BadTrip(Refused):
    """A trip cannot be as said."""


@transaction.atomic
def plan_day(
    *,
    school: School,
    starts_on: date,
    codes: str,
    morning: time,
    afternoon: time,
    ends: time,
    open_minutes: int,
    lessons: bool = False,
    outdoors: str = "",
    by: Account,
    at: datetime,
) -> DayPlan:
    """Let the day run so from `starts_on` on, until another plan begins. A plan that begins the same day is replaced.

    Raises `BadDay` for times out of order, a register open longer than the law of its codes allows, or a day that has
    passed: what was taken under a plan stays under it.
    """
    require(Permission.TIMETABLE_EDIT, school=school, by=by, at=at)
    if codes not in SETS:
        raise BadDay(_("Choose one of the sets of codes."))
    most = SETS[codes].most_minutes
    if most is not None and open_minutes > most:
        raise BadDay(_("In England a register is open for at most %(most)s minutes.") % {"most": most})
    if not morning < afternoon < ends:
        raise BadDay(_("The morning begins before the afternoon, and the afternoon before the day ends."))
    if starts_on < school.day(at):
        raise BadDay(_("Choose today or a day to come: registers that were taken stay as they were."))
    plan, _made = DayPlan.objects.update_or_create(
        school=school,
        starts_on=starts_on,
        defaults={
            "codes": codes,
            "morning": morning,
            "afternoon": afternoon,
            "ends": ends,
            "open_minutes": open_minutes,
            "lessons": lessons,
            "outdoors": outdoors,
        },
    )
    doors.record(Verb.DAY_PLANNED, school=school, by=by, at=at, about=plan, details={"from": starts_on})
    return plan


@transaction.atomic
def set_cover(
    *,
    school_class: SchoolClass,
    on: date,
    period: Period | None,
    adult: Staff | None,
    room: str,
    by: Account,
    at: datetime,
) -> Cover | None:
    """For one day give a class another adult, or room, in one period or all day; with neither the cover is taken away."""
    school = school_class.school
    require(Permission.TIMETABLE_EDIT, school=school, by=by, at=at)
    all_at(school, school_class, period, adult)
    Cover.objects.at(school).filter(school_class=school_class, on=on, period=period).delete()
    cover = None
    if adult or room:
        cover = Cover.objects.create(
            school=school, school_class=school_class, on=on, period=period, adult=adult, room=room
        )
    doors.record(
        Verb.TIMETABLE_CHANGED,
        school=school,
        by=by,
        at=at,
        about=school_class,
        details={"cover": on, "adult": adult.pk if adult else None},
    )
    return cover


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def plan_trip(
    *,
    school: School,
    name: str,
    place: str,
    code: str,
    leader: Staff,
    leaves_at: datetime,
    back_at: datetime,
    pupils: Sequence[Pupil],
    by: Account,
    at: datetime,
) -> Trip:
    """Enter a trip of `pupils` with an adult who leads it. It marks nothing: registers show it as planned.

    Raises `BadTrip` for times the wrong way round, nobody going, or a code that is not for supervised education elsewhere;
    `NotTheirPupil` where one is not on roll at the school.
    """
    require(Permission.TIMETABLE_EDIT, school=school, by=by, at=at)
    all_at(school, leader, *pupils)
    supervised = {each.code for each in plan_on(school, school.day(leaves_at)).codes.codes if each.supervised}
    if code not in supervised:
        raise BadTrip(_("Choose what kind of education this is."))
    if back_at <= leaves_at:
        raise BadTrip(_("The trip comes back before it leaves."))
    if back_at - leaves_at > timedelta(days=31):
        raise BadTrip(_("Enter a trip of more than a month in parts."))
    if not pupils:
        raise BadTrip(_("Choose at least one who goes."))
    reached = Pupil.objects.visible_to(by.viewer(at), may=Permission.EXPECTED_VIEW).filter(school=school)
    if reached.filter(pk__in=[pupil.pk for pupil in pupils]).count() < len(pupils):
        raise NotTheirPupil(_("One of these is not a pupil of yours. Choose again."))
    trip = Trip.objects.create(
        school=school,
        name=name,
        place=place or name,
        code=code,
        leader=leader,
        leaves_at=leaves_at,
        back_at=back_at,
        made_by=by,
        made_at=at,
    )
    TripPupil.objects.bulk_create(TripPupil(school=school, trip=trip, pupil=pupil) for pupil in pupils)
    ids = [pupil.pk for pupil in pupils]
    doors.record(Verb.TRIP_PLANNED, school=school, by=by, at=at, about=trip, pupils=ids)
    return trip


@transaction.atomic
def call_off(*, trip: Trip, by: Account, at: datetime) -> None:
    """Say that a trip does not go. Raises `BadTrip` where it was called off already, or is back."""
    require(Permission.TIMETABLE_EDIT, school=trip.school, by=by, at=at)
    won = Trip.objects.filter(pk=trip.pk, called_off_at__isnull=True, back_at__gt=at).update(called_off_at=at)
    if not won:
        raise BadTrip(_("This trip is over, or was called off already."))
    doors.record(Verb.TRIP_CALLED_OFF, school=trip.school, by=by, at=at, about=trip)


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def give_pass(*, pupil: Pupil, to_class: SchoolClass, by: Account, at: datetime) -> Pass:
    """Send a pupil to another class until the lesson ends, or where there is no lesson the session. Nothing is timed.

    Raises `NotTheirPupil`, and `BadDay` outside the hours of school.
    """
    school = pupil.school
    require_pupil(pupil, by=by, at=at, may=Permission.REGISTER_TAKE)
    all_at(school, to_class)
    if to_class.year.first_day > school.day(at) or to_class.year.last_day < school.day(at):
        raise BadDay(_("This class is of another school year."))
    day, clock = school.day(at), at.astimezone(school.zone).time()
    hours = plan_on(school, day).hours
    if hours.session_at(clock) is None:
        raise BadDay(_("A pass is given during the school day."))
    ends = (
        Period.objects.at(school)
        .on(day)
        .filter(weekday=day.isoweekday(), begins__lte=clock, ends__gt=clock)
        .values_list("ends", flat=True)
        .first()
    )
    until = ends or (hours.afternoon if clock < hours.afternoon else hours.ends)
    given = Pass.objects.create(
        school=school,
        pupil=pupil,
        to_class=to_class,
        given_at=at,
        ends_at=datetime.combine(day, until, school.zone),
        given_by=by,
    )
    doors.record(
        Verb.PASS_GIVEN, school=school, by=by, at=at, about=given, pupils=[pupil.pk], details={"to": to_class.pk}
    )
    return given


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def take_pass_back(*, pupil: Pupil, number: int, by: Account, at: datetime) -> None:
    """Say that a pass of `pupil` holds no more. It goes, and history does not say whose it was: nothing tells when a pupil
    came back.

    Raises `NotTheirPupil`, and `BadDay` for one that has ended or was taken back already.
    """
    require_pupil(pupil, by=by, at=at, may=Permission.REGISTER_TAKE)
    gone, _rows = Pass.objects.filter(pk=number, pupil=pupil, given_at__lte=at, ends_at__gt=at).delete()
    if not gone:
        raise BadDay(_("This pass has ended already."))
    doors.record(Verb.PASS_TAKEN_BACK, school=pupil.school, by=by, at=at, about=pupil.school)
