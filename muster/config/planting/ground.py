"""One school as it grows, and how its rows are saved: what every part of the planting works with."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import models

from muster.people.models import AcademicYear, Account, ChangeSet, Pupil, School, SchoolClass, YearGroup

Row = TypeVar("Row", bound=models.Model)


@dataclass
class Group:
    """A class with its children, as they are planted."""

    stage: int
    tree: str
    teacher: Account
    now: SchoolClass
    before: SchoolClass | None
    pupils: list[Pupil] = field(default_factory=list)


@dataclass
class Ground:
    """One school as it grows."""

    school: School
    at: datetime
    today: date
    chance: random.Random
    change_set: ChangeSet
    year: AcademicYear
    last_year: AcademicYear
    year_groups: list[YearGroup]
    groups: list[Group] = field(default_factory=list)


def stable_uuid(chance: random.Random) -> UUID:
    """A UUID that is the same in every planting."""
    return UUID(int=chance.getrandbits(128), version=4)


def saved(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    """Insert `rows` in bulk; they come back with their keys."""
    return model._default_manager.bulk_create(list(rows), batch_size=2000)
