"""Doors: obligations that every app passes through and that privacy answers.

People may not import privacy, which stands above it; privacy fills these slots when it starts.
An empty slot is a failed system check, so a server without history or keys does not start.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.db.models import Model

from muster.people.purposes import Purpose, Shows

if TYPE_CHECKING:
    from muster.people.models import Account, School

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Recorder(Protocol):
    """History. Call it last in the transaction that makes the change."""

    def __call__(
        self,
        verb: StrEnum,
        *,
        school: "School | None",
        by: "Account | None",
        at: datetime,
        about: Model | None = None,
        pupils: Collection[int] = (),
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one entry to the chain of `school`, or of the installation when None."""


class Looker(Protocol):
    """Who looked. One look is a page, pack or export that shows more about a pupil than name and class."""

    def __call__(
        self,
        page: str,
        *,
        school: "School",
        by: "Account",
        at: datetime,
        pupils: Collection[int],
        purpose: Purpose,
        polled: bool = False,
    ) -> None:
        """Add one look to the chain of `school`. A polled page counts once per person and ten minutes."""


class PurposeFuse(Protocol):
    """The declared purpose: a fuse that refuses, never a filter that chooses."""

    def using(self, purpose: Purpose, shows: Shows) -> AbstractContextManager[None]:
        """Declare, for the time of the context, why records are opened and how much of them is shown."""

    def check(self, model: type[Model], *, numbers: bool = False) -> None:
        """Raise `OutsidePurpose` where rows of `model` may not be read now, or with `numbers` not even be counted."""

    def check_value(self, model: type[Model], name: str) -> None:
        """Raise `OutsidePurpose` where the sealed field `name` of `model` may not be opened now."""


class Teller(Protocol):
    """Who changed something last, as history tells it."""

    def __call__(self, about: Model) -> "tuple[Account, datetime] | None":
        """Who last changed this row, or anything of this pupil, and when; None where that is long ago or unknown."""


class CannotBeRead(Exception):
    """A sealed value does not open: it was changed or moved here, or its key is gone. It may keep one row from being
    read, and never a roll call from being held.
    """


class Sealer(Protocol):
    """Encryption under the key of one person."""

    def new_keys(self, count: int) -> list[UUID]:
        """Make `count` keys in the key store."""

    def warm(self, keys: Iterable[UUID]) -> None:
        """Load many keys with one read, before many values are unsealed."""

    def seal(self, key: UUID, aad: str, plain: bytes) -> bytes:
        """Encrypt `plain`, bound to `aad`."""

    def unseal(self, key: UUID, aad: str, sealed: bytes) -> bytes:
        """Decrypt; raises `CannotBeRead` for a wrong place, a changed text or a key that is gone."""

    def fingerprint(self, kind: str, text: str) -> bytes:
        """A keyed digest for exact match of an identifier; `kind` keeps different identifiers apart."""

    def cover(self, what: str, text: str, *, at: datetime) -> str:
        """`text` as it may stand in an address for a few hours, where nobody but this installation can read it."""

    def uncover(self, what: str, covered: str, *, at: datetime) -> str | None:
        """What was covered for the same `what`; None for anything else, and for what is past its time."""


@dataclass
class Doors:
    """The slots, empty until privacy fills them."""

    record: Recorder | None = None
    looked: Looker | None = None
    purpose: PurposeFuse | None = None
    sealer: Sealer | None = None
    changed_last: Teller | None = None


doors = Doors()


class EmptyDoor(RuntimeError):
    """An obligation has nobody to meet it; nothing about a person may be read or written."""


def record(
    verb: StrEnum,
    *,
    school: "School | None",
    by: "Account | None",
    at: datetime,
    about: Model | None = None,
    pupils: Collection[int] = (),
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write history: `verb` was done by `by` (None: Muster itself) at `at`, touching `pupils` (ids).

    Call it as the last statement of the transaction, so the chain is held for the shortest time.
    """
    if doors.record is None:
        raise EmptyDoor("record")
    doors.record(verb, school=school, by=by, at=at, about=about, pupils=pupils, details=details)


def looked(
    page: str,
    *,
    school: "School",
    by: "Account",
    at: datetime,
    pupils: Collection[int],
    purpose: Purpose,
    polled: bool = False,
) -> None:
    """Write down that `by` saw `page`, which shows more than name and class of `pupils` (ids)."""
    if doors.looked is None:
        raise EmptyDoor("looked")
    doors.looked(page, school=school, by=by, at=at, pupils=pupils, purpose=purpose, polled=polled)


def changed_last(about: Model) -> "tuple[Account, datetime] | None":
    """Who last changed a row, or anything of a pupil, and when; None where that is long ago or cannot be read."""
    if doors.changed_last is None:
        raise EmptyDoor("changed_last")
    return doors.changed_last(about)


def purpose() -> PurposeFuse:
    """The fuse of declared purposes."""
    if doors.purpose is None:
        raise EmptyDoor("purpose")
    return doors.purpose


def reads(reason: Purpose) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Have a function open what it needs for `reason`, whatever little the page that calls it shows.

    For actions, which read in order to decide and to write: what they did stands in history. And for what tells
    people of their own work, or of how much there is to do, and of no pupil.
    """

    def decorate(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(function)
        def inside(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            with purpose().using(reason, Shows.RECORD):
                return function(*args, **kwargs)

        return inside

    return decorate


def sealer() -> Sealer:
    """What seals and unseals."""
    if doors.sealer is None:
        raise EmptyDoor("sealer")
    return doors.sealer
