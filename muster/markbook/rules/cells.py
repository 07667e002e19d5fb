"""What a cell shows. Pure: everything it needs is handed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class StepWord:
    """A step as a cell needs it."""

    id: int
    code: str
    word: str
    fill: str
    digit: int | None = None
    secure: bool = False
    retired: bool = False
    symbol: str = ""
    place: str = ""
    number: Decimal | None = None

    @property
    def face(self) -> str:
        """What a cell shows: the code, and the symbol where the school gave one."""
        return self.code + self.symbol


@dataclass(frozen=True)
class Shown:
    """A cell as it is drawn. `step` is None for anything but a judgement of this term."""

    text: str
    spoken: str
    css: str
    step: StepWord | None = None
    state: str = ""


BLANK_CSS = ""


def shown(
    kind: str | None,
    step: StepWord | None,
    *,
    judged_at: datetime | None,
    term_from: datetime | None,
    not_yet: str,
    absent: str,
    not_taught: str,
    earlier: str,
) -> Shown:
    """What stands in a cell whose newest judgement is of `kind`.

    A judgement made before `term_from` (that instant excluded) is an earlier term's: its letter stays, faint, and
    it counts as nothing. Without a term everything counts. Cleared and never judged are both blank. The words are
    handed in, already in the reader's language; `earlier` has a place for the letter: "%s before, not yet marked".
    """
    if kind is None or kind == "clear" or judged_at is None:
        return Shown("", not_yet, BLANK_CSS)
    old = term_from is not None and judged_at < term_from
    if kind == "step" and step is not None:
        if old:
            return Shown(step.face, earlier % step.face, "faint")
        return Shown(step.face, f"{step.face}, {step.word}", f"fill-{step.fill}" if step.fill else "", step=step)
    if old or kind == "step":
        return Shown("", not_yet, BLANK_CSS)
    if kind == "absent":
        return Shown("ab", f"ab, {absent}", "ab", state="absent")
    return Shown("nt", f"nt, {not_taught}", "nt", state="not-taught")


@dataclass(frozen=True)
class Marked:
    """How many of a row are marked this term, out of how many that can be, and how many stand on each step."""

    marked: int
    possible: int
    on_step: tuple[tuple[int, int], ...]


def marked(cells: Iterable[Shown]) -> Marked:
    """Counts of the cells of a row in which a mark is due. One not taught to this pupil is left out of the count.

    Absent is marked as nothing.
    """
    possible = [cell for cell in cells if cell.state != "not-taught"]
    counts: dict[int, int] = {}
    for cell in possible:
        if cell.step is not None:
            counts[cell.step.id] = counts.get(cell.step.id, 0) + 1
    return Marked(sum(counts.values()), len(possible), tuple(sorted(counts.items())))
