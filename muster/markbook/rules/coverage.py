"""How much was taught, and how much of that is secure. Pure: what was taught and what stands are handed in.

Four shares, each with its own name, and never one for another: secure of taught, judged of taught, taught of own
(coverage) and secure of own. See docs/how-it-works/coverage.md.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class Stands(NamedTuple):
    """What stands for one pupil and one objective: a kind of judgement, and whether its step is one called secure."""

    kind: str
    secure: bool = False


class Depth(NamedTuple):
    """How deep a judgement goes: the scale it is read on, and the place of its step there, counted from the least."""

    scale: int
    place: int


@dataclass(frozen=True)
class Coverage:
    """Counts for one pupil, or for a class the sums of its pupils'.

    `own` counts the objectives of the pupil's own set, whoever's year they are; `taught` those taught to the pupil,
    without the ones said not to be taught to this pupil, which `not_taught` counts. Of the taught ones `judged` have a
    step, `absent` say that the pupil was away, `blank` say nothing. `secure` counts the judged ones on a step the
    school calls secure. `ahead` counts steps given before teaching: they stand outside every share.
    """

    own: int = 0
    taught: int = 0
    judged: int = 0
    secure: int = 0
    ahead: int = 0
    absent: int = 0
    not_taught: int = 0
    blank: int = 0

    @property
    def in_scope(self) -> int:
        """All that was taught to the group: judged + absent + not taught + blank, always."""
        return self.taught + self.not_taught

    @property
    def secure_of_taught(self) -> Fraction | None:
        """S/T. None when nothing was taught yet, which is not nought."""
        return share(self.secure, self.taught)

    @property
    def judged_of_taught(self) -> Fraction | None:
        """A/T. None when nothing was taught yet."""
        return share(self.judged, self.taught)

    @property
    def taught_of_own(self) -> Fraction | None:
        """Coverage, T/U. None when the pupil has no objectives."""
        return share(self.taught, self.own)

    @property
    def secure_of_own(self) -> Fraction | None:
        """S/U. None when the pupil has no objectives."""
        return share(self.secure, self.own)


NOTHING = Coverage()


def share(part: int, whole: int) -> Fraction | None:
    """`part` of `whole`, exact; None of nothing. Only a page rounds."""
    return Fraction(part, whole) if whole else None


def of_pupil(*, own: Collection[int], taught: Collection[int], stands: Mapping[int, Stands]) -> Coverage:
    """The counts of one pupil. `stands` need not mention what was never judged; "clear" is as good as never.

    What is taught but not the pupil's own counts in nothing, and so does what was judged of others' objectives.
    """
    own, given = set(own), set(taught)
    counts = {"judged": 0, "secure": 0, "absent": 0, "not_taught": 0, "blank": 0}
    for objective in own & given:
        mark = stands.get(objective)
        if mark is None or mark.kind == "clear":
            counts["blank"] += 1
        elif mark.kind == "step":
            counts["judged"] += 1
            counts["secure"] += mark.secure
        elif mark.kind == "absent":
            counts["absent"] += 1
        else:
            counts["not_taught"] += 1
    ahead = sum(1 for objective in own - given if objective in stands and stands[objective].kind == "step")
    return Coverage(own=len(own), taught=counts["judged"] + counts["absent"] + counts["blank"], ahead=ahead, **counts)


def of_class(pupils: Iterable[Coverage]) -> Coverage:
    """The sums of numerators and denominators, so that a share of a class is never a mean of shares."""
    each = list(pupils)
    return Coverage(
        own=sum(one.own for one in each),
        taught=sum(one.taught for one in each),
        judged=sum(one.judged for one in each),
        secure=sum(one.secure for one in each),
        ahead=sum(one.ahead for one in each),
        absent=sum(one.absent for one in each),
        not_taught=sum(one.not_taught for one in each),
        blank=sum(one.blank for one in each),
    )


@dataclass(frozen=True)
class DepthChange:
    """How much deeper, over what was judged at both dates. `new` were judged since, `elsewhere` on another scale.

    `mean` is in steps of the scale, None when nothing was judged at both dates. What is new stands beside it and is
    never in it, so that beginning something new lowers nothing.
    """

    mean: Fraction | None
    both: int
    new: tuple[int, ...]
    elsewhere: tuple[int, ...]


def depth_change(then: Mapping[int, Depth], now: Mapping[int, Depth]) -> DepthChange:
    """The mean change between two dates. Places are compared on one scale alone; words of two scales never are."""
    both = [objective for objective in then if objective in now]
    same = [objective for objective in both if then[objective].scale == now[objective].scale]
    moved = sum(now[objective].place - then[objective].place for objective in same)
    return DepthChange(
        mean=share(moved, len(same)),
        both=len(same),
        new=tuple(sorted(set(now) - set(then))),
        elsewhere=tuple(sorted(set(both) - set(same))),
    )
