"""Where in a sheet the table is: what people put above, between and below the rows, and how they head columns.

Nothing here knows what the rows are about. A reader may say which headings it knows, and the row that has most of them is the
row of headings; else it is the first that is as wide as what follows and holds words only.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from muster.pages.rules.cells import Cell, Merged, Sheet, text_of
from muster.pages.rules.separated import kept_as_text

LOOKED_AT = 40
"""Rows with something in them among which the headings stand."""
BETWEEN = ": "
"""What stands between the heading over several columns and the one beneath it."""
BROKEN = frozenset({"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!"})
"""What a spreadsheet shows, and writes into a text file, where a formula came to nothing."""
NO_HEADING = re.compile(
    r"[-+]?[\d.,/:\s%-]*\d[\d.,/:\s%-]*|\d{1,4}[-/. ]\w{2,9}[-/. ]\d{2,4}.*|\S+@\S+\.\S+|[A-Z]\d{11}[A-Z0-9]|https?:.*"
)
"""Numbers, dates, addresses and pupil numbers: what stands under a heading and is none."""
EXPLAINS = re.compile(
    r"e\.?g\b|for example|example\b|required|optional|mandatory|must\b|format\b|dd?[/-]mm|yyyy|mm[/-]dd|text\b|number\b|enter\b|please\b|"
    r"max\b|maximum|up to \d|leave blank|choose|select|yes/no|y/n|date\b|letters",
    re.IGNORECASE,
)
"""How a cell begins that explains its column."""
SURELY_EXPLAINS = re.compile(
    r"\(?(e\.?g\b|for example|required|optional|mandatory|dd?[/-]mm|yyyy|please\b)", re.IGNORECASE
)
ENDS = re.compile(
    r"(grand |sub)?totals?\b|averages?\b|mean\b|count\b|sum\b|number of\b|no\. of\b|printed\b|generated\b|exported\b|produced\b|created\b|"
    r"report (run|date)|page \d|end of\b|source\b|notes?\b|key\b|©|confidential",
    re.IGNORECASE,
)
"""How a row begins that sums up, or says where the sheet is from."""


@dataclass(frozen=True)
class Found:
    """A table in a sheet. Rows are counted from 0; `columns` are as many as have a heading or something beneath one."""

    headings: tuple[str, ...]
    rows: tuple[int, ...]
    """Rows that hold something, in order."""
    explaining: tuple[int, ...] = ()
    ending: tuple[int, ...] = ()
    known: int = 0
    """Headings that the reader knows."""
    wide: int = 0
    """Cells of the row of headings, the empty ones counted."""


@dataclass
class Grid:
    """A sheet as texts, merged cells filled in where they mean a value for each row."""

    sheet: Sheet
    texts: list[list[str]] = field(init=False)
    values: list[list[Cell]] = field(init=False)
    broken: set[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.broken = set(self.sheet.broken)
        self.values = [list(row) for row in self.sheet.rows]
        self.texts = [[tidy(cell if isinstance(cell, str) else text_of(cell)) for cell in row] for row in self.values]
        for y, row in enumerate(self.texts):
            for x, text in enumerate(row):
                if text.startswith("#") and text.casefold() in BROKEN:
                    self.broken.add((y, x))
                    row[x], self.values[y][x] = "", ""

    def fill_down(self, first: int) -> None:
        """Give each row from `first` on what stands in a cell that reaches down over it."""
        for one in self.sheet.merged:
            if one.bottom > one.top >= first and one.top < len(self.texts) and one.left < len(self.texts[one.top]):
                for y in range(one.top + 1, min(one.bottom + 1, len(self.texts))):
                    if one.left < len(self.texts[y]) and not self.texts[y][one.left]:
                        self.texts[y][one.left] = self.texts[one.top][one.left]
                        self.values[y][one.left] = self.values[one.top][one.left]

    def cell(self, y: int, x: int) -> str:
        """The text in a row and column, from 0; "" beyond the end."""
        return self.texts[y][x] if y < len(self.texts) and x < len(self.texts[y]) else ""

    def is_wordy(self, y: int) -> bool:
        """Whether every cell of a row could be a heading."""
        return all(
            not text or (isinstance(value, str) and len(text) <= 120 and not NO_HEADING.fullmatch(text))
            for text, value in zip(self.texts[y], self.values[y], strict=True)
        )

    def merged_over(self, y: int) -> list[Merged]:
        """Cells of a row that were made one across several columns."""
        return [one for one in self.sheet.merged if one.top == one.bottom == y and one.right > one.left]


def tidy(cell: str) -> str:
    """A cell without outer spaces and without what no eye sees at its ends."""
    return kept_as_text(cell.strip().strip("\ufeff\u200b\u00a0").strip()).strip()


def find_table(grid: Grid, knows: Callable[[str], bool]) -> Found | None:
    """The table of a sheet, or None where there is nothing in it."""
    full = [y for y, row in enumerate(grid.texts) if any(row)]
    if not full:
        return None
    at, known = heading_row(grid, full, knows)
    below = full[full.index(at) + 1 :]
    headings, at = joined_headings(grid, at, below)
    below = [y for y in below if y > at]
    grid.fill_down(at + 1)
    explaining = explanations(grid, below)
    below = below[len(explaining) :]
    again = {y for y in below if [text for text in grid.texts[y] if text] == [text for text in headings if text]}
    below = [y for y in below if y not in again]
    ending = endings(grid, below, sum(map(bool, headings)))
    rows = below[: len(below) - len(ending)]
    return Found(tuple(headings), tuple(rows), tuple(explaining), tuple(ending), known, len(grid.texts[at]))


def heading_row(grid: Grid, full: Sequence[int], knows: Callable[[str], bool]) -> tuple[int, int]:
    """The row of headings, and how many of them are known."""
    looked = full[:LOOKED_AT]
    known = {y: len({text.casefold() for text in grid.texts[y] if text and knows(text)}) for y in looked}
    best = max(looked, key=lambda y: (known[y], -y))
    # One word that is known may stand in a title; two, or a row of one word, do not.
    if known[best] >= 2 or (known[best] and len([text for text in grid.texts[best] if text]) == known[best]):
        return best, known[best]
    widths = [sum(map(bool, grid.texts[y])) for y in full]
    usual = Counter(widths[: LOOKED_AT * 5]).most_common(1)[0][0]
    for y, width in zip(looked, widths, strict=False):
        if width >= max(min(2, usual), 0.6 * usual) and grid.is_wordy(y):
            return y, known[y]
    return full[0], known[full[0]]


def joined_headings(grid: Grid, at: int, below: Sequence[int]) -> tuple[list[str], int]:
    """The headings, each with the one that stands over it and its neighbours; and the last row they take."""
    width = max(len(row) for row in grid.texts)
    upper, lower = at - 1, at
    if goes_on_below(grid, at, below):
        upper, lower = at, below[0]
    elif not (at and stands_over(grid, at - 1, at)):
        return [one_line(grid.cell(at, x)) for x in range(width)], at
    over = spread(grid, upper, lower, width)
    headings = []
    for x in range(width):
        above, beneath = one_line(over[x]), one_line(grid.cell(lower, x))
        if above and beneath and above != beneath:
            headings.append(f"{above}{BETWEEN}{beneath}")
        else:
            headings.append(beneath or above)
    return headings, lower


def goes_on_below(grid: Grid, at: int, below: Sequence[int]) -> bool:
    """Whether the row under the headings heads the columns that those leave to it."""
    if not below or below[0] != at + 1 or len(below) < 2:
        return False
    here, under = at, below[0]
    if not grid.is_wordy(under):
        return False
    over = grid.merged_over(here)
    if any(sum(bool(grid.cell(under, x)) for x in range(one.left, one.right + 1)) > 1 for one in over):
        return True
    width = max(len(grid.texts[here]), len(grid.texts[under]))
    fills = sum(bool(grid.cell(under, x)) and not grid.cell(here, x) for x in range(width))
    leaves = sum(bool(grid.cell(here, x)) and not grid.cell(under, x) for x in range(width))
    return fills > 0 and leaves > 0


def stands_over(grid: Grid, upper: int, lower: int) -> bool:
    """Whether the row above the headings heads several of them at once: it has two or more, and fewer than they are."""
    above = sum(map(bool, grid.texts[upper]))
    beneath = sum(map(bool, grid.texts[lower]))
    if not grid.is_wordy(upper) or above >= beneath:
        return False
    repeated = beneath > len({text.casefold() for text in grid.texts[lower] if text})
    return bool(above >= 2 and (grid.merged_over(upper) or repeated))


def spread(grid: Grid, upper: int, lower: int, width: int) -> list[str]:
    """What stands over each column: a merged cell over all it covers, another until the next."""
    over = [grid.cell(upper, x) for x in range(width)]
    merged = grid.merged_over(upper)
    for one in merged:
        for x in range(one.left, min(one.right + 1, width)):
            over[x] = grid.cell(upper, one.left)
    if merged:
        return over
    last = ""
    for x in range(width):
        last = over[x] or (last if grid.cell(lower, x) else "")
        over[x] = last
    return over


def one_line(heading: str) -> str:
    """A heading in one line."""
    return " ".join(heading.split())


def explanations(grid: Grid, below: Sequence[int]) -> list[int]:
    """Rows just under the headings that explain the columns: half of their cells do, and one does surely."""
    found: list[int] = []
    for y in below[:3]:
        said = [text for text in grid.texts[y] if text]
        explains = [text for text in said if EXPLAINS.match(text.lstrip("(")) or SURELY_EXPLAINS.match(text)]
        if not any(SURELY_EXPLAINS.match(text) for text in said) or 2 * len(explains) < len(said):
            break
        found.append(y)
    return found


def endings(grid: Grid, below: Sequence[int], width: int) -> list[int]:
    """Rows at the end that are none: sums, and what says where the sheet is from."""
    found: list[int] = []
    for place in range(len(below) - 1, max(0, len(below) - 8), -1):
        y = below[place]
        said = [(text, value) for text, value in zip(grid.texts[y], grid.values[y], strict=True) if text]
        first, others = said[0][0], said[1:]
        sums = all(is_sum(text, value) for text, value in others)
        apart = below[place] - below[place - 1] > 1
        alone = len(said) == 1 and width >= 3 and (apart or len(first) > 40)
        if (
            (ENDS.match(first) and sums and width > 1)
            or alone
            or (apart and ENDS.match(first) and len(said) <= width // 2)
        ):
            found.append(y)
        else:
            break
    return found[::-1]


def is_sum(text: str, value: Cell) -> bool:
    """Whether a cell is a number, or could be one."""
    return isinstance(value, int | float) or (
        not isinstance(value, date | time) and re.fullmatch(r"[-+]?[\d.,\s]+%?", text) is not None
    )
