"""Pages of attendance. Each module is one subject."""

from muster.attendance.views.absences import absence, absences, planned_absences, planned_end
from muster.attendance.views.day import cover, school_day, trip_end, trips
from muster.attendance.views.desk import desk, desk_pupil
from muster.attendance.views.kiosk import door, door_arrival, door_departure, door_mode, door_staff
from muster.attendance.views.passes import class_passes, pass_end, passes, pupil_pass
from muster.attendance.views.register import register, register_now, registers
from muster.attendance.views.summary import attendance, mis_file, mis_files
from muster.attendance.views.visitors import staff_signing, visit_clearance, visit_departure, visitors
from muster.attendance.views.week import (
    duty_end,
    part_time,
    part_time_end,
    pupil_part_time,
    timetable,
    timetable_class,
    timetable_duties,
    timetable_periods,
    timetable_staff,
)

__all__ = [
    "absence",
    "absences",
    "attendance",
    "class_passes",
    "cover",
    "desk",
    "desk_pupil",
    "door",
    "door_arrival",
    "door_departure",
    "door_mode",
    "door_staff",
    "duty_end",
    "mis_file",
    "mis_files",
    "part_time",
    "part_time_end",
    "pass_end",
    "passes",
    "planned_absences",
    "planned_end",
    "pupil_part_time",
    "pupil_pass",
    "register",
    "register_now",
    "registers",
    "school_day",
    "staff_signing",
    "timetable",
    "timetable_class",
    "timetable_duties",
    "timetable_periods",
    "timetable_staff",
    "trip_end",
    "trips",
    "visit_clearance",
    "visit_departure",
    "visitors",
]
