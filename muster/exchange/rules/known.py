"""What a school holds already, as a plan needs to know it: values, opened once, without a database behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from muster.exchange.rules.from_before import FromBefore
from muster.exchange.rules.roster import Of


class HeldSeat(NamedTuple):
    """A place in a class that has not ended; both days count. A school has ten thousand, so each is a plain tuple."""

    pk: int
    school_class: int
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class HeldPupil:
    """One pupil we have, those who have left too."""

    pk: int
    surname: str = ""
    forenames: str = ""
    known_as: str = ""
    born_on: date | None = None
    upn: str = ""
    on_roll: bool = True
    joined_on: date | None = None
    """The day of the enrolment that is open."""
    seats: tuple[HeldSeat, ...] = ()
    year_group: int | None = None
    """The number of the year group they are placed in this year."""
    placed: Mapping[int, int] = field(default_factory=dict)
    """The same for later years, by the number of the year's row."""
    address: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    guardians: frozenset[int] = frozenset()
    groups: Mapping[str, str] = field(default_factory=dict)
    """yes, no or not-known by the code of the key group."""
    from_before: FromBefore = field(default_factory=FromBefore)
    """What is held of their time at earlier schools, where the file speaks of any."""

    @property
    def name(self) -> str:
        """As the class says it."""
        return f"{self.known_as or self.forenames} {self.surname}".strip()


@dataclass(frozen=True)
class HeldYear:
    """A school year; both days count."""

    pk: int
    name: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class HeldClass:
    """One class. `year` is the number of its school year's row, `room` its own room where one is entered for it."""

    pk: int
    name: str
    year: int
    kind: str = "registration"
    room: str = ""


@dataclass(frozen=True)
class HeldGuardian:
    """One parent or carer."""

    pk: int
    name: str = ""
    email: str = ""
    telephone: str = ""
    address: str = ""


@dataclass(frozen=True)
class HeldStaff:
    """One adult who works there. `teaches` are the classes their post reaches now.

    `other_posts` are the words of posts they hold that are no teaching, which no file ends. `is_there` says whether they work
    there by a post that a file may end or, where they have no account (`signs_in` is false), because nobody has said that
    they have left. `had_post` says whether they ever had a post there. `may_teach` says whether a class can be given to them: they hold the post of a teacher.
    """

    pk: int
    name: str = ""
    email: str = ""
    teaches: frozenset[int] = frozenset()
    other_posts: tuple[str, ...] = ()
    is_there: bool = True
    signs_in: bool = True
    had_post: bool = True
    may_teach: bool = True


@dataclass(frozen=True)
class Known:
    """All that one school holds on a day."""

    today: date
    year: HeldYear | None = None
    """The year `today` lies in, or the nearest."""
    years: tuple[HeldYear, ...] = ()
    pupils: tuple[HeldPupil, ...] = ()
    classes: tuple[HeldClass, ...] = ()
    guardians: tuple[HeldGuardian, ...] = ()
    staff: tuple[HeldStaff, ...] = ()
    year_groups: Mapping[int, str] = field(default_factory=dict)
    """Name by number; one without a number of its own has one below -100."""
    year_words: Mapping[str, int] = field(default_factory=dict)
    """Number by folded name and code."""
    groups: frozenset[str] = frozenset()
    """Codes of the key groups in use."""
    remembered: Mapping[tuple[Of, str], int] = field(default_factory=dict)
    """Which row the source meant by an id last time."""
    sourced: Mapping[Of, frozenset[int]] = field(default_factory=dict)
    """Every row that ever came from this source."""
    may_correct: bool = True
    """Whether there is somebody in whose name a record can be put right."""


def nobody(today: date) -> Known:
    """A school that holds nothing but the year it is in, to plan against where there is no installation."""
    begins = date(today.year if today.month >= 9 else today.year - 1, 9, 1)
    ends = begins.replace(year=begins.year + 1, month=8, day=31)
    year = HeldYear(1, f"{begins.year}/{ends.year % 100:02}", begins, ends)
    return Known(today=today, year=year, years=(year,))
