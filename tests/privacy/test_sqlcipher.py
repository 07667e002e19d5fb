"""The encrypted data file through Django: how it is opened, and each trap on the way."""

from __future__ import annotations

import datetime as dt
import math
import random
import string
import subprocess
import sys
import threading
from collections import Counter
from decimal import Decimal
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError, OperationalError, transaction
from django.db.utils import ConnectionHandler

from muster.privacy.keys import KeyRing
from muster.privacy.sqlcipher import base, opening
from tests.privacy.conftest import Opener

pytestmark = pytest.mark.pure

CANARY = "Quillabamba-Featherstonehaugh"


def ask(connection: base.DatabaseWrapper, statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def entropy(path: Path) -> float:
    """Bits a byte; 8 is what chance looks like."""
    content = path.read_bytes()
    return -sum(n / len(content) * math.log2(n / len(content)) for n in Counter(content).values())


# -- what rests on the disk ----------------------------------------------------------------------


def test_file_and_log_are_encrypted_from_the_first_byte(opened: Opener, tmp_path: Path) -> None:
    connection = opened()
    ask(connection, "CREATE TABLE pupil (name text)")
    rows = [f"{CANARY} {number}" for number in range(2000)]
    ask(connection, f"INSERT INTO pupil VALUES {','.join(['(%s)'] * len(rows))}", rows)
    log = tmp_path / "data.sqlite3-wal"
    assert entropy(log) > 7.9
    ask(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
    data = tmp_path / "data.sqlite3"
    assert entropy(data) > 7.99
    assert CANARY.encode() not in data.read_bytes()
    assert not opening.is_plain(data)
    assert data.stat().st_mode & 0o777 == 0o600


def test_a_new_file_without_a_key_would_be_plain_so_no_key_is_refused(opened: Opener, tmp_path: Path) -> None:
    bare = opening.driver.connect(str(tmp_path / "bare.sqlite3"))
    bare.execute("CREATE TABLE pupil (name text)")
    bare.commit()
    bare.close()
    assert opening.is_plain(tmp_path / "bare.sqlite3")
    for absent in (None, "ab" * 32):
        with pytest.raises(ImproperlyConfigured, match="must be a callable"):
            opened("other.sqlite3", key=absent).ensure_connection()
    assert not (tmp_path / "other.sqlite3").exists()


def test_a_plain_file_is_not_opened(opened: Opener, tmp_path: Path) -> None:
    bare = opening.driver.connect(str(tmp_path / "data.sqlite3"))
    bare.execute("CREATE TABLE pupil (name text)")
    bare.commit()
    bare.close()
    with pytest.raises(DatabaseError, match="does not open this file"):
        opened().ensure_connection()


def test_a_wrong_key_fails_when_opening(opened: Opener, ring: KeyRing) -> None:
    ask(opened(), "CREATE TABLE pupil (name text)")
    with pytest.raises(DatabaseError, match="does not open this file"):
        opened(key=ring.reader("store")).ensure_connection()


def test_without_its_key_a_file_is_no_database(opened: Opener, tmp_path: Path) -> None:
    ask(opened(), "CREATE TABLE pupil (name text)")
    keyless = opening.driver.connect(str(tmp_path / "data.sqlite3"))
    with pytest.raises(opening.driver.DatabaseError, match="not a database"):
        keyless.execute("SELECT count(*) FROM sqlite_master")
    keyless.close()


def test_a_key_of_another_form_is_refused_before_it_is_stretched_as_a_passphrase(opened: Opener) -> None:
    for wrong in ("ab" * 31, "AB" * 32, "a passphrase"):
        with pytest.raises(ValueError, match="64 lower-case"):
            opened(key=lambda text=wrong: text).ensure_connection()


def test_only_a_file_will_do(opened: Opener) -> None:
    for name in (":memory:", "file:x?mode=memory"):
        database = {"ENGINE": "muster.privacy.sqlcipher", "NAME": name, "OPTIONS": {"key": lambda: "ab" * 32}}
        with pytest.raises(ImproperlyConfigured, match="is a file"):
            ConnectionHandler({"default": database})["default"].ensure_connection()


# -- how it is opened ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [
        ("cipher_status", "1"),
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("cache_size", -65536),
        ("recursive_triggers", 1),
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("legacy_alter_table", 0),
        ("cipher_memory_security", "0"),
        ("mmap_size", 0),
        ("busy_timeout", 30_000),
    ],
)
def test_every_setting_reads_back(opened: Opener, pragma: str, wanted: Any) -> None:
    assert ask(opened(), f"PRAGMA {pragma}")[0][0] == wanted


