"""What attendance writes in history."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from muster.people import told


class Verb(StrEnum):
    """Each is described in docs/how-it-works/registers.md."""

    ABSENCE_PLANNED = "absence:planned"
    ABSENCE_TAKEN_BACK = "absence:taken-back"
    CONTACT_NOTED = "contact:noted"
    DAY_FORGOTTEN = "day:forgotten"
    DAY_PLANNED = "day:planned"
    DESK_PASSED = "desk:passed"
    MARKS_EXPORTED = "register-marks:exported"
    PASS_GIVEN = "pass:given"
    PASS_TAKEN_BACK = "pass:taken-back"
    REGISTER_MARKED = "register:marked"
    STAFF_SIGNED = "staff:signed"
    TIMETABLE_CHANGED = "timetable:changed"
    TRIP_CALLED_OFF = "trip:called-off"
    TRIP_PLANNED = "trip:planned"
    VISITOR_CAME = "visitor:came"
    VISITOR_CLEARED = "visitor:cleared"
    VISITOR_LEFT = "visitor:left"


told.offer(
    {
        Verb.ABSENCE_PLANNED: gettext_lazy("An absence was planned."),
        Verb.ABSENCE_TAKEN_BACK: gettext_lazy("A planned absence was taken back."),
        Verb.CONTACT_NOTED: gettext_lazy("A contact with a pupil’s family was noted."),
        Verb.DAY_FORGOTTEN: gettext_lazy("Old visits, signings of staff and passes were deleted."),
        Verb.DAY_PLANNED: gettext_lazy("How the day runs was changed."),
        Verb.DESK_PASSED: gettext_lazy("A pupil was signed in or out."),
        Verb.MARKS_EXPORTED: gettext_lazy("Register marks were exported for the MIS."),
        Verb.PASS_GIVEN: gettext_lazy("A pupil was given a pass to another class."),
        Verb.PASS_TAKEN_BACK: gettext_lazy("A pass was taken back before it ended."),
        Verb.REGISTER_MARKED: gettext_lazy("A register was marked."),
        Verb.STAFF_SIGNED: gettext_lazy("A member of staff was signed in or out."),
        Verb.TIMETABLE_CHANGED: gettext_lazy("The timetable was changed."),
        Verb.TRIP_CALLED_OFF: gettext_lazy("A trip was called off."),
        Verb.TRIP_PLANNED: gettext_lazy("A trip was planned."),
        Verb.VISITOR_CAME: gettext_lazy("A visitor was signed in."),
        Verb.VISITOR_CLEARED: gettext_lazy("A visitor who had not signed out was cleared."),
        Verb.VISITOR_LEFT: gettext_lazy("A visitor was signed out."),
    }
)
