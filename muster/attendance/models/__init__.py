"""The school day. Each module is one subject."""

from muster.attendance.models.desk import DeskEntry, StaffSigning, Visit
from muster.attendance.models.following_up import ContactNote, MarksExport
from muster.attendance.models.registers import PlannedAbsence, RegisterMark
from muster.attendance.models.timetable import (
    Cover,
    DayPlan,
    Duty,
    HomeRoom,
    Lesson,
    NotDue,
    Pass,
    Period,
    Trip,
    TripPupil,
    TripStaff,
)

__all__ = [
    "ContactNote",
    "Cover",
    "DayPlan",
    "DeskEntry",
    "Duty",
    "HomeRoom",
    "Lesson",
    "MarksExport",
    "NotDue",
    "Pass",
    "Period",
    "PlannedAbsence",
    "RegisterMark",
    "StaffSigning",
    "Trip",
    "TripPupil",
    "TripStaff",
    "Visit",
]
