"""Guardians and their children."""

from uuid import UUID

from django.db import models

from muster.people.models.accounts import Account
from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.pupils import Pupil
from muster.people.sealed import SealedJSON


class Guardian(OfSchool):
    """A parent or carer. Facts are sealed with their own key; kept as long as their last child's record."""

    key = models.UUIDField(unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="guardians")
    names = SealedJSON()
    contacts = SealedJSON(null=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Guardian"])()

    def __str__(self) -> str:
        return f"guardian {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The guardian's own key."""
        return self.key

    @property
    def name(self) -> str:
        """As the family writes it."""
        return str(self.names.get("name", ""))


class Guardianship(OfSchool):
    """Who a guardian is to a child. `no_contact` marks a court order: nothing may reach this adult."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="guardianships")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="guardianships")
    relation = models.CharField(max_length=60, blank=True)
    responsibility = models.BooleanField(default=True)
    no_contact = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=1)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Guardianship"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "pupil", "guardian"], name="guardian_once_a_pupil")]

    def __str__(self) -> str:
        return f"{self.guardian_id} of {self.pupil_id}"
