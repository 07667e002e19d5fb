"""Rows as a page shows them: what cannot be read says so, and keeps nothing else from being shown.

For showing only. Nothing is compared or decided by what stands in for a name, and an action never sees it.
"""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from muster.people.doors import CannotBeRead


class _Shown:
    def __init__(self, row: Model) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        try:
            value = getattr(self._row, name)
        except CannotBeRead:
            return _("(cannot be read)")
        return _Shown(value) if hasattr(value, "sealing_key") else value


def shown(row: Model) -> Any:
    """`row` to be shown, with the rows of sealed values that it names: one that does not open reads “(cannot be read)”."""
    return _Shown(row)


def name_of(somebody: Model) -> str:
    """What a pupil, a visitor or a member of staff is called; where that cannot be read, their number tells them apart."""
    return real_name(somebody) or stand_in(somebody.pk)


def real_name(somebody: Model) -> str | None:
    """The name itself, as a row may keep it; None where it cannot be read."""
    try:
        return str(somebody.name)  # type: ignore[attr-defined]  # whoever is asked for here has one
    except CannotBeRead:
        return None


def stand_in(number: int) -> str:
    """What stands where a name cannot be read."""
    return _("no. %(number)s (cannot be read)") % {"number": number}
