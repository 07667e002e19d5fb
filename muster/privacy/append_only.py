"""Tables that only grow: the database itself refuses UPDATE, DELETE, REPLACE, upsert and TRUNCATE.

`AppendOnly` and `Chained` are operations for a migration, placed after the one that makes the table. On SQLite,
`INSERT OR REPLACE` walks through a delete trigger while `recursive_triggers` is off; so the pragma is on in every
connection, and a trigger of its own refuses a row whose key exists. On PostgreSQL an upsert is an UPDATE.

Trap: SQLite's schema editor remakes a table to alter it, and its triggers go with the old one. A migration that alters
an append-only table must be followed by the operation again; `missing` finds one that was forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation, OperationCategory

REFUSED = "is append-only"
"""Part of every refusal's message."""

_FUNCTION = "muster_append_only"
_CHAIN_FUNCTION = "muster_next_in_chain"


class AppendOnly(Operation):
    """Make `table` append-only.

    `key` names the columns of its primary key; `also` names sets of columns that are unique besides, whose repetition
    is to be refused as well. With `repeats="ignore"` an insert of a known key does nothing instead, for tables whose key
    says all there is to say, so that they can be filled by INSERT … ON CONFLICT DO NOTHING.
    """

    reversible = True
    elidable = False
    category = OperationCategory.SQL

    def __init__(
        self,
        table: str,
        *,
        key: Sequence[str] = ("id",),
        also: Collection[Sequence[str]] = (),
        repeats: str = "refuse",
        forgets: Sequence[str] = (),
        keeps: Sequence[str] = (),
    ) -> None:
        if repeats not in {"refuse", "ignore"}:
            raise ValueError("repeats is 'refuse' or 'ignore'")
        if bool(forgets) != bool(keeps):
            raise ValueError("Say both what may be emptied and what is kept.")
        self.table = table
        self.key = tuple(key)
        self.also = tuple(tuple(columns) for columns in also)
        self.repeats = repeats
        self.forgets = tuple(forgets)
        self.keeps = tuple(keeps)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        said = {"key": self.key, "also": self.also, "repeats": self.repeats}
        if self.forgets:
            said |= {"forgets": self.forgets, "keeps": self.keeps}
        return self.__class__.__name__, [self.table], said

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Django's models do not know of triggers."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        vendor = schema_editor.connection.vendor
        for statement in [*self.removal(vendor), *self.statements(vendor)]:
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.removal(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Refuse every change to rows of {self.table}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.table}_append_only"

    def names(self, vendor: str) -> list[str]:
        """The triggers that must be there."""
        endings = ["no_update", "no_delete"]
        if vendor == "sqlite":
            repeats = [self._repeat_name(columns) for columns in ((), *self.also)]
            return [*(f"{self.table}_{ending}" for ending in endings), *repeats]
        return [f"{self.table}_{ending}" for ending in (*endings, "no_truncate")]

    def statements(self, vendor: str) -> list[str]:
        """SQL that makes the triggers."""
        return self._on_sqlite() if vendor == "sqlite" else self._on_postgresql()

    def removal(self, vendor: str) -> list[str]:
        """SQL that takes the triggers away again."""
        if vendor == "sqlite":
            return [f'DROP TRIGGER IF EXISTS "{name}"' for name in self.names(vendor)]
        return [f'DROP TRIGGER IF EXISTS "{name}" ON "{self.table}"' for name in self.names(vendor)]

    def _repeat_name(self, columns: Sequence[str]) -> str:
        """The trigger that refuses a known key, or other `columns` whose values are known."""
        return "_".join((self.table, "no_repeat", *columns))

    def _changes(self, differs: str) -> str:
        """The condition under which an UPDATE is refused: always, or unless it only empties what may be emptied."""
        if not self.forgets:
            return ""
        kept = [f'OLD."{column}" {differs} NEW."{column}"' for column in self.keeps]
        other = [f'(NEW."{column}" IS NOT NULL AND OLD."{column}" {differs} NEW."{column}")' for column in self.forgets]
        return f"WHEN ({' OR '.join([*kept, *other])}) "

    def _on_sqlite(self) -> list[str]:
        refuse = f"SELECT RAISE(ABORT, '{self.table} {REFUSED}')"
        when = self._changes("IS NOT")
        made = [
            f'CREATE TRIGGER "{self.table}_no_update" BEFORE UPDATE ON "{self.table}" {when}BEGIN {refuse}; END',
            f'CREATE TRIGGER "{self.table}_no_delete" BEFORE DELETE ON "{self.table}" BEGIN {refuse}; END',
        ]
        repeat = refuse if self.repeats == "refuse" else "SELECT RAISE(IGNORE)"
        for number, columns in enumerate((self.key, *self.also)):
            name = self._repeat_name(columns if number else ())
            same = " AND ".join(f'"{column}" = NEW."{column}"' for column in columns)
            known = f'EXISTS (SELECT 1 FROM "{self.table}" WHERE {same})'  # noqa: S608  names from a migration
            made.append(f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{self.table}" WHEN {known} BEGIN {repeat}; END')
        return made

    def _on_postgresql(self) -> list[str]:
        function = f"""
            CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '% {REFUSED}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
        """
        table = self.table
        when = self._changes("IS DISTINCT FROM")
        return [
            function,
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW {when}EXECUTE FUNCTION {_FUNCTION}()',
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()',
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" EXECUTE FUNCTION {_FUNCTION}()',
        ]


class Chained(AppendOnly):
    """Append-only, and each row's `seq` must be the next of its `chain`, which holds with `recursive_triggers` off too."""

    def names(self, vendor: str) -> list[str]:
        return [*super().names(vendor), f"{self.table}_next_in_chain"]

    def _on_sqlite(self) -> list[str]:
        table = self.table
        following = f'(SELECT COALESCE(MAX(seq), 0) + 1 FROM "{table}" WHERE chain = NEW.chain)'  # noqa: S608  names from a migration
        refuse = f"SELECT RAISE(ABORT, '{table} {REFUSED}: seq is not the next of its chain')"
        name = f"{table}_next_in_chain"
        return [
            *super()._on_sqlite(),
            f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" WHEN NEW.seq IS NOT {following} BEGIN {refuse}; END',
        ]

    def _on_postgresql(self) -> list[str]:
        function = f"""
            CREATE OR REPLACE FUNCTION {_CHAIN_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE next bigint;
            BEGIN
                EXECUTE format('SELECT COALESCE(MAX(seq), 0) + 1 FROM %I WHERE chain = $1', TG_TABLE_NAME)
                    INTO next USING NEW.chain;
                IF NEW.seq IS DISTINCT FROM next THEN
                    RAISE EXCEPTION '% {REFUSED}: seq is not the next of its chain', TG_TABLE_NAME
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$
        """  # noqa: S608  a constant
        table = self.table
        return [
            *super()._on_postgresql(),
            function,
            f'CREATE TRIGGER "{table}_next_in_chain" BEFORE INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION {_CHAIN_FUNCTION}()',
        ]


def protections() -> list[AppendOnly]:
    """Every append-only declaration in the migrations of the installed apps; the last one for a table counts."""
    from django.db.migrations.loader import MigrationLoader

    found: dict[str, AppendOnly] = {}
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for label, name in sorted(loader.disk_migrations):
        for operation in loader.disk_migrations[label, name].operations:
            if isinstance(operation, AppendOnly):
                found[operation.table] = operation
    return [found[table] for table in sorted(found)]


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Triggers that ought to protect a table and are not there, or are switched off."""
    wanted = [name for protection in protections() for name in protection.names(connection.vendor)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        there = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted if name not in there]
