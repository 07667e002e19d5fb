"""Attendance in exact fractions. Nothing here rounds: only a page does.

Sessions and their classes: School Attendance (Pupil Registration) (England) Regulations 2024, regulation 10; how they are
added up: "Working together to improve school attendance" (August 2024). United States: chronic absence as the states
report it, a tenth of enrolled days missed for whatever reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from muster.attendance.rules.codes import CodeSet, Counts, Session


@dataclass(frozen=True)
class Mark:
    """What stands for one pupil in one session of one day; None where there is no mark."""

    on: date
    session: Session
    code: str | None


@dataclass(frozen=True)
class Tally:
    """Sessions by what they count as. Tallies add up: a group's rate is that of the sum, never a mean of rates."""

    attended: int = 0
    authorised: int = 0
    unauthorised: int = 0
    not_possible: int = 0
    unmarked: int = 0
    late: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.attended + other.attended,
            self.authorised + other.authorised,
            self.unauthorised + other.unauthorised,
            self.not_possible + other.not_possible,
            self.unmarked + other.unmarked,
            self.late + other.late,
        )

    @property
    def absent(self) -> int:
        """Sessions of absence, whether or not they were authorised."""
        return self.authorised + self.unauthorised

    @property
    def possible(self) -> int:
        """Sessions that could have been attended: those attended and those of absence."""
        return self.attended + self.absent

    @property
    def attendance(self) -> Fraction | None:
        """Share of possible sessions attended. None when none was possible, which is not 0."""
        return Fraction(self.attended, self.possible) if self.possible else None

    @property
    def absence(self) -> Fraction | None:
        """Share of possible sessions missed; with `attendance` exactly 1."""
        return Fraction(self.absent, self.possible) if self.possible else None

    @property
    def persistent(self) -> bool:
        """Absent for a tenth of possible sessions or more, in whole numbers. Nobody is, who could not have attended."""
        return self.possible > 0 and 10 * self.absent >= self.possible

    @property
    def severe(self) -> bool:
        """Absent for half of possible sessions or more."""
        return self.possible > 0 and 2 * self.absent >= self.possible


def tally(counted: Mapping[str | None, int], *, codes: CodeSet) -> Tally:
    """Sessions counted by code, None for those without a mark. Raises `UnknownCode` rather than guess what one counts as."""
    sums = dict.fromkeys(Counts, 0)
    unmarked = late = 0
    for name, number in counted.items():
        if name is None:
            unmarked += number
            continue
        code = codes.of(name)
        sums[code.counts] += number
        late += number if code.late and code.counts is Counts.ATTENDING else 0
    return Tally(
        sums[Counts.ATTENDING],
        sums[Counts.AUTHORISED],
        sums[Counts.UNAUTHORISED],
        sums[Counts.NOT_POSSIBLE],
        unmarked,
        late,
    )


def attendance_rate(marks: Iterable[Mark], *, first: date, last: date, codes: CodeSet) -> Fraction | None:
    """Share of possible sessions attended, 0 to 1, exact; only a page rounds.

    `first` and `last` both count, and are the school's own dates, not UTC. A session without a mark is not possible, nor
    is a lesson: the law counts mornings and afternoons. `None` when none was possible, which is not 0. Late counts as
    attended; arriving after the register closed does not. Raises `UnknownCode` rather than guess what a code counts as.

    Codes: School Attendance (Pupil Registration) (England) Regulations 2024, regulation 10.
    """
    counted: dict[str | None, int] = {}
    for mark in marks:
        if first <= mark.on <= last and mark.session is not Session.LESSON:
            counted[mark.code] = counted.get(mark.code, 0) + 1
    return tally(counted, codes=codes).attendance


def group_rate(tallies: Iterable[Tally]) -> Fraction | None:
    """The rate of a group: sum of what was attended over sum of what was possible."""
    return sum(tallies, Tally()).attendance


UNAUTHORISED_LIMIT = 10
WINDOW_WEEKS = 10


def ten_in_ten_weeks(unauthorised: Iterable[tuple[date, Session]], *, school_weeks: Iterable[date]) -> date | None:
    """The day on which a pupil reached ten unauthorised sessions within ten school weeks one after the other; else None.

    `school_weeks` are the Mondays of weeks in which the school was open, in order; the window runs on across terms and
    passes over holidays. The day is that of the tenth session, the first time it comes to ten. Muster issues nothing.

    "National framework for penalty notices" in "Working together to improve school attendance" (August 2024).
    """
    place = {monday: number for number, monday in enumerate(school_weeks)}
    recent: list[int] = []
    for day, _session in sorted(unauthorised):
        week = place.get(day - timedelta(days=day.weekday()))
        if week is None:
            continue
        recent = [each for each in recent if week - each < WINDOW_WEEKS]
        recent.append(week)
        if len(recent) >= UNAUTHORISED_LIMIT:
            return day
    return None


def chronic_absence(days_absent: int, days_enrolled: int, *, more_than: int = 0) -> bool:
    """Absent for a tenth of enrolled days or more, excused or not, suspensions included.

    `more_than`: the fewest enrolled days a state counts are more than that (California: 30).
    """
    return days_enrolled > more_than and 10 * days_absent >= days_enrolled


def average_daily_attendance(days_attended: Iterable[int], days_taught: int) -> Fraction | None:
    """Days attended by all pupils over days taught: how many were there on a usual day. It hides single pupils, so it is
    shown beside chronic absence and never in its place. None where no day was taught.
    """
    return Fraction(sum(days_attended), days_taught) if days_taught else None
