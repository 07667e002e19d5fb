"""How a mark is read when steps have been merged or a subject has gone over to another scale. The mark itself stays."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Mapped(NamedTuple):
    """That marks on `old` are read as `new`, wherever the scale of `new` is the one in use."""

    old: int
    old_scale: int
    new: int
    new_scale: int


@dataclass(frozen=True)
class Readings:
    """Every mapping in force at one moment.

    `onto` holds for a step the steps it is read as, the mapping made last first; `scales` the scale of each step that
    takes part in any.
    """

    onto: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    scales: Mapping[int, int] = field(default_factory=dict)

    def of(self, step: int | None, scale: int | None) -> int | None:
        """The step that a mark on `step` is read as where `scale` is in use.

        Itself where it belongs to `scale` and was not merged into another there. Mappings are followed however many
        stand in a row, the shortest way first. Where no way leads to `scale` the mark keeps its own step: no mark
        ever disappears. None (a mark without a step) stays None.
        """
        if step is None or step not in self.onto:
            return step
        return self._last(step, scale) if self.scales[step] == scale else self._first_on(step, scale)

    def _last(self, step: int, scale: int | None) -> int:
        """Where merges inside one scale end."""
        seen = {step}
        while True:
            further = (new for new in self.onto.get(step, ()) if self.scales[new] == scale and new not in seen)
            following = next(further, None)
            if following is None:
                return step
            seen.add(following)
            step = following

    def _first_on(self, step: int, scale: int | None) -> int:
        """The nearest step of `scale`, read on from there; `step` itself where none can be reached."""
        seen, waiting = {step}, deque([step])
        while waiting:
            for new in self.onto.get(waiting.popleft(), ()):
                if new in seen:
                    continue
                if self.scales[new] == scale:
                    return self._last(new, scale)
                seen.add(new)
                waiting.append(new)
        return step


def readings_from(mapped: Iterable[Mapped]) -> Readings:
    """The readings that `mapped` makes, the mapping made last given last."""
    onto: dict[int, tuple[int, ...]] = {}
    scales: dict[int, int] = {}
    for one in mapped:
        onto[one.old] = (one.new, *onto.get(one.old, ()))
        scales[one.old], scales[one.new] = one.old_scale, one.new_scale
    return Readings(onto, scales)
