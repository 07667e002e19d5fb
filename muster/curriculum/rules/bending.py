"""Which mark a pupil has after several objectives became one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Rule(StrEnum):
    """Which of a pupil's marks stands on the merged objective, where they differ."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    LATEST = "latest"
    ASK = "ask"


class Standing(NamedTuple):
    """What stands for one pupil on one of the objectives. `rank` is the step's place on the scale; None: no step there.

    `said` is what tells two marks apart: the step as it is read now, or the state.
    """

    objective: int
    said: str
    rank: int | None
    judged_at: datetime
    row: int


def differ(standing: Collection[Standing]) -> bool:
    """Whether a pupil's marks on the objectives say different things."""
    return len({one.said for one in standing}) > 1


def latest(standing: Iterable[Standing]) -> Standing:
    """The mark made last; of two at one instant the one recorded last."""
    return max(standing, key=lambda one: (one.judged_at, one.row))


def chosen(standing: Sequence[Standing], rule: Rule, answer: int | None = None) -> int:
    """The objective whose mark stands. `standing` holds at least one.

    Of equal marks the one made last. A step comes before a state (absent, not taught), because it says more. Where
    the marks cannot be told higher from lower the one made last stands. `answer` is an objective that somebody chose.
    """
    if rule is Rule.ASK and answer is not None and answer in {one.objective for one in standing}:
        return answer
    ranked = [one for one in standing if one.rank is not None]
    if rule in {Rule.HIGHEST, Rule.LOWEST} and ranked:
        ranks = [one.rank for one in ranked if one.rank is not None]
        wanted = max(ranks) if rule is Rule.HIGHEST else min(ranks)
        return latest(one for one in ranked if one.rank == wanted).objective
    return latest(standing).objective


def unanswered(cells: Mapping[int, Sequence[Standing]], answers: Mapping[int, int]) -> list[int]:
    """Pupils whose marks differ and for whom nobody has chosen one of them."""
    return [
        pupil
        for pupil, standing in cells.items()
        if differ(standing) and answers.get(pupil) not in {one.objective for one in standing}
    ]
