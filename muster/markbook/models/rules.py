"""What the school has switched on against its own golden rules, and which objectives anybody has read."""

from django.db import models
from django.db.models import Q

from muster.curriculum.models import Objective
from muster.people.models import Account, OfSchool, OfSchoolQuerySet, Term


class GoldenRuleChange(OfSchool):
    """That a thing the golden rules keep off was switched on, or off again: who, when and why. Never changed.

    The row recorded last speaks. Without a row it is off.
    """

    class Rule(models.TextChoices):
        """What is off until a school says otherwise; see docs/how-it-works/golden-rules.md."""

        BY_TEACHER = "by-teacher", "Group by teacher"
        POINT_SCORES = "point-scores", "Point scores"
        EXPECTED_LINE = "expected-line", "Line of expected progress"
        SUMS_ACROSS = "sums-across", "Sums across years or frameworks"
        RED_FOR_BELOW = "red-for-below", "Red for below"
        SUGGESTED_WORDS = "suggested-words", "Suggested summative words"

    rule = models.CharField(max_length=20, choices=Rule.choices)
    is_on = models.BooleanField()
    reason = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["GoldenRuleChange"])()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    rule__in=[
                        "by-teacher",
                        "point-scores",
                        "expected-line",
                        "sums-across",
                        "red-for-below",
                        "suggested-words",
                    ]
                ),
                name="golden_rule_is_known",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="golden_rule_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.is_on}"


class ObjectiveRead(OfSchool):
    """That somebody opened a gap list, pupil page, report or what-next page with this objective in the term.

    Counts only: nobody's name is kept, so it can never say who reads and who does not.
    """

    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="reads")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["ObjectiveRead"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "term", "objective"], name="objective_read_once_a_term"),
        ]

    def __str__(self) -> str:
        return f"{self.objective_id} read in {self.term_id}"
