"""A class to try things on: the teacher's own, with marks that are nobody's record."""

import uuid

from django.db import models
from django.db.models import Q

from muster.curriculum.models import Objective, Step
from muster.markbook.models.judgements import Judgement
from muster.people.models import Account, OfSchool, OfSchoolQuerySet, Pupil, SchoolClass


class Practice(OfSchool):
    """One person's practice copy of a class: its real marks as they stood at `made_at`, with practice marks over them.

    Nothing of it is copied, so nothing of it can turn up in a report, an export or a count. Discarding deletes it.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Practice"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "account", "school_class"], name="one_practice_of_a_class"),
        ]

    def __str__(self) -> str:
        return f"practice {self.pk}"


class PracticeMark(OfSchool):
    """A mark made in practice. It is about no pupil's learning: it goes when the practice class goes."""

    device_key = models.UUIDField(default=uuid.uuid4, unique=True)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="marks")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="+")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Judgement.Kind.choices)
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["PracticeMark"])()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="step", step__isnull=False)
                | Q(kind__in=["clear", "absent", "not-taught"], step__isnull=True),
                name="practice_mark_says_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"practice mark {self.pk}"
