"""The data register: what every field holds, why, how long, and how it is given out and erased.

Every table of the installation is either held (`hold`: rows about people) or classified (`classify`: rows about nobody,
or the framework's own). The house tests fail on a field that is neither. Everything written about our data — the
retention page, a subject's own copy, the list of what to shred — is meant to be compiled from here, never by hand.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from muster.people.purposes import Purpose


class Category(enum.StrEnum):
    """What kind of thing a field holds. Free text counts as the most sensitive thing somebody may write into it."""

    IDENTITY = "identity"
    """Who somebody is: names, birth date, identifiers, and the links that lead to them."""
    CONTACT = "contact"
    LEARNING = "learning"
    CIRCUMSTANCE = "circumstance"
    """What the school knows of a child's life: key groups, status and where it came from."""
    WHERE = "where"
    WHEN = "when"
    WHO = "who"
    """Which member of staff did something."""
    FREE_TEXT = "free text"
    CREDENTIAL = "credential"
    """What proves who signs in."""
    SYSTEM = "system"
    """Bookkeeping: row numbers, versions, hashes."""
    SCHOOL = "school"
    """The school's own arrangements, about nobody."""


class Shred(enum.StrEnum):
    """How rows go when their time is over."""

    KEY = "destroy the pupil's key"
    DELETE = "delete the rows"
    MONTH = "destroy the month's secret"
    STAYS = "stays, with a reason"


@dataclass(frozen=True)
class Life:
    """How long rows are kept, in words a school can print, counted from `after`."""

    words: str
    period: timedelta | None = None
    """None: as long as the thing named in `words` lasts."""
    after: str = ""


UNTIL_A_YEAR_AFTER_LEAVING = Life("until one year after the pupil leaves", timedelta(days=365), "leaving")
WITH_THE_LAST_CHILD = Life("as long as the last child's record", None, "the last child's record")
A_YEAR_AFTER_THE_POST = Life("until one year after the last post ends", timedelta(days=365), "the end of the last post")
TWO_YEARS = Life("two years", timedelta(days=730), "being written")
THIRTY_DAYS = Life("30 days", timedelta(days=30), "being made")
WITH_THE_SCHOOL = Life("as long as the school uses Muster", None, "the school's use of Muster")
WITH_THE_INSTALLATION = Life("as long as the installation", None, "the installation")


@dataclass(frozen=True)
class Holding:
    """What one table about people holds."""

    model: type[Model]
    purposes: frozenset[Purpose]
    keep: Life
    shred: Shred
    fields: Mapping[str, Category]
    names: frozenset[str]
    disclose: Callable[..., Any] | str
    why_it_stays: str


@dataclass(frozen=True)
class Table:
    """What one table about nobody, or of the framework, holds."""

    label: str
    fields: Mapping[str, Category]
    keep: Life
    note: str


@dataclass(frozen=True)
class Place:
    """Somewhere data rests outside a field."""

    name: str
    where: str
    locked_by: str
    keep: Life
    wiped: str
    holds_names: bool


class BadHolding(ValueError):
    """A declaration leaves something unsaid."""


_held: dict[type[Model], Holding] = {}
_tables: dict[str, Table] = {}
_places: dict[str, Place] = {}


def hold(
    model: type[Model],
    *,
    purposes: Collection[Purpose],
    keep: Life,
    shred: Shred,
    fields: Mapping[str, Category],
    disclose: Callable[..., Any] | str,
    names: Collection[str] | bool = False,
    why_it_stays: str = "",
) -> None:
    """Declare a table about people.

    `fields` covers every column but the primary key and `school`. `disclose` is a function giving a person's rows for
    their own copy, or a sentence saying why they are not part of it. `names` marks what a page needs to show a pupil's
    name and class and no more: all fields, or those given.
    """
    if keep is None or not purposes:
        raise BadHolding(f"{model._meta.label}: say how long it is kept and what for.")
    if shred is Shred.STAYS and not why_it_stays:
        raise BadHolding(f"{model._meta.label}: say why its rows stay.")
    if model in _held:
        raise BadHolding(f"{model._meta.label} is declared twice.")
    shown = frozenset(names if not isinstance(names, bool) else fields if names else ())
    _held[model] = Holding(model, frozenset(purposes), keep, shred, dict(fields), shown, disclose, why_it_stays)


