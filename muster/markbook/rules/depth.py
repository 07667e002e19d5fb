"""How deep: secure and deeper as counts beside each other, never one number. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from muster.markbook.rules.coverage import Coverage, share


@dataclass(frozen=True)
class DepthStep:
    """A step as depth needs it: its place in its scale, from the least, and whether the school calls it secure."""

    id: int
    scale: int
    position: int
    secure: bool


@dataclass(frozen=True)
class Depth:
    """Of so many own objectives: how many stand on each step, how many are secure, and how many of those deeper."""

    own: int
    on_step: Mapping[int, int]
    secure: int
    deeper: int

    @property
    def judged(self) -> int:
        """How many have a step."""
        return sum(self.on_step.values())

    @property
    def not_marked(self) -> int:
        """How many have none."""
        return self.own - self.judged


def depth_of(own: int, steps: Iterable[int], scale: Mapping[int, DepthStep]) -> Depth:
    """The depth of `own` objectives of which `steps` (ids, one for each judged) are given.

    Deeper is a secure step beyond the first secure one of its scale. A scale with one secure step has nothing deeper.
    """
    first: dict[int, int] = {}
    for step in scale.values():
        if step.secure:
            first[step.scale] = min(step.position, first.get(step.scale, step.position))
    on_step: dict[int, int] = {}
    for each in steps:
        on_step[each] = on_step.get(each, 0) + 1
    secure = sum(count for each, count in on_step.items() if each in scale and scale[each].secure)
    deeper = sum(
        count
        for each, count in on_step.items()
        if each in scale and scale[each].secure and scale[each].position > first[scale[each].scale]
    )
    return Depth(own, on_step, secure, deeper)


@dataclass(frozen=True)
class Part:
    """One of the four shares: so many of so many, and exactly how much that is; None of nothing."""

    part: int
    whole: int

    @property
    def share(self) -> Fraction | None:
        """Exact."""
        return share(self.part, self.whole)

    @property
    def percent(self) -> int | None:
        """In whole per cent, a half rounded up; None of nothing."""
        found = self.share
        return None if found is None else int(found * 100 + Fraction(1, 2))


@dataclass(frozen=True)
class FourShares:
    """Secure of taught, judged of taught, taught of own (coverage) and secure of own: four numbers, never one."""

    secure_of_taught: Part
    judged_of_taught: Part
    taught_of_own: Part
    secure_of_own: Part


def four_shares(coverage: Coverage) -> FourShares:
    """The four, from the counts of a pupil or of a class."""
    return FourShares(
        Part(coverage.secure, coverage.taught),
        Part(coverage.judged, coverage.taught),
        Part(coverage.taught, coverage.own),
        Part(coverage.secure, coverage.own),
    )
