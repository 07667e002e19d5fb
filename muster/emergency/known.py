"""What a roll call knows: its people with their names, what was said of them, and the board that follows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from threading import Lock, Timer
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from muster.emergency import showing
from muster.emergency.models import Listed, RollCall, Tick
from muster.emergency.roster import Expected
from muster.emergency.rules.derive import Board, Event, Person, Standing, derive
from muster.emergency.showing import shown
from muster.emergency.words import WITHOUT_GROUP
from muster.people.doors import CannotBeRead, purpose, sealer
from muster.people.models import Pupil
from muster.people.models.pupils import by_name
from muster.people.prepared import Prepared
from muster.privacy import sealing

KEPT_FOR = 10
"""Seconds for which a process keeps the list a roll call began with: as it begins, every phone asks for it at once."""


@dataclass(frozen=True)
class Named:
    """Somebody on the list with their name. `pupil` is the number of the pupil's row, where it is one."""

    who: str
    name: str
    group: str
    expected: bool
    status: str
    kind: str
    pupil: int | None = None
    listed: int = 0
    room: str = ""

    @property
    def section(self) -> str:
        """The class, or what those without one stand under: where heads are counted."""
        return self.group or str(WITHOUT_GROUP[self.kind])

    @cached_property
    def as_json(self) -> list[Any]:
        """As a device reads it; with the room, where that says more than the class. Made once where the list is kept."""
        said = [self.who, self.name, self.group, int(self.expected), self.status, self.kind]
        return [*said, self.room] if self.room else said


def named_expected(people: Iterable[Expected]) -> list[Named]:
    """The list before there is a roll call."""
    return [
        Named(
            one.who, one.name, one.group, one.expected, one.status, one.kind.value,
            one.number if one.kind == Listed.Kind.PUPIL else None, room=one.room,
        )
        for one in people
    ]  # fmt: skip


def named(roll_call: RollCall, *, among: Collection[int] | None = None) -> list[Named]:
    """The list of a roll call in its own order, or those of its rows; once its names have gone, numbers stand in their place."""
    listed = Listed.objects.filter(roll_call=roll_call)
    if among is not None or roll_call.names_gone_at is not None:
        return _read(roll_call, listed if among is None else listed.filter(pk__in=among))
    return [*_as_it_began(roll_call), *_read(roll_call, listed.filter(added_at__isnull=False))]


def _read(roll_call: RollCall, listed: QuerySet[Listed]) -> list[Named]:
    rows = list(listed.select_related("pupil", "staff").order_by("pk"))
    sealer().warm(row.pupil.key for row in rows if row.pupil is not None)
    for row in rows:
        row.roll_call = roll_call
    return [
        Named(row.who, name_of(row), row.group, row.expected, row.status or "", row.kind, row.pupil_id, row.pk)
        for row in rows
    ]


def _as_it_began(roll_call: RollCall) -> list[Named]:
    """Those a roll call began with, read once in a process for everybody who asks within ten seconds (decision 79).

    Nobody is spared the reason for reading them. A key that was destroyed meanwhile has them read anew.
    """
    purpose().check_value(Pupil, "names")
    with _reading:
        changes = sealing.store().changes
        kept = _kept.get(roll_call.uuid)
        if kept is None or kept[0] != changes:
            rows = Listed.objects.filter(roll_call=roll_call, added_at__isnull=True)
            kept = _kept[roll_call.uuid] = changes, _read(roll_call, rows)
            forgetting = Timer(KEPT_FOR, _kept.pop, [roll_call.uuid, None])
            forgetting.daemon = True
            forgetting.start()
    return kept[1]


_kept: dict[UUID, tuple[int, list[Named]]] = {}
_reading = Lock()


def pupils_of(roll_call: RollCall) -> list[int]:
    """The numbers of the pupils on the list of a roll call."""
    listed = Listed.objects.filter(roll_call=roll_call, pupil__isnull=False)
    return [pupil for pupil in listed.values_list("pupil", flat=True) if pupil]


def children_of(roll_call: RollCall) -> dict[str, tuple[Pupil, str]]:
    """The children on the list of a roll call and the class of each, by number, in the order of their names."""
    listed = Listed.objects.filter(roll_call=roll_call, pupil__isnull=False)
    classes = dict(listed.values_list("pupil", "group"))
    found = by_name(Pupil.objects.at(roll_call.school).filter(pk__in=listed.values("pupil")))
    return {str(one.pk): (one, classes[one.pk]) for one in found}


def said_of(roll_call: RollCall, pupil: Pupil) -> tuple[Standing, list[Tick]]:
    """What stands of one child in a roll call, and the ticks that still count, the newest first."""
    about_them = Tick.objects.filter(roll_call=roll_call, listed__pupil=pupil, late=False)
    ticks = list(about_them.select_related("by", "listed").order_by("-made_at", "-number"))
    for tick in ticks:
        tick.roll_call = roll_call
    who = f"{Listed.Kind.PUPIL}-{pupil.pk}"
    standing = derive([Person(who)], map(event_of, ticks)).people[who]
    return standing, [tick for tick in ticks if str(tick.device_key) in standing.events]


