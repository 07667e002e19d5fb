"""Who came and went at the desk: pupils late or leaving early, visitors, and staff where they sign in."""

import uuid
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from muster.people.models import Account, OfSchool, OfSchoolQuerySet, Pupil, Staff
from muster.people.sealed import SealedText


class DeskEntry(OfSchool):
    """A pupil signed in or out at the desk. Added to, never changed; the newest of a day says whether they are here.

    `reason` is why; `collected_by` is who took the pupil away, where somebody did.
    """

    class Way(models.TextChoices):
        """In or out."""

        IN = "in", "In"
        OUT = "out", "Out"

    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="desk_entries")
    way = models.CharField(max_length=3, choices=Way.choices)
    passed_at = models.DateTimeField()
    reason = SealedText(null=True)
    collected_by = SealedText(null=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["DeskEntry"])()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(way__in=["in", "out"]), name="desk_is_passed_in_or_out")]
        indexes = [models.Index(fields=["school", "passed_at"], name="desk_entries_of_school")]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.way}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.pupil.key

    @property
    def sealing_row(self) -> UUID:
        """One child passes the desk many times."""
        return self.row


class VisitQuerySet(OfSchoolQuerySet["Visit"]):
    """Visits."""

    def here(self, at: datetime) -> Self:
        """Those who had come and had not left at `at`."""
        return self.filter(came_at__lte=at).filter(Q(left_at__isnull=True) | Q(left_at__gt=at))


class Visit(OfSchool):
    """A visitor or contractor on the premises, under a key of their own. `cleared_by` says so of one who forgot to leave.

    `badge` is a number drawn at random, theirs alone while they are here.
    """

    class Kind(models.TextChoices):
        """What brings them."""

        VISITOR = "visitor", "Visitor"
        CONTRACTOR = "contractor", "Contractor"
        VOLUNTEER = "volunteer", "Volunteer"

    key = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.VISITOR)
    name = SealedText()
    organisation = SealedText(null=True)
    host = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="visits")
    badge = models.PositiveSmallIntegerField(null=True, editable=False)
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    signed_in_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    cleared_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = models.Manager.from_queryset(VisitQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("came_at")), name="visitor_leaves_after_coming"
            ),
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True) | Q(left_at__isnull=False), name="cleared_visitor_has_left"
            ),
            models.UniqueConstraint(
                fields=["school", "badge"],
                condition=Q(left_at__isnull=True, badge__isnull=False),
                name="badge_of_one_visitor_here",
            ),
        ]
        indexes = [models.Index(fields=["school", "came_at"], name="visits_of_school")]

    def __str__(self) -> str:
        return f"visit {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """A key of this visit alone."""
        return self.key


class StaffSigning(OfSchool):
    """A member of staff signed in, and out again, where the school has its staff do so."""

    adult = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="signings")
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["StaffSigning"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "adult"], condition=Q(left_at__isnull=True), name="signed_in_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("came_at")), name="staff_leave_after_coming"
            ),
        ]
        indexes = [models.Index(fields=["school", "came_at"], name="signings_of_school")]

    def __str__(self) -> str:
        return f"{self.adult_id} {self.came_at}"
