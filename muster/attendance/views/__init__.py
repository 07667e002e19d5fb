"""Pages of attendance. Each module is one subject."""

from muster.attendance.views.absences import absence, absences, planned_absences, planned_end
from muster.attendance.views.day import cover, school_day, trip_end, trips
from muster.attendance.views.desk import desk, desk_pupil
from muster.attendance.views.kiosk import door, door_arrival, door_departure, door_mode, door_staff
from muster.attendance.views.register import register, register_now, registers
from muster.attendance.views.summary import attendance, mis_file, mis_files
from muster.attendance.views.visitors import staff_signing, visit_clearance, visit_departure, visitors

__all__ = [
    "absence",
    "absences",
    "attendance",
    "cover",
    "desk",
    "desk_pupil",
    "door",
    "door_arrival",
    "door_departure",
    "door_mode",
    "door_staff",
    "mis_file",
    "mis_files",
    "planned_absences",
    "planned_end",
    "register",
    "register_now",
    "registers",
    "school_day",
    "staff_signing",
    "trip_end",
    "trips",
    "visit_clearance",
    "visit_departure",
    "visitors",
]
