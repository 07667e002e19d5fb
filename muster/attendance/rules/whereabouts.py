"""Where somebody should be, from what is known beforehand: nothing here is about where anybody was seen."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from muster.attendance.rules.codes import Session


class Why(StrEnum):
    """What a place follows from. The first that holds speaks."""

    CLOSED = "closed"
    """The school is closed that day, or it is before or after the day's hours."""
    AWAY = "away"
    """A planned absence."""
    TRIP = "trip"
    NOT_DUE = "not due"
    """A part-time timetable, or due at another school."""
    SIGNED_OUT = "signed out"
    ABSENT = "absent"
    """Marked absent in the register of the session."""
    PASS = "pass"
    LESSON = "lesson"
    CLASS = "class"
    """In the class's own room, with its own teacher: nothing else was entered."""


@dataclass(frozen=True)
class Place:
    """Where somebody should be. `adult` is the number of a member of staff, `on_site` whether it is on the premises."""

    why: Why
    where: str = ""
    school_class: int | None = None
    adult: int | None = None
    on_site: bool = True


@dataclass(frozen=True)
class Hours:
    """The hours of one school day."""

    morning: time
    afternoon: time
    ends: time
    open_minutes: int

    def begins(self, session: Session) -> time:
        """When the register of a session opens."""
        return self.afternoon if session is Session.AFTERNOON else self.morning

    def session_at(self, clock: time) -> Session | None:
        """The session that is on at a time of the day; None before the morning and from the end of the day."""
        if not self.morning <= clock < self.ends:
            return None
        return Session.MORNING if clock < self.afternoon else Session.AFTERNOON


def closing(opens: datetime, minutes: int) -> datetime:
    """When a register that opens at `opens` closes: from that instant on whoever arrives is late after it closed."""
    return opens + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Facts:
    """All that is known of one pupil at one instant; what does not hold is None."""

    open_now: bool
    planned: bool = False
    trip: Place | None = None
    not_due: Place | None = None
    trip_left: datetime | None = None
    out_at: datetime | None = None
    here_at: datetime | None = None
    absent: bool = False
    pass_to: Place | None = None
    lesson: Place | None = None
    home: Place | None = None


def place_of(facts: Facts) -> Place:
    """Where a pupil should be. Whoever was signed in at the desk, or marked present in this session, is here whatever was
    planned or said before: only what was said later takes them away again.
    """
    here = facts.here_at
    if facts.trip is not None and (here is None or facts.trip_left is None or here < facts.trip_left):
        return facts.trip
    if facts.out_at is not None and (here is None or here < facts.out_at):
        return Place(Why.SIGNED_OUT, on_site=False)
    if here is None:
        if facts.planned:
            return Place(Why.AWAY, on_site=False)
        if facts.not_due is not None:
            return facts.not_due
        if facts.absent:
            return Place(Why.ABSENT, on_site=False)
    if not facts.open_now:
        return Place(Why.CLOSED, on_site=False)
    return facts.pass_to or facts.lesson or facts.home or Place(Why.CLASS)
