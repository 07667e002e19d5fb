"""The snapshots a school is offered: three a year, near the ends of its terms."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

USUAL = 3


class Span(NamedTuple):
    """A term, or a year: its name and both its days."""

    name: str
    first: date
    last: date


class SnapshotDraft(NamedTuple):
    """A snapshot that is not there yet."""

    name: str
    on: date


def usual(year: Span, terms: Sequence[Span]) -> list[SnapshotDraft]:
    """Three snapshots of a year, in order: one at the end of each of its first three terms, called as the term is.

    A year without three terms is cut into three. Two terms of one name or day are told apart by their number.
    """
    spans = sorted(terms, key=lambda term: term.last)[:USUAL]
    if len(spans) < USUAL or len({span.last for span in spans}) < USUAL:
        third = (year.last - year.first) / USUAL
        ends = [year.first + third * number for number in range(1, USUAL)] + [year.last]
        return [SnapshotDraft(f"{number}", end) for number, end in enumerate(ends, start=1)]
    names = [span.name for span in spans]
    twice = len(set(names)) < USUAL
    return [
        SnapshotDraft(f"{span.name} {number}" if twice else span.name, span.last)
        for number, span in enumerate(spans, start=1)
    ]
