"""What rests on objectives and steps, and how it is carried over when they change. The apps above offer both.

Curriculum knows no marks. Whatever holds them adds a `Carrier` here, and every preview and every merge asks it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.db.models import QuerySet

from muster.curriculum.models import Objective
from muster.curriculum.rules.bending import Rule
from muster.people.models import ChangeSet, Pupil, School
from muster.people.models.accounts import Viewer


@dataclass(frozen=True)
class Resting:
    """What rests on something: marks, the pupils they are of, and in how many terms somebody read about it."""

    marks: int = 0
    pupils: int = 0
    reads: int = 0

    def __add__(self, other: "Resting") -> "Resting":
        """Both together. Pupils of two holders may be the same children, so the larger number counts."""
        return Resting(self.marks + other.marks, max(self.pupils, other.pupils), self.reads + other.reads)


@dataclass(frozen=True)
class Differing:
    """One pupil whose marks on the objectives of a merge differ, for somebody who may see them."""

    pupil: Pupil
    marks: tuple[tuple[int, str, datetime], ...]
    """Objective, the mark as it is said, and when it was made; in the order of the objectives."""


@dataclass(frozen=True)
class Disagreements:
    """The pupils whose marks differ: how many, and those among them whom the person may see, by name."""

    count: int
    shown: tuple[Differing, ...]


@dataclass
class Carriage:
    """What is carried where. `onto` has for each objective the new ones that get its marks.

    Where several objectives go onto one, `rule` says which of a pupil's marks is carried, and `answers` has for a pupil
    the objective that somebody chose. `scale` is the one on which marks are compared. `read_to` is the last row that
    was read when carrying began.
    """

    change_set: ChangeSet
    onto: Mapping[int, Sequence[Objective]]
    rule: Rule
    answers: Mapping[int, int]
    scale: int
    at: datetime
    read_to: int = 0


class Carrier(Protocol):
    """Holds what rests on objectives."""

    def count(self, objectives: Collection[int]) -> Resting:
        """What rests on these objectives. A constant number of statements."""

    def count_each(self, objectives: Collection[int]) -> Mapping[int, Resting]:
        """What rests on each of these objectives. A constant number of statements."""

    def count_by_step(self, steps: Collection[int], objectives: QuerySet[Objective] | None) -> Mapping[int, Resting]:
        """What rests on each of these steps, on all objectives or only some."""

    def since(self, change_set: ChangeSet, objectives: Collection[int]) -> Resting:
        """What rests on these objectives that did not come with `change_set`."""

    def disagreements(self, objectives: Sequence[int], *, scale: int, school: School, viewer: Viewer) -> Disagreements:
        """The pupils whose marks on these objectives differ."""

    def unanswered(self, objectives: Sequence[int], answers: Mapping[int, int], *, scale: int, school: School) -> int:
        """How many pupils' marks differ without anybody having chosen one of them."""

    def carry(self, carriage: Carriage) -> None:
        """Carry in transactions so short that they hold up nobody. None of it is seen before the end."""

    def carried(self, change_set: ChangeSet) -> int:
        """How much of `to_carry`, which `carry` notes in the summary of the change set, is carried so far."""

    def carry_the_last(self, carriage: Carriage) -> Collection[int]:
        """Inside the last transaction: carry what came meanwhile, and what was taught. Answers the pupils of it all."""

    def pace(self, school: School) -> tuple[int, Decimal | None]:
        """How many marks the school has, and its median of seconds for one; None until that can be said."""


_carriers: list[Carrier] = []


def offer(carrier: Carrier) -> None:
    """Add what holds something that rests on objectives."""
    _carriers.append(carrier)


def carriers() -> Sequence[Carrier]:
    """Everything that holds something."""
    return tuple(_carriers)


def resting_on(objectives: Collection[int]) -> Resting:
    """What rests on these objectives altogether."""
    return sum((carrier.count(objectives) for carrier in _carriers), Resting())


def resting_on_each(objectives: Collection[int]) -> dict[int, Resting]:
    """What rests on each of these objectives."""
    found = {objective: Resting() for objective in objectives}
    for carrier in _carriers:
        for objective, resting in carrier.count_each(objectives).items():
            found[objective] += resting
    return found


def resting_on_steps(steps: Collection[int], objectives: QuerySet[Objective] | None = None) -> dict[int, Resting]:
    """What rests on each of these steps altogether; `objectives` None: on any."""
    found = {step: Resting() for step in steps}
    for carrier in _carriers:
        for step, resting in carrier.count_by_step(steps, objectives).items():
            found[step] += resting
    return found


def resting_since(change_set: ChangeSet, objectives: Collection[int]) -> Resting:
    """What rests on these objectives that did not come with a change."""
    return sum((carrier.since(change_set, objectives) for carrier in _carriers), Resting())
