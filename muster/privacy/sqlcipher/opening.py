"""Opening an encrypted SQLite file: the key first, the authoriser last, nothing left to memory.

Used by the Django backend, the key store, backups and the maintenance opener alike.
"""

from __future__ import annotations

import contextlib
import ctypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

OLDEST_SAFE = (3, 51, 3)
WITHDRAWN = frozenset({(3, 52, 0)})
PLAIN_HEADER = b"SQLite format 3\x00"

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "cache_size=-65536",
    "recursive_triggers=ON",
    "secure_delete=ON",
)
INIT_COMMAND = ";".join(f"PRAGMA {pragma}" for pragma in PRAGMAS)

# What sqlite3_set_authorizer passes; the driver does not name them all.
_OK, _DENY = 0, 1
_PRAGMA, _ATTACH, _FUNCTION = 19, 24, 31

_PRAGMAS_DENIED = frozenset({"key", "hexkey", "rekey", "hexrekey", "writable_schema", "cipher_memory_security"})
_PRAGMAS_FIXED = frozenset({"recursive_triggers", "secure_delete", "synchronous", "mmap_size", "journal_mode"})
_FUNCTIONS_DENIED = frozenset({"sqlcipher_export", "load_extension"})
_PAGE_REFUSED = re.compile(r"hmac check failed for pgno=(\d+)")


class WrongKey(driver.DatabaseError):
    """The file cannot be read with this key, or it is not an encrypted database."""


class UnsafeSQLite(driver.NotSupportedError):
    """This SQLite can corrupt a database in WAL mode."""


def is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the WAL reset fault (sqlite.org/wal.html#walresetbug) and not withdrawn."""
    return version >= OLDEST_SAFE and version not in WITHDRAWN


def refuse_unsafe_version(version: tuple[int, ...] = driver.sqlite_version_info) -> None:
    if not is_safe(version):
        raise UnsafeSQLite(
            f"SQLite {'.'.join(map(str, version))} can corrupt a database in WAL mode. "
            f"Muster needs {'.'.join(map(str, OLDEST_SAFE))} or later, and not 3.52.0: install the locked sqlcipher3."
        )


def is_plain(path: Path | str) -> bool:
    """Whether the file at `path` begins as an unencrypted SQLite database does."""
    try:
        with Path(path).open("rb") as file:
            return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER
    except FileNotFoundError:
        return False


def make_private(path: Path | str) -> None:
    """Make the file, empty, for its owner alone, if it is not there yet. Its log takes the same permissions."""
    file = Path(path)
    if file.parent.is_dir() and not file.exists():
        file.touch(mode=0o600)


def give_key(connection: Any, key: str) -> None:
    """Give the key in its raw form (no stretching) through the driver, so that it never passes as SQL, then read.

    A new file becomes an encrypted one by this; without it SQLite would silently make a plain one. Raises `WrongKey`.
    """
    if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
        raise ValueError("A key is 64 lower-case hexadecimal digits.")
    connection.set_key(f"x'{key}'")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.DatabaseError as problem:
        if "not a database" in str(problem) or "malformed" in str(problem):
            raise WrongKey("The key does not open this file, or the file is not an encrypted database.") from None
        raise


def deny_escape(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """The authoriser of every ordinary connection.

    ATTACH with an empty key and `sqlcipher_export` would write a plain copy; the other refusals keep a statement from
    undoing what the connection was opened with. VACUUM attaches, so it is refused as well: see `maintenance`.
    """
    if action == _ATTACH:
        return _DENY
    if action == _FUNCTION:
        return _DENY if second in _FUNCTIONS_DENIED else _OK
    if action == _PRAGMA and first is not None:
        pragma = first.lower()
        if pragma in _PRAGMAS_DENIED and (second is not None or pragma != "cipher_memory_security"):
            return _DENY
        if pragma in _PRAGMAS_FIXED and second is not None:
            return _DENY
    return _OK


def log_errors_to(path: Path) -> None:
    """Send what SQLCipher says of pages it could not authenticate to a file instead of standard error.

    This holds for the whole process. The lines name pages, nothing in them.
    """
    connection = driver.connect(":memory:")
    try:
        quoted = str(path).replace("'", "''")
        connection.execute(f"PRAGMA cipher_log = '{quoted}'").fetchall()
    finally:
        connection.close()


def flush_log() -> None:
    """Write out what is still in C's own buffers, SQLCipher's log among it."""
    ctypes.CDLL(None).fflush(None)


def pages_refused(log: Path) -> list[str]:
    """When a page failed its check, one line each. A wrong key fails at page 1, before anything is read, and is no damage."""
    flush_log()
    try:
        lines = log.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return [line for line in lines if (found := _PAGE_REFUSED.search(line)) and found[1] != "1"]


def open_file(path: Path | str, key: str, *, pragmas: tuple[str, ...] = PRAGMAS, timeout: float = 30.0) -> Any:
    """An ordinary connection in autocommit mode, for code that does without Django: key, pragmas, authoriser last."""
    refuse_unsafe_version()
    make_private(path)
    connection = driver.connect(str(path), timeout=timeout, isolation_level=None, check_same_thread=False)
    try:
        give_key(connection, key)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.set_authorizer(deny_escape)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def maintenance(path: Path | str, key: str) -> Iterator[Any]:
    """A connection that may VACUUM and rekey. Only commands run with the service stopped use it, never a request."""
    refuse_unsafe_version()
    connection = driver.connect(str(path), timeout=30.0, isolation_level=None)
    try:
        give_key(connection, key)
        yield connection
    finally:
        connection.close()
