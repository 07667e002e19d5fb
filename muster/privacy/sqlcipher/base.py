"""Django's SQLite backend on the `sqlcipher3` driver.

OPTIONS: `key`, a callable giving 64 hexadecimal digits. `timeout`, `transaction_mode`, `init_command` and
`cached_statements` are as in Django or its driver, and default to `DEFAULT_OPTIONS`.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Iterable, Mapping
from itertools import tee
from time import monotonic
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.db.backends.sqlite3 import base as plain
from django.db.backends.sqlite3._functions import register as register_functions
from django.utils.asyncio import async_unsafe
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as Database

from muster.privacy.sqlcipher import opening
from muster.privacy.sqlcipher.client import DatabaseClient
from muster.privacy.sqlcipher.creation import DatabaseCreation
from muster.privacy.sqlcipher.features import DatabaseFeatures

DEFAULT_OPTIONS: dict[str, Any] = {
    "timeout": 30,
    "transaction_mode": "IMMEDIATE",
    "init_command": opening.INIT_COMMAND,
    # The driver keeps 128, and once it is full it drops the newest first: what is asked from then on would be read anew
    # each time, column by column past the authoriser. A whole school day asks fewer different things than this.
    "cached_statements": 1_000,
}

ASKING = 50
"""Milliseconds after which a wait for the database begins anew: SQLite waits 1, 2, 5, 10, 15 and 20 of them in turn."""
BUSY = 5
"""SQLITE_BUSY: somebody else is writing."""

# Django registers these on the standard library's module, which this driver does not share.
Database.register_converter("bool", b"1".__eq__)
Database.register_converter("date", plain.decoder(parse_date))
Database.register_converter("time", plain.decoder(parse_time))
Database.register_converter("datetime", plain.decoder(parse_datetime))
Database.register_converter("timestamp", plain.decoder(parse_datetime))
Database.register_adapter(decimal.Decimal, str)
Database.register_adapter(datetime.date, plain.adapt_date)
Database.register_adapter(datetime.datetime, plain.adapt_datetime)


class DatabaseWrapper(plain.DatabaseWrapper):
    Database = Database
    # Django's own tests, and messages, know the product by this name.
    display_name = "SQLite"
    client_class = DatabaseClient
    creation_class = DatabaseCreation
    features_class = DatabaseFeatures

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_transaction = False

    def get_connection_params(self) -> dict[str, Any]:
        self.settings_dict["OPTIONS"] = {**DEFAULT_OPTIONS, **self.settings_dict["OPTIONS"]}
        params = super().get_connection_params()
        key = params.pop("key", None)
        if not callable(key):
            raise ImproperlyConfigured(
                "settings.DATABASES: OPTIONS['key'] must be a callable giving the key, such as KEYS.reader('data'). "
                "Without a key SQLite would make an unencrypted file."
            )
        self._give: Callable[[], str] = key
        name = str(params["database"])
        if name == ":memory:" or "mode=memory" in name:
            raise ImproperlyConfigured("settings.DATABASES: an encrypted database is a file, in tests too.")
        return params

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        opening.refuse_unsafe_version()
        opening.make_private(conn_params["database"])
        connection = Database.connect(**conn_params)
        try:
            opening.give_key(connection, self._give())
            register_functions(connection)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA legacy_alter_table = OFF")
            for command in self.init_commands:
                if command := command.strip():
                    connection.execute(command).fetchall()
            connection.set_authorizer(opening.deny_escape)
        except BaseException:
            connection.close()
            raise
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=SQLCipherCursor)
        cursor.wrapper = self
        return cursor

    # A full disk makes SQLite roll the whole transaction back by itself. If the error were caught inside the block,
    # the statements after it would each commit alone, and half a transaction would be kept. So the wrapper remembers
    # that it began one, and refuses to go on once SQLite has ended it.
    def _start_transaction_under_autocommit(self) -> None:
        self._wait_for_a_turn()
        self._in_transaction = True

    def _wait_for_a_turn(self) -> None:
        """Begin a transaction as soon as nobody else writes.

        SQLite asks less and less often, up to every tenth of a second: who has waited long would wait on, while a work
        of many short transactions leaves the database free between them for less than that. So it is told to give up
        soon, which has it ask at least every 20 ms, and is asked anew for as long as `timeout` says.
        """
        patience = float(self.settings_dict["OPTIONS"]["timeout"])
        until = monotonic() + patience
        self.connection.execute(f"PRAGMA busy_timeout = {ASKING}")
        try:
            while True:
                try:
                    super()._start_transaction_under_autocommit()
                    break
                except OperationalError as error:
                    if getattr(error.__cause__, "sqlite_errorcode", None) != BUSY or monotonic() >= until:
                        raise
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")

    def rolled_back_by_itself(self) -> bool:
        return self._in_transaction and self.connection is not None and not self.connection.in_transaction

    def _commit(self) -> None:
        lost = self.rolled_back_by_itself()
        self._in_transaction = False
        if lost:
            with self.wrap_database_errors:
                raise Database.OperationalError("SQLite has already rolled this transaction back; nothing was kept.")
        super()._commit()

    def _rollback(self) -> None:
        # Nothing to do, and no error, when SQLite has rolled back already: the driver looks before it asks.
        self._in_transaction = False
        super()._rollback()

    def _close(self) -> None:
        self._in_transaction = False
        super()._close()


class SQLCipherCursor(Database.Cursor):
    """Django's cursor for SQLite, defined anew because its `super()` is bound to the standard library's cursor."""

    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        try:
            if params is None:
                return super().execute(query)
            names = list(params) if isinstance(params, Mapping) else None
            return super().execute(self.convert_query(query, param_names=names), params)
        except Database.Error:
            self._notice_rollback()
            raise

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        peekable, param_list = tee(iter(param_list))
        first = next(peekable, None)
        names = list(first) if first and isinstance(first, Mapping) else None
        try:
            return super().executemany(self.convert_query(query, param_names=names), param_list)
        except Database.Error:
            self._notice_rollback()
            raise

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is None:
            return str(plain.FORMAT_QMARK_REGEX.sub("?", query)).replace("%%", "%")
        return query % {name: f":{name}" for name in param_names}

    def _notice_rollback(self) -> None:
        if self.wrapper.in_atomic_block and self.wrapper.rolled_back_by_itself():
            self.wrapper.needs_rollback = True
