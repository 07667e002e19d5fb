"""What a device says of a mark, a note or a teaching: whose it is, and of which objective."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from django.utils.translation import gettext_noop

from muster.people import outbox
from muster.people.outbox import day, whole

NO_CLASS = gettext_noop("This change does not say which class it is about.")
NO_PUPIL = gettext_noop("This change does not say which pupil it is about.")
NO_OBJECTIVE = gettext_noop("This change does not say which objective it is about.")
NO_PRACTICE = gettext_noop("This practice is not known.")


@dataclass(frozen=True, kw_only=True)
class Item(outbox.Item):
    """One change about a pupil and an objective.

    `on` is the day it is said of, where that is an earlier day than the one it was made on; `practice` the number of
    the practice it belongs to. `school_class` is set where it is about a class, with or without a pupil (0) of it. All are
    as the device said: whoever saves the item checks them.
    """

    pupil: int
    objective: int
    on: date | None = None
    practice: int | None = None
    school_class: int | None = None

    @classmethod
    def read(cls, item: outbox.Item) -> Self:
        """The item with what it is about, by name. Raises `UnreadableItem`."""
        target = item.target
        about_class = target.get("class")
        of_all = about_class is not None and target.get("pupil") is None
        return cls(
            **{each.name: getattr(item, each.name) for each in fields(outbox.Item)},
            pupil=0 if of_all else whole(target.get("pupil"), NO_PUPIL),
            objective=whole(target.get("objective"), NO_OBJECTIVE),
            on=None if target.get("on") is None else day(target["on"]),
            practice=None if (number := target.get("practice")) is None else whole(number, NO_PRACTICE),
            school_class=None if about_class is None else whole(about_class, NO_CLASS),
        )
