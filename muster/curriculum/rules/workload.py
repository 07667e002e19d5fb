"""The workload line: what a list of objectives asks of a teacher in a year."""

from dataclasses import dataclass, replace

SNAPSHOTS = 3
"""Rounds of marking in a year, until the school says otherwise."""
SECONDS = 3
"""Seconds for one mark, until the school has enough marks to give its own median."""
MANY = 12
"""Objectives in one unit from which a gentle line is shown. Nothing is refused."""


@dataclass(frozen=True)
class Workload:
    """J = objectives x pupils x rounds a year; hours = J x seconds / 3600."""

    objectives: int
    pupils: int
    rounds: int = SNAPSHOTS
    seconds: float = SECONDS

    @property
    def judgements(self) -> int:
        """How many judgements a year."""
        return self.objectives * self.pupils * self.rounds

    @property
    def hours(self) -> float:
        """How many hours a year they take."""
        return self.judgements * self.seconds / 3600

    @property
    def is_heavy(self) -> bool:
        """Whether the gentle line is worth showing."""
        return self.objectives > MANY

    @property
    def sum(self) -> str:
        """As it is said: 12 × 30 pupils × 3 = 1,080."""
        return f"{self.objectives:,} × {self.pupils:,} pupils × {self.rounds} = {self.judgements:,}"

    @property
    def working(self) -> str:
        """How the hours come about: 1,080 × 3 s ÷ 3,600 = 0.9 hours."""
        return f"{self.judgements:,} × {self.seconds:g} s ÷ 3,600 = {self.hours:,.1f} hours"

    def with_objectives(self, count: int) -> "Workload":
        """The same with another number of objectives."""
        return replace(self, objectives=max(0, count))


@dataclass(frozen=True)
class ClassLoad:
    """What one class is to be judged on: how many objectives and lines of the summative sheet, for how many pupils."""

    name: str
    objectives: int
    pupils: int
    lines: int = 0


@dataclass(frozen=True)
class SchoolLoad:
    """J = the sum, over classes, of (objectives + summative lines) x pupils x rounds; hours as above."""

    classes: tuple[ClassLoad, ...]
    rounds: int = SNAPSHOTS
    seconds: float = SECONDS

    def of(self, one: ClassLoad) -> Workload:
        """The workload of one class."""
        return Workload(one.objectives + one.lines, one.pupils, self.rounds, self.seconds)

    @property
    def each(self) -> list[tuple[ClassLoad, Workload]]:
        """Every class with its workload."""
        return [(one, self.of(one)) for one in self.classes]

    @property
    def judgements(self) -> int:
        """How many judgements a year in the whole school."""
        return sum(work.judgements for _one, work in self.each)

    @property
    def hours(self) -> float:
        """How many hours a year they take."""
        return self.judgements * self.seconds / 3600

    def with_rounds(self, rounds: int) -> "SchoolLoad":
        """The same with another number of rounds."""
        return replace(self, rounds=max(0, rounds))
