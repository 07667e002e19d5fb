"""When a roll call that was begun without a network is the same as one that was begun elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.emergency.rules.kinds import Kind, Mode

CLOSE = timedelta(minutes=15)
"""Two people who heard the same alarm press within this time of each other."""
STILL = timedelta(hours=2)
"""A roll call that nobody ended takes in no other after this time: its list and its ticks are of another hour."""


@dataclass(frozen=True)
class Begun:
    """A roll call as far as it matters here."""

    number: int
    kind: Kind
    mode: Mode
    started_at: datetime
    ended_at: datetime | None = None


def same_as(begun: Begun, others: Iterable[Begun]) -> int | None:
    """The number of the roll call that `begun` joins: of the same kind and mode, begun close to it, or up to two hours
    before and still open.

    The earliest of several. None where it is its own. A drill never joins a real one, nor an evacuation a lockdown:
    both stay open, and whoever leads is asked.
    """
    fitting = [
        other
        for other in others
        if other.kind == begun.kind
        and other.mode == begun.mode
        and other.number != begun.number
        and -CLOSE <= begun.started_at - other.started_at <= STILL
        and (other.ended_at is None or begun.started_at <= other.ended_at)
    ]
    return min(fitting, key=lambda other: (other.started_at, other.number)).number if fitting else None
