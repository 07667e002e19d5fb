"""The registers of one session of one day: which classes have one, and how far each is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from muster.attendance.days import Sitting, plan_on, sitting
from muster.attendance.marks import standing_on
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
    classes = (
        SchoolClass.objects.visible_to(viewer, may=Permission.REGISTER_TAKE)
        .filter(school=school, year__first_day__lte=day, year__last_day__gte=day)
        .filter(kind=SchoolClass.Kind.REGISTRATION)
        .order_by("year_group__position", "name", "pk")
    )
    on_roll = Enrolment.objects.at(school).filter(joined_on__lte=day, pupil__merged_into__isnull=True)
    on_roll = on_roll.filter(Q(leaving__isnull=True) | Q(leaving__left_on__gte=day))
    inside: dict[int, set[int]] = {}
    places = ClassMembership.objects.at(school).filter(on_day(day), pupil__in=on_roll.values("pupil"))
    for school_class, pupil in places.values_list("school_class", "pupil"):
        inside.setdefault(school_class, set()).add(pupil)
    marks = {
        pupil: mark.code
        for (pupil, _session, _period), mark in standing_on(school, day, session=session).items()
        if mark.code
    }
    found = []
    for each in classes:
        pupils = inside.get(each.pk, set())
        if not pupils:
            continue
        codes = [plan.codes.of(marks[pupil]) for pupil in pupils if pupil in marks]
        found.append(
            RegisterOfClass(
                each,
                seat,
                len(pupils),
                len(codes),
                sum(code.here for code in codes),
                sum(code.absent for code in codes),
                sum(code.late for code in codes),
                sum(code.code == plan.codes.unexplained for code in codes),
            )
        )
    return found
