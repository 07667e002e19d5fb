"""Files while they are being brought in, what their sources call the rows they became, and what children came with."""

import uuid
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from muster.people.models import Account, ChangeSet, Guardian, OfSchool, OfSchoolQuerySet, Pupil, SchoolClass, Staff
from muster.people.sealed import SealedBytes, SealedJSON, SealedText


class Upload(OfSchool):
    """A file somebody brings in: its bytes, what was said of it, and how far it has come. Kept 30 days.

    Everything in it is sealed with a key of its own, and goes with that key. `settings` holds the answers given and the
    columns as they were said to be; `shown` what its plan would do, ready to be put on a page.
    """

    class State(models.TextChoices):
        """How far it has come."""

        READING = "reading", "Being read"
        SHOWN = "shown", "Shown, and nothing written"
        BRINGING = "bringing", "Being brought in"
        DONE = "done", "Brought in"
        FAILED = "failed", "Cannot be read"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True, editable=False)
    name = SealedText(null=True)
    data = SealedBytes()
    settings = SealedJSON(null=True)
    shown = SealedBytes(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.READING)
    mark = models.CharField(max_length=16, blank=True)
    """The digest of the plan somebody said yes to."""
    headings = models.BinaryField(null=True, editable=False)
    """A keyed digest of the set of headings, by which the columns are known again next term."""
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    """How many steps there are, of which `done` are."""
    said = models.CharField(max_length=300, blank=True)
    """Why it failed, or what has changed, in a sentence that names nobody."""
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    change_set = models.OneToOneField(ChangeSet, on_delete=models.PROTECT, null=True, related_name="upload")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Upload"])()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "at"], name="uploads_to_work_on")]

    def __str__(self) -> str:
        return f"upload {self.uuid}"

    @property
    def sealing_key(self) -> UUID:
        """The file's own key."""
        return self.key


class Layout(OfSchool):
    """Columns as somebody said they are, known again by the set of headings. It holds no rows."""

    headings = models.BinaryField(editable=False)
    kind = models.CharField(max_length=20)
    columns = models.JSONField(default=dict)
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Layout"])()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "headings"], name="one_layout_a_set_of_headings")
        ]

    def __str__(self) -> str:
        return f"layout of {self.kind}"


class SourceId(OfSchool):
    """Which row a source of records means by an id. Only a digest of the id is kept."""

    source = models.CharField(max_length=20)
    of = models.CharField(max_length=12)
    mark = models.BinaryField(editable=False)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, related_name="source_ids")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="source_ids")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, related_name="source_ids")
    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, null=True, related_name="source_ids")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["SourceId"])()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "source", "of", "mark"], name="an_id_means_one_row"),
            models.CheckConstraint(
                condition=Q(pupil__isnull=False)
                | Q(staff__isnull=False)
                | Q(guardian__isnull=False)
                | Q(school_class__isnull=False),
                name="an_id_means_a_row",
            ),
        ]

    def __str__(self) -> str:
        return f"an id of {self.source}"


class CameWith(OfSchool):
    """What one file said of a child's time at earlier schools. It is read, and counts for nothing here.

    `said` holds the schools, and the results in the words of the file (`rules/from_before.py`): as much of them as no
    earlier file had said.
    """

    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="came_with")
    said = SealedJSON()
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["CameWith"])()

    def __str__(self) -> str:
        return f"what pupil {self.pupil_id} came with"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.pupil.key

    @property
    def sealing_row(self) -> UUID:
        """One child may come with several files."""
        return self.row
