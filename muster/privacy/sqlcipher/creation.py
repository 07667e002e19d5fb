"""Test databases are files. Clones are file copies: Django's way in a spawned process opens the standard driver."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import creation as plain


class DatabaseCreation(plain.DatabaseCreation):
    @staticmethod
    def is_in_memory_db(database_name: Any) -> bool:
        return False

    def _get_test_db_name(self) -> str:
        """TEST NAME if given, else `test_<name>` in the folder of the database itself."""
        name = str(self.connection.settings_dict["TEST"]["NAME"] or "")
        database = Path(str(self.connection.settings_dict["NAME"]))
        # Tests run in several processes get a name made of `test_`, the whole path, and the process.
        if name.startswith(f"test_{database}"):
            database = Path(name.removeprefix("test_"))
        elif name and name != ":memory:":
            return name
        return str(database.with_name(f"test_{database.name}"))

    def _clone_test_db(self, suffix: str, verbosity: int, keepdb: bool = False) -> None:
        # Everything must be in the file itself before it is copied.
        with self.connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()
        super()._clone_test_db(suffix, verbosity, keepdb)

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(test_database_name + ending).unlink(missing_ok=True)

    def setup_worker_connection(self, _worker_id: Any) -> None:
        self.connection.settings_dict.update(self.get_test_db_clone_settings(_worker_id))
        self.connection.close()
