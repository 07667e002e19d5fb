"""The workload line: what a list of objectives asks of a teacher in a year."""

from dataclasses import dataclass

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
