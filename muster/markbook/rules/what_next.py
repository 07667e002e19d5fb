"""What comes next: for a class what most of it lacks, for a pupil what to learn. Pure: what stands is handed in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How one pupil stands in one objective."""

    SECURE = "secure"
    LACKING = "lacking"
    """Judged, and not on a step the school calls secure."""
    ABSENT = "absent"
    NOT_TAUGHT = "not taught"
    BLANK = "blank"


@dataclass(frozen=True)
class Population:
    """Who a number is about. `judged` + `absent` + `not_taught` + `blank` are always all of the group."""

    judged: int
    absent: int
    not_taught: int
    blank: int

    @property
    def everybody(self) -> int:
        """All of the group."""
        return self.judged + self.absent + self.not_taught + self.blank


@dataclass(frozen=True)
class Gap:
    """One objective that somebody lacks: who, in the order given, and who was away when it was taught."""

    objective: int
    taught: bool
    lacking: tuple[int, ...]
    absent: tuple[int, ...]
    population: Population


def gap_in(objective: int, standings: Mapping[int, Standing], *, taught: bool) -> Gap:
    """One objective, from how each pupil of the group stands in it."""
    lacking: list[int] = []
    absent: list[int] = []
    secure = not_taught = blank = 0
    for pupil, standing in standings.items():
        if standing is Standing.SECURE:
            secure += 1
        elif standing is Standing.BLANK:
            blank += 1
        elif standing is Standing.LACKING:
            lacking.append(pupil)
        elif standing is Standing.ABSENT:
            absent.append(pupil)
        else:
            not_taught += 1
    population = Population(secure + len(lacking), len(absent), not_taught, blank)
    return Gap(objective, taught, tuple(lacking), tuple(absent), population)


def biggest_first(gaps: Iterable[Gap]) -> list[Gap]:
    """Those that anybody lacks: what was taught before what was not, most pupils first, then as they were given."""
    return sorted((gap for gap in gaps if gap.lacking), key=lambda gap: (not gap.taught, -len(gap.lacking)))


@dataclass(frozen=True)
class Next:
    """What one pupil is working on now, and what comes next, each as objectives in the order of learning."""

    now: tuple[int, ...]
    following: tuple[int, ...]


def next_for(
    objectives: Sequence[int], standings: Mapping[int, Standing], taught: Iterable[int], *, most: int = 3
) -> Next:
    """What is next for one pupil among their own `objectives`, in the order of learning; at most `most` of each.

    Now: begun and not yet secure, or missed when it was taught. Next: nothing said of it yet, what was taught first.
    What was said not to be taught to this pupil is neither. An objective that `standings` leaves out is blank.
    """
    given = set(taught)
    now = [each for each in objectives if standings.get(each) in {Standing.LACKING, Standing.ABSENT}]
    blank = [each for each in objectives if standings.get(each, Standing.BLANK) is Standing.BLANK]
    following = [each for each in blank if each in given] + [each for each in blank if each not in given]
    return Next(tuple(now[:most]), tuple(following[:most]))


def plain_sentence(wording: str) -> str:
    """An objective's wording as a sentence by itself: begun with a capital, ended with a full stop, in one line."""
    words = " ".join(wording.split()).rstrip(" ;,:")
    if not words:
        return ""
    return words[0].upper() + words[1:] + ("" if words[-1] in ".!?…" else ".")
