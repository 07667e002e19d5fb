"""What attendance holds about people, and for how long."""

from datetime import timedelta

from muster.attendance.models import (
    ContactNote,
    Cover,
    DayPlan,
    DeskEntry,
    Duty,
    HomeRoom,
    Lesson,
    MarksExport,
    NotDue,
    Pass,
    Period,
    PlannedAbsence,
    RegisterMark,
    StaffSigning,
    Trip,
    TripPupil,
    TripStaff,
    Visit,
)
from muster.people.purposes import Purpose
from muster.privacy.holdings import WITH_THE_SCHOOL, Category, Life, Shred, classify, hold

KNOWING_WHO_IS_HERE = frozenset(Purpose) - {Purpose.MAINTENANCE}
SIX_YEARS = Life("six years", timedelta(days=6 * 365 + 2), "being made")
"""School Attendance (Pupil Registration) (England) Regulations 2024, regulation 7."""
A_YEAR, THIRTY_DAYS = timedelta(days=365), timedelta(days=30)
ONE_YEAR = Life("one year", A_YEAR, "the visit")

hold(
    RegisterMark,
    purposes=KNOWING_WHO_IS_HERE,
    keep=SIX_YEARS,
    shred=Shred.DELETE,
    fields={
        "device_key": Category.SYSTEM,
        "act": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "school_class": Category.WHERE,
        "on": Category.WHEN,
        "session": Category.WHEN,
        "period": Category.WHEN,
        "code": Category.CIRCUMSTANCE,
        "minutes_late": Category.WHEN,
        "rank": Category.SYSTEM,
        "adult": Category.WHO,
        "reason": Category.FREE_TEXT,
        "marked_at": Category.WHEN,
        "recorded_at": Category.WHEN,
        "by": Category.WHO,
        "role": Category.WHO,
        "over": Category.SYSTEM,
        "change_set": Category.SYSTEM,
    },
    disclose="attendance.marks",
)
hold(
    PlannedAbsence,
    purposes=KNOWING_WHO_IS_HERE,
    keep=SIX_YEARS,
    shred=Shred.DELETE,
    fields={
        "row": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "first_day": Category.WHEN,
        "last_day": Category.WHEN,
        "session": Category.WHEN,
        "code": Category.CIRCUMSTANCE,
        "adult": Category.WHO,
        "reason": Category.FREE_TEXT,
        "recorded_at": Category.WHEN,
        "recorded_by": Category.WHO,
        "taken_back_at": Category.WHEN,
        "taken_back_by": Category.WHO,
    },
    disclose="attendance.planned_absences",
)
hold(
    DeskEntry,
    purposes=KNOWING_WHO_IS_HERE,
    keep=SIX_YEARS,
    shred=Shred.DELETE,
    fields={
        "row": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "way": Category.WHERE,
        "passed_at": Category.WHEN,
        "reason": Category.FREE_TEXT,
        "collected_by": Category.IDENTITY,
        "recorded_at": Category.WHEN,
        "by": Category.WHO,
    },
    disclose="attendance.desk_entries",
)
hold(
    ContactNote,
    purposes=KNOWING_WHO_IS_HERE,
    keep=SIX_YEARS,
    shred=Shred.DELETE,
    fields={
        "row": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "on": Category.WHEN,
        "way": Category.CONTACT,
        "reached": Category.CONTACT,
        "text": Category.FREE_TEXT,
        "at": Category.WHEN,
        "by": Category.WHO,
    },
    disclose="attendance.contacts",
)
hold(
    TripPupil,
    purposes=KNOWING_WHO_IS_HERE,
    keep=SIX_YEARS,
    shred=Shred.DELETE,
    fields={"trip": Category.WHERE, "pupil": Category.IDENTITY},
    disclose="attendance.trips",
)
hold(
    NotDue,
    purposes=KNOWING_WHO_IS_HERE,
    keep=SIX_YEARS,
    shred=Shred.DELETE,
    fields={
        "pupil": Category.IDENTITY,
        "weekday": Category.WHEN,
        "session": Category.WHEN,
        "code": Category.CIRCUMSTANCE,
        "place": Category.WHERE,
        "starts_on": Category.WHEN,
        "ends_on": Category.WHEN,
    },
    disclose="attendance.sessions_not_due",
)
hold(
    Pass,
    purposes=KNOWING_WHO_IS_HERE,
    keep=Life("30 days", THIRTY_DAYS, "being given"),
    shred=Shred.DELETE,
    fields={
        "pupil": Category.IDENTITY,
        "to_class": Category.WHERE,
        "given_at": Category.WHEN,
        "ends_at": Category.WHEN,
        "given_by": Category.WHO,
    },
    disclose="attendance.passes",
)
hold(
    Visit,
    purposes=KNOWING_WHO_IS_HERE,
    keep=ONE_YEAR,
    shred=Shred.DELETE,
    fields={
        "key": Category.SYSTEM,
        "kind": Category.CIRCUMSTANCE,
        "name": Category.IDENTITY,
        "organisation": Category.IDENTITY,
        "host": Category.WHO,
        "badge": Category.IDENTITY,
        "came_at": Category.WHEN,
        "left_at": Category.WHEN,
        "signed_in_by": Category.WHO,
        "cleared_by": Category.WHO,
    },
    disclose="About a visitor; part of their own copy, not a pupil's.",
)
hold(
    StaffSigning,
    purposes=KNOWING_WHO_IS_HERE,
    keep=ONE_YEAR,
    shred=Shred.DELETE,
    fields={"adult": Category.WHO, "came_at": Category.WHEN, "left_at": Category.WHEN},
    disclose="About a member of staff; part of their own copy, not a pupil's.",
)
hold(
    Trip,
    purposes=KNOWING_WHO_IS_HERE,
    keep=SIX_YEARS,
    shred=Shred.DELETE,
    fields={
        "name": Category.SCHOOL,
        "place": Category.WHERE,
        "code": Category.SYSTEM,
        "leader": Category.WHO,
        "leaves_at": Category.WHEN,
        "back_at": Category.WHEN,
        "made_by": Category.WHO,
        "made_at": Category.WHEN,
        "called_off_at": Category.WHEN,
    },
    disclose="The trip itself; who went is theirs.",
)
for arrangement in (Cover, DayPlan, Duty, HomeRoom, Lesson, MarksExport, Period, TripStaff):
    people = {"adult", "made_by"}
    names = {field.name for field in arrangement._meta.concrete_fields} - {"id", "school"}
    classify(
        arrangement,
        {name: Category.WHO if name in people else Category.SCHOOL for name in names},
        keep=WITH_THE_SCHOOL,
    )
