"""What codes, sessions and weekdays are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.attendance.days import Sitting
from muster.attendance.rules.codes import CodeSet, Counts, Session
from muster.attendance.rules.whereabouts import Why

ENGLAND: dict[str, str | Promise] = {
    "/": gettext_lazy("Present"),
    "\\": gettext_lazy("Present"),
    "L": gettext_lazy("Late"),
    "K": gettext_lazy("Education arranged by the local authority"),
    "V": gettext_lazy("School visit or trip"),
    "P": gettext_lazy("Approved sporting activity"),
    "W": gettext_lazy("Work experience"),
    "B": gettext_lazy("Other approved education off site"),
    "D": gettext_lazy("Due at another school"),
    "C1": gettext_lazy("Leave: performance or employment abroad"),
    "M": gettext_lazy("Leave: medical or dental appointment"),
    "J1": gettext_lazy("Leave: interview"),
    "S": gettext_lazy("Leave: study for a public examination"),
    "X": gettext_lazy("Not of compulsory age, not required"),
    "C2": gettext_lazy("Leave: part-time timetable"),
    "C": gettext_lazy("Leave: other exceptional circumstance"),
    "T": gettext_lazy("Parent travelling for work"),
    "R": gettext_lazy("Religious observance"),
    "I": gettext_lazy("Illness"),
    "E": gettext_lazy("Suspended or excluded"),
    "Q": gettext_lazy("Unable: no access arrangements"),
    "Y1": gettext_lazy("Unable: transport not available"),
    "Y2": gettext_lazy("Unable: widespread disruption to travel"),
    "Y3": gettext_lazy("Unable: part of the premises closed"),
    "Y4": gettext_lazy("Unable: school unexpectedly closed"),
    "Y5": gettext_lazy("Unable: in criminal justice detention"),
    "Y6": gettext_lazy("Unable: public health law or guidance"),
    "Y7": gettext_lazy("Unable: other unavoidable cause"),
    "G": gettext_lazy("Holiday not granted"),
    "N": gettext_lazy("Absent, reason not yet known"),
    "O": gettext_lazy("Absent, no reason accepted"),
    "U": gettext_lazy("Came after the register closed"),
    "Z": gettext_lazy("Not yet on roll"),
    "#": gettext_lazy("School closed"),
    "H": gettext_lazy("Holiday agreed (until 2024)"),
    "F": gettext_lazy("Extended holiday agreed (until 2024)"),
    "J": gettext_lazy("Interview (until 2024)"),
    "Y": gettext_lazy("Unable: exceptional circumstances (until 2024)"),
}
INTERNATIONAL: dict[str, str | Promise] = {
    "P": gettext_lazy("Present"),
    "L": gettext_lazy("Late"),
    "V": gettext_lazy("School visit or trip"),
    "I": gettext_lazy("Illness"),
    "M": gettext_lazy("Medical or dental appointment"),
    "E": gettext_lazy("Excused"),
    "S": gettext_lazy("Suspended"),
    "A": gettext_lazy("Absent, reason not yet known"),
    "O": gettext_lazy("Absent, no reason accepted"),
    "U": gettext_lazy("Came after the register closed"),
    "X": gettext_lazy("Not required to attend"),
    "#": gettext_lazy("School closed"),
}
_WORDS = {"england": ENGLAND, "international": INTERNATIONAL}
SET_WORDS: dict[str, str | Promise] = {
    "england": gettext_lazy("England, from August 2024"),
    "international": gettext_lazy("International"),
}
COUNTS_WORDS: dict[Counts, str | Promise] = {
    Counts.ATTENDING: gettext_lazy("attending"),
    Counts.AUTHORISED: gettext_lazy("authorised absence"),
    Counts.UNAUTHORISED: gettext_lazy("unauthorised absence"),
    Counts.NOT_POSSIBLE: gettext_lazy("no possible attendance"),
}
WEEKDAYS: dict[int, str | Promise] = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}


def code_word(codes: CodeSet, code: str) -> str:
    """What a code is called; "" for no code."""
    return str(_WORDS[codes.name][code]) if code else ""


def session_word(session: Session) -> str:
    """What a session is called, at the beginning of a line."""
    return {Session.MORNING: _("Morning"), Session.AFTERNOON: _("Afternoon"), Session.LESSON: _("Lesson")}[session]


def sitting_word(seat: Sitting) -> str:
    """What a session or lesson is called, at the beginning of a line."""
    return _("Lesson %(name)s") % {"name": seat.name} if seat.period is not None else session_word(seat.session)


def code_choices(codes: CodeSet, wanted: "list[str]") -> list[tuple[str, str]]:
    """Codes with what they are called, for a box: "I, Illness"."""
    return [(code, f"{code}, {code_word(codes, code)}") for code in wanted]


def why_word(why: Why) -> str:
    """What a place follows from, as a line of its own."""
    return {
        Why.CLOSED: _("Not in school hours"),
        Why.AWAY: _("Away, as planned"),
        Why.TRIP: _("On a trip"),
        Why.NOT_DUE: _("Not due here now"),
        Why.SIGNED_OUT: _("Signed out"),
        Why.ABSENT: _("Marked absent today"),
        Why.PASS: _("Sent there with a pass"),
        Why.LESSON: _("By the timetable"),
        Why.CLASS: _("With the class"),
    }[why]
