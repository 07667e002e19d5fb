"""The plain account of an incident: everything that is known of it in time order, every line with its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from muster.attendance.days import plan_on
from muster.attendance.models import RegisterMark
from muster.attendance.rules.codes import Session
from muster.attendance.words import code_word, session_word
from muster.emergency.models import Amendment, Incident, IncidentPerson, MustKnow, Tick
from muster.emergency.rules.kinds import Claim
from muster.emergency.words import CLAIMS
from muster.people.merging import one_child

AROUND = timedelta(hours=3)
"""How far from an incident a roll call may be and still belong to its account."""


@dataclass(frozen=True)
class Entry:
    """One line: when it happened, what, who says so, where that is written, and when it was written down."""

    at: datetime
    what: str
    by: str
    source: str
    written_at: datetime


def people_of(incident: Incident) -> list[IncidentPerson]:
    """Whom an incident is about, as they were entered."""
    rows = list(IncidentPerson.objects.filter(incident=incident).select_related("pupil", "staff").order_by("pk"))
    for row in rows:
        row.incident = incident
    return rows


def name_of(person: IncidentPerson) -> str:
    """What somebody is called."""
    if person.pupil is not None:
        return person.pupil.name
    return person.staff.name if person.staff is not None else str(person.name)


def account_of(incident: Incident, people: Iterable[IncidentPerson]) -> list[Entry]:
    """Every line, by when it happened, then by when it was written down."""
    number = incident.pk
    writer = incident.written_by.name
    first = _("Incident %(number)s, as first written") % {"number": number}
    entries = [Entry(incident.happened_at, incident.what, writer, first, incident.written_at)]
    if incident.done:
        entries.append(
            Entry(
                incident.happened_at,
                _("Done: %(words)s") % {"words": incident.done},
                writer,
                first,
                incident.written_at,
            )
        )
    if incident.follow_up:
        words = _("To follow up: %(words)s") % {"words": incident.follow_up}
        entries.append(Entry(incident.written_at, words, writer, first, incident.written_at))
    for told in MustKnow.objects.filter(incident=incident).select_related("account", "added_by"):
        words = _("%(name)s was named as having to know.") % {"name": told.account.name}
        entries.append(Entry(told.added_at, words, told.added_by.name, first, told.added_at))
    amendments = Amendment.objects.filter(incident=incident).select_related("written_by").order_by("pk")
    for place, each in enumerate(amendments, 1):
        each.incident = incident
        source = _("Amendment %(place)s to incident %(number)s") % {"place": place, "number": number}
        entries.append(Entry(each.written_at, each.text, each.written_by.name, source, each.written_at))
    pupils = [one.pupil_id for one in people if one.pupil_id]
    entries += ticks_about(incident, pupils)
    entries += marks_about(incident, pupils)
    return sorted(entries, key=lambda one: (one.at, one.written_at))


def ticks_about(incident: Incident, pupils: list[int]) -> list[Entry]:
    """What roll calls around the time of the incident say of the pupils it is about."""
    rows = (
        Tick.objects.filter(
            listed__pupil__in=pupils,
            school=incident.school,
            made_at__range=(incident.happened_at - AROUND, incident.happened_at + AROUND),
        )
        .select_related("roll_call", "by", "listed__pupil")
        .order_by("made_at", "number")
    )
    found = []
    for tick in rows:
        pupil = tick.listed.pupil if tick.listed is not None else None
        words = f"{pupil.name if pupil else ''}: {CLAIMS[Claim(tick.claim)]}" + (f". {tick.text}" if tick.text else "")
        source = _("Roll call %(number)s, tick %(tick)s") % {"number": tick.roll_call_id, "tick": tick.number}
        found.append(Entry(tick.made_at, words, tick.by.name, source, tick.received_at))
    return found


def marks_about(incident: Incident, pupils: list[int]) -> list[Entry]:
    """Every register mark of that day about the pupils it is about, those that were replaced later too.

    A reason the office wrote down stays in the register: whoever must know of an incident need not know of an illness.
    """
    day = incident.school.day(incident.happened_at)
    codes = plan_on(incident.school, day).codes
    rows = (
        RegisterMark.objects.at(incident.school)
        .filter(pupil__in=one_child(pupils), on=day)
        .select_related("by", "pupil", "period", "school_class")
        .order_by("marked_at", "pk")
    )
    found = []
    for mark in rows:
        words = {"name": mark.pupil.name, "code": code_word(codes, mark.code) or _("mark taken back")}
        what = _("%(name)s: %(code)s") % words
        where = " ".join(
            [mark.period.name if mark.period else session_word(Session(mark.session))]
            + ([mark.school_class.name] if mark.school_class else [])
        )
        source = _("Register, %(where)s, mark %(number)s") % {"where": where, "number": mark.pk}
        found.append(Entry(mark.marked_at, what, mark.by.name, source, mark.recorded_at))
    return found
