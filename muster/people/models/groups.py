"""Key groups: what a school wants to see apart, and who is in them, when and says who."""

from django.db import models
from django.db.models import F, Q

from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.pupils import Pupil


class KeyGroup(OfSchool):
    """A characteristic in the school's words: pupil premium, EAL, gender, or one it invents.

    Gender is held as one group a gender ("Girls"), so that every group has the same three answers.
    """

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=1)
    retired_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["KeyGroup"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "code"], name="group_code_once_a_school")]

    def __str__(self) -> str:
        return self.name


class GroupStatus(OfSchool):
    """Whether a pupil is in a group between two days (both count), and where that is known from.

    A pupil without a row is not known, which is its own answer and not a no.
    """

    class Answer(models.TextChoices):
        """The three answers."""

        YES = "yes", "Yes"
        NO = "no", "No"
        NOT_KNOWN = "not-known", "Not known"

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="group_statuses")
    group = models.ForeignKey(KeyGroup, on_delete=models.PROTECT, related_name="statuses")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["GroupStatus"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "pupil", "group"], condition=Q(ends_on__isnull=True), name="one_open_status_a_group"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="status_begins_before_it_ends"
            ),
            models.CheckConstraint(condition=Q(answer__in=["yes", "no", "not-known"]), name="answer_is_one_of_three"),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.group_id}: {self.answer}"
