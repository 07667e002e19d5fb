"""Who is expected on the premises at an instant, where, and with which adult: one question for any moment.

The same answer for the past, the present and the future, in a constant number of statements for a whole school. It is what
is known beforehand and what adults said at the desk and in registers; nobody's position is in it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from muster.attendance.days import plan_on
from muster.attendance.marks import standing_on
from muster.attendance.models import (
    Cover,
    DeskEntry,
    Duty,
    HomeRoom,
    Lesson,
    NotDue,
    Pass,
    PlannedAbsence,
    StaffSigning,
    Trip,
    TripPupil,
    TripStaff,
    Visit,
)
from muster.attendance.rules.codes import Session
from muster.attendance.rules.whereabouts import Facts, Place, Why, place_of
from muster.people.access import STAFF_ROLES, Role
from muster.people.calendar import is_school_day
from muster.people.models import ClassMembership, Enrolment, Post, PostClass, School, SchoolClass, Staff
from muster.people.models.classes import on_day

ON_THE_PREMISES = STAFF_ROLES - {Role.GOVERNOR, Role.DPO}
"""Roles of those who work on the premises; the others come as visitors."""


@dataclass(frozen=True)
class ExpectedPupil:
    """A pupil on roll that day: the class they are registered in, where they should be, and what their register says.

    `code` is the mark that stands of the day's latest session with one; "" where there is none.
    """

    pupil: int
    school_class: int | None
    place: Place
    code: str = ""
    signed_in: bool = False


@dataclass(frozen=True)
class ExpectedAdult:
    """A member of staff who should be on the premises, or away with a trip."""

    staff: int
    name: str
    place: Place
    signed_in: bool = False


@dataclass(frozen=True)
class VisitorHere:
    """A visitor or contractor who came and has not left. `visit` is the row that holds their sealed name."""

    visit: Visit
    host: str


@dataclass(frozen=True)
class Expected:
    """Everybody expected at `at`. `classes` and `staff` hold names by number; `signed_out` are staff who have left."""

    at: datetime
    session: Session | None
    pupils: tuple[ExpectedPupil, ...]
    adults: tuple[ExpectedAdult, ...]
    visitors: tuple[VisitorHere, ...]
    classes: Mapping[int, str] = field(default_factory=dict)
    staff: Mapping[int, str] = field(default_factory=dict)
    signed_out: frozenset[int] = frozenset()

    def of(self, pupil: int) -> ExpectedPupil | None:
        """One pupil; None for somebody not on roll that day."""
        return next((each for each in self.pupils if each.pupil == pupil), None)


def on_site(school: School, at: datetime, *, pupils: Collection[int] | None = None) -> Expected:
    """Those of `expected_at` who should be on the premises: who must be accounted for when the alarm rings."""
    every = expected_at(school, at, pupils=pupils)
    return Expected(
        every.at,
        every.session,
        tuple(each for each in every.pupils if each.place.on_site),
        tuple(each for each in every.adults if each.place.on_site),
        every.visitors,
        every.classes,
        every.staff,
        every.signed_out,
    )


def expected_at(school: School, at: datetime, *, pupils: Collection[int] | None = None) -> Expected:
    """Where everybody should be at `at`; with `pupils` (ids), those and no adults. Pupils in order of number, adults of name.

    A school that has entered nothing has every class in its own room all day, with its own teacher. Outside the hours of a
    school day no pupil is expected. Whoever asks has declared a purpose that shows records. Constant statements: twenty-two.
    """
    day, clock = school.day(at), at.astimezone(school.zone).time()
    plan = plan_on(school, day)
    session = plan.hours.session_at(clock)
    open_now = session is not None and is_school_day(school, day)

    everybody = list(Staff.objects.at(school).values_list("pk", "name", "account", "left_at"))
    staff = {adult: name for adult, name, _account, _left in everybody}
    never_sign_in = {
        adult for adult, _name, account, left in everybody if account is None and (left is None or left > at)
    }
    rooms = Rooms(school, at)
    members = memberships(school, at, pupils, rooms.classes)
    facts = known(school, at, session, pupils)
    found = []
    for pupil, classes in sorted(members.items()):
        own = next((each for each in classes if each.kind == SchoolClass.Kind.REGISTRATION), None)
        code = facts.codes.get(pupil, "")
        # A teaching group says more than the class everybody of it comes from.
        in_lesson = [rooms.lesson(each) for each in classes if each is not own] + [rooms.lesson(own)]
        passed_to = facts.passes.get(pupil)
        way, passed_at = facts.desk.get(pupil, ("", None))
        trip, trip_left = facts.trips.get(pupil, (None, None))
        signed_in_at = passed_at if way == DeskEntry.Way.IN else None
        marked_here_at = facts.marked_at.get(pupil) if code and plan.codes.of(code).came else None
        place = place_of(
            Facts(
                open_now=open_now,
                planned=pupil in facts.planned,
                trip=trip,
                trip_left=trip_left,
                not_due=facts.not_due.get(pupil),
                out_at=passed_at if way == DeskEntry.Way.OUT else None,
                here_at=max(filter(None, (signed_in_at, marked_here_at)), default=None),
                absent=bool(code) and not plan.codes.of(code).came,
                pass_to=rooms.sent_to(passed_to) if passed_to is not None else None,
                lesson=next((each for each in in_lesson if each is not None), None),
                home=rooms.home(own) if own else None,
            )
        )
        found.append(ExpectedPupil(pupil, own.pk if own else None, place, code, signed_in_at is not None))
    signed = signings(school, at) if pupils is None else {}
    visits = Visit.objects.at(school).here(at).order_by("came_at", "pk") if pupils is None else ()
    return Expected(
        at,
        session if open_now else None,
        tuple(found),
        adults_at(school, at, staff, rooms, signed, due=never_sign_in if open_now else None) if pupils is None else (),
        tuple(VisitorHere(each, staff.get(each.host_id or 0, "")) for each in visits),
        {pk: each.name for pk, each in rooms.classes.items()},
        staff,
        frozenset(adult for adult, is_in in signed.items() if not is_in),
    )


def memberships(
    school: School, at: datetime, pupils: Collection[int] | None, classes: Mapping[int, SchoolClass]
) -> dict[int, list[SchoolClass]]:
    """Everybody on roll that day, each with their classes. Two statements."""
    day = school.day(at)
    on_roll = Enrolment.objects.at(school).filter(joined_on__lte=day, pupil__merged_into__isnull=True)
    on_roll = on_roll.filter(Q(leaving__isnull=True) | Q(leaving__left_on__gte=day))
    inside = ClassMembership.objects.at(school).filter(on_day(day), pupil__merged_into__isnull=True)
    if pupils is not None:
        on_roll, inside = on_roll.filter(pupil__in=pupils), inside.filter(pupil__in=pupils)
    found: dict[int, list[SchoolClass]] = {pupil: [] for pupil in on_roll.values_list("pupil", flat=True)}
    for pupil, school_class in inside.order_by("school_class", "pk").values_list("pupil", "school_class"):
        if pupil in found and school_class in classes:
            found[pupil].append(classes[school_class])
    return found


def classes_of(school: School, at: datetime) -> dict[int, SchoolClass]:
    """The classes of the years that `at` lies in, by number. One statement."""
    day = school.day(at)
    rows = SchoolClass.objects.at(school).filter(year__first_day__lte=day, year__last_day__gte=day)
    return {row.pk: row for row in rows}


class Rooms:
    """Where each class is at one instant, and with whom: its lesson, its cover, or its own room and teacher."""

    def __init__(self, school: School, at: datetime) -> None:
        """Read what is known of all classes. Five statements."""
        day, clock = school.day(at), at.astimezone(school.zone).time()
        self.classes = classes_of(school, at)
        self.own_rooms = dict(HomeRoom.objects.at(school).values_list("school_class", "room"))
        lessons = (
            Lesson.objects.at(school)
            .on(day)
            .filter(period__weekday=day.isoweekday(), period__begins__lte=clock, period__ends__gt=clock)
            .filter(on_day(day, "period__"))
        )
        self.lessons: dict[int, tuple[int, int | None, str]] = {
            school_class: (period, adult, room)
            for school_class, period, adult, room in lessons.values_list("school_class", "period", "adult", "room")
        }
        self.covers: dict[tuple[int, int | None], tuple[int | None, str]] = {
            (school_class, period): (adult, room)
            for school_class, period, adult, room in Cover.objects.at(school)
            .filter(on=day)
            .values_list("school_class", "period", "adult", "room")
        }
        self.teachers = teachers_of(school, at)

    def own_room(self, school_class: SchoolClass) -> str:
        """The room of a class; by default that of its own name."""
        return self.own_rooms.get(school_class.pk) or school_class.name

    def with_cover(
        self, school_class: SchoolClass, period: int | None, adult: int | None, room: str
    ) -> tuple[int | None, str]:
        """Adult and room after what was changed for the day: of the period, else of the whole day."""
        all_day = self.covers.get((school_class.pk, None), (None, ""))
        instead, other_room = self.covers.get((school_class.pk, period), all_day)
        return instead or adult, other_room or room

    def lesson(self, school_class: SchoolClass | None) -> Place | None:
        """Where the class has its lesson; None where it has none now."""
        if school_class is None or school_class.pk not in self.lessons:
            return None
        period, adult, room = self.lessons[school_class.pk]
        adult, room = self.with_cover(
            school_class, period, adult or self.teachers.get(school_class.pk), room or self.own_room(school_class)
        )
        return Place(Why.LESSON, room, school_class.pk, adult)

    def home(self, school_class: SchoolClass) -> Place:
        """The class in its own room, with its own teacher."""
        adult, room = self.with_cover(
            school_class, None, self.teachers.get(school_class.pk), self.own_room(school_class)
        )
        return Place(Why.CLASS, room, school_class.pk, adult)

    def sent_to(self, school_class: int) -> Place | None:
        """Where somebody with a pass to a class should be: wherever that class is."""
        found = self.classes.get(school_class)
        if found is None:
            return None
        place = self.lesson(found) or self.home(found)
        return Place(Why.PASS, place.where, place.school_class, place.adult)


def teachers_of(school: School, at: datetime) -> dict[int, int]:
    """The adult of each class, as a number of the staff: whoever has a day pass for it, else its teacher. One statement."""
    day = school.day(at)
    reached = (
        PostClass.objects.at(school)
        .filter(on_day(day), on_day(day, "post__"), post__role__in=[Role.TEACHER, Role.COVER])
        .filter(Q(post__ends_at__isnull=True) | Q(post__ends_at__gt=at), post__account__staff__school=school)
        .order_by("post")
        .values_list("school_class", "post__role", "post__ends_at", "post__account__staff")
    )
    found: dict[int, tuple[int, int]] = {}
    for school_class, role, ends_at, adult in reached:
        order = 0 if ends_at is not None else 1 if role == Role.TEACHER else 2
        if school_class not in found or order < found[school_class][0]:
            found[school_class] = order, adult
    return {school_class: adult for school_class, (_order, adult) in found.items()}


@dataclass(frozen=True)
class Known:
    """What is known of pupils at one instant, by number.

    Each trip with when it left, each pass of the desk with its way and time; `marked_at` of this session's marks alone.
    """

    planned: frozenset[int]
    trips: Mapping[int, tuple[Place, datetime]]
    not_due: Mapping[int, Place]
    desk: Mapping[int, tuple[str, datetime]]
    codes: Mapping[int, str]
    passes: Mapping[int, int]
    marked_at: Mapping[int, datetime]


def known(school: School, at: datetime, session: Session | None, pupils: Collection[int] | None) -> Known:
    """Planned absences, trips, who is not due, the desk, marks and passes. Six statements."""
    day = school.day(at)
    about = Q() if pupils is None else Q(pupil__in=pupils)
    in_session = Q(session="") | Q(session=session or "")
    planned = PlannedAbsence.objects.at(school).on(day).filter(about, in_session).values_list("pupil", flat=True)
    trips = TripPupil.objects.at(school).filter(about, trip__in=Trip.objects.at(school).away(at))
    away = NotDue.objects.at(school).on(day).filter(about, in_session, weekday=day.isoweekday())
    passed = DeskEntry.objects.at(school).filter(about, passed_at__gte=school.midnight(day), passed_at__lte=at)
    sent = Pass.objects.at(school).filter(about, given_at__lte=at, ends_at__gt=at).order_by("given_at", "pk")
    codes: dict[int, str] = {}
    marked_at: dict[int, datetime] = {}
    marks = standing_on(school, day, pupils=pupils)
    for in_that in (Session.MORNING, Session.AFTERNOON):
        if in_that is Session.AFTERNOON and session is Session.MORNING:
            continue
        codes |= {
            pupil: mark.code
            for (pupil, of_session, _period), mark in marks.items()
            if of_session is in_that and mark.code and mark.said.marked_at <= at
        }
        if in_that is session:
            marked_at = {
                pupil: mark.said.marked_at
                for (pupil, of_session, _period), mark in marks.items()
                if of_session is in_that and mark.code and mark.said.marked_at <= at
            }
    return Known(
        frozenset(planned),
        {
            pupil: (Place(Why.TRIP, place, None, leader, on_site=False), left)
            for pupil, place, leader, left in trips.values_list(
                "pupil", "trip__place", "trip__leader", "trip__leaves_at"
            )
        },
        {pupil: Place(Why.NOT_DUE, place, on_site=False) for pupil, place in away.values_list("pupil", "place")},
        {
            pupil: (way, passed_at)
            for pupil, way, passed_at in passed.order_by("passed_at", "pk").values_list("pupil", "way", "passed_at")
        },
        codes,
        dict(sent.values_list("pupil", "to_class")),
        marked_at,
    )


def signings(school: School, at: datetime) -> dict[int, bool]:
    """Staff who signed in that day, by number: whether they are still in. One statement."""
    today = StaffSigning.objects.at(school).filter(came_at__gte=school.midnight(school.day(at)), came_at__lte=at)
    rows = today.order_by("came_at", "pk").values_list("adult", "left_at")
    return {adult: left is None or left > at for adult, left in rows}


def adults_at(
    school: School,
    at: datetime,
    staff: Mapping[int, str],
    rooms: Rooms,
    signed: Mapping[int, bool],
    *,
    due: Collection[int] | None,
) -> tuple[ExpectedAdult, ...]:
    """Staff who should be on the premises, by name: `due`, who have no posts, and those with a post that day, while the
    school is open (else None); and whoever has signed in. Who signed out is not expected. Four statements.
    """
    day, clock = school.day(at), at.astimezone(school.zone).time()
    held = (
        Post.objects.at(school)
        .filter(on_day(day), Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        .filter(role__in=ON_THE_PREMISES, account__is_active=True, account__staff__school=school)
    )
    open_now = due is not None
    working = {*due, *held.values_list("account__staff", flat=True)} if due is not None else set()
    away = dict(Trip.objects.at(school).away(at).values_list("leader", "place"))
    with_them = TripStaff.objects.at(school).filter(trip__in=Trip.objects.at(school).away(at))
    away |= dict(with_them.values_list("adult", "trip__place"))
    duties = dict(
        Duty.objects.at(school)
        .on(day)
        .filter(weekday=day.isoweekday(), begins__lte=clock, ends__gt=clock)
        .values_list("adult", "place")
    )
    teaching: dict[int, Place] = {}
    for each in rooms.classes.values():
        place = rooms.lesson(each)
        if place is None and each.kind == SchoolClass.Kind.REGISTRATION:
            place = rooms.home(each)
        if place is not None and place.adult is not None:
            teaching.setdefault(place.adult, place)
    found = []
    for adult in working | {adult for adult, here in signed.items() if here} | (away.keys() if open_now else set()):
        if signed.get(adult) is False:
            continue
        if adult in away:
            place = Place(Why.TRIP, away[adult], on_site=False)
        elif adult in duties:
            place = Place(Why.LESSON, duties[adult], None, adult)
        else:
            place = teaching.get(adult, Place(Why.CLASS))
        found.append(ExpectedAdult(adult, staff.get(adult, ""), place, signed.get(adult, False)))
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.staff)))
