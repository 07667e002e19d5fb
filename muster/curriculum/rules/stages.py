"""Reading which stage a text names: a year, several years, a key stage."""

import re
from dataclasses import dataclass

KEY_STAGES: dict[int, tuple[int, ...]] = {1: (1, 2), 2: (3, 4, 5, 6), 3: (7, 8, 9), 4: (10, 11)}
"""Years of each key stage in England (Education Act 2002, section 82)."""

HEADING = re.compile(
    r"\b(?P<kind>Key Stage|KS|Year Group|Years?|Y)\s*(?P<numbers>\d{1,2}(?:\s*(?:&|and|,|-|–|to)\s*(?:Year|Y)?\s*\d{1,2})*)\b",
    re.IGNORECASE,
)

RUN = re.compile(r"-|–|to")
"""What stands between the first and the last of a run of years."""


@dataclass(frozen=True)
class StageRead:
    """A stage as a text names it, and the year numbers it is usual for (empty when not known)."""

    name: str
    years: tuple[int, ...]


def years_of(name: str) -> tuple[int, ...]:
    """The year numbers a stage of that name is usual for: "Key Stage 1" is 1 and 2, "Y3-4" is 3 and 4."""
    found = HEADING.search(name)
    if found:
        return _years(found)
    return (0,) if name.strip().casefold() in {"reception", "eyfs", "foundation stage", "early years"} else ()


def _years(found: re.Match[str]) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d{1,2}", found["numbers"])]
    if found["kind"].casefold() in {"key stage", "ks"}:
        return tuple(sorted({year for number in numbers for year in KEY_STAGES.get(number, ())}))
    if RUN.search(found["numbers"]) and len(numbers) == 2 and numbers[0] < numbers[1]:
        return tuple(range(numbers[0], numbers[1] + 1))
    return tuple(sorted(set(numbers)))


def stage_in(heading: str) -> StageRead | None:
    """The stage named anywhere in `heading`, in one way of writing: "Art Year Group 3 & 4 Clay" is "Year 3 and 4"."""
    found = HEADING.search(heading)
    if not found:
        return None
    numbers = re.findall(r"\d{1,2}", found["numbers"])
    kind = "Key Stage" if found["kind"].casefold() in {"key stage", "ks"} else "Year"
    between = " to " if RUN.search(found["numbers"]) and len(numbers) == 2 else " and "
    joined = between.join(filter(None, (", ".join(numbers[:-1]), numbers[-1])))
    return StageRead(f"{kind} {joined}", _years(found))


def in_usual_order(stages: list[StageRead]) -> list[StageRead]:
    """`stages` from youngest to oldest by their last year, a single year before a band that ends with it."""
    return sorted(stages, key=lambda stage: (not stage.years, stage.years[-1:], len(stage.years), stage.name))


def year_number(text: str) -> int | None:
    """The number of a year group's name or code: "Y3", "Year 3", "3"; Reception is 0, Nursery -1."""
    plain = text.strip().casefold()
    if plain in {"r", "reception", "yr", "year r", "rec", "fs2", "f2", "0", "year 0", "y0"}:
        return 0
    if plain in {"n", "nursery", "n2", "fs1", "f1", "-1"}:
        return -1
    found = re.fullmatch(r"(?:year group|year|yr|y|grade|p|s)?\s*(\d{1,2})", plain)
    return int(found[1]) if found else None
