"""Pictures on notes: a page of a child's book, what was built, what was measured."""

import uuid
from uuid import UUID

from django.db import models
from django.db.models import Q

from muster.markbook.models.judgements import Note
from muster.people.models import Account, ChangeSet, OfSchool, OfSchoolQuerySet
from muster.people.sealed import SealedBytes


class Picture(OfSchool):
    """The picture of one note, drawn again by Muster and sealed with the child's own key; the note says what it shows.

    `image` and `thumbnail` are JPEG with nothing but the dots in them. Taking a picture away deletes its row.
    """

    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    note = models.OneToOneField(Note, on_delete=models.PROTECT, related_name="picture")
    image = SealedBytes()
    thumbnail = SealedBytes()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Picture"])()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="picture_has_a_size")]

    def __str__(self) -> str:
        return f"picture {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.note.pupil.key

    @property
    def sealing_row(self) -> UUID:
        """One child has many pictures."""
        return self.row
