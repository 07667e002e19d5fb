"""What higher apps carry into the next school year. They add to this list when they start.

Most of what they hold goes on by itself, because it hangs from pupils and not from a year; for that they only tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from muster.people.models import AcademicYear, Account, ChangeSet, School
from muster.people.rules.next_year import YearPlan
from muster.people.rules.school_days import Span, TermDates


@dataclass(frozen=True)
class Told:
    """One thing that goes on, or does not: a sentence, and the names of what is behind it. It names no pupil."""

    sentence: str
    names: Sequence[str] = ()
    needs: bool = False
    """Whether somebody should look at it."""


@dataclass(frozen=True)
class Turning:
    """One turning of a year, as a higher app needs to know it. `span` and `terms` are those of the next year."""

    school: School
    year: AcademicYear
    span: Span
    terms: Sequence[TermDates] = ()
    plan: YearPlan = field(default_factory=lambda: YearPlan((), (), (), ()))


class Companion(Protocol):
    """What one app carries along."""

    def tell(self, turning: Turning) -> list[Told]:
        """What it will carry, for the preview. A constant number of statements."""

    def carry(self, turning: Turning, *, to: AcademicYear, by: Account | None, at: datetime) -> Mapping[str, Any]:
        """Carry it, in the transaction that turns the year. Answers what undoing needs: ids, never names."""

    def turn_back(self, kept: Mapping[str, Any], *, change_set: ChangeSet) -> None:
        """Take it back, in the transaction that undoes. Raises a `Refused` when something newer rests on it."""


_companions: dict[str, Companion] = {}


def offer(name: str, companion: Companion) -> None:
    """Add what an app carries along, under a name that stays."""
    _companions[name] = companion


def companions() -> Mapping[str, Companion]:
    """Everything that is carried along."""
    return dict(_companions)
