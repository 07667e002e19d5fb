"""Lifting append-only triggers: for emptying a test database, and for tests that tamper as an intruder would."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations

from muster.privacy import history
from muster.privacy.append_only import missing, protections


@contextlib.contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Within the context the tables may be changed; afterwards they are protected as before."""
    standing = [each for each in protections() if not set(each.names(connection.vendor)) & set(missing(connection))]
    with connection.cursor() as cursor:
        for each in standing:
            if connection.vendor == "sqlite":
                for statement in each.removal("sqlite"):
                    cursor.execute(statement)
            else:
                cursor.execute(f'ALTER TABLE "{each.table}" DISABLE TRIGGER USER')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for each in standing:
                if connection.vendor == "sqlite":
                    for statement in each.statements("sqlite"):
                        cursor.execute(statement)
                else:
                    cursor.execute(f'ALTER TABLE "{each.table}" ENABLE TRIGGER USER')


def let_flush_pass() -> None:
    """Let Django empty the database after a test with transactions of its own. Call once, before any test runs."""
    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Any) -> None:
        with lifted(self.connection):
            original(self, sql_list)
        history.forget()

    BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
