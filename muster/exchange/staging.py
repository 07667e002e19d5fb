"""Many rows made ready where nobody sees or waits for them, and shown by one statement a table.

Rows are numbered beforehand, so that they can point at each other, and lie in temporary tables of this connection: in
memory, outside every transaction of the data file, gone with the process. What shows them is INSERT … SELECT, which moves
20,000 rows in a tenth of the time that sending them takes. So an import holds the database only for that moment, and one
that is killed has left nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from muster.people.doors import purpose

AT_ONCE = 500
"""Rows handed to the driver at a time."""


def numbers(model: type[models.Model], many: int) -> list[int]:
    """`many` row numbers of `model` that nobody else will be given; those left unused leave a gap, which does no harm."""
    if not many:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, many]
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [many, table])
        row = cursor.fetchone()
        if row is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, many])
            return list(range(1, many + 1))
        return list(range(row[0] - many + 1, row[0] + 1))


def staged(model: type[models.Model]) -> str:
    """The temporary table in which rows of `model` wait."""
    return f"staged_{model._meta.db_table}"


class Stage:
    """Rows that wait to be shown, table by table in the order they were first put there."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.waiting: dict[type[models.Model], int] = {}

    def put(self, model: type[models.Model], rows: Iterable[models.Model]) -> None:
        """Have `rows`, which are numbered, wait. Their sealed values are sealed now."""
        fields = model._meta.local_concrete_fields
        batch: list[tuple[Any, ...]] = []
        for row in rows:
            batch.append(tuple(field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields))
            if len(batch) == AT_ONCE:
                self._send(model, fields, batch)
                batch = []
        self._send(model, fields, batch)

    def _send(
        self, model: type[models.Model], fields: Sequence[models.Field[Any, Any]], batch: list[tuple[Any, ...]]
    ) -> None:
        if not batch:
            return
        with connection.cursor() as cursor:
            if model not in self.waiting:
                cursor.execute(f"DROP TABLE IF EXISTS {staged(model)}")
                cursor.execute(
                    f"CREATE TEMPORARY TABLE {staged(model)} AS SELECT * FROM {model._meta.db_table} LIMIT 0"  # noqa: S608  our own names
                )
                self.waiting[model] = 0
            columns, marks = columns_of(fields), ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {staged(model)} ({columns}) VALUES ({marks})", batch)  # noqa: S608  as above
        self.waiting[model] += len(batch)

    def show(self, *order: type[models.Model]) -> None:
        """Put all that waits into its tables, in `order`. Inside the caller's transaction."""
        for model in order:
            if model not in self.waiting:
                continue
            purpose().check(model)
            columns = columns_of(model._meta.local_concrete_fields)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {columns} FROM {staged(model)}"  # noqa: S608  as above
                )

    def clear(self) -> None:
        """Drop the temporary tables."""
        with connection.cursor() as cursor:
            for model in self.waiting:
                cursor.execute(f"DROP TABLE IF EXISTS {staged(model)}")
        self.waiting.clear()


def columns_of(fields: Sequence[models.Field[Any, Any]]) -> str:
    """Their columns, for a statement."""
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)


def spans(rows: Iterable[int]) -> list[list[int]]:
    """Row numbers as [first, last] of each unbroken run, for a summary that may speak of many thousands."""
    found: list[list[int]] = []
    for number in sorted(rows):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def within(found: Sequence[Sequence[int]], name: str = "pk") -> models.Q:
    """Rows whose number lies in one of the runs that `spans` gave."""
    lies = models.Q(pk__in=[])
    for first, last in found:
        lies |= models.Q(**{f"{name}__range": (first, last)})
    return lies
