"""What a school's words were, or are: how marks are read now or then, and what objectives were called."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from muster.curriculum.models import EarlierWords, StepMapping
from muster.curriculum.rules.readings import Mapped, Readings, readings_from
from muster.people.models import School

__all__ = ["Readings", "Words", "readings", "words_at"]


def readings(school: School | int, *, at: datetime | None = None) -> Readings:
    """How marks are read at `school`, now or at a past moment (aware, that instant included). One statement."""
    in_force = Q(ended_at__isnull=True)
    if at is not None:
        in_force = Q(made_at__lte=at) & (in_force | Q(ended_at__gt=at))
    rows = StepMapping.objects.filter(in_force, school=school).order_by("made_at", "pk")
    return readings_from(Mapped(*row) for row in rows.values_list("old", "old__scale", "new", "new__scale"))


class Words(NamedTuple):
    """What an objective was called."""

    code: str
    wording: str


def words_at(objectives: Collection[int], at: datetime) -> dict[int, Words]:
    """What each of `objectives` (ids) was called at `at`, where that differs from today. One statement.

    At the very instant of a change the new words hold.
    """
    rows = EarlierWords.objects.filter(objective__in=objectives, changed_at__gt=at).order_by("-changed_at")
    return {pk: Words(code, wording) for pk, code, wording in rows.values_list("objective", "code", "wording")}
