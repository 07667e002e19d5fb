"""Where people are expected: how the day runs, lessons, cover, duties, trips, passes, and who is not due at all."""

from datetime import date, datetime, time
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q

from muster.attendance.rules.codes import SETS
from muster.people.models import Account, OfSchool, OfSchoolQuerySet, Pupil, SchoolClass, Staff
from muster.people.models.classes import on_day

BEGINS_BEFORE_IT_ENDS = Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))


Row = TypeVar("Row", bound=models.Model, covariant=True)


class DatedQuerySet(OfSchoolQuerySet[Row]):
    """Rows that hold between two days."""

    def on(self, day: date) -> Self:
        """Those that hold on `day`; both ends count."""
        return self.filter(on_day(day))


class DayPlan(OfSchool):
    """How the school's day runs from `starts_on` until the next plan: which codes, when registers open and for how long.

    `outdoors` names the places of lessons that are in no building, with commas between: a roll call asks for them first.
    Registers stay open as long at every session. Without a plan a school has the one of `days.usual_plan`.
    """

    starts_on = models.DateField()
    codes = models.CharField(max_length=20)
    morning = models.TimeField()
    afternoon = models.TimeField()
    ends = models.TimeField()
    open_minutes = models.PositiveSmallIntegerField(default=30)
    lessons = models.BooleanField(default=False)
    outdoors = models.CharField(max_length=300, blank=True, default="")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["DayPlan"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "starts_on"], name="one_plan_begins_a_day"),
            models.CheckConstraint(
                condition=Q(morning__lt=F("afternoon"), afternoon__lt=F("ends")), name="day_runs_in_order"
            ),
            models.CheckConstraint(condition=Q(codes__in=list(SETS)), name="codes_are_known"),
            models.CheckConstraint(
                condition=Q(open_minutes__gte=1, open_minutes__lte=120), name="register_opens_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"day from {self.starts_on}"


class HomeRoom(OfSchool):
    """The room of a class. A class without one is in the room of its own name."""

    school_class = models.OneToOneField(SchoolClass, on_delete=models.PROTECT, related_name="home_room")
    room = models.CharField(max_length=60)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["HomeRoom"])()

    def __str__(self) -> str:
        return self.room


class Period(OfSchool):
    """A part of the day on one day of the week (ISO number, Monday 1), between two days."""

    name = models.CharField(max_length=20)
    weekday = models.PositiveSmallIntegerField()
    begins = models.TimeField()
    ends = models.TimeField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(DatedQuerySet["Period"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "weekday", "name"], condition=Q(ends_on__isnull=True), name="period_once_a_weekday"
            ),
            models.CheckConstraint(condition=Q(begins__lt=F("ends")), name="period_begins_before_it_is_over"),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="period_has_a_weekday"),
            models.CheckConstraint(condition=BEGINS_BEFORE_IT_ENDS, name="period_begins_before_it_ends"),
        ]

    def __str__(self) -> str:
        return self.name

    def runs_at(self, clock: time) -> bool:
        """Whether the period is on at a time of its day; the end is the beginning of the next."""
        return self.begins <= clock < self.ends


