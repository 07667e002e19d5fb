"""Which of several marks of one pupil in one session stands, in whatever order they came."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Said(NamedTuple):
    """One mark as said. `rank` is 1 for an office reason, and for what was said by somebody who knew of one."""

    rank: int
    marked_at: datetime
    key: UUID
    code: str

    @property
    def weight(self) -> tuple[int, datetime, int]:
        """What it is compared by: no two marks are equal."""
        return self.rank, self.marked_at, self.key.int


def standing(said: Iterable[Said]) -> Said | None:
    """The mark that stands: an office reason outranks a classroom guess; among equals the one made last.

    It depends on the marks alone, not on the order they arrived in, so that every device and the school agree.
    """
    return max(said, key=lambda each: each.weight, default=None)


def rank_of(*, by_office: bool, unexplained: bool, knew_of: int | None) -> int:
    """The rank of a new mark. `knew_of` is the rank of the mark it was made over, None where there was none.

    An office mark that says no reason (the code for "not yet explained") is a guess like any other. Whoever puts
    something else in place of an office reason knowing of it (Put back) is heard.
    """
    return max(1 if by_office and not unexplained else 0, knew_of or 0)
