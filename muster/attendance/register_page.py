"""The register of one class in one session, as its page shows it: what stands, what is known beforehand, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from muster.attendance.days import Plan, Sitting, lesson_sitting, plan_on, sitting
from muster.attendance.marks import Standing, standing_on
from muster.attendance.models import NotDue, Period, PlannedAbsence, TripPupil
from muster.attendance.models.timetable import Trip
from muster.attendance.rules.codes import Session
from muster.people.access import Permission
from muster.people.calendar import is_school_day
from muster.people.models import Account, Pupil, School, SchoolClass
from muster.people.models.accounts import Viewer
from muster.people.models.pupils import by_name
from muster.people.prepared import Prepared


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
    period: Period | None = None,
) -> ClassRegister:
    """The register of `school_class` in the session that lies on the day of the instant, or in its lesson in `period`.

    Constant statements: eight; ten for a lesson.
    """
    at, session = day_session
    day = school.day(at)
    plan = plan_on(school, day)
    seat = lesson_sitting(school, plan, day, period) if period else sitting(school, plan, day, session)
    theirs = Pupil.objects.visible_to(viewer, may=Permission.REGISTER_TAKE).on_roll(day).in_class(school_class, day)
    pupils = by_name(theirs.only("key", "names", "school", "merged_into"))
    marks = standing_on(school, day, session=session, pupils=[pupil.pk for pupil in pupils])
    around = plan.hours.session_at(period.begins) if period else session
    planned = planned_for(school, seat, {pupil.pk: pupil for pupil in pupils}, in_session=around)
    if period and around:
        planned = away_already(school, plan, day, around, [pupil.pk for pupil in pupils]) | planned
    people = dict(
        Account.objects.filter(pk__in={mark.by for mark in marks.values() if mark.said.rank}).values_list("pk", "name")
    )
    rows = []
    for pupil in pupils:
        mark = marks.get((pupil.pk, session, seat.period))
        by_office = people.get(mark.by, "") if mark and mark.said.rank else ""
        rows.append(Row(pupil, mark, planned.get(pupil.pk), by_office))
    return ClassRegister(school_class, seat, plan, tuple(rows), is_school_day(school, day))


def away_already(school: School, plan: Plan, day: date, session: Session, pupils: Sequence[int]) -> dict[int, Planned]:
    """Who is away in the register of the session that a lesson lies in, as it stands now. Two statements."""
    marks = standing_on(school, day, session=session, pupils=pupils)
    said = _("as in the register of the day")
    return {
        pupil: Planned(mark.code, said, mark.adult)
        for (pupil, _session, _period), mark in marks.items()
        if mark.code and not plan.codes.of(mark.code).came
    }


def planned_for(
    school: School, seat: Sitting, pupils: Mapping[int, Pupil], *, in_session: Session | None
) -> dict[int, Planned]:
    """What is known beforehand of these pupils in a session: who is not due, trips, planned absences. Three statements.

    A planned absence says more than a trip, and a trip more than a timetable: it was entered of that day.
    """
    all_day_or_then = {"", in_session}
    found: dict[int, Planned] = {}
    for pupil, weekday, session, code, place in _not_due(school=school.pk, day=seat.on, pupils=pupils):
        if weekday == seat.on.isoweekday() and session in all_day_or_then:
            found[pupil] = Planned(code, place)
    for pupil, code, name, leader in _gone(school=school.pk, begins=seat.opens_at, ends=seat.closes_at, pupils=pupils):
        found[pupil] = Planned(code, name, leader)
    for absence in _absences(school=school.pk, day=seat.on, pupils=pupils):
        if absence.session in all_day_or_then:
            absence.pupil = pupils[absence.pupil_id]
            found[absence.pupil_id] = Planned(absence.code, absence.reason or "", absence.adult_id)
    return found


_not_due = Prepared(
    lambda school, day, pupils: (
        NotDue.objects.on(day)
        .filter(school=school, pupil__in=pupils)
        .values_list("pupil", "weekday", "session", "code", "place")
    )
)
_gone = Prepared(
    lambda school, begins, ends, pupils: TripPupil.objects.filter(
        school=school, pupil__in=pupils, trip__in=Trip.objects.filter(school=school).over(begins, ends)
    ).values_list("pupil", "trip__code", "trip__name", "trip__leader")
)
_absences = Prepared(
    lambda school, day, pupils: PlannedAbsence.objects.on(day).filter(school=school, pupil__in=pupils).order_by("pk")
)
