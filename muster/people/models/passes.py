"""Day passes for supply teachers."""

from django.db import models

from muster.people.models.accounts import Account, Post
from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.classes import SchoolClass


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

    objects = models.Manager.from_queryset(OfSchoolQuerySet["DayPass"])()

    def __str__(self) -> str:
        return f"pass for {self.school_class_id}"
