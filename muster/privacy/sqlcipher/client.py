"""`dbshell` is refused: the ordinary sqlite3 program cannot open the file, and a key on a command line can be read."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.management.base import CommandError
from django.db.backends.base.client import BaseDatabaseClient


class DatabaseClient(BaseDatabaseClient):
    executable_name = "sqlcipher"

    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict: Any, parameters: Any) -> NoReturn:
        raise CommandError(
            "The database is encrypted, and its key is not handed to another program. "
            "Use `manage.py shell`, where django.db.connection is already open."
        )
