"""Who is expected on site at an instant: the one place from which a roll call takes its list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.attendance.days import plan_on
from muster.attendance.expected import expected_at
from muster.attendance.rules.whereabouts import Place, Why
from muster.emergency.models import Listed
from muster.emergency.showing import name_of, real_name
from muster.people.access import Role
from muster.people.models import ClassMembership, Post, Pupil, School, SchoolClass, Staff
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name

ON_SITE = frozenset({Role.TEACHER, Role.COVER, Role.TUTOR, Role.SENCO, Role.DSL, Role.DUTY, Role.OFFICE, Role.HEAD})
"""Roles of people who work at the school by day. Governors, data protection officers and IT sign in when they come."""

AWAY: dict[Why, str | Promise] = {
    Why.AWAY: gettext_lazy("Absence planned"),
    Why.TRIP: gettext_lazy("On a trip"),
    Why.NOT_DUE: gettext_lazy("Not due today"),
    Why.SIGNED_OUT: gettext_lazy("Signed out"),
    Why.ABSENT: gettext_lazy("Marked absent"),
}
"""Absences that are known, and what the list says of them."""


LONGEST = 60
"""What the name of a group on a list may be."""


@dataclass(frozen=True)
class Expected:
    """One person. `number` is that of the row of their kind; not `expected` where known to be away, and `status` says why.

    `room` is the room a pupil should be in and the class that is there, where that says more than `group`, their class;
    `outdoors`, whether it is in no building. `kept` is the name of a visitor for a row to keep, where it can be read.
    """

    kind: Listed.Kind
    number: int
    name: str
    group: str = ""
    expected: bool = True
    status: str = ""
    room: str = ""
    outdoors: bool = False
    kept: str | None = None

    @property
    def who(self) -> str:
        """The same on every device."""
        return f"{self.kind}-{self.number}"


def everyone_expected(school: School, at: datetime) -> list[Expected]:
    """Everyone expected at `school` at the instant `at`: pupils by class and name, then staff by name, then visitors.

    All pupils on roll and all who work on site, less the absences that are *known*: planned, marked in a register, signed
    out, on a trip, not due. Those are listed too, as away, with the reason. That the timetable is over for the day is no
    known absence: whoever may still be in the building is asked for. A constant number of statements.
    """
    known = expected_at(school, at)
    away = {each.pupil: AWAY[each.place.why] for each in known.pupils if each.place.why in AWAY}
    adults = {each.staff: each for each in known.adults}
    staff = {one.number: one for one in staff_expected(school, at)}
    for number, each in adults.items():
        gone = Why.TRIP if each.place.why is Why.TRIP and not each.place.on_site else None
        staff[number] = Expected(
            Listed.Kind.STAFF, number, each.name, expected=gone is None, status=str(AWAY[gone]) if gone else ""
        )
    for number in staff.keys() & known.signed_out:
        staff[number] = replace(staff[number], expected=False, status=str(AWAY[Why.SIGNED_OUT]))
    visitors = [
        Expected(
            Listed.Kind.VISITOR, each.visit.pk, name_of(each.visit), status=each.host and _("sees %s") % each.host,
            kept=real_name(each.visit),
        )
        for each in known.visitors
    ]  # fmt: skip
    places = {each.pupil: each.place for each in known.pupils if each.place.on_site}
    rooms = {pupil: room_of(place, known.classes) for pupil, place in places.items()}
    plan = plan_on(school, school.day(at))
    outdoors = {pupil for pupil, place in places.items() if plan.is_outdoors(place.where)}
    pupils = [
        replace(one, expected=False, status=str(away[one.number]))
        if one.number in away
        else replace(one, room=room, outdoors=one.number in outdoors)
        if (room := rooms.get(one.number, "")) != one.group
        else replace(one, outdoors=one.number in outdoors)
        for one in pupils_expected(school, at)
    ]
    return [*pupils, *sorted(staff.values(), key=lambda one: (one.name, one.number)), *visitors]


def room_of(place: Place, classes: Mapping[int, str]) -> str:
    """A room and the class that has it, such as “Lab 1, 8 Blue”; empty where no room is known."""
    school_class = classes.get(place.school_class or 0, "")
    return ", ".join(dict.fromkeys(filter(None, (place.where, school_class))))[:LONGEST] if place.where else ""


def by_room(people: Iterable[Expected]) -> list[Expected]:
    """The same people with those who are in a room under it: outdoors first, then in the order of rooms and classes; then
    the others as before. When all are to come in, those outside are asked for first (Standard Response Protocol, Secure).
    """
    moved = [replace(one, group=one.room or one.group) for one in people]
    pupils = [one for one in moved if one.kind == Listed.Kind.PUPIL]
    others = [one for one in moved if one.kind != Listed.Kind.PUPIL]
    return [*sorted(pupils, key=lambda one: (not one.outdoors, not one.group, one.group)), *others]


def pupils_expected(school: School, at: datetime) -> list[Expected]:
    """Pupils on roll, by class and name; those in no class come last."""
    day = school.day(at)
    classes = registered_in(school, at)
    pupils = by_name(Pupil.objects.at(school).on_roll(day))
    found = [Expected(Listed.Kind.PUPIL, pupil.pk, name_of(pupil), classes.get(pupil.pk, "")) for pupil in pupils]
    return sorted(found, key=lambda one: (not one.group, one.group))


def registered_in(school: School, at: datetime) -> dict[int, str]:
    """The name of each pupil's registration class that day, by pupil."""
    inside = ClassMembership.objects.at(school).filter(
        on_day(school.day(at)), school_class__kind=SchoolClass.Kind.REGISTRATION
    )
    return dict(inside.order_by("starts_on", "pk").values_list("pupil", "school_class__name"))


def staff_expected(school: School, at: datetime) -> list[Expected]:
    """Staff who hold a post that day by which they work on site, and those who work there and never sign in, by name."""
    held = Post.objects.at(school).filter(
        on_day(school.day(at)), Q(ends_at__isnull=True) | Q(ends_at__gt=at), role__in=ON_SITE
    )
    by_post = Staff.objects.at(school).filter(account__in=held.values("account"))
    staff = (by_post | Staff.objects.at(school).without_account(at)).order_by("name", "pk")
    return [Expected(Listed.Kind.STAFF, one.pk, one.name) for one in staff]
