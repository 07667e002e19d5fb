"""Whether two people see a pupil differently. The same whatever order their tablets send in; pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class Said(NamedTuple):
    """One judgement of a cell. Ids grow in the order of recording; `at` is when it was made.

    `over` is the newest row its author knew of, and with it they knew of every row recorded before that; 0 for none.
    """

    id: int
    by: int
    value: tuple[str, int | None]
    at: datetime
    over: int


def last_words(said: Sequence[Said]) -> list[Said]:
    """What each person said last, save what somebody knew of who marked the cell after it."""
    known = max((each.over for each in said), default=0)
    last = {each.by: each for each in sorted(said, key=made)}
    return [each for each in last.values() if each.id > known]


def differing(said: Sequence[Said]) -> tuple[Said, Said] | None:
    """What shows, made last of all, and the newest last word of somebody else that differs from it; None where none does."""
    if not said:
        return None
    shows = max(said, key=made)
    others = [each for each in last_words(said) if each.by != shows.by and each.value != shows.value]
    return (shows, max(others, key=made)) if others else None


def made(each: Said) -> tuple[datetime, int]:
    """The order of making; of two of one moment, that of recording."""
    return each.at, each.id
