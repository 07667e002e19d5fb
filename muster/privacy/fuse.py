"""The declared purpose: a fuse that refuses, never a filter that chooses.

A view or job says why it opens records and how much of them it shows; the managers of everything about a pupil ask here
before they read. What a person may see is settled elsewhere (`visible_to`); nothing here widens or narrows it.

How much may be read follows from what is shown:

* nothing: how many pupils there are, and whether one is among them; no row, and nothing about one;
* names: what makes up a pupil's name and class;
* record: everything held for the purpose.

An action reads what it needs to decide and to write under a declaration of its own; what it did stands in history.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db.models import Model

from muster.people.purposes import Purpose, Shows
from muster.privacy import holdings


class OutsidePurpose(Exception):
    """Records about people were read without a declared purpose, or beyond it. This is a mistake in the code."""


@dataclass(frozen=True, eq=False)
class Declaration:
    """A purpose, and what was found to be within it, so that each table is thought about once and not once a row."""

    purpose: Purpose
    shows: Shows
    rows: set[type[Model]] = field(default_factory=set)
    numbers: set[type[Model]] = field(default_factory=set)
    values: set[tuple[type[Model], str]] = field(default_factory=set)


_declared: ContextVar[Declaration | None] = ContextVar("declared_purpose", default=None)


@contextlib.contextmanager
def using(purpose: Purpose, shows: Shows) -> Iterator[None]:
    """Declare why records are opened within the context, and how much of them is shown. The innermost one counts."""
    token = _declared.set(Declaration(purpose, shows))
    try:
        yield
    finally:
        _declared.reset(token)


@contextlib.contextmanager
def nothing_declared() -> Iterator[None]:
    """Take back what was declared around the context: what runs inside says its own purpose or reads nothing."""
    token = _declared.set(None)
    try:
        yield
    finally:
        _declared.reset(token)


def declared() -> tuple[Purpose, Shows] | None:
    """The purpose in force and how much is shown, or None."""
    now = _declared.get()
    return None if now is None else (now.purpose, now.shows)


def check(model: type[Model], *, numbers: bool = False) -> None:
    """Raise `OutsidePurpose` unless rows of `model` may be read for the declared purpose; `numbers`: only counted.

    Tables that say nothing about a pupil are read freely.
    """
    now = _declared.get()
    if now is None:
        if concerns_a_pupil(model):
            raise OutsidePurpose(
                f"{model._meta.label} was read without a purpose. Declare one: @requires(…, purpose=…) on a view, "
                "`with doors.purpose().using(…)` in a job."
            )
        return
    known = now.numbers if numbers else now.rows
    if model in known:
        return
    if concerns_a_pupil(model):
        refuse_beyond(now, model, names=names_of(model), numbers=numbers)
    known.add(model)


def check_value(model: type[Model], name: str) -> None:
    """Raise `OutsidePurpose` unless the sealed field `name` of `model` may be opened for the declared purpose."""
    now = _declared.get()
    if now is not None and (model, name) in now.values:
        return
    check(model)
    if now is None or not concerns_a_pupil(model):
        return
    if now.shows != Shows.RECORD and name not in names_of(model):
        raise OutsidePurpose(
            f"{model._meta.label}.{name} was opened by a page that declares to show {now.shows} only. "
            "Declare Shows.RECORD."
        )
    now.values.add((model, name))


def concerns_a_pupil(model: type[Model]) -> bool:
    """Whether rows of `model` say anything about a pupil or their family. Raises where nobody declared what it holds."""
    if holdings.held(model) is None and not holdings.is_classified(model):
        raise OutsidePurpose(
            f"{model._meta.label} was read, but nothing says what it holds. Declare it with hold() in holdings.py."
        )
    return (model._meta.concrete_model or model) in holdings.about_pupils()


def names_of(model: type[Model]) -> frozenset[str]:
    """The fields of `model` that make up a pupil's name and class."""
    holding = holdings.held(model)
    return holding.names if holding else frozenset()


def refuse_beyond(now: Declaration, model: type[Model], *, names: frozenset[str], numbers: bool) -> None:
    """Raise where `model` is not held for the purpose, or says more than the declaration shows."""
    holding, name = holdings.held(model), model._meta.label
    if holding is None or now.purpose not in holding.purposes:
        held_for = ", ".join(sorted(holding.purposes)) if holding else "nothing"
        raise OutsidePurpose(f"{name} is not held for the purpose '{now.purpose}' ({held_for}).")
    if now.shows == Shows.RECORD:
        return
    if not names:
        raise OutsidePurpose(f"{name} was read by a page that declares to show {now.shows} only. Declare Shows.RECORD.")
    if now.shows == Shows.NOTHING and not numbers:
        raise OutsidePurpose(f"{name} was read by a page that declares to show nothing of pupils. Declare Shows.NAMES.")
