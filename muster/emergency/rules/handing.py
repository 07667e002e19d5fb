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


TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "lord"})
"""Words before a name, in the form in which names are compared."""


APOSTROPHES = "'’‘‛ʼʻʹ′`´＇\u00ad\u200b\u200c\u200d"
"""Signs that a name is written with or without: apostrophes of all kinds, and what nobody sees."""
PARTINGS = ",.-‐‑‒–—―−﹣－"
"""Signs that part words as a space does: hyphens and dashes of all kinds among them."""
SIGNS = str.maketrans(dict.fromkeys(APOSTROPHES, "") | dict.fromkeys(PARTINGS, " "))


def in_order(name: str) -> list[str]:
    """The words of a folded name in their order, without signs and titles."""
    words = name.translate(SIGNS).split()
    return [word for word in words if word not in TITLES] or words


def words_in(name: str) -> frozenset[str]:
    """The words of a folded name: “Mrs Farah O’Neill-Ali” and “ONeill Ali, Farah” have the same."""
    return frozenset(in_order(name))


def readings(name: str) -> list[frozenset[str]]:
    """The words of a folded name, and those with two neighbours read as one: “o neill” is “oneill” too."""
    words = in_order(name)
    joined = [[*words[:at], words[at] + words[at + 1], *words[at + 2 :]] for at in range(len(words) - 1)]
    return [frozenset(each) for each in (words, *joined)]


def within(few: frozenset[str], many: frozenset[str]) -> bool:
    """Whether each of `few` is a word of `many` of its own, or the initial of one, or a word that one is the initial of."""
    left = set(many - few)
    for word in sorted(few - many):
        fits = sorted(each for each in left if min(len(each), len(word)) == 1 and each[0] == word[0])
        if not fits:
            return False
        left.remove(fits[0])
    return True


def may_be(name: str, other: str) -> bool:
    """Whether two folded names may be those of one adult: the same words, or two or more words that the other has too.

    For an order that forbids somebody, “Max Ali” must stop “Max John Ali” and “M. Ali”. One word alone, a surname, stops
    nobody.
    """
    return any(
        one == two or (min(len(one), len(two)) > 1 and (within(one, two) or within(two, one)))
        for one in readings(name)
        for two in readings(other)
    )


@dataclass(frozen=True)
class Half:
    """One half: which child went with whom, by the words of the adult's name."""

    number: int
    pupil: int
    adult: frozenset[str]


@dataclass(frozen=True)
class Reconciled:
    """Pairs that agree, and what is left over on either side: each of those is a headline."""

    pairs: tuple[tuple[int, int], ...]
    first_alone: tuple[int, ...]
    second_alone: tuple[int, ...]


def reconcile(first: Iterable[Half], second: Iterable[Half]) -> Reconciled:
    """Match handed-over cards with second halves of the same child and adult, each used once, the older ones first.

    A name without words, such as one that cannot be read, agrees with none.
    """
    waiting: dict[tuple[int, frozenset[str]], list[int]] = {}
    for half in sorted(second, key=lambda one: one.number):
        waiting.setdefault((half.pupil, half.adult), []).append(half.number)
    pairs: list[tuple[int, int]] = []
    alone: list[int] = []
    for half in sorted(first, key=lambda one: one.number):
        fitting = waiting.get((half.pupil, half.adult)) if half.adult else None
        if fitting:
            pairs.append((half.number, fitting.pop(0)))
        else:
            alone.append(half.number)
    left = sorted(number for numbers in waiting.values() for number in numbers)
    return Reconciled(tuple(pairs), tuple(alone), tuple(left))
