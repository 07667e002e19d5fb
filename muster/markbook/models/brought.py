"""Marks and notes that came along from another school and have no place in this one's frameworks."""

import uuid
from uuid import UUID

from django.db import models

from muster.people.models import ChangeSet, OfSchool, OfSchoolQuerySet, Pupil
from muster.people.sealed import SealedText


class Brought(OfSchool):
    """One mark or note in the words of the school it was made at. It is read, and counts for nothing here.

    `said` is the word of the step, or the note.
    """

    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="brought")
    origin = models.CharField(max_length=200)
    framework = models.CharField(max_length=120)
    subject = models.CharField(max_length=120)
    wording = models.TextField()
    is_note = models.BooleanField(default=False)
    said = SealedText()
    judged_at = models.DateTimeField()
    judged_by = models.CharField(max_length=200)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Brought"])()

    class Meta:
        indexes = [models.Index(fields=["pupil", "-judged_at"], name="brought_of_pupil")]

    def __str__(self) -> str:
        return f"brought {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.pupil.key

    @property
    def sealing_row(self) -> UUID:
        """One child brings much."""
        return self.row
