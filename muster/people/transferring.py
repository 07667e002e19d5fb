"""What goes along when a pupil moves to another school of the trust: people's own rows, and those of higher apps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from muster.people.models import Account, ChangeSet, Pupil, School


class Carrier(Protocol):
    """Copies what one app holds of a pupil into the record that the other school has of them."""

    def tell(self, pupil: Pupil, to: School) -> list[str]:
        """What would be copied, in sentences with numbers."""

    def copy(self, old: Pupil, new: Pupil, *, change_set: ChangeSet, by: Account, at: datetime) -> None:
        """Add the rows, in the transaction that accepts. `old` and its rows stay as they are."""


_carriers: list[Carrier] = []


def offer(carrier: Carrier) -> None:
    """Add what an app copies."""
    _carriers.append(carrier)


def carriers() -> Sequence[Carrier]:
    """Everything that is copied."""
    return tuple(_carriers)


def schools_beside(school: School) -> list[School]:
    """The other schools of its trust, by name."""
    return list(School.objects.filter(trust=school.trust_id).exclude(pk=school.pk).order_by("name"))
