"""Schools, their years and their days."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.prepared import Prepared


class Trust(models.Model):
    """Schools that share one installation."""

    name = models.CharField(max_length=200)

    objects = models.Manager["Trust"]()

    def __str__(self) -> str:
        return self.name


class School(models.Model):
    """One school, whose rows nobody from another school may see.

    `slug` starts every address. `week` holds the ISO numbers of the days it is open, Monday first: "12345".
    `words` overrides the vocabulary: {"pupil": {"singular": "learner", "plural": "learners"}}.
    """

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="schools")
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=8, default="GB-ENG")
    time_zone = models.CharField(max_length=64, default="Europe/London")
    language = models.CharField(max_length=8, default="en-gb")
    week = models.CharField(max_length=7, default="12345")
    words = models.JSONField(default=dict, blank=True)
    help_person = models.CharField(max_length=200, blank=True)
    set_up_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager["School"]()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(slug=""), name="school_has_an_address")]

    def __str__(self) -> str:
        return self.name

    def midnight(self, day: date) -> datetime:
        """The instant at which `day` begins at the school."""
        return datetime.combine(day, time.min, self.zone)

    @property
    def zone(self) -> ZoneInfo:
        """The school's time zone."""
        return ZoneInfo(self.time_zone)

    def day(self, at: datetime) -> date:
        """The school's own date at the instant `at` (aware)."""
        return at.astimezone(self.zone).date()


class AcademicYear(OfSchool):
    """A school year. Both ends count."""

    name = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["AcademicYear"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="year_name_once_a_school"),
            models.CheckConstraint(condition=Q(first_day__lt=F("last_day")), name="year_begins_before_it_ends"),
        ]

    def __str__(self) -> str:
        return self.name


class TermQuerySet(OfSchoolQuerySet["Term"]):
    """Terms."""

    def begun(self, school: School, day: date) -> "Term | None":
        """The term `day` lies in, or in a holiday the one before it; None before the first."""
        return next(iter(_begun(school=school.pk, day=day)), None)


_begun = Prepared(lambda school, day: Term.objects.filter(school=school, first_day__lte=day).order_by("-first_day")[:1])


class Term(OfSchool):
    """A term of a year. Both ends count."""

    year = models.ForeignKey(AcademicYear, on_delete=models.PROTECT, related_name="terms")
    name = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()

    objects = models.Manager.from_queryset(TermQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "year", "name"], name="term_name_once_a_year"),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="term_begins_before_it_ends"),
        ]

    def __str__(self) -> str:
        return self.name


class HalfTerm(OfSchool):
    """A half of a term; the days between two halves are holiday."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="halves")
    name = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["HalfTerm"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "term", "name"], name="half_term_name_once_a_term"),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="half_term_begins_before_it_ends"),
        ]

    def __str__(self) -> str:
        return self.name


class Closure(OfSchool):
    """A day the school is closed though it lies in a half-term: training, a bank holiday, snow."""

    on = models.DateField()
    reason = models.CharField(max_length=200)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Closure"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "on"], name="one_closure_a_day")]

    def __str__(self) -> str:
        return f"{self.on}: {self.reason}"


class YearGroup(OfSchool):
    """A year group in the school's words, from youngest to oldest."""

    name = models.CharField(max_length=40)
    code = models.CharField(max_length=8)
    position = models.PositiveSmallIntegerField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["YearGroup"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="year_group_code_once_a_school"),
            models.UniqueConstraint(fields=["school", "position"], name="year_group_place_once_a_school"),
        ]

    def __str__(self) -> str:
        return self.name
