"""The geometry of a stacked bar, so that a template only writes it down."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 100.0
BLANK = "blank"


@dataclass(frozen=True)
class Part:
    """One part of a whole: how many, what they are called, and the step's fill (`leaf`), or `blank`."""

    amount: int
    label: str
    fill: str = BLANK


@dataclass(frozen=True)
class Segment:
    """A part where it is drawn, in a bar 100 wide. `css` is the class of its fill."""

    x: str
    width: str
    css: str
    label: str
    amount: int


def stacked(parts: Sequence[Part]) -> list[Segment]:
    """The segments of a bar, in the order given. Parts of nothing are left out; a bar of nothing is one blank."""
    whole = sum(part.amount for part in parts)
    if not whole:
        return [Segment("0", _short(WIDTH), BLANK, parts[-1].label if parts else "", 0)]
    segments: list[Segment] = []
    before = 0
    for part in parts:
        if part.amount:
            css = BLANK if part.fill == BLANK else f"fill-{part.fill}"
            x, width = WIDTH * before / whole, WIDTH * part.amount / whole
            segments.append(Segment(_short(x), _short(width), css, part.label, part.amount))
            before += part.amount
    return segments


def _short(number: float) -> str:
    """A number for an SVG: a full stop whatever the language, and no more digits than the eye sees."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
