"""The newest judgement of every cell, by one statement whatever the class or the history.

Written as SQL because it needs two answers about each cell in one pass: which judgement stands (the last made),
and which was recorded last, with whether that one met another person's. The fuse is asked as a manager would ask it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from muster.markbook.as_at import AsAt, Mode
from muster.markbook.models import Judgement
from muster.people.doors import purpose

NEWEST = """
SELECT pupil_id, objective_id, kind, step_id, {judged_at}, {earlier_at}, judged_by_id, last_id, beside_last
FROM (
  SELECT pupil_id, objective_id, kind, step_id, judged_at, earlier_at, judged_by_id,
         ROW_NUMBER() OVER cell AS place,
         MAX(id) OVER (PARTITION BY objective_id, pupil_id) AS last_id,
         MAX(CASE WHEN beside_id IS NOT NULL THEN id END) OVER (PARTITION BY objective_id, pupil_id) AS beside_last
  FROM markbook_judgement
  WHERE objective_id IN ({objectives}) AND pupil_id IN ({pupils}) {until}
  WINDOW cell AS (PARTITION BY objective_id, pupil_id ORDER BY judged_at DESC, id DESC)
) AS ranked
WHERE place = 1
"""


INSTANTS = {"sqlite": "{} || '+00:00'"}
"""How a database hands over the instant where its own way is a slow one: as a text that Python reads by itself."""


class Newest(NamedTuple):
    """What stands in one cell. `version` is the row recorded last; `two_views` when that one met another's.

    `said_at` is when it was said, which is what decides what stands; later than `judged_at` where an undo put it back.
    """

    kind: str
    step: int | None
    judged_at: datetime
    judged_by: int
    version: int
    two_views: bool
    said_at: datetime


def statement(objectives: int, pupils: int, *, until: Sequence[str] = ()) -> str:
    """The SQL for so many objectives and pupils; `until` names columns that may not be later than one more value each."""
    instant = INSTANTS.get(connection.vendor, "{}")
    return NEWEST.format(
        judged_at=instant.format("judged_at"),
        earlier_at=instant.format("earlier_at"),
        objectives=", ".join(["%s"] * objectives),
        pupils=", ".join(["%s"] * pupils),
        until=" ".join(f"AND {column} <= %s" for column in until),
    )


def newest(
    *,
    pupils: Collection[int],
    objectives: Collection[int],
    until: AsAt | datetime | None = None,
    judged_until: datetime | None = None,
) -> dict[tuple[int, int], Newest]:
    """What stands for each (pupil, objective) that was ever judged.

    With `until` as at a past moment, that instant included: what had been recorded by then, or what had been judged by
    then, whenever it was recorded; a bare instant means the latter. With `judged_until` also nothing judged later than
    that, as on the sheet of a snapshot.
    """
    purpose().check(Judgement)
    if not pupils or not objectives:
        return {}
    bounds: dict[str, datetime] = {} if judged_until is None else {"judged_at": judged_until}
    if until is not None:
        as_at = until if isinstance(until, AsAt) else AsAt(until, Mode.KNOWN)
        column = "recorded_at" if as_at.recorded else "judged_at"
        bounds[column] = min(as_at.at, bounds.get(column, as_at.at))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            read_instants(cursor.cursor)
        sql = statement(len(objectives), len(pupils), until=list(bounds))
        cursor.execute(sql, [*objectives, *pupils, *bounds.values()])
        rows = cursor.fetchall()
    read = datetime.fromisoformat if connection.vendor in INSTANTS else as_it_is
    return {
        (pupil, objective): Newest(
            kind, step, read(earlier_at) if earlier_at else said_at, judged_by, last, beside == last, said_at
        )
        for pupil, objective, kind, step, judged_at, earlier_at, judged_by, last, beside in rows
        for said_at in (read(judged_at),)
    }


def as_it_is(judged_at: datetime) -> datetime:
    """An instant that is one already."""
    return judged_at


def read_instants(cursor: Any) -> None:
    """Let a cursor of PostgreSQL read instants as Python does: eighteen hundred of them are most of what a page reads.

    Its own reader knows every way the server may be set to write one; this knows the usual way alone.
    """
    from psycopg.adapt import Buffer, Loader

    class InstantLoader(Loader):
        def load(self, data: Buffer) -> datetime:
            return datetime.fromisoformat(bytes(data).decode())

    if (cursor.connection.pgconn.parameter_status(b"DateStyle") or b"").startswith(b"ISO"):
        cursor.adapters.register_loader("timestamptz", InstantLoader)


def gathered(marks: dict[tuple[int, int], Newest], merged: Mapping[int, int]) -> dict[tuple[int, int], Newest]:
    """`marks` with those of merged records under the record that was kept.

    The mark made last stands; the version, and whether there are two views, are those of the row recorded last.
    """
    if not merged:
        return marks
    kept: dict[tuple[int, int], Newest] = {}
    for (pupil, objective), mark in marks.items():
        cell = (merged.get(pupil, pupil), objective)
        both = [mark, kept[cell]] if cell in kept else [mark]
        last = max(both, key=lambda each: each.version)
        stands = max(both, key=lambda each: (each.said_at, each.version))
        kept[cell] = stands._replace(version=last.version, two_views=last.two_views)
    return kept
