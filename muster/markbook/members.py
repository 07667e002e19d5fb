"""Whose rows a page of a class has: its pupils of one day, seen by one person, now or as a past moment knew them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from muster.markbook.as_at import AsAt
from muster.people.access import Permission
from muster.people.merging import stands_for
from muster.people.models import ClassMembership, Pupil, PupilMerge, SchoolClass
from muster.people.models.accounts import Viewer
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name


@dataclass(frozen=True)
class Members:
    """Pupils by name, and records that were joined to one of them (gone: kept).

    `unseen` counts those who were in the class that day but whose records this person may not open today.
    """

    pupils: tuple[Pupil, ...]
    joined: Mapping[int, int] = field(default_factory=dict)
    unseen: int = 0

    @property
    def ids(self) -> list[int]:
        """Every record whose marks count here."""
        return [*(pupil.pk for pupil in self.pupils), *self.joined]


def pupils_of(school_class: SchoolClass, viewer: Viewer, *, may: Permission, day: date) -> list[Pupil]:
    """The pupils of the class on `day` whom `viewer` may see, by name. Their keys are loaded with one read."""
    inside = Pupil.objects.visible_to(viewer, may=may).in_class(school_class, day)
    return by_name(inside.only("key", "names", "school", "merged_into"))


def members(school_class: SchoolClass, viewer: Viewer, *, day: date, as_at: AsAt | None = None) -> Members:
    """The members of the class on `day`. One statement; as recorded at a past moment, six.

    As recorded, two records that were joined since are two children again, each with its own place in the class.
    """
    if as_at is None or not as_at.recorded:
        theirs = Pupil.objects.visible_to(viewer, may=Permission.MARKBOOK_VIEW).in_class(school_class, day)
        # Once for each record joined to a pupil, and once where none is. Any: what is annotated is no attribute.
        found: list[Any] = list(theirs.only("key", "names", "school", "merged_into").annotate(gone=F("merged")))
        joined_now = {row.gone: row.pk for row in found if row.gone is not None}
        return Members(tuple(by_name({row.pk: row for row in found}.values())), joined_now)
    then = joinings(school_class.school_id, as_at.at)
    inside = {
        then.places.get(pk, pupil)
        for pk, pupil in ClassMembership.objects.filter(on_day(day), school_class=school_class).values_list(
            "pk", "pupil"
        )
    }
    people = {then.into.get(pk) or pk for pk in inside}
    now = {pk: then.now.get(pk) or pk for pk in people}
    seen = set(
        Pupil.objects.visible_to(viewer, may=Permission.MARKBOOK_VIEW)
        .filter(pk__in=now.values())
        .values_list("pk", flat=True)
    )
    shown = {pk for pk in people if now[pk] in seen}
    rows = by_name(Pupil.objects.filter(pk__in=shown).only("key", "names", "school", "merged_into"))
    return Members(tuple(rows), then.joined_to(shown), len(people) - len(shown))


def records_joined(school: int, pupils: Collection[int], as_at: AsAt | None) -> dict[int, int]:
    """Records joined to one of `pupils` (gone: kept): as they are, or as they were recorded to be at a past moment.

    One statement; as recorded at a past moment, four.
    """
    if as_at is None or not as_at.recorded:
        return {gone: kept for gone, kept in stands_for(pupils).items() if kept in pupils}
    return joinings(school, as_at.at).joined_to(pupils)


@dataclass(frozen=True)
class Joinings:
    """Which records were joined to which at a past moment, of those that were joined or parted since.

    `into` is None for one that stood by itself then, and `now` what each is joined to today; `places` holds whose a
    place in a class was then, where it has gone over to another record since.
    """

    into: Mapping[int, int | None]
    now: Mapping[int, int | None]
    places: Mapping[int, int]

    def joined_to(self, pupils: Collection[int]) -> dict[int, int]:
        """The records that were joined to one of `pupils` then (gone: kept). One statement."""
        both: dict[int, int | None] = {**stands_for(pupils), **self.into}
        return {gone: kept for gone, kept in both.items() if kept is not None and kept in pupils}


def joinings(school: int, at: datetime) -> Joinings:
    """What the joinings and partings after `at` changed, taken off again, the last one first. Two statements."""
    rows = PupilMerge.objects.filter(
        Q(change_set__at__gt=at) | Q(change_set__undone_by__at__gt=at), school=school
    ).values_list("change_set__at", "change_set__undone_by__at", "kept", "gone", "before")
    acts: list[tuple[datetime, bool, int, int, Mapping[str, Any]]] = []
    for joined_at, parted_at, kept, gone, before in rows:
        if joined_at > at:
            acts.append((joined_at, True, kept, gone, before))
        if parted_at is not None and parted_at > at:
            acts.append((parted_at, False, kept, gone, before))
    records = {pk for _at, _joined, kept, gone, before in acts for pk in (kept, gone, *before.get("earlier", ()))}
    now = dict(Pupil.objects.filter(pk__in=records).values_list("pk", "merged_into"))
    into = dict(now)
    places: dict[int, int] = {}
    for _at, joined, kept, gone, before in sorted(acts, key=lambda act: act[0], reverse=True):
        into[gone] = None if joined else kept
        into |= dict.fromkeys(before.get("earlier", ()), gone if joined else kept)
        places |= dict.fromkeys(before.get("moved", {}).get("people.classmembership", ()), gone if joined else kept)
    return Joinings(into, now, places)