class Lesson(OfSchool):
    """A class, with its adult, in a room, in one period of the week, between two days. No room: the class's own."""

    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="lessons")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="lessons")
    adult = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="lessons")
    room = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(DatedQuerySet["Lesson"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_class", "period"],
                condition=Q(ends_on__isnull=True),
                name="one_lesson_a_class_and_period",
            ),
            models.CheckConstraint(condition=BEGINS_BEFORE_IT_ENDS, name="lesson_begins_before_it_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.school_class_id} in {self.period_id}"


class Cover(OfSchool):
    """On one day another adult, or another room, for a class: in one period, or all day where none is named."""

    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="covers")
    on = models.DateField()
    period = models.ForeignKey(Period, on_delete=models.PROTECT, null=True, blank=True, related_name="covers")
    adult = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="covers")
    room = models.CharField(max_length=60, blank=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Cover"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "school_class", "on", "period"], name="one_cover_a_period"),
            models.UniqueConstraint(
                fields=["school", "school_class", "on"], condition=Q(period__isnull=True), name="one_cover_a_day"
            ),
            models.CheckConstraint(condition=Q(adult__isnull=False) | ~Q(room=""), name="cover_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.school_class_id} on {self.on}"


class Duty(OfSchool):
    """Where a member of staff is on duty, on one day of the week between two times."""

    adult = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="duties")
    place = models.CharField(max_length=60)
    weekday = models.PositiveSmallIntegerField()
    begins = models.TimeField()
    ends = models.TimeField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(DatedQuerySet["Duty"])()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(begins__lt=F("ends")), name="duty_begins_before_it_is_over"),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="duty_has_a_weekday"),
            models.CheckConstraint(condition=BEGINS_BEFORE_IT_ENDS, name="duty_begins_before_it_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.place} on {self.weekday}"


class TripQuerySet(OfSchoolQuerySet["Trip"]):
    """Trips."""

    def away(self, at: datetime) -> Self:
        """Those that are away at `at`: from leaving until they are back. One that was called off never is."""
        return self.filter(leaves_at__lte=at, back_at__gt=at, called_off_at__isnull=True)

    def over(self, begins: datetime, ends: datetime) -> Self:
        """Those away for some of the time between two instants."""
        return self.filter(leaves_at__lt=ends, back_at__gt=begins, called_off_at__isnull=True)


class Trip(OfSchool):
    """Pupils and adults away from the premises between two instants, led by somebody whose name is known."""

    name = models.CharField(max_length=120)
    place = models.CharField(max_length=120)
    code = models.CharField(max_length=3)
    leader = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="trips_led")
    leaves_at = models.DateTimeField()
    back_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(TripQuerySet)()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(leaves_at__lt=F("back_at")), name="trip_comes_back_later")]

    def __str__(self) -> str:
        return self.name


class TripPupil(OfSchool):
    """A pupil on a trip."""

    trip = models.ForeignKey(Trip, on_delete=models.PROTECT, related_name="pupils")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="trips")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["TripPupil"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "trip", "pupil"], name="pupil_once_a_trip")]

    def __str__(self) -> str:
        return f"{self.pupil_id} on {self.trip_id}"


class TripStaff(OfSchool):
    """An adult on a trip, besides its leader."""

    trip = models.ForeignKey(Trip, on_delete=models.PROTECT, related_name="adults")
    adult = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="trips")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["TripStaff"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "trip", "adult"], name="adult_once_a_trip")]

    def __str__(self) -> str:
        return f"{self.adult_id} on {self.trip_id}"


class Pass(OfSchool):
    """A pupil sent out of a lesson to another class until the lesson ends. It has a class to go to and nothing else.

    Nothing says when a pupil came back, so nothing can be timed; there is no pass to a toilet.
    """

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="passes")
    to_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="passes_to")
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    given_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Pass"])()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(given_at__lt=F("ends_at")), name="pass_ends_after_it_is_given")
        ]
        indexes = [models.Index(fields=["school", "given_at"], name="passes_of_school")]

    def __str__(self) -> str:
        return f"{self.pupil_id} to {self.to_class_id}"


class NotDue(OfSchool):
    """Sessions of the week in which a pupil is not due here, between two days: part of a timetable, or another school.

    `session` is am, pm or "" for both. `code` says why: a part-time timetable, or due at the other school. `place` is
    where they are due instead, where that is known.
    """

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="sessions_not_due")
    weekday = models.PositiveSmallIntegerField()
    session = models.CharField(max_length=2, blank=True)
    code = models.CharField(max_length=3)
    place = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(DatedQuerySet["NotDue"])()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(session__in=["", "am", "pm"]), name="not_due_in_a_session"),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="not_due_on_a_weekday"),
            models.CheckConstraint(condition=BEGINS_BEFORE_IT_ENDS, name="not_due_begins_before_it_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} on {self.weekday}"
