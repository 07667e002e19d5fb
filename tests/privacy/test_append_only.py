"""Tables that only grow, on both databases: every way to change a row is refused by the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import pytest
from django.db import DatabaseError, connection, transaction

from muster.privacy.append_only import AppendOnly, Chained, missing, protections
from muster.privacy.keys import KeyRing
from muster.privacy.sqlcipher import opening
from tests.privacy.lifted import lifted

REFUSED = "append-only"


def run(statement: str, params: None = None) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def diary(db: None) -> str:
    """A table with a key, a chain and a second unique column, and two rows in it."""
    key = "INTEGER PRIMARY KEY AUTOINCREMENT" if connection.vendor == "sqlite" else "SERIAL PRIMARY KEY"
    run(f"CREATE TABLE diary (id {key}, chain integer NOT NULL, seq integer, word text UNIQUE)")
    with connection.schema_editor() if connection.vendor != "sqlite" else Editor() as editor:
        Chained("diary", also=[("word",)]).database_forwards("privacy", editor, None, None)
    run("INSERT INTO diary (chain, seq, word) VALUES (1, 1, 'one')")
    run("INSERT INTO diary (chain, seq, word) VALUES (1, 2, 'two')")
    return "diary"


class Editor:
    """SQLite's schema editor wants foreign keys off, which a test's own transaction cannot do."""

    connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        """Nothing was begun."""

    def execute(self, statement: str, params: None = None) -> None:
        run(statement)


ATTEMPTS = {
    "update": "UPDATE diary SET word = 'other' WHERE id = 1",
    "update of everything": "UPDATE diary SET chain = 2",
    "delete": "DELETE FROM diary WHERE id = 1",
    "the same key again": "INSERT INTO diary (id, chain, seq, word) VALUES (1, 1, 3, 'three')",
    "upsert by key": "INSERT INTO diary (id, chain, seq, word) VALUES (1, 1, 3, 'three') ON CONFLICT (id) DO UPDATE SET word = 'x'",
    "upsert by word": "INSERT INTO diary (chain, seq, word) VALUES (1, 3, 'one') ON CONFLICT (word) DO UPDATE SET seq = 9",
    "no seq": "INSERT INTO diary (chain, seq, word) VALUES (1, NULL, 'three')",
    "a seq that was": "INSERT INTO diary (chain, seq, word) VALUES (1, 2, 'three')",
    "a seq too far": "INSERT INTO diary (chain, seq, word) VALUES (1, 4, 'three')",
    "a new chain not from one": "INSERT INTO diary (chain, seq, word) VALUES (2, 2, 'three')",
}
ONLY_SQLITE = {
    "replace by key": "REPLACE INTO diary (id, chain, seq, word) VALUES (1, 1, 3, 'three')",
    "replace by word": "INSERT OR REPLACE INTO diary (chain, seq, word) VALUES (1, 3, 'one')",
    "update or replace": "UPDATE OR REPLACE diary SET word = 'two' WHERE id = 1",
    "replace without a seq": "INSERT OR REPLACE INTO diary (id, chain, seq, word) VALUES (1, 1, NULL, 'three')",
}
ONLY_POSTGRESQL = {"truncate": "TRUNCATE diary", "truncate and begin again": "TRUNCATE diary RESTART IDENTITY CASCADE"}


@pytest.mark.parametrize("attempt", [*ATTEMPTS, *ONLY_SQLITE, *ONLY_POSTGRESQL])
def test_every_change_is_refused(diary: str, attempt: str) -> None:
    statements = {**ATTEMPTS, **(ONLY_SQLITE if connection.vendor == "sqlite" else ONLY_POSTGRESQL)}
    if attempt not in statements:
        return  # this database has no such statement
    with pytest.raises(DatabaseError, match=rf"{REFUSED}|unique|duplicate"), transaction.atomic():
        run(statements[attempt])
    assert run("SELECT id, chain, seq, word FROM diary ORDER BY id") == [(1, 1, 1, "one"), (2, 1, 2, "two")]


def test_rows_may_be_added_to_any_chain(diary: str) -> None:
    run("INSERT INTO diary (chain, seq, word) VALUES (1, 3, 'three'), (1, 4, 'four')")
    run("INSERT INTO diary (chain, seq, word) VALUES (2, 1, 'another')")
    assert len(run("SELECT 1 FROM diary")) == 5


def test_replace_is_refused_with_recursive_triggers_off_too(tmp_path: Path, ring: KeyRing) -> None:
    """The trap: without the pragma a delete trigger does not see a REPLACE."""
    file = opening.driver.connect(str(tmp_path / "raw.sqlite3"), isolation_level=None)
    opening.give_key(file, ring.text("data"))
    file.execute("PRAGMA recursive_triggers = OFF")
    file.execute("CREATE TABLE diary (id INTEGER PRIMARY KEY, chain integer, seq integer, word text UNIQUE)")
    for statement in Chained("diary", also=[("word",)]).statements("sqlite"):
        file.execute(statement)
    file.execute("INSERT INTO diary (chain, seq, word) VALUES (1, 1, 'one'), (1, 2, 'two')")
    for statement in (*ONLY_SQLITE.values(), *ATTEMPTS.values()):
        with pytest.raises(opening.driver.IntegrityError, match=REFUSED):
            file.execute(statement)
    assert file.execute("SELECT * FROM diary").fetchall() == [(1, 1, 1, "one"), (2, 1, 2, "two")]
    file.close()


def test_a_repeat_may_be_let_pass_in_silence(tmp_path: Path, ring: KeyRing) -> None:
    file = opening.open_file(tmp_path / "raw.sqlite3", ring.text("data"))
    file.execute("CREATE TABLE sets (digest text PRIMARY KEY, members text)")
    for statement in AppendOnly("sets", key=("digest",), repeats="ignore").statements("sqlite"):
        file.execute(statement)
    for verb in ("INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE"):
        file.execute(f"{verb} INTO sets VALUES ('a', ?)", (verb,))
    assert file.execute("SELECT * FROM sets").fetchall() == [("a", "INSERT")]
    with pytest.raises(ValueError, match="repeats"):
        AppendOnly("sets", repeats="perhaps")
    file.close()


@pytest.mark.django_db
def test_history_and_judgements_are_protected() -> None:
    assert {each.table for each in protections()} >= {
        "privacy_historyentry",
        "privacy_subjectset",
        "markbook_judgement",
        "markbook_note",
    }
    assert missing(connection) == []


@pytest.mark.django_db
def test_a_trigger_that_is_gone_is_missed() -> None:
    on = "" if connection.vendor == "sqlite" else ' ON "markbook_judgement"'
    run(f'DROP TRIGGER "markbook_judgement_no_update"{on}')
    assert missing(connection) == ["markbook_judgement_no_update"]
    with lifted(connection):
        assert "privacy_historyentry_no_update" in missing(connection)
    assert missing(connection) == ["markbook_judgement_no_update"]


@pytest.mark.django_db
def test_the_operation_can_be_taken_back_and_written_down(diary: str) -> None:
    operation = Chained("diary", also=[("word",)])
    name, args, kwargs = operation.deconstruct()
    assert (name, args, kwargs["also"]) == ("Chained", ["diary"], (("word",),))
    assert "diary" in operation.describe()
    assert operation.migration_name_fragment == "diary_append_only"
    operation.database_backwards("privacy", Editor(), None, None)
    run("UPDATE diary SET word = 'other' WHERE id = 1")
    run("DELETE FROM diary")
    assert run("SELECT * FROM diary") == []
