"""Change sets: every batch of changes, as one thing that can be turned back; and corrections."""

import uuid
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from muster.people.models.accounts import Account
from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.pupils import Pupil
from muster.people.sealed import SealedText


class ChangeSet(OfSchool):
    """A batch of changes: who, when, what kind, finished or not, undone by which other.

    An unfinished one is seen by no query and is swept at start-up and nightly.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undoes")
    summary = models.JSONField(default=dict, blank=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["ChangeSet"])()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(undone_by=F("id")), name="change_does_not_undo_itself"),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True) | Q(finished_at__isnull=False),
                name="only_finished_changes_are_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class Correction(OfSchool):
    """A fact about a pupil put right: what it was, what it is, why, who and when. Never overwritten."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="corrections")
    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fact = models.CharField(max_length=40)
    before = SealedText(null=True)
    after = SealedText(null=True)
    reason = SealedText()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Correction"])()

    def __str__(self) -> str:
        return f"{self.fact} of {self.pupil_id}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.pupil.key

    @property
    def sealing_row(self) -> UUID:
        """One child has many corrections."""
        return self.row
