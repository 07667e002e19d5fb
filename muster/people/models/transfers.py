"""Pupils who move from one school of a trust to another."""

from typing import Self

from django.db import models
from django.db.models import Q

from muster.people.access import Permission
from muster.people.models.accounts import Account, Viewer
from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.pupils import Pupil
from muster.people.models.schools import School


class TransferQuerySet(OfSchoolQuerySet["Transfer"]):
    """Transfers."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those sent by or to a school where a post of `viewer` lets them change pupils' records."""
        schools = [post.school_id for post in viewer.granting(Permission.PUPIL_EDIT)]
        return self.filter(Q(school__in=schools) | Q(to__in=schools))

    def waiting(self) -> Self:
        """Those that the other school has not accepted, and that were not taken back."""
        return self.filter(accepted_at__isnull=True, taken_back_at__isnull=True)


class Transfer(OfSchool):
    """A school's offer of one pupil's record to another school of its trust, and what came of it.

    The row is the sending school's. Until it is accepted the other school sees the name and the last day; then it has
    a record of its own, and this one stays as it was left.
    """

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="transfers")
    to = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    left_on = models.DateField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = models.Manager.from_queryset(TransferQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "pupil"],
                condition=Q(accepted_at__isnull=True, taken_back_at__isnull=True),
                name="one_waiting_transfer_a_pupil",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(taken_back_at__isnull=True), name="transfer_ends_one_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} to {self.to_id}"
