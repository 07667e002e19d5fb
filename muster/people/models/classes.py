"""Classes and who is in them."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import F, Q

from muster.people.access import OWN_CLASSES, WHOLE_SCHOOL, Permission, Role
from muster.people.models.accounts import PostClass, Viewer
from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.schools import AcademicYear, YearGroup


def any_of(conditions: Sequence[Q]) -> Q:
    """Rows that meet at least one of the conditions; none where there are none."""
    return reduce(or_, conditions) if conditions else Q(pk__in=[])


def on_day(day: date, prefix: str = "") -> Q:
    """Rows with `starts_on` and `ends_on` that count on `day`; both ends count, an open end never passes."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def classes_reached(viewer: Viewer, may: Permission) -> models.QuerySet[PostClass]:
    """The class of each post of `viewer` that grants `may`, as it stands on that day at its school.

    A reach ends with the academic year of its class, whether or not anybody ended it.
    """
    reached = []
    for post in viewer.granting(may):
        if Role(post.role) in OWN_CLASSES:
            day = post.school.day(viewer.at)
            reached.append(Q(post=post.pk, school_class__year__last_day__gte=day) & on_day(day))
    return PostClass.objects.filter(any_of(reached))


class SchoolClassQuerySet(OfSchoolQuerySet["SchoolClass"]):
    """Classes."""

    def visible_to(self, viewer: Viewer, *, may: Permission) -> Self:
        """Classes in which a post of `viewer` grants `may`. None unless a post lets them in."""
        schools = [post.school_id for post in viewer.granting(may) if Role(post.role) in WHOLE_SCHOOL]
        allowed = [Q(school__in=schools)] if schools else []
        if any(Role(post.role) in OWN_CLASSES for post in viewer.granting(may)):
            allowed.append(Q(pk__in=classes_reached(viewer, may).values("school_class")))
        return self.filter(any_of(allowed))


class SchoolClass(OfSchool):
    """A class of one academic year: one where pupils are registered, or one where they are taught."""

    class Kind(models.TextChoices):
        """What the class is for."""

        REGISTRATION = "registration", "Registration class"
        TEACHING = "teaching", "Teaching group"

    year = models.ForeignKey(AcademicYear, on_delete=models.PROTECT, related_name="classes")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.REGISTRATION)
    year_group = models.ForeignKey(YearGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="classes")

    objects = models.Manager.from_queryset(SchoolClassQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "year", "name"], name="class_name_once_a_year"),
            models.CheckConstraint(condition=Q(kind__in=["registration", "teaching"]), name="class_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def nearest(self, day: date) -> date:
        """The day nearest to `day` on which the class is: of an earlier year its last one, of a later its first.

        Reads `year`, so load it with the class.
        """
        return min(max(day, self.year.first_day), self.year.last_day)


class ClassMembership(OfSchool):
    """A pupil in a class between two days; both count."""

    pupil = models.ForeignKey("people.Pupil", on_delete=models.PROTECT, related_name="memberships")
    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["ClassMembership"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "pupil", "school_class"],
                condition=Q(ends_on__isnull=True),
                name="one_open_membership_a_class",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_begins_before_it_ends",
            ),
        ]
        indexes = [models.Index(fields=["school_class", "starts_on", "ends_on", "pupil"], name="membership_of_class")]

    def __str__(self) -> str:
        return f"{self.pupil_id} in {self.school_class_id}"
