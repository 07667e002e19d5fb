"""Kinds of change that can be turned back. Each app offers its own; the page and the action belong to people."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from muster.people.access import Permission
from muster.people.models import Account, ChangeSet


class TurnBack(Protocol):
    """Puts back what a change set changed, inside the caller's transaction. Returns the ids of the pupils touched."""

    def __call__(self, *, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
        """Raise a `Refused` when something rests on the change."""


@dataclass(frozen=True)
class Way:
    """How one kind is turned back, and who may."""

    permission: Permission
    turn_back: TurnBack


T = TypeVar("T", bound=TurnBack)
_ways: dict[str, Way] = {}


def offer(kind: str, *, permission: Permission) -> Callable[[T], T]:
    """Add the way to turn back change sets of `kind`. Reads as a decorator."""

    def add(turn_back: T) -> T:
        _ways[kind] = Way(permission, turn_back)
        return turn_back

    return add


def undoable(kind: str) -> Way | None:
    """How change sets of `kind` are turned back; None when they cannot be."""
    return _ways.get(kind)
