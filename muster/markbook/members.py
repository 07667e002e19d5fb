"""Whose rows a page of a class has: its pupils of one day, seen by one person, now or as a past moment knew them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

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
    """The members of the class on `day`. Two statements; as recorded at a past moment, four.

    As recorded, two records that were joined since are two children again, each with its own place in the class.
    """
    if as_at is None or not as_at.recorded:
        pupils = pupils_of(school_class, viewer, may=Permission.MARKBOOK_VIEW, day=day)
        return Members(tuple(pupils), stands_for([pupil.pk for pupil in pupils]))
    merges = PupilMerge.objects.filter(
        Q(change_set__at__gt=as_at.at) | Q(change_set__undone_by__at__gt=as_at.at), school=school_class.school_id
    ).values_list("kept", "gone", "change_set__at", "before")
    apart: dict[int, int] = {}
    together: dict[int, int] = {}
    places: dict[int, int] = {}
    for kept, gone, at, before in merges:
        if at > as_at.at:
            apart[gone] = kept
            places |= dict.fromkeys(before.get("moved", {}).get("people.classmembership", ()), gone)
        else:
            together[gone] = kept
    inside = {
        places.get(pk, pupil)
        for pk, pupil in ClassMembership.objects.filter(on_day(day), school_class=school_class).values_list(
            "pk", "pupil"
        )
    }
    people = {together.get(pk, pk) for pk in inside}
    now = {pk: apart.get(pk, pk) for pk in people}
    seen = set(
        Pupil.objects.visible_to(viewer, may=Permission.MARKBOOK_VIEW)
        .filter(pk__in=now.values())
        .values_list("pk", flat=True)
    )
    shown = [pk for pk in people if now[pk] in seen]
    rows = by_name(Pupil.objects.filter(pk__in=shown).only("key", "names", "school", "merged_into"))
    joined = {gone: kept for gone, kept in stands_for(shown).items() if gone not in apart and kept in shown}
    joined |= {gone: kept for gone, kept in together.items() if kept in shown}
    return Members(tuple(rows), joined, len(people) - len(shown))
