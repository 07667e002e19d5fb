"""Six weeks of registers, as classes take them: most are there, some ill, some late, and today's still to be taken."""

import random
import uuid
from datetime import date, datetime, time, timedelta

from muster.attendance.models import PlannedAbsence, RegisterMark, Trip, TripPupil, Visit
from muster.config.planting import calendar
from muster.config.planting.ground import Ground, Group, saved
from muster.people.access import Role
from muster.people.doors import sealer
from muster.people.models import Closure, Staff

DAYS = 30
"""School days with registers: enough for every pattern to show, and half of a term's rows to plant."""
OFTEN_AWAY = 12
"""One pupil in so many is away far more than the rest."""
TAKEN_AT = {"am": time(8, 56), "pm": time(13, 14)}


def take_registers(ground: Ground) -> int:
    """This term's last registers until yesterday, and what is known beforehand of today. How many marks that is."""
    term, _last = calendar.this_and_last_term(ground.today)
    closed = set(Closure.objects.at(ground.school).values_list("on", flat=True))
    days = [day for day in calendar.school_days(term, ground.today - timedelta(days=1)) if day not in closed]
    days = days[-DAYS:]
    away = {
        (group.now.pk, pupil.pk): pattern(ground.chance, days, often=place % OFTEN_AWAY == OFTEN_AWAY - 1)
        for group in ground.groups
        for place, pupil in enumerate(group.pupils)
    }
    rows = [
        mark
        for day in days
        for group in ground.groups
        for pupil in group.pupils
        for mark in both(ground, group, pupil.pk, day, away[group.now.pk, pupil.pk].get(day, ""))
    ]
    saved(RegisterMark, rows)
    known_beforehand(ground)
    return len(rows)


def pattern(chance: random.Random, days: list[date], *, often: bool) -> dict[date, str]:
    """On which days a child is away, or late, and why: illness comes in spells."""
    found: dict[date, str] = {}
    place = 0
    while place < len(days):
        roll = chance.random()
        if roll < (0.05 if often else 0.012):
            spell = days[place : place + chance.randint(1, 4)]
            found |= dict.fromkeys(spell, chance.choice("IIIIN" if often else "IIIIIIM"))
            place += len(spell)
            continue
        if roll > (0.93 if often else 0.985):
            found[days[place]] = "L"
        place += 1
    return found


def both(ground: Ground, group: Group, pupil: int, day: date, said: str) -> list[RegisterMark]:
    """The morning and the afternoon of one child: whoever was late in the morning is there in the afternoon."""
    return [
        one(ground, group, pupil, day, "am", said or "/"),
        one(ground, group, pupil, day, "pm", said if said not in {"", "L", "M"} else "\\"),
    ]


def one(ground: Ground, group: Group, pupil: int, day: date, session: str, code: str) -> RegisterMark:
    """One mark, made by the class's teacher as the register opened."""
    at = datetime.combine(day, TAKEN_AT[session], ground.school.zone)
    key = uuid.UUID(int=ground.chance.getrandbits(128), version=4)
    return RegisterMark(
        school_id=ground.school.pk,
        device_key=key,
        act=key,
        pupil_id=pupil,
        school_class_id=group.now.pk,
        on=day,
        session=session,
        code=code,
        minutes_late=12 if code == "L" else None,
        marked_at=at,
        recorded_at=at,
        by_id=group.teacher.pk,
        role=Role.TEACHER,
        change_set_id=ground.change_set.pk,
    )


def known_beforehand(ground: Ground) -> None:
    """An appointment today, a trip in a week, and a visitor who forgot to sign out."""
    school, at, group = ground.school, ground.at, ground.groups[0]
    adult = Staff.objects.at(school).filter(account=group.teacher).first() or Staff.objects.at(school).first()
    if adult is None:
        return
    PlannedAbsence.objects.create(
        school=school,
        row=uuid.UUID(int=ground.chance.getrandbits(128), version=4),
        pupil=group.pupils[1],
        first_day=ground.today,
        last_day=ground.today,
        code="M",
        reason="Dentist at ten",
        recorded_at=at,
        recorded_by=group.teacher,
    )
    leaves = datetime.combine(ground.today + timedelta(days=7), time(9, 30), school.zone)
    trip = Trip.objects.create(
        school=school,
        name="Farm visit",
        place="Hill Farm",
        code="V",
        leader=adult,
        leaves_at=leaves,
        back_at=leaves + timedelta(hours=5),
        made_by=group.teacher,
        made_at=at,
    )
    saved(TripPupil, [TripPupil(school=school, trip=trip, pupil=pupil) for pupil in group.pupils])
    Visit.objects.create(
        school=school,
        key=sealer().new_keys(1)[0],
        kind=Visit.Kind.CONTRACTOR,
        name="Perry Wainwright",
        organisation="Wainwright Boilers",
        host=adult,
        came_at=at - timedelta(days=1),
        signed_in_by=group.teacher,
    )
