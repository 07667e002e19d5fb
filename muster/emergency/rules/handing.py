"""Handing a child back: six steps in order, and whether the two halves agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The steps, in order. Greeting makes the card; the others are done on it."""

    GREET = "greet"
    CARD = "card"
    CHECK = "check"
    FETCH = "fetch"
    ASK = "ask"
    HAND_OVER = "hand-over"


class Answer(StrEnum):
    """How a step ended."""

    YES = "yes"
    NO = "no"


ORDER: tuple[Step, ...] = tuple(Step)


def next_step(done: Sequence[tuple[Step, Answer]]) -> Step | None:
    """The step a card waits for; None when it is finished, or was stopped by a no."""
    if any(answer is Answer.NO for _step, answer in done):
        return None
    made = {step for step, _answer in done} | {Step.GREET}
    return next((step for step in ORDER if step not in made), None)


@dataclass(frozen=True)
class Half:
    """One half: which child went with whom. `adult` folded for comparing."""

    number: int
    pupil: int
    adult: str


@dataclass(frozen=True)
class Reconciled:
    """Pairs that agree, and what is left over on either side: each of those is a headline."""

    pairs: tuple[tuple[int, int], ...]
    first_alone: tuple[int, ...]
    second_alone: tuple[int, ...]


def reconcile(first: Iterable[Half], second: Iterable[Half]) -> Reconciled:
    """Match handed-over cards with second halves of the same child and adult, each used once, the older ones first."""
    waiting: dict[tuple[int, str], list[int]] = {}
    for half in sorted(second, key=lambda one: one.number):
        waiting.setdefault((half.pupil, half.adult), []).append(half.number)
    pairs: list[tuple[int, int]] = []
    alone: list[int] = []
    for half in sorted(first, key=lambda one: one.number):
        fitting = waiting.get((half.pupil, half.adult))
        if fitting:
            pairs.append((half.number, fitting.pop(0)))
        else:
            alone.append(half.number)
    left = sorted(number for numbers in waiting.values() for number in numbers)
    return Reconciled(tuple(pairs), tuple(alone), tuple(left))