def name_of(row: Listed) -> str:
    """What somebody on the list is called; a number once names have gone."""
    somebody = row.pupil or row.staff
    if somebody is not None:
        return showing.name_of(somebody)
    return shown(row).name or (showing.stand_in(row.visitor) if row.visitor else f"no. {row.pk}")


def ticks_of(roll_call: RollCall, *, after: int = 0) -> list[Tick]:
    """What was said, in the order in which it became known, beginning after the number `after`."""
    found = _said(roll_call=roll_call.pk, after=after)
    for row in found:
        row.roll_call = roll_call
    return found


_said = Prepared(
    lambda roll_call, after: (
        Tick.objects.filter(roll_call=roll_call, number__gt=after).select_related("by", "listed").order_by("number")
    )
)


def side_by_side(roll_calls: Iterable[RollCall]) -> dict[int, tuple[list[Person], list[Tick]]]:
    """The lists of several roll calls, without names, and what counted in each. Two statements, however many there are."""
    wanted = {each.pk: each for each in roll_calls}
    found: dict[int, tuple[list[Person], list[Tick]]] = {each: ([], []) for each in wanted}
    for row in Listed.objects.filter(roll_call__in=wanted).defer("name", "status").order_by("pk"):
        found[row.roll_call_id][0].append(Person(row.who, row.group, row.expected))
    ticks = Tick.objects.filter(roll_call__in=wanted, late=False).select_related("by", "listed").order_by("number")
    for tick in ticks:
        tick.roll_call = wanted[tick.roll_call_id]
        found[tick.roll_call_id][1].append(tick)
    return found


def about(tick: Tick) -> str:
    """Whom a tick is about, as devices name them."""
    return tick.listed.who if tick.listed is not None else f"extra-{tick.extra}" if tick.extra else ""


def milliseconds(at: datetime) -> int:
    """An instant as devices count it."""
    return int(at.timestamp() * 1000)


def place_of(tick: Tick) -> str:
    """The place a tick names. One that cannot be read is none: two of those agree on nothing."""
    try:
        return tick.place or ""
    except CannotBeRead:
        return ""


def event_of(tick: Tick) -> Event:
    """A tick as the derivation takes it."""
    return Event(
        id=str(tick.device_key),
        claim=tick.claim,
        by=str(tick.by.uuid),
        at=milliseconds(tick.made_at),
        who=about(tick),
        place=place_of(tick),
        over=tuple(tick.over),
        group=tick.group,
        count=tick.count or 0,
    )


def wire(tick: Tick) -> dict[str, Any]:
    """A tick as a device reads it; what is empty is left out."""
    said = {
        "id": str(tick.device_key),
        "n": tick.number,
        "who": about(tick),
        "claim": tick.claim,
        "by": str(tick.by.uuid),
        "name": tick.by.name,
        "at": milliseconds(tick.made_at),
        "over": tick.over,
        "place": place_of(tick),
        "text": shown(tick).text,
        "group": tick.group,
        "count": tick.count,
        "late": tick.late,
    }
    return {key: value for key, value in said.items() if value not in (None, "", [], False) or key == "count"}


@dataclass(frozen=True)
class Known:
    """A roll call as it stands, or as it stood: its people, what counted then, and the board that follows."""

    roll_call: RollCall
    people: list[Named]
    ticks: list[Tick]
    derived: Board
    names: Mapping[str, str] = field(default_factory=dict)

    def unaccounted(self) -> list[str]:
        """Those expected for whom no named adult accounts, in the order of the list."""
        return [one.who for one in self.people if one.expected and not self.derived.people[one.who].accounted]

    def name(self, who: str) -> str:
        """What somebody is called."""
        return self.names.get(who, who)


def persons(people: Iterable[Named]) -> list[Person]:
    """The list as the derivation takes it."""
    return [Person(one.who, one.group, one.expected) for one in people]


def board(roll_call: RollCall, *, known_at: datetime | None = None, made_by: datetime | None = None) -> Known:
    """The board of a roll call now, or from what had been received by `known_at`, or made by `made_by` (both included).

    What came after the end counts for nothing, except for what we now know of a past minute (`made_by`).
    """
    people, ticks = named(roll_call), ticks_of(roll_call)
    if made_by is None:
        ticks = [tick for tick in ticks if not tick.late]
    if known_at is not None:
        ticks = [tick for tick in ticks if tick.received_at <= known_at]
    if made_by is not None:
        ticks = [tick for tick in ticks if tick.made_at <= made_by]
    derived = derive(persons(people), map(event_of, ticks))
    names = {one.who: one.name for one in people}
    names |= {f"extra-{tick.device_key}": shown(tick).text or "" for tick in ticks if tick.claim == "extra"}
    return Known(roll_call, people, ticks, derived, names)