def classify(
    model: type[Model] | str,
    fields: Mapping[str, Category] | Category,
    *,
    keep: Life = WITH_THE_INSTALLATION,
    note: str = "",
) -> None:
    """Declare a table about nobody, or one of the framework's. One category for all its fields, or one for each.

    A table given by its label ("sessions.Session") need not be installed.
    """
    label = model if isinstance(model, str) else model._meta.label
    if isinstance(model, str):
        try:
            found = apps.get_model(label)
        except LookupError:
            return
    else:
        found = model
    if label in _tables:
        raise BadHolding(f"{label} is declared twice.")
    every = {field.name for field in found._meta.concrete_fields} - {found._meta.pk.name}
    _tables[label] = Table(
        label, dict.fromkeys(every, fields) if isinstance(fields, Category) else dict(fields), keep, note
    )


def place(name: str, *, where: str, locked_by: str, keep: Life, wiped: str, holds_names: bool) -> None:
    """Declare somewhere data rests outside a field: its key, its life, and how it is wiped."""
    if name in _places:
        raise BadHolding(f"The place '{name}' is declared twice.")
    _places[name] = Place(name, where, locked_by, keep, wiped, holds_names)


def held(model: type[Model]) -> Holding | None:
    """What is declared of `model`, a table about people; None if nothing is. A proxy answers for what it stands for."""
    return _held.get(model) or _held.get(model._meta.concrete_model or model)


def is_classified(model: type[Model]) -> bool:
    """Whether `model` is declared to be a table about nobody."""
    return model._meta.label in _tables


@cache
def about_pupils() -> frozenset[type[Model]]:
    """The tables that say something about a pupil or their family: theirs, and every one with a link to such a table.

    It follows from the links alone, so no table can be forgotten; and what is shredded with a key is written about
    somebody, whether or not a link says whom (the words of an incident rest under a key of its own).
    """
    from muster.people.models import Guardian, Pupil

    found: set[type[Model]] = {Guardian, Pupil, *(each.model for each in _held.values() if each.shred is Shred.KEY)}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if model not in found
            and any(
                isinstance(each, ForeignKey) and each.related_model in found for each in model._meta.concrete_fields
            )
        }
        if not more:
            return frozenset(found)
        found |= more


def every_holding() -> list[Holding]:
    """All tables about people, by name."""
    return sorted(_held.values(), key=lambda holding: holding.model._meta.label)


def every_table() -> list[Table]:
    """All classified tables about nobody, by name."""
    return sorted(_tables.values(), key=lambda table: table.label)


def every_place() -> list[Place]:
    """All places outside fields, by name."""
    return sorted(_places.values(), key=lambda place: place.name)


def unclassified() -> list[str]:
    """Every field of every table, the framework's and other packages' too, that nothing is said of.

    The primary key and the link to the school say nothing by themselves. Names given that are no field are listed too.
    """
    missing: list[str] = []
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        if model._meta.proxy:
            continue
        fields = {field.name for field in model._meta.concrete_fields} - {model._meta.pk.name}
        owner = model._meta.auto_created
        if owner and isinstance(owner, type) and (owner in _held or owner._meta.label in _tables):
            # The rows between two tables of a many-to-many hold the link and nothing else.
            continue
        holding = _held.get(model)
        table = _tables.get(label)
        if holding is not None and table is not None:
            missing.append(f"{label}: both held and classified")
        given = set(holding.fields) if holding else set(table.fields) if table else set()
        missing += [f"{label}.{name}" for name in sorted(fields - given - {"school"})]
        missing += [f"{label}.{name}: no such field" for name in sorted(given - fields - {model._meta.pk.name})]
    return missing
