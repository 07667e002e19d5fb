"""Absences nobody has explained yet: today's to ask about, and those that have waited five school days."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from muster.attendance.days import plan_on
from muster.attendance.marks import standing
from muster.attendance.models import ContactNote, RegisterMark
from muster.attendance.rules.codes import Session
from muster.people.calendar import school_days, year_at
from muster.people.models import ClassMembership, Pupil, School, SchoolClass
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name

SETTLED_WITHIN = 5
"""School days within which a reason is to be found; after that somebody says that there is none."""


@dataclass(frozen=True)
class Unexplained:
    """A pupil absent without a reason on a day: in which sessions, and whether anybody reached the family."""

    pupil: Pupil
    school_class: str
    on: date
    sessions: tuple[Session, ...]
    contacts: int
    reached: bool
    overdue: bool = False


def unexplained(school: School, *, on: date, today: date) -> list[Unexplained]:
    """Absences without a reason on `on`, and earlier ones of the last four school weeks, longest waiting first.

    Constant statements: eleven, whatever the school.
    """
    year = year_at(school, today)
    days = [day for day in school_days(year) if day <= on] if year else []
    since = days[-20] if len(days) >= 20 else (days[0] if days else on - timedelta(days=28))
    overdue_before = days[-SETTLED_WITHIN] if len(days) >= SETTLED_WITHIN else since
    code = plan_on(school, on).codes.unexplained
    said = RegisterMark.objects.at(school).filter(on__range=(since, on), session__in=["am", "pm"])
    in_question = said.filter(
        Exists(
            RegisterMark.objects.filter(
                pupil=OuterRef("pupil"), on=OuterRef("on"), session=OuterRef("session"), code=code
            )
        )
    )
    found: dict[tuple[int, date], list[Session]] = {}
    for (pupil, day, session, _period), mark in standing(in_question).items():
        if mark.code == code:
            found.setdefault((pupil, day), []).append(session)
    pupils = {row.pk: row for row in by_name(Pupil.objects.at(school).filter(pk__in={pupil for pupil, _day in found}))}
    places = (
        ClassMembership.objects.at(school)
        .filter(on_day(today), school_class__kind=SchoolClass.Kind.REGISTRATION, pupil__in=pupils)
        .values_list("pupil", "school_class__name")
    )
    classes = dict(places)
    contacts: dict[tuple[int, date], list[bool]] = {}
    noted = ContactNote.objects.at(school).filter(on__range=(since, on), pupil__in=pupils)
    for pupil, day, reached in noted.values_list("pupil", "on", "reached"):
        contacts.setdefault((pupil, day), []).append(reached)
    rows = [
        Unexplained(
            pupils[pupil],
            classes.get(pupil, ""),
            day,
            tuple(sorted(sessions)),
            len(contacts.get((pupil, day), ())),
            any(contacts.get((pupil, day), ())),
            day < overdue_before,
        )
        for (pupil, day), sessions in found.items()
        if pupil in pupils
    ]
    return sorted(rows, key=lambda row: (row.on, row.pupil.sort_key))
