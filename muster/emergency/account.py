"""The plain account of an incident: everything that is known of it in time order, every line with its source."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.attendance.days import plan_on
from muster.attendance.models import RegisterMark
from muster.attendance.rules.codes import Session
from muster.attendance.words import code_word, session_word
from muster.emergency import showing
from muster.emergency.models import (
    Amendment,
    Card,
    CardStep,
    Incident,
    IncidentPerson,
    MustKnow,
    RollCall,
    SecondHalf,
    Tick,
)
from muster.emergency.rules.handing import Answer, Step
from muster.emergency.rules.kinds import Claim
from muster.emergency.showing import shown
from muster.emergency.words import ANSWERS, CLAIMS, STEPS
from muster.pages.formatting import full_moment
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
    somebody = person.pupil or person.staff
    return showing.name_of(somebody) if somebody is not None else str(shown(person).name)


def account_of(incident: Incident, people: Iterable[IncidentPerson], *, whole: bool) -> list[Entry]:
    """Every line, by when it happened, then by when it was written down.

    Unless `whole`, lines of roll calls and desks say what, when and by whom, without other adults' names and the words.
    """
    number, written = incident.pk, shown(incident)
    writer = incident.written_by.name
    first = _("Incident %(number)s, as first written") % {"number": number}
    entries = [Entry(incident.happened_at, written.what, writer, first, incident.written_at)]
    if written.done:
        entries.append(
            Entry(
                incident.happened_at,
                _("Done: %(words)s") % {"words": written.done},
                writer,
                first,
                incident.written_at,
            )
        )
    if written.follow_up:
        words = _("To follow up: %(words)s") % {"words": written.follow_up}
        entries.append(Entry(incident.written_at, words, writer, first, incident.written_at))
    for told in MustKnow.objects.filter(incident=incident).select_related("account", "added_by"):
        words = _("%(name)s was named as having to know.") % {"name": told.account.name}
        entries.append(Entry(told.added_at, words, told.added_by.name, first, told.added_at))
    amendments = Amendment.objects.filter(incident=incident).select_related("written_by").order_by("pk")
    for place, each in enumerate(amendments, 1):
        each.incident = incident
        source = _("Amendment %(place)s to incident %(number)s") % {"place": place, "number": number}
        entries.append(Entry(each.written_at, shown(each).text, each.written_by.name, source, each.written_at))
    pupils = [one.pupil_id for one in people if one.pupil_id]
    records = one_child(pupils)
    entries += ticks_about(incident, records, whole=whole)
    entries += handing_about(incident, records, whole=whole)
    entries += names_gone(incident) if pupils else []
    entries += marks_about(incident, records)
    return sorted(entries, key=lambda one: (one.at, one.written_at))


def ticks_about(incident: Incident, pupils: Collection[int], *, whole: bool) -> list[Entry]:
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
        line = f"{showing.name_of(pupil) if pupil else ''}: {CLAIMS[Claim(tick.claim)]}"
        words = with_words(line, shown(tick).text, whole=whole)
        source = _("Roll call %(number)s, tick %(tick)s") % {"number": tick.roll_call_id, "tick": tick.number}
        found.append(Entry(tick.made_at, words, tick.by.name, source, tick.received_at))
    return found


def with_words(line: str, words: str | None, *, whole: bool) -> str:
    """A line with the words written beside it; unless `whole`, that there are some."""
    if not words:
        return line
    return f"{line}. {words}" if whole else f"{line}. {_('The words are for those who look back at roll calls.')}"


def handing_about(incident: Incident, pupils: Collection[int], *, whole: bool) -> list[Entry]:
    """What was written at desks around the time of the incident when the pupils it is about were handed back."""
    around = (incident.happened_at - AROUND, incident.happened_at + AROUND)
    steps = (
        CardStep.objects.filter(card__pupil__in=pupils, school=incident.school, card__greeted_at__range=around)
        .select_related("card__roll_call", "card__pupil", "by")
        .order_by("pk")
    )
    cards = (
        Card.objects.filter(pupil__in=pupils, school=incident.school, greeted_at__range=around)
        .select_related("roll_call", "pupil", "greeted_by")
        .order_by("pk")
    )
    halves = (
        SecondHalf.objects.filter(pupil__in=pupils, school=incident.school, seen_at__range=around)
        .select_related("roll_call", "pupil", "seen_by")
        .order_by("pk")
    )
    found = []
    for card in cards:
        adult = shown(card).adult if whole else _("an adult")
        words = _("%(child)s: %(adult)s came to collect.") % {"child": shown(card).child, "adult": adult}
        found.append(Entry(card.greeted_at, words, card.greeted_by.name, card_source(card), card.greeted_at))
    for step in steps:
        line = f"{shown(step.card).child}: {STEPS[Step(step.step)]}, {ANSWERS[Answer(step.answer)]}"
        words = with_words(line, shown(step).words, whole=whole)
        found.append(Entry(step.at, words, step.by.name, card_source(step.card), step.at))
    for half in halves:
        adult = shown(half).adult if whole else _("an adult")
        words = _("%(child)s was seen leaving with %(adult)s.") % {"child": shown(half).child, "adult": adult}
        source = _("Roll call %(number)s, second half %(half)s") % {"number": half.roll_call_id, "half": half.pk}
        found.append(Entry(half.seen_at, words, half.seen_by.name, source, half.seen_at))
    return found


def card_source(card: Card) -> str:
    """Where a card stands."""
    return _("Roll call %(number)s, card %(card)s") % {"number": card.roll_call_id, "card": card.pk}


def names_gone(incident: Incident) -> list[Entry]:
    """For each roll call around the time whose names have gone: how many lines it has, from when to when.

    Which of them were about the people of this incident cannot be told any more, and that there were any must be.
    """
    around = (incident.happened_at - AROUND, incident.happened_at + AROUND)
    gone = RollCall.objects.at(incident.school).own().filter(names_gone_at__isnull=False)
    times: dict[int, list[datetime]] = {}
    for rows, roll_call, at in (
        (Tick.objects.filter(made_at__range=around), "roll_call", "made_at"),
        (Card.objects.filter(greeted_at__range=around), "roll_call", "greeted_at"),
        (CardStep.objects.filter(at__range=around), "card__roll_call", "at"),
        (SecondHalf.objects.filter(seen_at__range=around), "roll_call", "seen_at"),
    ):
        for number, when in rows.filter(**{f"{roll_call}__in": gone}).values_list(roll_call, at):
            times.setdefault(number, []).append(when)
    found = []
    for each in gone.filter(pk__in=times).order_by("pk"):
        lines = times[each.pk]
        first, last = (full_moment(one, incident.school.zone) for one in (min(lines), max(lines)))
        words = ngettext(
            "%(count)s line of this roll call, from %(first)s, has no names any more: they went 30 days after its end.",
            "%(count)s lines of this roll call, from %(first)s to %(last)s, have no names any more: they went 30 days after its end.",
            len(lines),
        ) % {"count": len(lines), "first": first, "last": last}
        words += " " + _("Which of them were about the people named here cannot be told any more.")
        source = _("Roll call %(number)s") % {"number": each.pk}
        found.append(Entry(min(lines), words, "", source, each.names_gone_at or each.received_at))
    return found


def marks_about(incident: Incident, pupils: Collection[int]) -> list[Entry]:
    """Every register mark of that day about the pupils it is about, those that were replaced later too.

    A reason the office wrote down stays in the register: whoever must know of an incident need not know of an illness.
    """
    day = incident.school.day(incident.happened_at)
    codes = plan_on(incident.school, day).codes
    rows = (
        RegisterMark.objects.at(incident.school)
        .filter(pupil__in=pupils, on=day)
        .select_related("by", "pupil", "period", "school_class")
        .order_by("marked_at", "pk")
    )
    found = []
    for mark in rows:
        words = {"name": showing.name_of(mark.pupil), "code": code_word(codes, mark.code) or _("mark taken back")}
        what = _("%(name)s: %(code)s") % words
        where = " ".join(
            [mark.period.name if mark.period else session_word(Session(mark.session))]
            + ([mark.school_class.name] if mark.school_class else [])
        )
        source = _("Register, %(where)s, mark %(number)s") % {"where": where, "number": mark.pk}
        found.append(Entry(mark.marked_at, what, mark.by.name, source, mark.recorded_at))
    return found
