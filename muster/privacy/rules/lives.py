"""Which backups to keep."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

HOURS, DAYS, MONTHS = 24, 14, 12
KEY_STORE_LIFE = timedelta(days=30)


def data_backups_to_keep(made: Collection[datetime]) -> set[datetime]:
    """Of backups made at those instants: the newest of each of 24 hours, 14 days and 12 months that have one.

    The newest of all is always kept. Hours, days and months without a backup do not count, so a summer without one
    does not use the lives up.
    """
    keep: set[datetime] = set()
    for form, how_many in (("%Y-%m-%d %H", HOURS), ("%Y-%m-%d", DAYS), ("%Y-%m", MONTHS)):
        newest: dict[str, datetime] = {}
        for each in sorted(made):
            newest[each.strftime(form)] = each
        keep.update(sorted(newest.values(), reverse=True)[:how_many])
    return keep


def key_store_backups_to_keep(made: Collection[datetime], now: datetime) -> set[datetime]:
    """Those made within the 30 days before `now`, that instant included, and the newest however old it is."""
    keep = {each for each in made if now - each <= KEY_STORE_LIFE}
    return keep | ({max(made)} if made else set())
