"""The register of one class in one session, as its page shows it: what stands, what is known beforehand, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from muster.attendance.days import Plan, Sitting, plan_on, sitting
from muster.attendance.marks import Standing, standing_on
from muster.attendance.models import NotDue, PlannedAbsence, TripPupil
from muster.attendance.models.timetable import Trip
from muster.attendance.rules.codes import Session
from muster.people.access import Permission
from muster.people.calendar import is_school_day
from muster.people.models import Account, Pupil, School, SchoolClass
from muster.people.models.accounts import Viewer
from muster.people.models.pupils import by_name


@dataclass(frozen=True)
class Planned:
    """What is known beforehand of a pupil's session: the code, why, and the adult who supervises, if one has to."""

    code: str
    reason: str = ""
    adult: int | None = None


@dataclass(frozen=True)
class Row:
    """One pupil: the mark that stands, and what was planned."""

    pupil: Pupil
    mark: Standing | None
    planned: Planned | None
    changed_by: str = ""

    @property
    def code(self) -> str:
        """The code that stands; "" where there is none."""
        return self.mark.code if self.mark else ""


@dataclass(frozen=True)
class ClassRegister:
    """The page. `closed` says why no mark can be made; "" where one can."""

    school_class: SchoolClass
    sitting: Sitting
    plan: Plan
    rows: tuple[Row, ...]
    is_school_day: bool

    @property
    def blank(self) -> int:
        """How many have no mark."""
        return sum(not row.code for row in self.rows)


def class_register(
    school: School,
    school_class: SchoolClass,
    *,
    day_session: tuple[datetime, Session],
    viewer: Viewer,
) -> ClassRegister:
    """The register of `school_class` in the session that lies on the day of the instant. Constant statements: thirteen."""
    at, session = day_session
    day = school.day(at)
    plan = plan_on(school, day)
    seat = sitting(school, plan, day, session)
    theirs = Pupil.objects.visible_to(viewer, may=Permission.REGISTER_TAKE).on_roll(day).in_class(school_class, day)
    pupils = by_name(theirs.only("key", "names", "school", "merged_into"))
    marks = standing_on(school, day, session=session, pupils=[pupil.pk for pupil in pupils])
    planned = planned_for(school, seat, {pupil.pk: pupil for pupil in pupils})
    people = dict(
        Account.objects.filter(pk__in={mark.by for mark in marks.values() if mark.said.rank}).values_list("pk", "name")
    )
    rows = []
    for pupil in pupils:
        mark = marks.get((pupil.pk, session, None))
        by_office = people.get(mark.by, "") if mark and mark.said.rank else ""
        rows.append(Row(pupil, mark, planned.get(pupil.pk), by_office))
    return ClassRegister(school_class, seat, plan, tuple(rows), is_school_day(school, day))


def planned_for(school: School, seat: Sitting, pupils: Mapping[int, Pupil]) -> dict[int, Planned]:
    """What is known beforehand of these pupils in a session: who is not due, trips, planned absences. Three statements.

    A planned absence says more than a trip, and a trip more than a timetable: it was entered of that day.
    """
    in_session = Q(session="") | Q(session=seat.session)
    found: dict[int, Planned] = {}
    away = NotDue.objects.at(school).on(seat.on).filter(in_session, weekday=seat.on.isoweekday(), pupil__in=pupils)
    for pupil, code, place in away.values_list("pupil", "code", "place"):
        found[pupil] = Planned(code, place)
    trips = Trip.objects.at(school).over(seat.opens_at, seat.closes_at)
    gone = TripPupil.objects.at(school).filter(pupil__in=pupils, trip__in=trips)
    for pupil, code, name, leader in gone.values_list("pupil", "trip__code", "trip__name", "trip__leader"):
        found[pupil] = Planned(code, name, leader)
    absences = PlannedAbsence.objects.at(school).on(seat.on).filter(in_session, pupil__in=pupils).order_by("pk")
    for absence in absences:
        absence.pupil = pupils[absence.pupil_id]
        found[absence.pupil_id] = Planned(absence.code, absence.reason or "", absence.adult_id)
    return found
