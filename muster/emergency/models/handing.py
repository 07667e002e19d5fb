"""Handing children back after an emergency: two halves, written by two people, that must agree.

Names and words are sealed under the key of the roll call, and go with it: who, when and how often stay.
"""

import uuid
from uuid import UUID

from django.db import models
from django.db.models import Q

from muster.emergency.models.roll_calls import RollCall
from muster.emergency.rules.handing import Answer, Step
from muster.people.models import Account, Guardianship, OfSchool, OfSchoolQuerySet, Pupil
from muster.people.sealed import SealedText


class Card(OfSchool):
    """The first half: who came for which child. `uuid` is made with the form, so that sending it twice makes one card."""

    uuid = models.UUIDField(unique=True, editable=False)
    roll_call = models.ForeignKey(RollCall, on_delete=models.PROTECT, related_name="cards")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    guardianship = models.ForeignKey(Guardianship, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    adult = SealedText(null=True)
    greeted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    greeted_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Card"])()

    def __str__(self) -> str:
        return f"card {self.pk}"

    @property
    def child(self) -> str:
        """What the child is called; a number once names have gone."""
        return self.pupil.name if self.pupil is not None else f"no. {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The key of the roll call, which goes with its names."""
        return self.roll_call.key

    @property
    def sealing_row(self) -> UUID:
        """One roll call has many cards."""
        return self.uuid


class CardStep(OfSchool):
    """One step of a card, done by somebody. Steps are added in order; a step is done once."""

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="steps")
    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    step = models.CharField(max_length=10, choices=[(step.value, step.name.title()) for step in Step])
    answer = models.CharField(max_length=10, choices=[(answer.value, answer.name.title()) for answer in Answer])
    words = SealedText(null=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["CardStep"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "card", "step"], name="step_once_a_card"),
            models.CheckConstraint(condition=Q(answer__in=[one.value for one in Answer]), name="step_answer_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.card_id}"

    @property
    def sealing_key(self) -> UUID:
        """The key of the roll call, which goes with its names."""
        return self.card.roll_call.key

    @property
    def sealing_row(self) -> UUID:
        """One roll call has many steps."""
        return self.row


class SecondHalf(OfSchool):
    """The second half: who saw which child leave with whom, written by another person, who did not see the card."""

    uuid = models.UUIDField(unique=True, editable=False)
    roll_call = models.ForeignKey(RollCall, on_delete=models.PROTECT, related_name="second_halves")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    adult = SealedText(null=True)
    seen_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["SecondHalf"])()

    def __str__(self) -> str:
        return f"second half {self.pk}"

    @property
    def child(self) -> str:
        """What the child is called; a number once names have gone."""
        return self.pupil.name if self.pupil is not None else f"no. {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The key of the roll call, which goes with its names."""
        return self.roll_call.key

    @property
    def sealing_row(self) -> UUID:
        """One roll call has many second halves."""
        return self.uuid
