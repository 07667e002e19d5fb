"""A thousand pupils by name, against the same page with nothing sealed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.test import Client

from bench import Database, Figure
from bench.grid import signed_in_as
from bench.school import a_school
from bench.timing import in_turn, statements
from muster.people.doors import doors, sealer

PUPILS = 1_000


class Opened:
    """Hands out what was unsealed before, so that the page does everything but unseal."""

    def __init__(self, known: dict[bytes, bytes]) -> None:
        self.known = known

    def warm(self, keys: Any) -> None:
        """Nothing to load, but the rows are still walked."""
        for _key in keys:
            pass

    def unseal(self, key: UUID, aad: str, sealed: bytes) -> bytes:
        """What stood there."""
        return self.known[sealed]


class Noting:
    """Unseals as ever and notes what came out."""

    def __init__(self, real: Any) -> None:
        self.real, self.known = real, dict[bytes, bytes]()

    def warm(self, keys: Any) -> None:
        """As ever."""
        self.real.warm(keys)

    def unseal(self, key: UUID, aad: str, sealed: bytes) -> bytes:
        """As ever, and noted."""
        plain: bytes = self.real.unseal(key, aad, sealed)
        self.known[sealed] = plain
        return plain


@contextmanager
def instead(other: Any) -> Iterator[None]:
    """Put `other` in the sealer's door for a while."""
    real, doors.sealer = doors.sealer, other
    try:
        yield
    finally:
        doors.sealer = real


def listed(client: Client, slug: str) -> None:
    """The page of all pupils by name."""
    page = client.get(f"/{slug}/pupils/", secure=True)
    if page.status_code != 200 or page.content.count(b'<th scope="row">') < PUPILS:
        raise RuntimeError(f"The list answered {page.status_code}.")


def measure(db: Database) -> list[Figure]:
    """Ratio, time and statements."""
    grown = a_school(PUPILS, marked=False)
    client = signed_in_as(grown.office)
    slug = grown.school.slug
    noting = Noting(sealer())
    with instead(noting):
        listed(client, slug)
    opened = Opened(noting.known)

    def unsealed() -> None:
        with instead(opened):
            listed(client, slug)

    sealed, plain = in_turn(lambda: listed(client, slug), unsealed, rounds=15)
    return [
        Figure("milliseconds", sealed, "ms"),
        Figure("unsealed", plain, "ms"),
        Figure("times_unsealed", sealed / plain, "x"),
        Figure("statements", statements(lambda: listed(client, slug)), "statements"),
    ]
