"""Marks as devices say them, for tests."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from muster.attendance.actions.registers import mark
from muster.attendance.items import Item
from muster.attendance.marks import standing_on
from muster.attendance.rules.codes import Session
from muster.people.models import Account, Pupil, SchoolClass
from muster.people.outbox import Result
from tests.world import World

MORNING, AFTERNOON, LESSON = Session.MORNING, Session.AFTERNOON, Session.LESSON


def at(world: World, clock: str = "09:00", day: date | None = None) -> datetime:
    """An instant by the school's clock."""
    return datetime.combine(day or world.today, time.fromisoformat(clock), world.ashgrove.zone).astimezone(UTC)


def a_said(
    world: World,
    code: str,
    *,
    pupil: Pupil | None = None,
    school_class: SchoolClass | None = None,
    clock: str = "09:00",
    on: date | None = None,
    session: Session = MORNING,
    period: int | None = None,
    base: int | None = None,
    key: uuid.UUID | None = None,
    made_at: datetime | None = None,
    **value: Any,
) -> Item:
    """One mark: of Amina in the register of 3 Hazel this morning, unless told."""
    return Item(
        id=key or uuid.uuid4(),
        act=uuid.uuid4(),
        kind="register-mark",
        value={"code": code, **value},
        base=base,
        made_at=made_at or at(world, clock),
        seq=1,
        pupil=(pupil or world.amina).pk,
        school_class=(school_class or world.hazel).pk,
        on=on or world.today,
        session=session,
        period=period,
    )


def say(
    world: World, *items: Item, by: Account | None = None, received: datetime | None = None, office: bool = False
) -> list[Result]:
    """Send them."""
    account = by or (world.office if office else world.okafor)
    return mark(items, school=world.ashgrove, by=account, at=received or world.now, office=office)


def stands(world: World, pupil: Pupil | None = None, session: Session = MORNING, day: date | None = None) -> str:
    """The code that stands; "" for none."""
    found = standing_on(world.ashgrove, day or world.today).get(((pupil or world.amina).pk, session, None))
    return found.code if found else ""


TOMORROW = timedelta(days=1)
