"""Who is expected on site at an instant: the one place from which a roll call takes its list."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from muster.emergency.models import Listed
from muster.people.access import Role
from muster.people.models import ClassMembership, Post, Pupil, School, SchoolClass, Staff
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name

ON_SITE = frozenset({Role.TEACHER, Role.COVER, Role.TUTOR, Role.SENCO, Role.DSL, Role.DUTY, Role.OFFICE, Role.HEAD})
"""Roles of people who work at the school by day. Governors, data protection officers and IT sign in when they come."""


@dataclass(frozen=True)
class Expected:
    """One person. `number` is that of the row of their kind; not `expected` where known to be away, and `status` says why."""

    kind: Listed.Kind
    number: int
    name: str
    group: str = ""
    expected: bool = True
    status: str = ""

    @property
    def who(self) -> str:
        """The same on every device."""
        return f"{self.kind}-{self.number}"


def everyone_expected(school: School, at: datetime) -> list[Expected]:
    """Everyone expected at `school` at the instant `at`: pupils by class and name, then staff by name.

    Pupils on roll that day, each under the registration class they are in; staff who hold a post of those who work on
    site. A constant number of statements whatever the size of the school.
    """
    return [*pupils_expected(school, at), *staff_expected(school, at)]


def pupils_expected(school: School, at: datetime) -> list[Expected]:
    """Pupils on roll, by class and name; those in no class come last."""
    day = school.day(at)
    classes = registered_in(school, at)
    pupils = by_name(Pupil.objects.at(school).on_roll(day))
    found = [Expected(Listed.Kind.PUPIL, pupil.pk, pupil.name, classes.get(pupil.pk, "")) for pupil in pupils]
    return sorted(found, key=lambda one: (not one.group, one.group))


def registered_in(school: School, at: datetime) -> dict[int, str]:
    """The name of each pupil's registration class that day, by pupil."""
    inside = ClassMembership.objects.at(school).filter(
        on_day(school.day(at)), school_class__kind=SchoolClass.Kind.REGISTRATION
    )
    return dict(inside.order_by("starts_on", "pk").values_list("pupil", "school_class__name"))


def staff_expected(school: School, at: datetime) -> list[Expected]:
    """Staff who hold a post that day by which they work on site, by name."""
    held = Post.objects.at(school).filter(
        on_day(school.day(at)), Q(ends_at__isnull=True) | Q(ends_at__gt=at), role__in=ON_SITE
    )
    staff = Staff.objects.at(school).filter(account__in=held.values("account")).order_by("name", "pk")
    return [Expected(Listed.Kind.STAFF, one.pk, one.name) for one in staff]
