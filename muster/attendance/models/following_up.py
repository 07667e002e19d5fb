"""What is done about an absence: calls home on the first day; and what was handed to the school's MIS."""

import uuid
from uuid import UUID

from django.db import models

from muster.people.models import Account, OfSchool, OfSchoolQuerySet, Pupil
from muster.people.sealed import SealedText


class ContactNote(OfSchool):
    """That somebody tried to reach a pupil's family about a day, and what came of it. Added to, never changed."""

    class Way(models.TextChoices):
        """How."""

        CALL = "call", "Call"
        MESSAGE = "message", "Message"
        EMAIL = "email", "Email"
        VISIT = "visit", "Visit"
        THEY_RANG = "they-rang", "They rang"

    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="contact_notes")
    on = models.DateField()
    way = models.CharField(max_length=10, choices=Way.choices)
    reached = models.BooleanField()
    text = SealedText(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["ContactNote"])()

    class Meta:
        indexes = [models.Index(fields=["school", "on", "pupil"], name="contacts_of_day")]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.pupil.key

    @property
    def sealing_row(self) -> UUID:
        """One child has many contacts."""
        return self.row


class MarksExport(OfSchool):
    """One file of marks for the school's MIS: its number, and how far it went. Marks up to `upto` (a row's id) were in it
    or in one before.
    """

    number = models.PositiveIntegerField()
    upto = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["MarksExport"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "number"], name="export_number_once_a_school")]

    def __str__(self) -> str:
        return f"export {self.number}"
