"""The key store: a second encrypted file that holds each pupil's own key, apart from the data.

A key kept beside the data would survive in every old backup of it; here, destroying a key erases what it sealed
wherever that rests, as soon as no backup of the key store holds it either (30 days).

It holds: pupils' keys (DEKs) wrapped by the KEK, month secrets of history wrapped likewise, anchors (where each chain of
history stood), and the ids of keys that were destroyed. All of it is read and written with the driver alone, on one
connection per thread, so it works the same beside PostgreSQL.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muster.people.doors import CannotBeRead
from muster.privacy.disk import make_folder, sync
from muster.privacy.keys import KeyRing
from muster.privacy.sqlcipher import opening

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "recursive_triggers=ON")
_WRAPPING = 1
"""Version byte before each wrapped secret."""
_LOOK_AGAIN_AFTER = 0.5
"""Seconds within which a key destroyed by another process stops working here."""

_SCHEMA_VERSION = 1
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS dek (id BLOB PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erased (number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS month (month INTEGER PRIMARY KEY, wrapped BLOB, ended_at TEXT) STRICT;
CREATE TABLE IF NOT EXISTS anchor (
    chain INTEGER NOT NULL, day TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (chain, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS put_back (
    chain INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, at TEXT NOT NULL, put_back_at TEXT NOT NULL
) STRICT;
PRAGMA user_version = {_SCHEMA_VERSION};
COMMIT;
"""


class KeyStoreProblem(Exception):
    """The key store cannot do what was asked."""


class KeyStoreMissing(KeyStoreProblem):
    """There is no key store file although there should be one."""


class KeyDestroyed(KeyStoreProblem, CannotBeRead):
    """The key was destroyed on purpose: what it sealed is erased."""


class KeyUnknown(KeyStoreProblem, CannotBeRead):
    """The key store never held this key, or an older copy of the store was put back."""


class MonthEnded(KeyStoreProblem):
    """The secret of this month of history was destroyed when its time was over."""


class WrongKEK(KeyStoreProblem, CannotBeRead):
    """A wrapped key cannot be unwrapped: the KEK is another, or the row was changed."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where one chain of history stood at `at`."""

    chain: int
    seq: int
    hash: bytes
    at: datetime


@dataclass
class _Seen:
    """What one thread's connection has already read."""

    connection: Any
    data_version: int
    pid: int


@dataclass
class _Cache:
    """Unwrapped secrets of this process. They live as long as it does, or until they are destroyed."""

    keys: dict[UUID, tuple[bytes, AESGCM]] = field(default_factory=dict)
    months: dict[int, bytes] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    erased_upto: int = 0
    looked_at: float = 0.0
    changes: int = 0
    """Goes up whenever a secret was dropped, so that keys derived from it elsewhere are dropped too."""


