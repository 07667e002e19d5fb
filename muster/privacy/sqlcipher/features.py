"""What this SQLite can do, read from the driver in use; Django reads the standard library's version."""

from __future__ import annotations

from django.db.backends.sqlite3 import features as plain
from sqlcipher3 import dbapi2 as Database


class DatabaseFeatures(plain.DatabaseFeatures):
    can_alter_table_drop_column = Database.sqlite_version_info >= (3, 35, 5)
    can_return_columns_from_insert = Database.sqlite_version_info >= (3, 35)
    can_return_rows_from_bulk_insert = can_return_columns_from_insert
    # The driver is compiled for 250,000 parameters; SQLite's own default is 32,766. Django assumes 999, which would
    # cut a class's marks into several statements.
    max_query_params = 32_000
    # Tests use a file, so a second connection sees the same database.
    test_db_allows_multiple_connections = True
