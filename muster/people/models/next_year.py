"""What has been said of the next school year before it is made. Nothing of it counts anywhere until the year is turned."""

from django.db import models
from django.db.models import Q

from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.pupils import Pupil
from muster.people.models.schools import AcademicYear, YearGroup


class NextYear(OfSchool):
    """What somebody said of the year after `year`: its days, its classes and who teaches them. About no pupil.

    `choices` holds only what differs from what is proposed; see `people/coming_year.py`.
    """

    year = models.ForeignKey(AcademicYear, on_delete=models.PROTECT, related_name="next_years")
    choices = models.JSONField(default=dict, blank=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["NextYear"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "year"], name="one_preparation_a_year")]

    def __str__(self) -> str:
        return f"after {self.year_id}"


class NextPlace(OfSchool):
    """What somebody said of one pupil for the year after `year`, where it is not what the class does.

    `name` is the class they go to; `year_group` None: the next one.
    """

    year = models.ForeignKey(AcademicYear, on_delete=models.PROTECT, related_name="next_places")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="next_places")
    goes = models.CharField(max_length=8)
    name = models.CharField(max_length=60, blank=True)
    year_group = models.ForeignKey(
        YearGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="next_places"
    )

    objects = models.Manager.from_queryset(OfSchoolQuerySet["NextPlace"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "year", "pupil"], name="one_next_place_a_pupil"),
            models.CheckConstraint(
                condition=Q(goes="to") & ~Q(name="") | Q(goes__in=["leaves", "asked"], name=""),
                name="next_place_says_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.goes} {self.name}"
