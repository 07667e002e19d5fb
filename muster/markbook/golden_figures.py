"""Three figures that the golden rules keep off. Each is made here and nowhere else, and only where a school switched it on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from muster.markbook.coverage import Covered
from muster.markbook.rules.coverage import Coverage, of_class
from muster.markbook.rules.depth import Depth, Part
from muster.people.access import OWN_CLASSES
from muster.people.models import AcademicYear, ClassMembership, PostClass, School, SchoolClass
from muster.people.models.classes import on_day


@dataclass(frozen=True)
class OfTeacher:
    """Secure of taught in the classes of one teacher. `apart` of them follow their own objectives, and are in no number."""

    name: str
    pupils: int
    secure: Part
    apart: int


def by_teacher(
    school: School, covered: Covered, pupils: Collection[int], *, subject: int, day: date
) -> list[OfTeacher]:
    """How `pupils` stand in `subject`, teacher by teacher of their registration classes, by name. Two statements.

    Who follows objectives of their own is in no number. One who has two teachers counts with both.
    """
    classes = dict(
        ClassMembership.objects.filter(
            on_day(day), school=school, pupil__in=pupils, school_class__kind=SchoolClass.Kind.REGISTRATION
        ).values_list("pupil", "school_class")
    )
    posts = PostClass.objects.filter(
        on_day(day),
        on_day(day, "post__"),
        school=school,
        school_class__in=set(classes.values()),
        post__role__in=[role.value for role in OWN_CLASSES],
        post__ends_at__isnull=True,
    )
    teaches: dict[str, set[int]] = {}
    for name, school_class in posts.values_list("post__account__name", "school_class").order_by("post__account__name"):
        teaches.setdefault(name, set()).add(school_class)
    found = []
    for name, own in teaches.items():
        theirs = [pk for pk, at in classes.items() if at in own and (pk, subject) not in covered.apart]
        counted = of_class(covered.of[pk, subject] for pk in theirs)
        apart = sum(1 for pk, at in classes.items() if at in own and (pk, subject) in covered.apart)
        found.append(OfTeacher(name, len(theirs), Part(counted.secure, counted.taught), apart))
    return found


def expected_by_now(depth: Depth, year: AcademicYear, day: date) -> Part:
    """How many of a pupil's own objectives would be secure on `day` if the year were learnt evenly, day by day."""
    passed = min(max((day - year.first_day).days, 0), (year.last_day - year.first_day).days)
    share = Fraction(passed, (year.last_day - year.first_day).days)
    return Part(int(depth.own * share), depth.own)


def sum_across(coverages: Iterable[Coverage]) -> Coverage:
    """Everything of a class added up, over all subjects and frameworks."""
    return of_class(coverages)
