"""A past moment to look from: which marks, teaching and words hold then, and how the moment is asked for."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from muster.people.models import School
from muster.people.refusals import Refused


class Mode(StrEnum):
    """What a page as at a past moment knows of."""

    RECORDED = "recorded"
    KNOWN = "known"


class NoSuchMoment(Refused):
    """The moment asked for cannot be read, or is still to come."""

    status = 422


@dataclass(frozen=True)
class AsAt:
    """A past instant (aware, itself included) and what is known of it.

    *Recorded* is what Muster held at that instant, so it equals the page that was shown then: later corrections, later
    words and later objectives are not in it. *Known* is everything judged or taught by then, whenever it was written
    down, in today's words. `text` is how it was asked for, for the addresses of other pages.
    """

    at: datetime
    mode: Mode
    text: str = field(default="", compare=False)

    @property
    def recorded(self) -> bool:
        """Whether only what was held then counts."""
        return self.mode is Mode.RECORDED

    @property
    def recorded_by(self) -> datetime | None:
        """The instant after which nothing may have been recorded; None where that does not matter."""
        return self.at if self.recorded else None


def end_of(day: date, school: School) -> datetime:
    """The last instant of `day` by the school's own clock."""
    return datetime.combine(day, time.max, school.zone)


def moment(text: str, school: School, *, now: datetime) -> datetime:
    """The instant that `text` names: the end of a day (2026-02-14), or a minute of it (2026-02-14T10:30).

    By the school's own clock; today and this minute are now. Raises `NoSuchMoment`.
    """
    try:
        if "T" in text or " " in text.strip():
            local = datetime.fromisoformat(text.strip())
            at = local if local.tzinfo else local.replace(tzinfo=school.zone)
        else:
            day = date.fromisoformat(text.strip())
            at = end_of(day, school)
            if day == school.day(now):
                return now
        # Midnight of the first and last days a calendar has cannot be said in every zone.
        at = at.astimezone(school.zone)
    except (ValueError, OverflowError):
        raise NoSuchMoment(_("Muster could not read that day. Choose one from the calendar.")) from None
    if at > now + timedelta(minutes=1):
        raise NoSuchMoment(_("That moment is still to come. Choose one that has passed."))
    return min(at, now)


def asked(request: HttpRequest, school: School, *, now: datetime) -> AsAt | None:
    """The moment a page is asked for (`?at=…&as=recorded|known`); None for now. Raises `NoSuchMoment`.

    The form sends a day and, where it matters, a `time` of it apart.
    """
    text, clock = request.GET.get("at", "").strip(), request.GET.get("time", "").strip()
    if not text:
        return None
    text = f"{text}T{clock}" if clock and "T" not in text else text
    try:
        mode = Mode(request.GET.get("as") or Mode.RECORDED)
    except ValueError:
        raise NoSuchMoment(_("Choose whether the page shows what was recorded then, or what is known now.")) from None
    return AsAt(moment(text, school, now=now), mode, text)


def said(as_at: AsAt) -> str:
    """The mode in words, for the top of the page."""
    if as_at.recorded:
        return _("As recorded then: only what Muster held at that moment, in the words of that time.")
    return _("As now known: everything judged by then, corrections made since included, in today's words.")


def query(as_at: AsAt | None) -> str:
    """The end of an address that keeps to the moment, "?at=2026-02-14&as=recorded"; "" for now."""
    return "" if as_at is None else f"?{urlencode({'at': as_at.text, 'as': as_at.mode.value})}"