def test_the_key_is_in_no_setting_and_no_statement(opened: Opener, ring: KeyRing) -> None:
    connection = opened()
    connection.force_debug_cursor = True
    ask(connection, "CREATE TABLE pupil (name text)")
    assert ring.text("data") not in repr(connection.settings_dict)
    assert ring.text("data") not in "".join(query["sql"] for query in connection.queries)


def test_transactions_take_the_write_lock_at_once(opened: Opener) -> None:
    connection = opened()
    connection.force_debug_cursor = True
    connection.set_autocommit(True)
    connection._start_transaction_under_autocommit()
    assert connection.queries[-1]["sql"] == "BEGIN IMMEDIATE"
    connection.connection.rollback()


def test_who_finds_somebody_writing_asks_again_until_it_is_their_turn(opened: Opener) -> None:
    """For longer than SQLite is told to wait by itself, which is short, so that it never waits long between two tries."""
    writing, waiting = opened(), opened()
    writing.set_autocommit(True)
    waiting.set_autocommit(True)
    writing._start_transaction_under_autocommit()
    file = writing.connection

    def end_later() -> None:
        sleep(base.ASKING * 4 / 1000)
        file.rollback()

    ending = threading.Thread(target=end_later)
    ending.start()
    waiting._start_transaction_under_autocommit()
    ending.join()
    assert waiting.connection.in_transaction
    assert ask(waiting, "PRAGMA busy_timeout") == [(30_000,)], "everything else waits as long as ever"
    waiting.connection.rollback()


def test_a_wait_for_somebody_writing_ends_with_its_patience(opened: Opener) -> None:
    writing, waiting = opened(), opened(timeout=0.2)
    writing.set_autocommit(True)
    waiting.set_autocommit(True)
    writing._start_transaction_under_autocommit()
    with pytest.raises(OperationalError, match="locked"):
        waiting._start_transaction_under_autocommit()
    assert not waiting.connection.in_transaction
    assert ask(waiting, "PRAGMA busy_timeout") == [(200,)]
    writing.connection.rollback()
    waiting._start_transaction_under_autocommit()
    waiting.connection.rollback()


@pytest.mark.parametrize(
    "version", [(3, 7, 0), (3, 40, 1), (3, 51, 1), (3, 51, 2), (3, 52, 0)], ids=lambda each: ".".join(map(str, each))
)
def test_an_unsafe_sqlite_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(opening.UnsafeSQLite, match=r"3\.51\.3"):
        opening.refuse_unsafe_version(version)


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 52, 1), (3, 53, 4), (4, 0, 0)])
def test_a_safe_sqlite_is_not(version: tuple[int, ...]) -> None:
    opening.refuse_unsafe_version(version)


def test_the_gate_stands_before_every_connection(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "OLDEST_SAFE", (99, 0, 0))
    with pytest.raises(Exception, match="can corrupt"):
        opened().ensure_connection()
    monkeypatch.setattr(opening.refuse_unsafe_version, "__defaults__", ((3, 40, 1),))
    with pytest.raises(opening.UnsafeSQLite):
        opening.open_file("unused", "ab" * 32)


# -- what a statement may not do ------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH '{other}' AS plain KEY ''",
        "ATTACH ':memory:' AS plain",
        "VACUUM",
        "VACUUM INTO '{other}'",
        "SELECT sqlcipher_export('main')",
        "SELECT load_extension('x')",
        "PRAGMA key = 'x'",
        "PRAGMA rekey = 'x'",
        "PRAGMA hexrekey = 'aa'",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA secure_delete = OFF",
        "PRAGMA synchronous = NORMAL",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA mmap_size = 1000000",
        "PRAGMA writable_schema = ON",
        "PRAGMA cipher_memory_security = ON",
        "pragma RECURSIVE_triggers=0",
    ],
)
def test_no_statement_escapes(opened: Opener, tmp_path: Path, statement: str) -> None:
    connection = opened()
    ask(connection, "CREATE TABLE pupil (name text)")
    with pytest.raises(DatabaseError, match=r"not authorized|authorization denied|prohibited"):
        ask(connection, statement.format(other=tmp_path / "other.sqlite3"))
    assert not (tmp_path / "other.sqlite3").exists()
    assert ask(connection, "PRAGMA recursive_triggers") == [(1,)]


