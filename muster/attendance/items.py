"""What a device says of a register mark: whose, in which class's register, of which session."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.attendance.rules.codes import Session
from muster.people import outbox
from muster.people.outbox import UnreadableItem, day, whole

NO_CLASS = gettext_noop("This mark does not say which class's register it is in.")
NO_PUPIL = gettext_noop("This mark does not say which pupil it is about.")
NO_PERIOD = gettext_noop("This mark does not say which lesson it is of.")


@dataclass(frozen=True, kw_only=True)
class Item(outbox.Item):
    """One mark of one pupil in one session. Its `value` holds the code ("" takes the mark back), and may hold minutes late,
    a reason, the number of the adult who supervises, and the time of taking where it was taken on paper.

    All are as the device said: whoever saves the item checks them.
    """

    pupil: int
    school_class: int | None
    on: date
    session: Session
    period: int | None = None

    @classmethod
    def read(cls, item: outbox.Item) -> Self:
        """The item with what it is about, by name. Raises `UnreadableItem`."""
        target = item.target
        try:
            session = Session(str(target.get("session")))
        except ValueError:
            raise UnreadableItem(_("This mark does not say whether it is of the morning or the afternoon.")) from None
        return cls(
            **{each.name: getattr(item, each.name) for each in fields(outbox.Item)},
            pupil=whole(target.get("pupil"), NO_PUPIL),
            school_class=whole(target.get("class"), NO_CLASS),
            on=day(target.get("on")),
            session=session,
            period=whole(target.get("period"), NO_PERIOD) if session is Session.LESSON else None,
        )
