"""How quick Muster is. A figure is measured by bench/<name>.py; its limit stands in limits.toml with the sentence.

A module here that measures has `measure(db: Database) -> list[Figure]`, and `LONG = True` where it is measured by name
only, so that the quick set takes at most eight minutes.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured number. `name` is said within its module: `bare` of bench/grid.py is shown as `grid.bare`."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True)
class Database:
    """Where a module measures: Django is set up on it, freshly migrated and empty, for this module alone."""

    name: str
    """`sqlcipher` or `postgresql`."""
    folder: Path
    """For files of one's own; gone afterwards."""
