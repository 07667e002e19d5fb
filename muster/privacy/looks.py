"""Who looked: a page, pack or export that shows more about a pupil than name and class, in the school's own chain."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction

from muster.people.purposes import Purpose
from muster.privacy import history, sealing
from muster.privacy.models import HistoryEntry
from muster.privacy.timing import door

if TYPE_CHECKING:
    from muster.people.models import Account, School

POLLED_EVERY = 600
"""Seconds for which one person's polled page, showing the same pupils, is one look."""


@door
def looked(
    page: str,
    *,
    school: School,
    by: Account,
    at: datetime,
    pupils: Collection[int],
    purpose: Purpose,
    polled: bool = False,
) -> None:
    """Add that `by` saw `page`, which shows the records of `pupils` (ids), at `at` and for `purpose`.

    A page that shows nobody is no look. Whatever raises here must keep the page from leaving.
    """
    if not pupils:
        return
    with transaction.atomic():
        # In the same transaction: if the look is rolled back, the page may be written down again.
        if polled and not _first_in_a_while(page, school, by, at, pupils):
            return
        body = {"page": page, "by": by.pk, "purpose": purpose.value}
        history.add(HistoryEntry.Kind.LOOK, body, school=school, at=at, pupils=pupils)


def _first_in_a_while(page: str, school: School, by: Account, at: datetime, pupils: Collection[int]) -> bool:
    """Whether this person has not been noted at this page with these pupils in the current ten minutes.

    Ten minutes are counted by the caller's clock, in fixed windows, so that the answer is the same in every process.
    """
    window = int(at.timestamp()) // POLLED_EVERY
    shown = ",".join(map(str, sorted(set(pupils))))
    mark = sealing.fingerprint("polled page", f"{window}:{school.pk}:{by.pk}:{page}:{shown}").hex()
    # Read first: adding what is there already takes the lock for writing too.
    return cache.get(f"look:{mark}") is None and cache.add(f"look:{mark}", value=True, timeout=2 * POLLED_EVERY)
