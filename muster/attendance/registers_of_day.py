"""The registers of one session of one day: which classes have one, and how far each is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from muster.attendance.days import Plan, Sitting, lesson_sitting, plan_on, sitting
from muster.attendance.marks import standing_on
from muster.attendance.models import Lesson
from muster.attendance.rules.codes import Session
from muster.people import doors
from muster.people.access import Permission
from muster.people.calendar import is_school_day
from muster.people.models import ClassMembership, Enrolment, School, SchoolClass
from muster.people.models.accounts import Viewer
from muster.people.models.classes import on_day
from muster.people.purposes import Purpose


@dataclass(frozen=True)
class RegisterOfClass:
    """How far the register of a class is. `missing`: it has closed and somebody has no mark."""

    school_class: SchoolClass
    sitting: Sitting
    pupils: int
    marked: int
    present: int
    absent: int
    late: int
    unexplained: int

    @property
    def is_taken(self) -> bool:
        """Whether everybody in it has a mark."""
        return self.marked == self.pupils


@doors.reads(Purpose.ATTENDANCE)
def registers_of_day(school: School, viewer: Viewer, day: date, session: Session) -> list[RegisterOfClass]:
    """The registration classes `viewer` may take registers of that have somebody in them on `day`; none on a closed day.

    Counts only. Constant statements: five.
    """
    if not is_school_day(school, day):
        return []
    plan = plan_on(school, day)
    seat = sitting(school, plan, day, session)
    classes = classes_to_take(school, viewer, day).filter(kind=SchoolClass.Kind.REGISTRATION)
    inside = inside_on(school, day)
    marks = {
        pupil: mark.code
        for (pupil, _session, _period), mark in standing_on(school, day, session=session).items()
        if mark.code
    }
    return [counted(each, seat, plan, inside[each.pk], marks) for each in classes if each.pk in inside]


@doors.reads(Purpose.ATTENDANCE)
def lessons_now(school: School, viewer: Viewer, at: datetime) -> list[RegisterOfClass]:
    """The lessons that are on at `at`, of classes `viewer` may take registers of; none where lessons have no registers.

    Counts only. Constant statements.
    """
    day, clock = school.day(at), at.astimezone(school.zone).time()
    plan = plan_on(school, day)
    if not plan.lessons or not is_school_day(school, day):
        return []
    rows = lessons_of_day(school, day).filter(period__begins__lte=clock, period__ends__gt=clock)
    held = {row.school_class_id: row.period for row in rows}
    inside = inside_on(school, day)
    marks: dict[int | None, dict[int, str]] = {}
    for (pupil, _session, period), mark in standing_on(school, day, session=Session.LESSON).items():
        if mark.code:
            marks.setdefault(period, {})[pupil] = mark.code
    return [
        counted(each, seat, plan, inside[each.pk], marks.get(seat.period, {}))
        for each in classes_to_take(school, viewer, day).filter(pk__in=held)
        if each.pk in inside
        for seat in (lesson_sitting(school, plan, day, held[each.pk]),)
    ]


def lessons_of_day(school: School, day: date) -> QuerySet[Lesson]:
    """The lessons of `day`, with their periods, in the order of the day."""
    rows = Lesson.objects.at(school).on(day).filter(on_day(day, "period__"), period__weekday=day.isoweekday())
    return rows.select_related("period").order_by("period__begins", "pk")


def classes_to_take(school: School, viewer: Viewer, day: date) -> QuerySet[SchoolClass]:
    """The classes of that day whose registers `viewer` may take, as lists show them."""
    return (
        SchoolClass.objects.visible_to(viewer, may=Permission.REGISTER_TAKE)
        .filter(school=school, year__first_day__lte=day, year__last_day__gte=day)
        .order_by("year_group__position", "name", "pk")
    )


def inside_on(school: School, day: date) -> dict[int, set[int]]:
    """Who is in each class on `day`, of those on roll. One statement."""
    on_roll = Enrolment.objects.at(school).filter(joined_on__lte=day, pupil__merged_into__isnull=True)
    on_roll = on_roll.filter(Q(leaving__isnull=True) | Q(leaving__left_on__gte=day))
    inside: dict[int, set[int]] = {}
    places = ClassMembership.objects.at(school).filter(on_day(day), pupil__in=on_roll.values("pupil"))
    for school_class, pupil in places.values_list("school_class", "pupil"):
        inside.setdefault(school_class, set()).add(pupil)
    return inside


def counted(
    school_class: SchoolClass, seat: Sitting, plan: Plan, pupils: Collection[int], marks: Mapping[int, str]
) -> RegisterOfClass:
    """How far a register is, from the codes that stand."""
    codes = [plan.codes.of(marks[pupil]) for pupil in pupils if pupil in marks]
    return RegisterOfClass(
        school_class,
        seat,
        len(pupils),
        len(codes),
        sum(code.here for code in codes),
        sum(code.absent for code in codes),
        sum(code.late for code in codes),
        sum(code.code == plan.codes.unexplained for code in codes),
    )
