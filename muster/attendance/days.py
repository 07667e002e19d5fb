"""How a school's day runs: the plan in force, the sessions of a day, and when their registers open and close."""

from dataclasses import dataclass
from datetime import date, datetime, time

from muster.attendance.models import DayPlan, Period
from muster.attendance.rules.codes import SETS, CodeSet, Session, usual_set
from muster.attendance.rules.whereabouts import Hours, closing
from muster.people.models import School
from muster.people.models.pupils import folded
from muster.people.prepared import Prepared

USUAL = Hours(time(8, 50), time(13, 10), time(15, 20), 30)
"""Until the school says otherwise."""


@dataclass(frozen=True)
class Plan:
    """How the day runs on one day: its hours, its codes, whether lessons are registered too, and which places are outdoors."""

    hours: Hours
    codes: CodeSet
    lessons: bool = False
    outdoors: tuple[str, ...] = ()

    def is_outdoors(self, where: str) -> bool:
        """Whether a place is in no building, however it is written."""
        return folded(where) in map(folded, self.outdoors)


@dataclass(frozen=True)
class Sitting:
    """One session of one day at one school, with the instants its register opens and closes.

    A lesson has the number and the name of its period.
    """

    on: date
    session: Session
    opens_at: datetime
    closes_at: datetime
    period: int | None = None
    name: str = ""

    @property
    def slug(self) -> str:
        """How an address says which session: am, pm, or lesson-7."""
        return self.session.value if self.period is None else f"{self.session}-{self.period}"

    def is_open(self, at: datetime) -> bool:
        """Whether its register is open at `at`: the closing instant is past it."""
        return self.opens_at <= at < self.closes_at


def usual_plan(school: School) -> Plan:
    """The plan of a school that has not said how its day runs."""
    return Plan(USUAL, usual_set(school.country))


def plan_on(school: School, day: date) -> Plan:
    """How the day runs on `day`: the plan begun last by then, else the usual one. One statement."""
    row = next(iter(_plans(school=school.pk, day=day)), None)
    if row is None:
        return usual_plan(school)
    outdoors = tuple(filter(None, map(str.strip, row.outdoors.split(","))))
    return Plan(Hours(row.morning, row.afternoon, row.ends, row.open_minutes), SETS[row.codes], row.lessons, outdoors)


_plans = Prepared(
    lambda school, day: DayPlan.objects.filter(school=school, starts_on__lte=day).order_by("-starts_on")[:1]
)


def sitting(school: School, plan: Plan, day: date, session: Session) -> Sitting:
    """The morning or afternoon of `day`, by the clock of the school."""
    opens = datetime.combine(day, plan.hours.begins(session), school.zone)
    return Sitting(day, session, opens, closing(opens, plan.hours.open_minutes))


def lesson_sitting(school: School, plan: Plan, day: date, period: Period) -> Sitting:
    """The lesson of a class in a period of `day`: its register opens as it begins, and as long as that of a session."""
    opens = datetime.combine(day, period.begins, school.zone)
    return Sitting(day, Session.LESSON, opens, closing(opens, plan.hours.open_minutes), period.pk, period.name)


def session_now(school: School, plan: Plan, at: datetime) -> Session:
    """The session whose register is, or was last, to be taken at `at`: the morning's until the afternoon begins."""
    afternoon = datetime.combine(school.day(at), plan.hours.afternoon, school.zone)
    return Session.AFTERNOON if at >= afternoon else Session.MORNING
