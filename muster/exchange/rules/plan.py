"""A plan as data: what happens to every record of a roster and why, and the work that follows. The run does just that."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from muster.exchange.rules.causes import remedy
from muster.exchange.rules.from_before import FromBefore
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, RosterGuardian, RosterPupil, RosterStaff, Source

Ref = int
"""Which row something belongs to: the number of one we have, or -1, -2, … for the first, second, … this plan adds."""


@dataclass(frozen=True)
class Reason:
    """Why something happens to a record.

    `cause` is one word for all that one answer settles; `sentence` says it once for all of them and names nobody;
    `detail` is what is particular to this one.
    """

    cause: str
    sentence: str
    detail: str = ""

    @property
    def words(self) -> str:
        """The sentence with its detail, and what has to be done where only that helps."""
        return " ".join(filter(None, (self.sentence, self.detail, remedy(self.cause))))


@dataclass(frozen=True)
class Line:
    """One record and what happens to it. `key` is its name among the answers, `candidates` whom it could mean."""

    of: Of
    effect: Effect
    name: str
    source: Source
    reasons: tuple[Reason, ...] = ()
    key: str = ""
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True)
class NewYear:
    """A school year to be made, with its terms (name, first and last day)."""

    name: str
    first_day: date
    last_day: date
    terms: tuple[tuple[str, date, date], ...] = ()


@dataclass(frozen=True)
class NewClass:
    """A class to be made. `year` is the number of its school year, 0 for the one the plan makes."""

    name: str
    kind: str
    year: int
    year_group: int | None = None


@dataclass(frozen=True)
class PupilChange:
    """What would change of one pupil we have: facts as `Fact` names them (a date in ISO form), numbers, an address."""

    facts: Mapping[str, str] = field(default_factory=dict)
    identifiers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True)
class Seat:
    """A pupil into a class; both days count."""

    pupil: Ref
    school_class: Ref
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Work:
    """Everything a plan does. What is empty does nothing."""

    year: NewYear | None = None
    year_groups: tuple[int, ...] = ()
    """Numbers of year groups to be made; 0 is Reception, -1 Nursery."""
    classes: tuple[NewClass, ...] = ()
    renamed: Mapping[int, str] = field(default_factory=dict)
    rooms: Mapping[Ref, str] = field(default_factory=dict)
    """A class's own room, where it is another than it has."""
    join: tuple[RosterPupil, ...] = ()
    change: Mapping[int, PupilChange] = field(default_factory=dict)
    leave: Mapping[int, date] = field(default_factory=dict)
    """Last day on roll by pupil."""
    back: Mapping[int, date] = field(default_factory=dict)
    """First day on roll again by pupil."""
    placed: Mapping[tuple[Ref, int], int] = field(default_factory=dict)
    """Number of the year group by pupil and school year (0: the one the plan makes)."""
    seats: tuple[Seat, ...] = ()
    unseat: Mapping[int, date | None] = field(default_factory=dict)
    """Last day by place in a class; None takes out one that has not begun."""
    guardians: tuple[RosterGuardian, ...] = ()
    families: tuple[tuple[Ref, Ref, str], ...] = ()
    """Guardian, pupil, and what the one is to the other."""
    reach: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Ways to reach a guardian we have, where there was none."""
    answers: tuple[tuple[Ref, str, str], ...] = ()
    """Pupil, code of the key group, yes or no."""
    from_before: Mapping[Ref, FromBefore] = field(default_factory=dict)
    """What the file says of their time at earlier schools and is not held yet, by pupil."""
    staff: tuple[RosterStaff, ...] = ()
    teach: tuple[tuple[Ref, Ref, date], ...] = ()
    """Staff, class, and from when."""
    unteach: tuple[tuple[int, int], ...] = ()
    staff_end: Mapping[int, date] = field(default_factory=dict)
    """Last day by member of staff."""
    staff_back: tuple[int, ...] = ()
    """Staff without an account who had left and work there again."""
    remember: tuple[tuple[Of, str, Ref], ...] = ()
    """Which row the source's id means."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing anybody would see is done; ids alone to be remembered are nothing."""
        return not any(value for name, value in vars(self).items() if name != "remember")


@dataclass(frozen=True)
class Plan:
    """What a roster would do to one school.

    `lines` are all records of people and classes; of memberships only those to which something happens, for a large
    school has tens of thousands that stay as they are. `counts` counts all of them.
    """

    lines: tuple[Line, ...] = ()
    counts: Mapping[tuple[Of, Effect], int] = field(default_factory=dict)
    work: Work = field(default_factory=Work)
    notes: tuple[str, ...] = ()
    new_classes: tuple[str, ...] = ()
    """Their names, so that each can be said to be one we have."""
    blanks: int = 0
    """Pupils of whom something is known where the file has an empty cell."""

    def count(self, effect: Effect, *of: Of) -> int:
        """Records with that effect; of all kinds where none is named."""
        return sum(many for (kind, each), many in self.counts.items() if each is effect and (not of or kind in of))

    @property
    def mark(self) -> str:
        """A short digest: what was shown and what is applied have the same one."""
        said = [f"{name}={self._settled(value)!r}" for name, value in sorted(vars(self.work).items()) if value]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]

    @staticmethod
    def _settled(value: object) -> object:
        return sorted(value.items(), key=repr) if isinstance(value, Mapping) else value


def counted(lines: tuple[Line, ...], left: Counter[tuple[Of, Effect]]) -> dict[tuple[Of, Effect], int]:
    """How many records of each kind have each effect: those with a line, and those `left` without one."""
    found = Counter(left)
    for line in lines:
        found[line.of, line.effect] += 1
    return dict(found)
