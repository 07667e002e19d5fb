"""What a device sends: starts and ticks, read and judged one by one, so that a bad one costs only itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.emergency.rules.kinds import RANK, Claim, Kind, Mode
from muster.people.outbox import UnreadableItem, instant

MOST_OVER = 200
MOST_HEADS = 5_000
LONGEST_WORDS = 500
LONGEST_NAME = 120
WHO = re.compile(r"(pupil|staff|visitor)-([1-9]\d{0,17})|extra-([0-9a-f-]{36})")


@dataclass(frozen=True)
class Start:
    """A roll call begun on a device. `age` is how long before it was sent, by the device's own clock."""

    id: UUID
    roll_call: UUID
    kind: Kind
    mode: Mode
    age: timedelta
    list_at: datetime | None


@dataclass(frozen=True)
class Said:
    """One thing said on a device. `kind` and `number` say whom it is about, or `extra` the tick that told of them."""

    id: UUID
    roll_call: UUID
    claim: Claim
    age: timedelta
    device_at: datetime
    seq: int = 0
    kind: str = ""
    number: int = 0
    extra: UUID | None = None
    over: tuple[UUID, ...] = ()
    place: str = ""
    text: str = ""
    group: str = ""
    count: int | None = None

    @property
    def who(self) -> str:
        """Whom it is about, as devices name them; empty where it is about nobody."""
        return f"extra-{self.extra}" if self.extra else f"{self.kind}-{self.number}" if self.kind else ""


def uuid_of(value: object, otherwise: str) -> UUID:
    """`value` as a UUID."""
    try:
        return UUID(str(value))
    except ValueError:
        raise UnreadableItem(otherwise) from None


def words_of(value: object, longest: int) -> str:
    """`value` as words without control characters and doubled spaces, cut to `longest`."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableItem(_("The words of this change cannot be read."))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())[:longest]


def read(raw: object, *, sent_at: datetime) -> Start | Said:
    """Read one item. Of the device's clock only the time between making and sending is believed."""
    if not isinstance(raw, Mapping):
        raise UnreadableItem(_("This change is not of a form Muster knows."))
    target, value = raw.get("target"), raw.get("value")
    if not isinstance(target, Mapping) or not isinstance(value, Mapping):
        raise UnreadableItem(_("This change does not say what it is about."))
    number = uuid_of(raw.get("id"), _("This change has no number of its own."))
    roll_call = uuid_of(target.get("roll_call"), _("This change does not say which roll call it is of."))
    device_at = instant(raw.get("at"))
    age = max(sent_at - device_at, timedelta(0))
    if raw.get("kind") == "roll-call-start":
        return read_start(number, roll_call, value, age)
    if raw.get("kind") == "roll-call-tick":
        return read_tick(number, roll_call, target, value, age, device_at, raw.get("seq"))
    raise UnreadableItem(_("Muster does not know this kind of change."))


def read_start(number: UUID, roll_call: UUID, value: Mapping[str, Any], age: timedelta) -> Start:
    """A start."""
    try:
        kind, mode = Kind(str(value.get("kind"))), Mode(str(value.get("mode")))
    except ValueError:
        raise UnreadableItem(_("Muster does not know this kind of roll call.")) from None
    list_at = value.get("list_at")
    return Start(number, roll_call, kind, mode, age, instant(list_at) if list_at else None)


def read_tick(
    number: UUID,
    roll_call: UUID,
    target: Mapping[str, Any],
    value: Mapping[str, Any],
    age: timedelta,
    device_at: datetime,
    seq: object,
) -> Said:
    """A tick."""
    try:
        claim = Claim(str(value.get("claim")))
    except ValueError:
        raise UnreadableItem(_("Muster does not know what this tick says.")) from None
    over = value.get("over") or []
    if not isinstance(over, list) or len(over) > MOST_OVER:
        raise UnreadableItem(_("This tick replaces more than it can."))
    replaced = tuple(uuid_of(each, _("This tick replaces something that has no number.")) for each in over)
    who = str(target.get("who") or "")
    match = WHO.fullmatch(who)
    if who and not match:
        raise UnreadableItem(_("This tick is about nobody Muster knows."))
    if claim in RANK and not who:
        raise UnreadableItem(_("This tick does not say whom it is about."))
    text = words_of(value.get("text"), LONGEST_NAME if claim is Claim.EXTRA else LONGEST_WORDS)
    if claim is Claim.EXTRA and not text:
        raise UnreadableItem(_("Say who the extra person is, or what they look like."))
    if claim is Claim.UNDO and not replaced:
        raise UnreadableItem(_("This tick takes nothing back."))
    group, count = words_of(value.get("group"), 60), value.get("count")
    if claim is Claim.HEADS and (
        isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_HEADS or not group
    ):
        raise UnreadableItem(_("A head count needs a class and a number."))
    return Said(
        id=number,
        roll_call=roll_call,
        claim=claim,
        age=age,
        device_at=device_at,
        seq=seq if isinstance(seq, int) and 0 <= seq < 2**62 else 0,
        kind=(match[1] or "") if match else "",
        number=int(match[2]) if match and match[2] else 0,
        extra=uuid_of(match[3], _("This tick is about nobody Muster knows.")) if match and match[3] else None,
        over=replaced,
        place=words_of(value.get("place"), 60),
        text=text,
        group=group if claim is Claim.HEADS else "",
        count=count if claim is Claim.HEADS else None,
    )
