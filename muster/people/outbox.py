"""Changes made where there may be no network, sent when there is.

People own the address and the list; each app offers the kinds it can save. An item carries the id its device
gave it, so sending twice saves once, and it leaves the device only on its own result.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.people.models import Account, School

MOST_ITEMS = 200
MOST_BYTES = 256 * 1024


class UnreadableItem(ValueError):
    """An item is not of the form it must have; the sentence says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One change as a device sent it. `made_at` is on the server's clock, corrected, and never in the future.

    `target` says what it is about and `value` what is said of it, both as the device wrote them: each kind has its own
    reader, and whoever saves the item checks what was read.
    """

    id: UUID
    act: UUID
    kind: str
    value: Mapping[str, Any]
    base: int | None
    made_at: datetime
    seq: int
    target: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What became of one item: 201 saved, 200 was saved before, anything else refused for good."""

    id: UUID
    status: int
    version: int | None = None
    shown: Mapping[str, Any] | None = None
    two_views: bool = False
    reason: str = ""

    @property
    def accepted(self) -> bool:
        """Whether it is in history."""
        return self.status < 300

    def as_json(self) -> dict[str, Any]:
        """As the device reads it."""
        return {
            "id": str(self.id),
            "status": self.status,
            "version": self.version,
            "shown": self.shown,
            "two_views": self.two_views,
            "reason": self.reason,
        }


ItemRead = TypeVar("ItemRead", bound=Item)
Handler = Callable[[Sequence[ItemRead], School, Account, datetime], Sequence[Result]]


@dataclass(frozen=True)
class Kind:
    """One kind of change: how what it is about is read, and who saves it."""

    reads: Callable[[Item], Item]
    handler: Handler[Any]


kinds: dict[str, Kind] = {}


def offer(kind: str, handler: Handler[ItemRead], *, reads: Callable[[Item], ItemRead]) -> None:
    """Let items of `kind` be saved by `handler`, which runs inside the transaction of the whole batch.

    `reads` makes of an item one of the kind's own, with what it is about by name, or raises `UnreadableItem`.
    """
    kinds[kind] = Kind(reads, handler)


def instant(text: object) -> datetime:
    """An aware instant from ISO 8601 text."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise UnreadableItem(_("The time of this change cannot be read.")) from None
    if at.tzinfo is None:
        raise UnreadableItem(_("The time of this change has no time zone."))
    return at


NO_BASE = gettext_noop("This change does not say what it was made over.")


def whole(value: object, otherwise: str) -> int:
    """`value` as a whole number that can be a row's; `otherwise` is the sentence, translated only when it is said."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**62:
        raise UnreadableItem(_(otherwise))
    return value


def day(value: object) -> date:
    """The school's own date, as ISO 8601 writes it."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UnreadableItem(_("The day of this change cannot be read.")) from None


def read_item(raw: object, *, sent_at: datetime, at: datetime) -> Item:
    """Read one item of a kind that is offered. Only the time since it was made is believed: a clock may be a year wrong."""
    if not isinstance(raw, Mapping):
        raise UnreadableItem(_("This change is not of a form Muster knows."))
    target = raw.get("target")
    value = raw.get("value")
    if not isinstance(target, Mapping) or not isinstance(value, Mapping):
        raise UnreadableItem(_("This change does not say what it is about."))
    try:
        ids = UUID(str(raw.get("id"))), UUID(str(raw.get("act") or raw.get("id")))
    except ValueError:
        raise UnreadableItem(_("This change has no number of its own.")) from None
    base = raw.get("base")
    age = max(sent_at - instant(raw.get("at")), timedelta(0))
    item = Item(
        id=ids[0],
        act=ids[1],
        kind=str(raw.get("kind")),
        value=value,
        base=None if base is None else whole(base, NO_BASE),
        made_at=at - min(age, timedelta(days=400)),
        seq=raw["seq"] if isinstance(raw.get("seq"), int) else 0,
        target=target,
    )
    if item.kind not in kinds:
        raise UnreadableItem(_("Muster does not know this kind of change."))
    return kinds[item.kind].reads(item)
