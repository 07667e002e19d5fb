"""What was taught, to whom and when: the newest row of each class and objective, by one statement."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from muster.markbook.as_at import AsAt
from muster.markbook.models import Taught
from muster.people.models import ClassMembership
from muster.people.prepared import Prepared


class Stay(NamedTuple):
    """A pupil in a class between two days; both count, and an open end never passes."""

    school_class: int
    starts_on: date
    ends_on: date | None

    def holds(self, day: date) -> bool:
        """Whether the pupil was in the class on `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Teaching:
    """What classes were taught by some day. `on` holds the day by (class, objective).

    `counts_too` holds the (class, objective, pupil) for whom a teacher said that earlier teaching counts as well.
    """

    on: Mapping[tuple[int, int], date] = field(default_factory=dict)
    counts_too: frozenset[tuple[int, int, int]] = frozenset()

    def of_class(self, school_class: int) -> dict[int, date]:
        """The objectives the class was taught, each with its day."""
        return {objective: day for (taught, objective), day in self.on.items() if taught == school_class}

    def to(self, pupil: int, stays: Iterable[Stay]) -> set[int]:
        """The objectives taught to one pupil: by a class while they were in it, or said to count for them too."""
        return {
            objective
            for stay in stays
            for (school_class, objective), day in self.on.items()
            if school_class == stay.school_class
            and (stay.holds(day) or (school_class, objective, pupil) in self.counts_too)
        }


def said_of(
    classes: Collection[int], objectives: Collection[int]
) -> "QuerySet[Taught, tuple[int, int, int | None, date | None]]":
    """Everything that was ever said of these classes and objectives, in the order it was said."""
    rows = Taught.objects.filter(school_class__in=classes, objective__in=objectives)
    return rows.order_by("said_at", "device_key").values_list("school_class", "objective", "pupil", "taught_on")


_said = Prepared(said_of)


def teaching(
    classes: Collection[int],
    objectives: Collection[int],
    *,
    day: date,
    as_at: AsAt | None = None,
    joined: Mapping[int, int] | None = None,
) -> Teaching:
    """What `classes` were taught of `objectives` (ids) by `day`, that day included. One statement.

    The row said last speaks; as recorded at a past moment, that of those recorded by then. `joined` names records
    joined to another (gone: kept), so that what counted for one counts for the other.
    """
    if as_at is not None and as_at.recorded:
        rows = list(said_of(classes, objectives).filter(recorded_at__lte=as_at.at))
    else:
        rows = _said(classes=classes, objectives=objectives)
    on: dict[tuple[int, int], date] = {}
    too: set[tuple[int, int, int]] = set()
    for school_class, objective, pupil, taught_on in rows:
        if pupil is not None:
            cell = (school_class, objective, (joined or {}).get(pupil, pupil))
            too.discard(cell)
            if taught_on is not None:
                too.add(cell)
            continue
        on.pop((school_class, objective), None)
        if taught_on is not None and taught_on <= day:
            on[school_class, objective] = taught_on
    return Teaching(on, frozenset(too))


def stays_of(pupils: Collection[int], joined: Mapping[int, int]) -> dict[int, list[Stay]]:
    """In which classes each of `pupils` was, and when, those of records joined to theirs included. One statement."""
    found: dict[int, list[Stay]] = {}
    rows = ClassMembership.objects.filter(pupil__in=[*pupils, *joined])
    for pupil, school_class, starts_on, ends_on in rows.values_list("pupil", "school_class", "starts_on", "ends_on"):
        found.setdefault(joined.get(pupil, pupil), []).append(Stay(school_class, starts_on, ends_on))
    return found
