"""Judgements and notes. Both are added to, never changed: the database refuses anything else."""

import uuid
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from muster.curriculum.models import Objective, Step
from muster.people.models import Account, ChangeSet, OfSchool, OfSchoolQuerySet, Pupil
from muster.people.sealed import SealedText


class JudgementQuerySet(OfSchoolQuerySet["Judgement"]):
    """Judgements."""

    def standing(self, at: datetime) -> Self:
        """The judgement in force at `at`, that instant included, for each pupil and objective.

        Ties go to the row recorded last. The cut-off is in the subquery: outside it, anyone judged since
        would vanish.
        """
        upto = Judgement.objects.filter(
            pupil=OuterRef("pupil"), objective=OuterRef("objective"), judged_at__lte=at
        ).order_by("-judged_at", "-pk")
        return self.filter(pk=Subquery(upto.values("pk")[:1]))

    def secure(self) -> Self:
        """Those on a step that the school calls secure."""
        return self.filter(step__secure=True)


class Judgement(OfSchool):
    """What one person thought of one pupil and one objective at one time.

    `device_key` is made where the mark was made and makes a retry harmless. `act` joins what one stroke did.
    `over` is the newest judgement of the cell its author knew of; `beside` one by somebody else that the author
    did not know of, recorded first. A cell whose last recorded row has a `beside` shows two views.
    Clear, absent and not taught are judgements of another kind, never deletions. `copied_from` is the judgement this
    one was carried over from when its objective was split or merged: who judged and when are the original's.
    With `earlier_at` the row is an undo that puts back what had been judged at that earlier time, before the mark that
    was taken back: it stands from `judged_at` on, and counts as judged then.
    """

    class Kind(models.TextChoices):
        """What the row says."""

        STEP = "step", "Step"
        CLEAR = "clear", "Cleared"
        ABSENT = "absent", "Absent when taught"
        NOT_TAUGHT = "not-taught", "Not taught"

    device_key = models.UUIDField(default=uuid.uuid4, unique=True)
    act = models.UUIDField()
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, db_index=False, related_name="judgements")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, db_index=False, related_name="judgements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="judgements"
    )
    judged_at = models.DateTimeField()
    earlier_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    judged_by = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="judgements")
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="judgements")
    over = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="followed_by"
    )
    beside = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="contested_by"
    )
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="copies"
    )

    objects = models.Manager.from_queryset(JudgementQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="step", step__isnull=False)
                | Q(kind__in=["clear", "absent", "not-taught"], step__isnull=True),
                name="judgement_says_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(beside__isnull=True) | ~Q(beside=F("id")), name="judgement_not_beside_itself"
            ),
            models.CheckConstraint(
                condition=Q(earlier_at__isnull=True) | (Q(earlier_at__lte=F("judged_at")) & ~Q(kind="clear")),
                name="judgement_puts_back_what_was_earlier",
            ),
        ]
        indexes = [
            models.Index(fields=["objective", "pupil", "-judged_at", "-id"], name="newest_judgement_of_cell"),
            models.Index(fields=["pupil", "-id"], name="judgements_of_pupil"),
            models.Index(fields=["judged_by", "-id"], name="judgements_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Note(OfSchool):
    """Words about a pupil and an objective. Never merged: a correction is another note."""

    device_key = models.UUIDField(default=uuid.uuid4, unique=True)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="notes")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, db_index=False, related_name="notes")
    text = SealedText()
    written_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    written_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="notes")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Note"])()

    class Meta:
        indexes = [models.Index(fields=["objective", "pupil"], name="notes_of_cell")]

    def __str__(self) -> str:
        return f"note {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.pupil.key

    @property
    def sealing_row(self) -> UUID:
        """One child has many notes."""
        return self.device_key
