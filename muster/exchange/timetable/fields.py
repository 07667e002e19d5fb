"""The headings of timetable files that Muster knows, and the columns it writes."""

from collections.abc import Mapping, Sequence

DATES: dict[str, Sequence[str]] = {
    "from": ("from", "startson", "startdate", "start", "begins on", "firstday"),
    "until": ("until", "to", "endson", "enddate", "end", "lastday"),
}
CLASS = ("class", "classname", "group", "teachinggroup", "form", "registrationgroup", "regform")
DAY = ("day", "weekday", "dayofweek", "dayoftheweek")
ADULT = ("adult", "teacher", "staff", "staffname", "member of staff", "teachername", "taughtby", "who")
NAMES: dict[str, Mapping[str, Sequence[str]]] = {
    "lesson": {
        "class": CLASS,
        "day": DAY,
        "period": ("period", "periodname", "lesson", "slot"),
        "adult": ADULT,
        "room": ("room", "roomname", "place", "location"),
        **DATES,
    },
    "duty": {
        "adult": ADULT,
        "place": ("place", "room", "location", "duty", "where"),
        "day": DAY,
        "begins": ("begins", "starttime", "begin", "timefrom", "starts"),
        "ends": ("ends", "endtime", "finish", "timeto"),
        **DATES,
    },
    "not-due": {
        "surname": ("surname", "lastname", "familyname"),
        "forenames": ("forenames", "forename", "firstname", "givenname"),
        "class": CLASS,
        "day": DAY,
        "session": ("session", "when", "ampm", "halfday"),
        "code": ("code", "reason", "reasoncode", "mark"),
        "place": ("place", "dueat", "otherschool", "school", "where"),
        **DATES,
    },
}
NEEDED: dict[str, Sequence[str]] = {
    "lesson": ("class", "day", "period"),
    "duty": ("adult", "place", "day", "begins", "ends"),
    "not-due": ("surname", "forenames", "day", "code"),
}
COLUMNS: dict[str, Sequence[str]] = {
    "lesson": ("Class", "Day", "Period", "Adult", "Room", "From", "Until"),
    "duty": ("Adult", "Place", "Day", "Begins", "Ends", "From", "Until"),
    "not-due": ("Surname", "Forenames", "Class", "Day", "Session", "Code", "Place", "From", "Until"),
}
"""What Muster writes. All of it is read back as it was."""
EXAMPLES: dict[str, Sequence[Sequence[str]]] = {
    "lesson": (
        ("3 Hazel", "Monday", "1", "Ada Okafor", "Hall", "", ""),
        ("3 Hazel", "Monday", "2", "", "Music room", "2026-09-07", "2026-12-18"),
    ),
    "duty": (("Ada Okafor", "Gate", "Monday", "08:30", "08:50", "", ""),),
    "not-due": (("Ali", "Amina", "3 Hazel", "Wednesday", "PM", "D", "Birchwood School", "", ""),),
}
LONGEST = {"room": 60, "duty": 60, "not-due": 120}
ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SESSIONS = {
    "": "", "day": "", "allday": "", "both": "", "am": "am", "morning": "am", "pm": "pm", "afternoon": "pm",
}  # fmt: skip
