"""The declared purpose: a fuse that refuses, never a filter that chooses.

A view or job says why it opens records and how much of them it shows; the managers of everything about a pupil ask here
before they read. What a person may see is settled elsewhere (`visible_to`); nothing here widens or narrows it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from django.db.models import Model

from muster.people.purposes import Purpose, Shows
from muster.privacy import holdings


class OutsidePurpose(Exception):
    """Records about people were read without a declared purpose, or beyond it. This is a mistake in the code."""


_declared: ContextVar[tuple[Purpose, Shows] | None] = ContextVar("declared_purpose", default=None)


@contextlib.contextmanager
def using(purpose: Purpose, shows: Shows) -> Iterator[None]:
    """Declare why records are opened within the context, and how much of them is shown. The innermost one counts."""
    token = _declared.set((purpose, shows))
    try:
        yield
    finally:
        _declared.reset(token)


def declared() -> tuple[Purpose, Shows] | None:
    """The purpose in force and how much is shown, or None."""
    return _declared.get()


def check(model: type[Model]) -> None:
    """Raise `OutsidePurpose` unless rows of `model` may be read for the declared purpose.

    Where only names are shown, only models that make up a pupil's name and class may be read.
    """
    now = _declared.get()
    name = model._meta.label
    if now is None:
        raise OutsidePurpose(
            f"{name} was read without a purpose. Declare one: @requires(…, purpose=…) on a view, "
            "`with doors.purpose().using(…)` in a job."
        )
    purpose, shows = now
    holding = holdings.held(model)
    if holding is None:
        raise OutsidePurpose(f"{name} was read, but nothing says what it holds. Declare it with hold() in holdings.py.")
    if purpose not in holding.purposes:
        raise OutsidePurpose(f"{name} is not held for the purpose '{purpose}' ({', '.join(sorted(holding.purposes))}).")
    if shows == Shows.NAMES and not holding.names:
        raise OutsidePurpose(f"{name} was read by a page that declares to show names only. Declare Shows.RECORD.")
