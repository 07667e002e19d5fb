"""What has been taught, to whom, and who follows objectives other than those of the class."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from muster.curriculum.models import Objective, Scale, Stage, Subject
from muster.people.models import Account, ChangeSet, OfSchool, OfSchoolQuerySet, Pupil, SchoolClass
from muster.people.models.classes import on_day


class Taught(OfSchool):
    """That an objective was taught to a class on a day, or that this was said by mistake. Added to, never changed.

    The row said last (`said_at`, on the device it was said on) speaks for its class and objective, in whatever order
    tablets send theirs. `taught_on` is the school's own date; None takes the teaching back. A class's teaching counts for a pupil from the day the pupil joined it; a row with a `pupil` says
    that it counts for that one too, whenever they came.
    """

    device_key = models.UUIDField(default=uuid.uuid4, unique=True)
    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, db_index=False, related_name="taught")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="taught")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, blank=True, related_name="taught")
    taught_on = models.DateField(null=True, blank=True)
    said_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="taught")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Taught"])()

    class Meta:
        indexes = [models.Index(fields=["school_class", "objective", "-id"], name="taught_to_class")]

    def __str__(self) -> str:
        return f"{self.objective_id} to {self.school_class_id}: {self.taught_on}"


class FollowingQuerySet(OfSchoolQuerySet["Following"]):
    """Who follows what."""

    def standing(self, *, recorded_by: datetime | None = None) -> Self:
        """Those that nothing recorded later replaces, and that were not taken back.

        With `recorded_by` (that instant included) as it was known then.
        """
        if recorded_by is None:
            return self.filter(replaced_by__isnull=True, taken_back=False)
        later = Following.objects.filter(over=OuterRef("pk"), recorded_at__lte=recorded_by)
        return self.filter(~Exists(later), recorded_at__lte=recorded_by, taken_back=False)

    def on(self, day: date) -> Self:
        """Those that count on `day`; both ends count."""
        return self.filter(on_day(day))

    def of(self, pupils: Collection[int]) -> Self:
        """Those of `pupils` (ids)."""
        return self.filter(pupil__in=pupils)


class Following(OfSchool):
    """That a pupil follows other objectives than the class in one subject, between two days; both count.

    `instead_of` is the class's subject; `subject` is theirs, which may be of another framework, and `stage` the band
    of it they follow (None: all of it). `scale` None: judged on the scale of their own objectives. Several rows at a
    time are several bands at once. It says nothing about above or below: only what this pupil is learning.

    Added to, never changed: an end, or another beginning, is a new row `over` the one it replaces, and one that is
    `taken_back` says that there never was such a thing. Ask `standing` for what holds.
    """

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="followings")
    instead_of = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="followed_otherwise")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="followings")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, null=True, blank=True, related_name="followings")
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, null=True, blank=True, related_name="followings")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="followings")
    over = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    taken_back = models.BooleanField(default=False)

    objects = models.Manager.from_queryset(FollowingQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="following_begins_before_it_ends",
            ),
            models.CheckConstraint(condition=Q(over__isnull=True) | ~Q(over=F("id")), name="following_not_over_itself"),
        ]
        indexes = [models.Index(fields=["instead_of", "pupil", "starts_on"], name="following_instead_of")]

    def __str__(self) -> str:
        return f"{self.pupil_id} follows {self.subject_id}"
