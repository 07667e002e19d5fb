"""Changes made where there may be no network, sent when there is.

People own the address and the list; each app offers the kinds it can save. An item carries the id its device
gave it, so sending twice saves once, and it leaves the device only on its own result.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.people.models import Account, School

MOST_ITEMS = 200
MOST_BYTES = 256 * 1024


class UnreadableItem(ValueError):
    """An item is not of the form it must have; the sentence says what is wrong."""


@dataclass(frozen=True)
class Item:
    """One change as a device sent it. `made_at` is on the server's clock, corrected, and never in the future.

    `on` is the day it is said of, where that is an earlier day than the one it was made on; `practice` the number of
    the practice it belongs to. `school_class` is set where it is about a class, with or without a pupil (0) of it. All are
    as the device said: whoever saves the item checks them.
    """

    id: UUID
    act: UUID
    kind: str
    pupil: int
    objective: int
    value: Mapping[str, Any]
    base: int | None
    made_at: datetime
    seq: int
    on: date | None = None
    practice: int | None = None
    school_class: int | None = None


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


Handler = Callable[[Sequence[Item], School, Account, datetime], Sequence[Result]]
handlers: dict[str, Handler] = {}


def offer(kind: str, handler: Handler) -> None:
    """Let items of `kind` be saved by `handler`, which runs inside the transaction of the whole batch."""
    handlers[kind] = handler


def instant(text: object) -> datetime:
    """An aware instant from ISO 8601 text."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise UnreadableItem(_("The time of this change cannot be read.")) from None
    if at.tzinfo is None:
        raise UnreadableItem(_("The time of this change has no time zone."))
    return at


NO_CLASS = gettext_noop("This change does not say which class it is about.")
NO_PUPIL = gettext_noop("This change does not say which pupil it is about.")
NO_OBJECTIVE = gettext_noop("This change does not say which objective it is about.")
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
    """Read one item. The device's clock may be wrong by a year: only the time since it was made is believed."""
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
    about_class = target.get("class")
    of_all = about_class is not None and target.get("pupil") is None
    age = max(sent_at - instant(raw.get("at")), timedelta(0))
    return Item(
        id=ids[0],
        act=ids[1],
        kind=str(raw.get("kind")),
        pupil=0 if of_all else whole(target.get("pupil"), NO_PUPIL),
        objective=whole(target.get("objective"), NO_OBJECTIVE),
        value=value,
        base=None if base is None else whole(base, NO_BASE),
        made_at=at - min(age, timedelta(days=400)),
        seq=raw["seq"] if isinstance(raw.get("seq"), int) else 0,
        on=None if target.get("on") is None else day(target["on"]),
        practice=None
        if (number := target.get("practice")) is None
        else whole(number, _("This practice is not known.")),
        school_class=None if about_class is None else whole(about_class, NO_CLASS),
    )
