"""Attendance codes as dated data: what each counts as, from which day until which.

England: School Attendance (Pupil Registration) (England) Regulations 2024, regulation 10 (legislation.gov.uk/uksi/2024/208),
in force from 19 August 2024. Statistical classes follow "Working together to improve school attendance" (August 2024).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Counts(StrEnum):
    """What a code counts as."""

    ATTENDING = "attending"
    AUTHORISED = "authorised absence"
    UNAUTHORISED = "unauthorised absence"
    NOT_POSSIBLE = "not a possible attendance"


class Outcome(StrEnum):
    """The five things a session can be, in any country."""

    PRESENT = "present"
    ELSEWHERE = "elsewhere"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    NOT_POSSIBLE = "not possible"


class Session(StrEnum):
    """The two halves of a school day that the law counts, and a lesson, which it does not."""

    MORNING = "am"
    AFTERNOON = "pm"
    LESSON = "lesson"


class UnknownCode(ValueError):
    """No set has this code, so what it counts as is not guessed."""


@dataclass(frozen=True)
class Code:
    """One code. `since` and `until` (None: always, still) both count.

    `elsewhere`: taught, but not on the premises. `supervised`: the adult who supervises must be named.
    `administrative`: belongs to no pupil on roll on a day the school is open, so nobody marks a pupil with it.
    """

    code: str
    counts: Counts
    late: bool = False
    elsewhere: bool = False
    supervised: bool = False
    administrative: bool = False
    since: date | None = None
    until: date | None = None

    def lives_on(self, day: date) -> bool:
        """Whether the code may be used for `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def absent(self) -> bool:
        """Whether it counts as an absence."""
        return self.counts in {Counts.AUTHORISED, Counts.UNAUTHORISED}

    @property
    def here(self) -> bool:
        """Whether somebody marked so is on the premises."""
        return self.counts is Counts.ATTENDING and not self.elsewhere

    @property
    def came(self) -> bool:
        """Whether somebody marked so is on the premises now: arriving after the register closed counts as absent, and is here."""
        return self.here or self.late

    @property
    def outcome(self) -> Outcome:
        """Which of the five things it is."""
        match self.counts:
            case Counts.ATTENDING:
                return Outcome.ELSEWHERE if self.elsewhere else Outcome.PRESENT
            case Counts.AUTHORISED:
                return Outcome.AUTHORISED
            case Counts.UNAUTHORISED:
                return Outcome.UNAUTHORISED
            case Counts.NOT_POSSIBLE:
                return Outcome.NOT_POSSIBLE


@dataclass(frozen=True)
class CodeSet:
    """The codes of one country, and those that a button stands for."""

    name: str
    codes: tuple[Code, ...]
    morning: str
    afternoon: str
    unexplained: str
    late: str
    after_close: str
    not_accepted: str
    most_minutes: int | None = None
    """The longest a register may stay open, where the law says."""

    def of(self, code: str) -> Code:
        """The code; raises `UnknownCode` rather than guess what it counts as."""
        found = _BY_CODE[self.name].get(code)
        if found is None:
            raise UnknownCode(code)
        return found

    def present(self, session: Session) -> str:
        """What the one button "present" writes for a session."""
        return self.afternoon if session is Session.AFTERNOON else self.morning

    def live(self, day: date) -> list[Code]:
        """The codes that may be used for `day`."""
        return [code for code in self.codes if code.lives_on(day)]

    def to_mark(self, day: date) -> list[Code]:
        """The codes with which a pupil may be marked for `day`."""
        return [code for code in self.live(day) if not code.administrative]

    def with_outcome(self, *wanted: Outcome) -> list[str]:
        """The codes, ended ones too, that come to one of `wanted`."""
        return [code.code for code in self.codes if code.outcome in wanted]

    def counting_as(self, *wanted: Counts) -> list[str]:
        """The codes, ended ones too, that count as one of `wanted`."""
        return [code.code for code in self.codes if code.counts in wanted]


NEW = date(2024, 8, 19)
"""The regulations of 2024 came into force."""
ENDED = date(2024, 8, 18)


def _codes(counts: Counts, *codes: str, since: date | None = None, until: date | None = None) -> list[Code]:
    return [Code(code, counts, since=since, until=until) for code in codes]


_ATTENDING, _AUTHORISED = Counts.ATTENDING, Counts.AUTHORISED
_UNAUTHORISED, _NOT_POSSIBLE = Counts.UNAUTHORISED, Counts.NOT_POSSIBLE

ENGLAND = CodeSet(
    "england",
    (
        Code("/", _ATTENDING),
        Code("\\", _ATTENDING),
        Code("L", _ATTENDING, late=True),
        Code("K", _ATTENDING, elsewhere=True, since=NEW),
        *(Code(code, _ATTENDING, elsewhere=True, supervised=True) for code in ("V", "P", "W", "B")),
        Code("D", _NOT_POSSIBLE, elsewhere=True),
        *_codes(_AUTHORISED, "C1", since=NEW),
        *_codes(_AUTHORISED, "M"),
        *_codes(_AUTHORISED, "J1", since=NEW),
        *_codes(_AUTHORISED, "S"),
        *_codes(_NOT_POSSIBLE, "X"),
        *_codes(_AUTHORISED, "C2", since=NEW),
        *_codes(_AUTHORISED, "C", "T", "R", "I", "E"),
        *_codes(_NOT_POSSIBLE, "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", since=NEW),
        *_codes(_UNAUTHORISED, "G", "N", "O"),
        Code("U", _UNAUTHORISED, late=True),
        Code("Z", _NOT_POSSIBLE, administrative=True),
        Code("#", _NOT_POSSIBLE, administrative=True),
        # Ended with the regulations of 2024. Old rows load, and count as they did then.
        *_codes(_AUTHORISED, "H", "F", until=ENDED),
        Code("J", _ATTENDING, elsewhere=True, until=ENDED),
        *_codes(_NOT_POSSIBLE, "Y", until=ENDED),
    ),
    morning="/",
    afternoon="\\",
    unexplained="N",
    late="L",
    after_close="U",
    not_accepted="O",
    most_minutes=30,
)

INTERNATIONAL = CodeSet(
    "international",
    (
        Code("P", _ATTENDING),
        Code("L", _ATTENDING, late=True),
        Code("V", _ATTENDING, elsewhere=True, supervised=True),
        *_codes(_AUTHORISED, "I", "M", "E", "S"),
        *_codes(_UNAUTHORISED, "A", "O"),
        Code("U", _UNAUTHORISED, late=True),
        *_codes(_NOT_POSSIBLE, "X"),
        Code("#", _NOT_POSSIBLE, administrative=True),
    ),
    morning="P",
    afternoon="P",
    unexplained="A",
    late="L",
    after_close="U",
    not_accepted="O",
)

SETS = {each.name: each for each in (ENGLAND, INTERNATIONAL)}
_BY_CODE = {each.name: {code.code: code for code in each.codes} for each in SETS.values()}


def usual_set(country: str) -> CodeSet:
    """The set of a country: England's in England, the international one elsewhere."""
    return ENGLAND if country.upper() == "GB-ENG" else INTERNATIONAL


class DailyStatus(StrEnum):
    """What a day is called in the Common Education Data Standards (CEDS, Attendance Status)."""

    PRESENT = "Present"
    EXCUSED = "Excused Absence"
    UNEXCUSED = "Unexcused Absence"
    TARDY = "Tardy"
    EARLY_DEPARTURE = "Early Departure"


def daily_status(code: Code, *, left_early: bool = False) -> DailyStatus | None:
    """What one session is in the United States; None where attending was not possible. Late is present, and Tardy."""
    match code.outcome:
        case Outcome.NOT_POSSIBLE:
            return None
        case Outcome.AUTHORISED:
            return DailyStatus.EXCUSED
        case Outcome.UNAUTHORISED:
            return DailyStatus.TARDY if code.late else DailyStatus.UNEXCUSED
        case Outcome.PRESENT | Outcome.ELSEWHERE:
            if left_early:
                return DailyStatus.EARLY_DEPARTURE
            return DailyStatus.TARDY if code.late else DailyStatus.PRESENT