def test_the_maintenance_opener_may_vacuum_and_rekey(opened: Opener, tmp_path: Path, ring: KeyRing) -> None:
    connection = opened()
    ask(connection, "CREATE TABLE pupil (name text)")
    connection.close()
    data = tmp_path / "data.sqlite3"
    with opening.maintenance(data, ring.text("data")) as maintaining:
        maintaining.execute("VACUUM")
        # Rekeying takes the journal out of the way first.
        assert maintaining.execute("PRAGMA journal_mode = DELETE").fetchall() == [("delete",)]
        maintaining.reset_key(f"x'{ring.text('index')}'")
    with pytest.raises(opening.WrongKey):
        opening.open_file(data, ring.text("data"))
    opening.open_file(data, ring.text("index")).close()


def test_dbshell_is_refused_in_a_sentence(opened: Opener) -> None:
    with pytest.raises(CommandError, match=r"manage\.py shell"):
        opened().client.runshell([])


# -- Django's own expectations ---------------------------------------------------------------------


def test_values_of_every_kind_come_back(opened: Opener) -> None:
    connection = opened()
    ask(connection, "CREATE TABLE kinds (a date, b datetime, c time, d bool, e decimal, f blob)")
    row = (dt.date(2026, 3, 4), dt.datetime(2026, 3, 4, 10, 42, 1, 5), "10:42:00", True, Decimal("1.50"), b"\x00\xff")  # noqa: DTZ001
    ask(connection, "INSERT INTO kinds VALUES (%s, %s, %s, %s, %s, %s)", row)
    found = ask(connection, "SELECT a, b, c, d, f FROM kinds")[0]
    assert found == (row[0], row[1], dt.time(10, 42), True, b"\x00\xff")
    ask(connection, "INSERT INTO kinds (c) VALUES (%(when)s)", {"when": "11:00:00"})
    assert ask(connection, "SELECT count(*), '100%%' FROM kinds WHERE c = %s", ["11:00:00"]) == [(1, "100%")]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO kinds (f) VALUES (%(it)s)", [{"it": each} for each in (b"1", b"2")])
        cursor.executemany("INSERT INTO kinds (f) VALUES (%s)", [])
    assert ask(connection, "SELECT count(*) FROM kinds") == [(4,)]


def test_what_the_driver_can_do_is_read_from_the_driver(opened: Opener) -> None:
    connection = opened()
    assert connection.get_database_version() == opening.driver.sqlite_version_info
    assert connection.features.can_return_columns_from_insert
    assert connection.display_name == "SQLite"
    values = ",".join(["(%s)"] * 20_000)
    ask(connection, "CREATE TABLE number (n integer)")
    ask(connection, f"INSERT INTO number VALUES {values}", list(range(20_000)))
    assert ask(connection, "SELECT count(*) FROM number") == [(20_000,)]


def test_test_databases_are_files_beside_the_database(opened: Opener, tmp_path: Path) -> None:
    creation = opened().creation
    assert creation._get_test_db_name() == str(tmp_path / "test_data.sqlite3")
    creation.connection.settings_dict["TEST"]["NAME"] = f"test_{tmp_path / 'data.sqlite3'}_gw1"
    assert creation._get_test_db_name() == str(tmp_path / "test_data.sqlite3_gw1")
    creation.connection.settings_dict["TEST"]["NAME"] = tmp_path / "named.sqlite3"
    assert creation._get_test_db_name() == str(tmp_path / "named.sqlite3")
    assert not creation.is_in_memory_db(":memory:")


def test_a_cloned_test_database_is_a_copy_of_the_file(opened: Opener, tmp_path: Path) -> None:
    connection = opened()
    ask(connection, "CREATE TABLE pupil (name text)")
    connection.creation._clone_test_db("2", 0)
    assert not opening.is_plain(tmp_path / "data_2.sqlite3")
    assert ask(opened("data_2.sqlite3"), "SELECT count(*) FROM pupil") == [(0,)]
    connection.creation.setup_worker_connection(2)
    assert str(connection.settings_dict["NAME"]) == str(tmp_path / "data_2.sqlite3")
    connection.creation._destroy_test_db(str(tmp_path / "data_2.sqlite3"), 0)
    assert not list(tmp_path.glob("data_2*"))


