"""Day passes for supply teachers."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from muster.people.access import Permission, Role
from muster.people.models.accounts import Account, Post, Viewer
from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.classes import SchoolClass, classes_reached


class DayPassQuerySet(OfSchoolQuerySet["DayPass"]):
    """Day passes."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Passes `viewer` may see and end: the school's for whoever makes passes, else those into a class they teach.

        A pass does not reach passes, its own or others.
        """
        schools = [post.school_id for post in viewer.granting(Permission.DAY_PASS_GIVE)]
        taught = classes_reached(viewer, Permission.MARKBOOK_JUDGE).exclude(post__role=Role.COVER)
        return self.filter(Q(school__in=schools) | Q(school_class__in=taught.values("school_class")))

    def open_at(self, at: datetime) -> Self:
        """Those that let somebody in at `at`."""
        return self.filter(ends_at__gt=at, withdrawn_at__isnull=True)


class DayPass(OfSchool):
    """Lets one supply teacher into one class until the hour it ends. Only a digest of the code is kept."""

    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="day_passes")
    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="day_pass")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    first_used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(DayPassQuerySet)()

    def __str__(self) -> str:
        return f"pass for {self.school_class_id}"