class KeyStore:
    """The key store at `path`. Made on first use, if `may_make` agrees: a lost one must not be replaced by an empty one."""

    def __init__(self, path: Path | str, keys: KeyRing, *, may_make: Callable[[], bool] = lambda: False) -> None:
        self.path = Path(path)
        self._ring = keys
        self._may_make = may_make
        self._threads = threading.local()
        self._lock = threading.Lock()
        self._cache = _Cache()
        self._kek_cache: AESGCM | None = None

    def __repr__(self) -> str:
        return f"<KeyStore {str(self.path)!r}>"

    # -- pupils' keys ------------------------------------------------------------------------

    def new_key(self) -> UUID:
        """Make one key; durable when this returns."""
        return self.new_keys(1)[0]

    def new_keys(self, count: int) -> list[UUID]:
        """Make `count` keys in one commit; durable when this returns.

        If the caller's own transaction is rolled back, they stay behind unused, which does no harm.
        """
        made = [(uuid4(), secrets.token_bytes(32)) for _ in range(count)]
        rows = [(key.bytes, self._wrap(b"dek:" + key.bytes, secret)) for key, secret in made]
        with self._writing() as connection:
            connection.executemany("INSERT INTO dek (id, wrapped) VALUES (?, ?)", rows)
        self._cache.keys.update({key: (secret, AESGCM(secret)) for key, secret in made})
        return [key for key, _ in made]

    def warm(self, keys: Iterable[UUID]) -> None:
        """Read and unwrap those of `keys` not yet known, in one read. One that is missing or damaged is left for `cipher` to
        name, because it must not keep the others from being read.
        """
        self._notice_destruction(now=True)
        known = self._cache.keys
        wanted = [key for key in keys if key not in known]
        if not wanted:
            return
        connection = self._connection()
        for start in range(0, len(wanted), 30_000):
            part = [key.bytes for key in wanted[start : start + 30_000]]
            marks = ",".join("?" * len(part))
            rows = connection.execute(f"SELECT id, wrapped FROM dek WHERE id IN ({marks})", part).fetchall()  # noqa: S608  question marks
            for identity, wrapped in rows:
                with suppress(WrongKEK):
                    self._keep(UUID(bytes=identity), wrapped)

    def cipher(self, key: UUID) -> AESGCM:
        """The key, ready to seal and unseal. Raises `KeyDestroyed`, `KeyUnknown` or `WrongKEK`."""
        return self._key(key)[1]

    def secret(self, key: UUID) -> bytes:
        """The key itself, for deriving others from it. Raises as `cipher`."""
        return self._key(key)[0]

    def _key(self, key: UUID) -> tuple[bytes, AESGCM]:
        self._notice_destruction()
        found = self._cache.keys.get(key)
        if found is None:
            self._notice_destruction(now=True)
            row = self._connection().execute("SELECT wrapped FROM dek WHERE id = ?", (key.bytes,)).fetchone()
            if row is not None:
                self._keep(key, row[0])
            found = self._cache.keys.get(key)
        if found is None:
            if key in self._cache.erased:
                raise KeyDestroyed(f"Key {key} was destroyed; what it sealed is erased.")
            raise KeyUnknown(f"The key store holds no key {key}.")
        return found

    def _keep(self, key: UUID, wrapped: bytes) -> None:
        secret = self._unwrap(b"dek:" + key.bytes, wrapped)
        self._cache.keys[key] = (secret, AESGCM(secret))
        # Destroyed between the read and now: the list has been read past it, so nothing else would drop it.
        if key in self._cache.erased:
            self._cache.keys.pop(key, None)

    def destroy(self, key: UUID, *, at: datetime) -> None:
        """Destroy a key for good and remember that it was. Its bytes leave the file and its log at once."""
        with self._writing() as connection:
            connection.execute("DELETE FROM dek WHERE id = ?", (key.bytes,))
            connection.execute("INSERT OR IGNORE INTO erased (id, at) VALUES (?, ?)", (key.bytes, _text(at)))
        self._forget_key(key)
        # The frame that held the key must not wait in the log for the next checkpoint.
        self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def damaged(self, keys: Iterable[UUID]) -> list[UUID]:
        """Those of `keys` that are held and do not unwrap."""
        keys = list(keys)
        self.warm(keys)
        found = []
        for key in keys:
            try:
                self.cipher(key)
            except WrongKEK:
                found.append(key)
            except (KeyDestroyed, KeyUnknown):
                continue
        return found

    def all_keys(self) -> list[UUID]:
        """Every key held, in no order."""
        return [UUID(bytes=row[0]) for row in self._connection().execute("SELECT id FROM dek")]

    def erased(self) -> dict[UUID, datetime]:
        """Every key that was destroyed, and when."""
        rows = self._connection().execute("SELECT id, at FROM erased")
        return {UUID(bytes=identity): datetime.fromisoformat(at) for identity, at in rows}

    # -- month secrets -----------------------------------------------------------------------

    def month_secret(self, month: int) -> bytes:
        """The secret of a month of history, given as 202609; made if it is new. Raises `MonthEnded`."""
        self._notice_destruction()
        found = self._cache.months.get(month)
        if found is not None:
            return found
        row = self._month_row(month)
        if row is None:
            wrapped = self._wrap(b"month:%d" % month, secrets.token_bytes(32))
            with self._writing() as connection:
                # Two processes may meet the new month at once: the first one's secret is kept.
                connection.execute("INSERT OR IGNORE INTO month (month, wrapped) VALUES (?, ?)", (month, wrapped))
            row = self._month_row(month)
        if row is None or row[0] is None:
            raise MonthEnded(f"The history of {month} is past its time; its secret was destroyed.")
        secret = self._unwrap(b"month:%d" % month, row[0])
        self._cache.months[month] = secret
        return secret

    def months(self) -> dict[int, datetime | None]:
        """Every month known, and when its secret was destroyed, if it was."""
        rows = self._connection().execute("SELECT month, ended_at FROM month ORDER BY month")
        return {month: None if ended is None else datetime.fromisoformat(ended) for month, ended in rows}

    def end_month(self, month: int, *, at: datetime) -> None:
        """Destroy the secret of a month, so that its history can no longer be read; its chain still verifies."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO month (month, wrapped, ended_at) VALUES (?, NULL, ?) "
                "ON CONFLICT (month) DO UPDATE SET wrapped = NULL, ended_at = excluded.ended_at",
                (month, _text(at)),
            )
        self._cache.months.pop(month, None)
        self._cache.changes += 1
        self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _month_row(self, month: int) -> Any:
        return self._connection().execute("SELECT wrapped FROM month WHERE month = ?", (month,)).fetchone()

    # -- anchors -----------------------------------------------------------------------------

    def anchor(self, heads: Iterable[Anchor]) -> None:
        """Write down where each chain stands; the last of each day is kept. An anchor never goes back."""
        rows = [
            (head.chain, head.at.astimezone(UTC).date().isoformat(), head.seq, head.hash, _text(head.at))
            for head in heads
        ]
        with self._writing() as connection:
            connection.executemany(
                "INSERT INTO anchor (chain, day, seq, hash, at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (chain, day) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at = excluded.at "
                "WHERE excluded.seq > anchor.seq",
                rows,
            )

    def anchors(self) -> list[Anchor]:
        """Every anchor, by chain and then by how far the chain had come."""
        rows = self._connection().execute("SELECT chain, seq, hash, at FROM anchor ORDER BY chain, seq")
        return [Anchor(chain, seq, bytes(digest), datetime.fromisoformat(at)) for chain, seq, digest, at in rows]

    def put_back(self, heads: Mapping[int, int], *, at: datetime) -> list[Anchor]:
        """Note that an older copy of the data was put back on purpose, its chains ending at `heads` (chain: seq).

        Anchors beyond them would call that a roll-back; they are set aside, for good, as what was lost. Returns those.
        """
        ahead = [anchor for anchor in self.anchors() if anchor.seq > heads.get(anchor.chain, 0)]
        with self._writing() as connection:
            for anchor in ahead:
                connection.execute(
                    "INSERT INTO put_back (chain, seq, hash, at, put_back_at) VALUES (?, ?, ?, ?, ?)",
                    (anchor.chain, anchor.seq, anchor.hash, _text(anchor.at), _text(at)),
                )
                connection.execute("DELETE FROM anchor WHERE chain = ? AND seq = ?", (anchor.chain, anchor.seq))
        return ahead

    def lost(self) -> list[tuple[Anchor, datetime]]:
        """Where chains had once come before an older copy was put back, and when it was."""
        rows = self._connection().execute("SELECT chain, seq, hash, at, put_back_at FROM put_back ORDER BY rowid")
        return [
            (Anchor(chain, seq, bytes(digest), datetime.fromisoformat(at)), datetime.fromisoformat(put_back_at))
            for chain, seq, digest, at, put_back_at in rows
        ]

    # -- the file ----------------------------------------------------------------------------

    def backup_to(self, path: Path, key: str) -> None:
        """Copy the store in one step to a new file under another key, while it may be in use."""
        copy_whole(self._connection(), path, key)

    def close(self) -> None:
        """Close this thread's connection and forget every secret."""
        seen: _Seen | None = getattr(self._threads, "seen", None)
        if seen is not None:
            self._threads.seen = None
            seen.connection.close()
        self._cache = _Cache(changes=self._cache.changes + 1)
        self._kek_cache = None

    @property
    def changes(self) -> int:
        """A number that goes up whenever a secret was destroyed; looked up at most twice a second."""
        self._notice_destruction()
        return self._cache.changes

    def _connection(self) -> Any:
        return self._seen().connection

    def _seen(self) -> _Seen:
        seen: _Seen | None = getattr(self._threads, "seen", None)
        # A connection must not cross a fork: its locks belong to the parent.
        if seen is None or seen.pid != os.getpid():
            seen = self._threads.seen = self._open()
        return seen

    def _open(self) -> _Seen:
        if not self.path.exists():
            if not self._may_make():
                raise KeyStoreMissing(
                    f"There is no key store at {self.path}. Without it no name can be read: restore it."
                )
            make_folder(self.path.parent)
        connection = opening.open_file(self.path, self._ring.text("store"), pragmas=PRAGMAS)
        if connection.execute("PRAGMA user_version").fetchone()[0] < _SCHEMA_VERSION:
            # Every statement may be run again, so two processes may meet here.
            connection.executescript(_SCHEMA)
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        return _Seen(connection, version, os.getpid())

    def _writing(self) -> _Writing:
        return _Writing(self._connection())

    def _notice_destruction(self, *, now: bool = False) -> None:
        """Drop from the cache what another process or thread destroyed meanwhile.

        `PRAGMA data_version` changes when any other connection has committed; only then is the list of destroyed keys
        read, from where it was left.
        """
        clock = time.monotonic()
        cache = self._cache
        if not now and clock - cache.looked_at < _LOOK_AGAIN_AFTER:
            return
        seen = self._seen()
        version = seen.connection.execute("PRAGMA data_version").fetchone()[0]
        cache.looked_at = clock
        if version == seen.data_version and cache.erased_upto:
            return
        seen.data_version = version
        with self._lock:
            for number, identity in seen.connection.execute(
                "SELECT number, id FROM erased WHERE number > ? ORDER BY number", (cache.erased_upto,)
            ).fetchall():
                self._forget_key(UUID(bytes=identity))
                cache.erased_upto = number
            for (month,) in seen.connection.execute("SELECT month FROM month WHERE wrapped IS NULL").fetchall():
                if cache.months.pop(month, None) is not None:
                    cache.changes += 1

    def _forget_key(self, key: UUID) -> None:
        self._cache.keys.pop(key, None)
        self._cache.erased.add(key)
        self._cache.changes += 1

    def _kek(self) -> AESGCM:
        if self._kek_cache is None:
            self._kek_cache = AESGCM(self._ring.bytes("kek"))
        return self._kek_cache

    def _wrap(self, aad: bytes, secret: bytes) -> bytes:
        nonce = os.urandom(12)
        return bytes([_WRAPPING]) + nonce + self._kek().encrypt(nonce, secret, aad)

    def _unwrap(self, aad: bytes, wrapped: bytes) -> bytes:
        if wrapped[:1] != bytes([_WRAPPING]):
            raise WrongKEK(f"A key is wrapped in form {wrapped[:1].hex()}, which this version of Muster does not know.")
        try:
            return self._kek().decrypt(wrapped[1:13], wrapped[13:], aad)
        except (InvalidTag, ValueError):
            raise WrongKEK("A key cannot be unwrapped: kek.key is another one, or the key store was changed.") from None


class _Writing:
    """One short transaction, IMMEDIATE so that two writers wait for each other instead of failing."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __enter__(self) -> Any:
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        # A full disk has rolled back already, and a second ROLLBACK would be an error of its own.
        if kind is None:
            try:
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        elif self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def copy_whole(source: Any, path: Path, key: str) -> None:
    """Copy an open encrypted database to a new file under `key`, in one step: copying in pieces never ends under writes."""
    if path.exists():
        raise FileExistsError(f"{path} exists already.")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    target = opening.driver.connect(str(path), isolation_level=None)
    try:
        opening.give_key(target, key)
        source.backup(target, pages=-1)
    finally:
        target.close()
    sync(path)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