# -- a full disk ----------------------------------------------------------------------------------


def full(connection: base.DatabaseWrapper) -> None:
    """Leave no room in the file for more than is in it."""
    pages = ask(connection, "PRAGMA page_count")[0][0]
    ask(connection, f"PRAGMA max_page_count = {pages}")


def fill(connection: base.DatabaseWrapper, rows: int = 500) -> None:
    letters = random.Random(7)
    names = ["".join(letters.choices(string.ascii_letters, k=400)) for _ in range(rows)]
    ask(connection, f"INSERT INTO pupil VALUES {','.join(['(%s)'] * rows)}", names)


def started(opened: Opener) -> base.DatabaseWrapper:
    """The connection as Django's default, so that `transaction.atomic` uses it."""
    connection = opened()
    ask(connection, "CREATE TABLE pupil (name text)")
    fill(connection, 20)
    return connection


@pytest.fixture
def atomic(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`transaction.atomic` on a connection of ours."""

    def on(connection: base.DatabaseWrapper) -> Any:
        monkeypatch.setattr(transaction, "get_connection", lambda using=None: connection)
        return transaction.atomic()

    return on


def test_a_full_disk_fails_the_transaction_and_the_next_one_works(opened: Opener, atomic: Any) -> None:
    connection = started(opened)
    full(connection)
    with pytest.raises(OperationalError, match="full"), atomic(connection):
        fill(connection)
    assert not connection.in_atomic_block
    assert ask(connection, "SELECT count(*) FROM pupil") == [(20,)]
    ask(connection, "PRAGMA max_page_count = 100000")
    with atomic(connection):
        fill(connection, 10)
    assert ask(connection, "SELECT count(*) FROM pupil") == [(30,)]


def test_a_full_disk_caught_inside_the_block_keeps_no_half(opened: Opener, atomic: Any) -> None:
    connection = started(opened)
    full(connection)
    with pytest.raises(DatabaseError), atomic(connection):
        fill(connection, 1)
        with pytest.raises(OperationalError, match="full"):
            fill(connection)
        ask(connection, "PRAGMA max_page_count = 100000")
        fill(connection, 1)
    assert ask(connection, "SELECT count(*) FROM pupil") == [(20,)]


def test_a_transaction_sqlite_has_ended_is_not_committed_in_silence(opened: Opener, atomic: Any) -> None:
    connection = started(opened)
    with pytest.raises(OperationalError, match="already rolled"), atomic(connection):
        fill(connection, 1)
        connection.connection.rollback()
    assert ask(connection, "SELECT count(*) FROM pupil") == [(20,)]


# -- pages ----------------------------------------------------------------------------------------


def test_a_flipped_bit_is_noticed_and_logged(opened: Opener, tmp_path: Path, ring: KeyRing) -> None:
    connection = started(opened)
    fill(connection, 200)
    connection.close()
    data = tmp_path / "data.sqlite3"
    content = bytearray(data.read_bytes())
    content[4096 * 7 + 100] ^= 1
    data.write_bytes(content)
    # A process of its own: where errors are logged to is settled for the whole process.
    script = (
        "import sys; from pathlib import Path; from muster.privacy.sqlcipher import opening\n"
        "log = Path(sys.argv[3]); opening.log_errors_to(log)\n"
        "try:\n    opening.open_file('nowhere/x', 'ab' * 32)\nexcept opening.driver.Error: pass\n"
        "try:\n    opening.open_file(sys.argv[1], 'ab' * 32)\nexcept opening.WrongKey: pass\n"
        "assert opening.pages_refused(log) == [], 'a wrong key is no damage'\n"
        "connection = opening.open_file(sys.argv[1], sys.argv[2])\n"
        "try:\n    connection.execute('SELECT sum(length(name)) FROM pupil').fetchall()\n"
        "except opening.driver.DatabaseError as problem: print(problem)\n"
        "print(len(opening.pages_refused(log)) > 0)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, data, ring.text("data"), tmp_path / "cipher.log"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.splitlines()[-1] == "True"
    assert "malformed" in said.stdout or "error" in said.stdout
    assert said.stderr == ""
