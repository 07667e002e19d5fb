"""Register marks, which are only added to, and absences known beforehand."""

import uuid
from datetime import date
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from muster.attendance.models.timetable import Period
from muster.people.models import Account, ChangeSet, OfSchool, OfSchoolQuerySet, Pupil, SchoolClass, Staff
from muster.people.sealed import SealedText


class RegisterMark(OfSchool):
    """What one person said of one pupil and one session of one day. Added to, never changed: the database refuses it.

    Of several marks the one with the highest rank stands, and of those the one made last (`rules/standing.py`).
    `code` "" says that there is no mark after all. `marked_at` is when it was so said: on paper too. `over` is the mark
    its author knew of; where that stood, this amends it, and `reason` says why. `adult` supervises a pupil elsewhere.
    `device_key` is made where the mark was made and makes a retry harmless; `act` joins what one stroke did.
    `role` is what its author was at the school.
    """

    device_key = models.UUIDField(default=uuid.uuid4, unique=True)
    act = models.UUIDField()
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, db_index=False, related_name="register_marks")
    school_class = models.ForeignKey(
        SchoolClass, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="register_marks"
    )
    on = models.DateField()
    session = models.CharField(max_length=6)
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    code = models.CharField(max_length=3, blank=True)
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    adult = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="supervised"
    )
    reason = SealedText(null=True)
    marked_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="register_marks")
    role = models.CharField(max_length=12)
    over = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="amended_by"
    )
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, db_index=False, related_name="register_marks")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["RegisterMark"])()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(session__in=["am", "pm"], period__isnull=True) | Q(session="lesson", period__isnull=False),
                name="mark_is_of_a_session",
            ),
            models.CheckConstraint(condition=Q(over__isnull=True) | ~Q(over=F("id")), name="mark_not_over_itself"),
        ]
        indexes = [
            models.Index(
                fields=["school", "session", "pupil", "on", "-rank", "-marked_at", "-device_key", "code"],
                name="standing_mark_of_session",
            ),
            models.Index(fields=["school", "on", "session", "pupil"], name="marks_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.pupil.key

    @property
    def sealing_row(self) -> UUID:
        """One child has many marks."""
        return self.device_key


class PlannedAbsenceQuerySet(OfSchoolQuerySet["PlannedAbsence"]):
    """Absences known beforehand."""

    def on(self, day: date) -> Self:
        """Those that count on `day` and were not taken back."""
        return self.filter(first_day__lte=day, last_day__gte=day, taken_back_at__isnull=True)


class PlannedAbsence(OfSchool):
    """An absence the office knows of, from a first to a last day, all day or in one session (am, pm). It fills in a code.

    It is no mark: whoever takes the register still says what is so.
    """

    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="planned_absences")
    first_day = models.DateField()
    last_day = models.DateField()
    session = models.CharField(max_length=2, blank=True)
    code = models.CharField(max_length=3)
    adult = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = SealedText(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = models.Manager.from_queryset(PlannedAbsenceQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="absence_begins_before_it_ends"),
            models.CheckConstraint(condition=Q(session__in=["", "am", "pm"]), name="absence_in_a_session"),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="absence_taken_back_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["school", "last_day", "first_day"], name="planned_absences_of_day")]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.first_day}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.pupil.key

    @property
    def sealing_row(self) -> UUID:
        """One child has many absences."""
        return self.row
