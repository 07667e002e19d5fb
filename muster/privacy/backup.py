"""Backups: a keyed copy of data, key store and files; putting one back; and an upgrade that can be undone.

The data lies in `data/`, the key store in `keystore/`, each backup in a folder of its own named for the moment it was
made. They are kept apart because their lives differ: data for a year, key stores for 30 days, so that a destroyed key is
gone for good. A manifest holds hash and size of every part, the number of rows of every table and where each chain of
history stood, under a mark that only the backup key can make.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from muster.privacy import history, sealing, soundness, streams, verify
from muster.privacy.disk import sync
from muster.privacy.keys import KeyRing
from muster.privacy.keystore import KeyStore, copy_whole
from muster.privacy.rules import lives
from muster.privacy.soundness import Finding
from muster.privacy.sqlcipher import opening

FORM = 1
_NAME = "%Y-%m-%dT%H%M%SZ"
_DATA, _KEYSTORE, _DUMP, _FILES, _MANIFEST = (
    "muster.sqlite3",
    "keystore.sqlite3",
    "database.sealed",
    "files.sealed",
    "manifest.json",
)
RESTORED = "restored"
"""A file in the data folder that says when a backup was last put back. Tablets are told, and offer their last seven days
of marks again: those made after the backup are nowhere else."""
OLD_AFTER = timedelta(hours=25)


class BackupProblem(Exception):
    """A backup cannot be made or put back. The message says why, and nothing that was there before is touched."""


class NoSuchBackup(BackupProblem):
    """There is no backup in the folder, or no manifest in it."""


class WrongBackupKey(BackupProblem):
    """The manifest was not marked with this backup key, or it was changed."""


class BackupDamaged(BackupProblem):
    """A part is missing, cut off, changed, or belongs to another backup."""


class KeyStoreBackupMissing(BackupProblem):
    """No copy of the key store fits: without it no name in the backup can be read."""


class NotEmpty(BackupProblem):
    """A backup is put back into an empty place only."""


class RestoreFailed(BackupProblem):
    """What was put back is not what was saved."""


class UpgradeUndone(BackupProblem):
    """The upgrade failed, and everything was put back as it was."""


@dataclass(frozen=True)
class Backup:
    """One backup that was made: where its two halves lie, and how large they are."""

    made_at: datetime
    data: Path
    keystore: Path
    size: int


@dataclass(frozen=True)
class Restored:
    """What was put back: rows of each table, entries of history, and sentences about what came after the backup."""

    made_at: datetime
    counts: dict[str, int]
    entries: int
    notes: list[str] = field(default_factory=list)


# -- making one --------------------------------------------------------------------------------------


def back_up(*, at: datetime | None = None, into: Path | None = None) -> Backup:
    """Copy data, key store and files, each in one step and under the backup key, while the server runs.

    Nothing is left behind where it fails. The data is copied first: a key made meanwhile is in the key store's copy.
    """
    at = (timezone.now() if at is None else at).astimezone(UTC).replace(microsecond=0)
    root = Path(settings.BACKUPS) if into is None else into
    keys: KeyRing = settings.KEYS
    verify.anchor()
    name = at.strftime(_NAME)
    data, keystore = root / "data" / name, root / "keystore" / name
    if data.exists() or keystore.exists():
        raise NotEmpty(f"There is a backup of this very second already: {data}")
    with _half_made(data) as half:
        if soundness.embedded():
            facts = _copy_file(half / _DATA, keys)
        else:
            facts = _dump_postgresql(half / _DUMP, keys)
        _pack_files(half / _FILES, keys)
        _write_manifest(half, at, "data", facts, keys)
    try:
        with _half_made(keystore) as half:
            sealing.store().backup_to(half / _KEYSTORE, keys.text("backup"))
            _write_manifest(half, at, "keystore", {}, keys)
    except BaseException:
        shutil.rmtree(data, ignore_errors=True)
        raise
    size = sum(file.stat().st_size for folder in (data, keystore) for file in folder.iterdir())
    return Backup(at, data, keystore, size)


def _copy_file(path: Path, keys: KeyRing) -> dict[str, Any]:
    source = opening.open_file(soundness.data_file(), keys.text("data"))
    try:
        copy_whole(source, path, keys.text("backup"))
    finally:
        source.close()
    copy = opening.open_file(path, keys.text("backup"), pragmas=("journal_mode=DELETE",))
    try:
        return _facts(_rows_of(copy), "sqlcipher")
    finally:
        copy.close()


def _dump_postgresql(path: Path, keys: KeyRing) -> dict[str, Any]:
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]

            def rows(statement: str) -> list[tuple[Any, ...]]:
                cursor.execute(statement)
                return cast("list[tuple[Any, ...]]", cursor.fetchall())

            # The counts and the dump see the same instant.
            facts = _facts(rows, "postgresql")
            command = [
                postgresql_program("pg_dump"),
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
            ]
            _pipe_out(command, path, keys)
            cursor.execute("ROLLBACK")
        return facts
    finally:
        connection.close()


def _pipe_out(command: Sequence[str], path: Path, keys: KeyRing) -> None:
    address, surroundings = _postgresql_address()
    with tempfile.TemporaryFile() as said, path.open("xb") as target:
        process = subprocess.Popen([*command, address], stdout=subprocess.PIPE, stderr=said, env=surroundings)
        assert process.stdout is not None  # noqa: S101  PIPE was asked for
        with process.stdout as plain:
            streams.encrypt(cast(BinaryIO, plain), target, keys.bytes("backup"))
        if process.wait():
            said.seek(0)
            raise BackupProblem(f"pg_dump failed: {said.read().decode(errors='replace').strip()}")


def _pack_files(path: Path, keys: KeyRing) -> None:
    """The files folder as one encrypted archive. The files in it are sealed already; their names and sizes are not."""
    with tempfile.TemporaryFile(dir=path.parent) as plain:
        with tarfile.open(fileobj=plain, mode="w") as archive:
            files = Path(settings.FILES)
            if files.is_dir():
                archive.add(files, arcname=".")
        plain.seek(0)
        with path.open("xb") as target:
            streams.encrypt(cast(BinaryIO, plain), target, keys.bytes("backup"))


_TABLES = {
    "sqlcipher": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}


def _facts(rows: verify.Rows, database: str) -> dict[str, Any]:
    """How many rows each table has, where each chain stands, and which migrations were done.

    The tables are read from the database itself: before an upgrade they are not those of our models.
    """
    tables = [row[0] for row in rows(_TABLES[database])]
    counts = {table: next(iter(rows(f'SELECT count(*) FROM "{table}"')))[0] for table in tables}  # noqa: S608  the database's own names
    chains = [int(row[0]) for row in rows("SELECT DISTINCT chain FROM privacy_historyentry")]
    heads = verify.heads(rows, chains, datetime.now(UTC))
    return {
        "database": database,
        "counts": counts,
        "heads": [[head.chain, head.seq, head.hash.hex()] for head in sorted(heads, key=lambda head: head.chain)],
        "migrations": [list(row) for row in rows("SELECT app, name FROM django_migrations ORDER BY app, name")],
    }


# -- the manifest ------------------------------------------------------------------------------------


def _write_manifest(folder: Path, at: datetime, kind: str, facts: dict[str, Any], keys: KeyRing) -> None:
    parts = {
        file.name: {"size": file.stat().st_size, "sha256": _digest(file)}
        for file in sorted(folder.iterdir())
        if file.name != _MANIFEST
    }
    told = {"form": FORM, "kind": kind, "made_at": at.isoformat(), "parts": parts, **facts}
    (folder / _MANIFEST).write_text(json.dumps({**told, "mark": _mark(told, keys)}, indent=1) + "\n")
    for file in folder.iterdir():
        file.chmod(0o600)
        sync(file)


def _mark(told: dict[str, Any], keys: KeyRing) -> str:
    plain = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(keys.bytes("backup"), b"manifest:" + plain, hashlib.sha256).hex()


def read_manifest(folder: Path, kind: str, keys: KeyRing | None = None, *, whole: bool = True) -> dict[str, Any]:
    """The manifest of one half of a backup, after every part was checked against it: in size alone unless `whole`."""
    keys = settings.KEYS if keys is None else keys
    try:
        told: dict[str, Any] = json.loads((folder / _MANIFEST).read_text())
        mark = str(told.pop("mark"))
        parts: dict[str, dict[str, Any]] = told["parts"]
    except (FileNotFoundError, NotADirectoryError):
        raise NoSuchBackup(f"There is no backup in {folder}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupDamaged(f"The manifest in {folder} cannot be read.") from None
    if not hmac.compare_digest(mark, _mark(told, keys)):
        raise WrongBackupKey(f"The backup in {folder} was made with another backup.key, or its manifest was changed.")
    if told["form"] != FORM:
        raise BackupDamaged(
            f"The backup in {folder} has form {told['form']}; this version of Muster knows form {FORM}."
        )
    if told["kind"] != kind:
        raise BackupDamaged(f"{folder} holds a backup of the {told['kind']}, not of the {kind}.")
    for name, wanted in parts.items():
        file = folder / name
        if not file.is_file():
            raise BackupDamaged(f"{name} is missing from the backup in {folder}.")
        if file.stat().st_size != wanted["size"]:
            raise BackupDamaged(
                f"{name} in {folder} has {file.stat().st_size} bytes, not {wanted['size']}: it was cut off."
            )
        if whole and _digest(file) != wanted["sha256"]:
            raise BackupDamaged(f"{name} in {folder} is not the file that was saved: it was changed, or swapped.")
    return told


def check(backup: Path) -> datetime:
    """Check one data backup without putting it back: its parts and its key. Gives the moment it was made."""
    return datetime.fromisoformat(read_manifest(backup, "data")["made_at"])


# -- putting one back --------------------------------------------------------------------------------


def restore(data: Path, into: Path, *, keystore: Path | None = None, at: datetime | None = None) -> Restored:
    """Put the backup in folder `data` back into the data folder `into`, which may hold keys and backups but no data.

    The key store is `keystore`: a folder with a backup of it, or a key-store file still in use, which is how an erased
    pupil stays erased; by default the newest backup of it that lies beside. On PostgreSQL the database that settings
    name must be empty. Everything is checked before and after; whatever fails, `into` is left as it was.
    """
    at = timezone.now() if at is None else at
    keys: KeyRing = settings.KEYS
    told = read_manifest(data, "data", keys)
    found = _newest_key_store(data) if keystore is None else keystore
    if found.is_dir():
        read_manifest(found, "keystore", keys)
    elif not found.is_file():
        raise KeyStoreBackupMissing(f"There is no key store at {found}. Without one no name in the backup can be read.")
    _demand_empty(into, told)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".restoring-", dir=into))
    emptied: Callable[[], None] | None = None
    try:
        (half / "keystore").mkdir(mode=0o700)
        _put_key_store_back(found, half / "keystore" / _KEYSTORE, keys)
        _unpack_files(data / _FILES, half / "files", keys)
        if told["database"] == "sqlcipher":
            with _rekeyed_copy(data / _DATA, half / _data_name(), keys) as rows:
                restored = _prove(told, rows, half / "keystore" / _KEYSTORE, keys, at)
        else:
            emptied = _empty_postgresql
            _pipe_in(data / _DUMP, keys)
            restored = _prove(told, verify._rows_of_django, half / "keystore" / _KEYSTORE, keys, at)  # noqa: SLF001  the same package
        (half / RESTORED).write_text(at.astimezone(UTC).isoformat())
        for part in sorted(half.iterdir()):
            part.rename(into / part.name)
        sync(into)
    except BaseException:
        if emptied is not None:
            emptied()
        raise
    finally:
        shutil.rmtree(half, ignore_errors=True)
        history.forget()
        sealing.forget()
    return restored


def newest(root: Path | None = None) -> Path:
    """The folder of the newest data backup. Raises `NoSuchBackup`."""
    made = _made(_root(root) / "data")
    if not made:
        raise NoSuchBackup(f"There is no backup in {_root(root)}.")
    return made[max(made)]


def _newest_key_store(data: Path) -> Path:
    made = _made(data.parent.parent / "keystore")
    if not made:
        raise KeyStoreBackupMissing(
            f"There is no backup of the key store beside {data}. Without one no name in the backup can be read."
        )
    # Never an older one than the data: it would lack the keys of pupils who joined meanwhile.
    return made[max(made)]


def _demand_empty(into: Path, told: dict[str, Any]) -> None:
    there = [name for name in (_data_name(), f"{_data_name()}-wal", "keystore", "files") if (into / name).exists()]
    there = [name for name in there if not (into / name).is_dir() or any((into / name).iterdir())]
    if there:
        raise NotEmpty(f"{into} already holds {', '.join(there)}. Move it aside first: nothing is ever written over.")
    for name in ("keystore", "files"):
        if (into / name).is_dir():
            (into / name).rmdir()
    wanted = "sqlcipher" if soundness.embedded() else "postgresql"
    if told["database"] != wanted:
        raise BackupProblem(f"This backup was made on {told['database']}; this installation is set to {wanted}.")
    if wanted == "postgresql":
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            tables = connections[DEFAULT_DB_ALIAS].introspection.table_names(cursor)
        if tables:
            raise NotEmpty("The database named by MUSTER_DATABASE_URL has tables already. Make an empty one.")


def _put_key_store_back(found: Path, target: Path, keys: KeyRing) -> None:
    file, key = (found / _KEYSTORE, "backup") if found.is_dir() else (found, "store")
    try:
        source = opening.open_file(file, keys.text(key), pragmas=())
    except opening.WrongKey:
        raise BackupDamaged(f"{key}.key does not open the key store {file}.") from None
    try:
        copy_whole(source, target, keys.text("store"))
    finally:
        source.close()


@contextlib.contextmanager
def _rekeyed_copy(source: Path, target: Path, keys: KeyRing) -> Iterator[verify.Rows]:
    try:
        saved = opening.open_file(source, keys.text("backup"), pragmas=())
    except opening.WrongKey:
        raise WrongBackupKey(f"backup.key does not open {source}.") from None
    try:
        copy_whole(saved, target, keys.text("data"))
    finally:
        saved.close()
    copy = opening.open_file(target, keys.text("data"), pragmas=("journal_mode=DELETE",))
    try:
        damage = copy.execute("PRAGMA cipher_integrity_check").fetchall() or [
            row for row in copy.execute("PRAGMA quick_check").fetchall() if row[0] != "ok"
        ]
        if damage:
            raise RestoreFailed(f"The copy put back is damaged: {damage[0][0]}")
        yield _rows_of(copy)
    finally:
        copy.close()


def _pipe_in(dump: Path, keys: KeyRing) -> None:
    address, surroundings = _postgresql_address()
    command = [
        postgresql_program("pg_restore"),
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
    ]
    with dump.open("rb") as sealed, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, f"--dbname={address}"], stdin=subprocess.PIPE, stdout=said, stderr=said, env=surroundings
        )
        assert process.stdin is not None  # noqa: S101  PIPE was asked for
        try:
            for piece in streams.decrypt(sealed, keys.bytes("backup")):
                process.stdin.write(piece)
        except BrokenPipeError:
            pass  # it has said why on its way out
        except streams.StreamDamaged:
            process.kill()
            process.wait()
            raise BackupDamaged(f"{dump} was changed or cut off.") from None
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        if process.wait():
            said.seek(0)
            raise RestoreFailed(f"pg_restore failed: {said.read().decode(errors='replace').strip()}")


def _unpack_files(packed: Path, target: Path, keys: KeyRing) -> None:
    target.mkdir(mode=0o700)
    with tempfile.TemporaryFile(dir=target.parent) as plain:
        with packed.open("rb") as sealed:
            try:
                for piece in streams.decrypt(sealed, keys.bytes("backup")):
                    plain.write(piece)
            except streams.StreamDamaged as damage:
                raise BackupDamaged(f"{packed}: {damage}") from None
        plain.seek(0)
        with tarfile.open(fileobj=plain) as archive:
            for member in archive:
                _unpack(archive, member, target)


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """One folder or file, for its owner alone; anything else, and anything outside, is none of ours.

    By hand, because the filters of `tarfile` came with 3.11.4 and Debian 12 has an earlier Python.
    """
    place = target / member.name
    if not place.resolve().is_relative_to(target.resolve()) or not (member.isdir() or member.isfile()):
        raise BackupDamaged(f"{member.name!r} has no place in a backup.")
    if member.isdir():
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    plain = archive.extractfile(member)
    assert plain is not None  # noqa: S101  it is a file
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with plain, place.open("xb") as file:
        place.chmod(member.mode & 0o700)
        shutil.copyfileobj(plain, file)


def _prove(told: dict[str, Any], rows: verify.Rows, store_file: Path, keys: KeyRing, at: datetime) -> Restored:
    """Check what was put back against the manifest and the key store. Raises `RestoreFailed`."""
    facts = _facts(rows, told["database"])
    for fact in ("counts", "heads", "migrations"):
        if facts[fact] != told[fact]:
            raise RestoreFailed(f"What was put back differs from what was saved in its {fact}.")
    store = KeyStore(store_file, keys)
    try:
        held = {*store.all_keys(), *store.erased()}
        lacking = [key for key in _keys_of_people(rows) if key not in held]
        if lacking:
            raise RestoreFailed(
                f"The key store lacks the keys of {len(lacking)} people in this backup: it is older than the data, or another."
            )
        ahead = store.put_back({chain: seq for chain, seq, _ in told["heads"]}, at=at)
        report = verify.verify(rows, store)
    finally:
        store.close()
    if not report.sound:
        raise RestoreFailed(report.sentence())
    notes = [
        f"Chain {anchor.chain} had come to entry {anchor.seq} by {anchor.at:%d %B %Y %H:%M} UTC; what came after the "
        "backup is not in it. Tablets offer their last seven days of marks again."
        for anchor in ahead
    ]
    return Restored(datetime.fromisoformat(told["made_at"]), facts["counts"], report.entries, notes)


def _keys_of_people(rows: verify.Rows) -> list[UUID]:
    """The keys that seal what is known of each pupil and guardian."""
    found = [row[0] for table in ("people_pupil", "people_guardian") for row in rows(f"SELECT key FROM {table}")]  # noqa: S608  our own names
    return [key if isinstance(key, UUID) else UUID(key) for key in found]


# -- keeping and looking -----------------------------------------------------------------------------


def prune(*, now: datetime | None = None, root: Path | None = None) -> list[Path]:
    """Delete backups past their lives: data 24 hourly, 14 daily and 12 monthly; key stores 30 days. Gives what went."""
    now = timezone.now() if now is None else now
    data, stores = _made(_root(root) / "data"), _made(_root(root) / "keystore")
    keep_data = lives.data_backups_to_keep(data)
    keep_stores = lives.key_store_backups_to_keep(stores, now)
    gone = [data[at] for at in sorted(data) if at not in keep_data]
    gone += [stores[at] for at in sorted(stores) if at not in keep_stores]
    for folder in gone:
        shutil.rmtree(folder)
    return gone


def backups_are_recent(now: datetime | None = None) -> Finding:
    """One finding for `muster doctor`: the newest backup, how old it is, and whether its key opens it."""
    now = timezone.now() if now is None else now
    made = _made(Path(settings.BACKUPS) / "data")
    if not made:
        return Finding(False, "backups", "There is no backup yet. Run: muster backup")
    newest_at = max(made)
    try:
        read_manifest(made[newest_at], "data")
    except BackupProblem as problem:
        return Finding(False, "backups", f"The newest backup is no good: {problem}")
    hours = (now - newest_at).total_seconds() / 3600
    if now - newest_at > OLD_AFTER:
        return Finding(False, "backups", f"The newest backup is {hours:.0f} hours old. Is the server running?")
    return Finding(True, "backups", f"The newest backup is {hours:.0f} hours old and whole; {len(made)} are kept.")


def last_good() -> datetime | None:
    """When the newest backup was made that our key has marked and that has all its parts; None where there is none.

    For a page, so nothing is read but the manifest: `muster doctor` looks into the parts as well.
    """
    try:
        made = _made(Path(settings.BACKUPS) / "data")
    except OSError:
        return None
    for at in sorted(made, reverse=True):
        with contextlib.suppress(BackupProblem, OSError):
            read_manifest(made[at], "data", whole=False)
            return at
    return None


# -- upgrading ---------------------------------------------------------------------------------------


def upgrade(migrate: Callable[[], None] | None = None, *, at: datetime | None = None) -> Backup:
    """Back up, change the tables to this version, check everything; or put all back and raise `UpgradeUndone`.

    The server must be stopped: what it wrote meanwhile would be lost when all is put back. Gives the backup made.
    """
    backup = back_up(at=at)
    try:
        if migrate is None:
            call_command("migrate", interactive=False, verbosity=0)
        else:
            migrate()
        wrong = [finding.sentence for finding in soundness.must_hold() if not finding.ok]
        report = verify.verify()
        if not report.sound:
            wrong.append(report.sentence())
        if wrong:
            raise UpgradeUndone(" ".join(wrong))
    except Exception as problem:
        _put_all_back(backup)
        raise UpgradeUndone(f"The upgrade failed and everything was put back as it was: {problem}") from problem
    return backup


def _put_all_back(backup: Backup) -> None:
    connections.close_all()
    sealing.forget()
    history.forget()
    into = soundness.data_file().parent if soundness.embedded() else Path(settings.DATA)
    with tempfile.TemporaryDirectory(prefix=".set-aside-", dir=into) as aside:
        file = _data_name()
        moved = [name for name in (file, f"{file}-wal", f"{file}-shm", "keystore", "files") if (into / name).exists()]
        for name in moved:
            (into / name).rename(Path(aside) / name)
        try:
            if not soundness.embedded():
                _empty_postgresql()
            restore(backup.data, into, keystore=backup.keystore)
        except BaseException:
            for name in moved:
                (Path(aside) / name).rename(into / name)
            raise


# -- small things ------------------------------------------------------------------------------------


def postgresql_program(name: str) -> str:
    """One of PostgreSQL's own programs: the newest of Debian's, else the one on PATH."""
    found = sorted(
        (path for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}") if path.parts[-3].isdigit()),
        key=lambda path: int(path.parts[-3]),
    )
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise BackupProblem(f"{name} is not installed. On Debian: apt install postgresql-client")
    return program


def _postgresql_address() -> tuple[str, dict[str, str]]:
    """How the programs reach the database. The password goes by the environment, not the command line."""
    database = settings.DATABASES[DEFAULT_DB_ALIAS]
    parts = {"dbname": database["NAME"], "host": database["HOST"], "port": database["PORT"], "user": database["USER"]}
    quoted = {name: str(value).replace("\\", r"\\").replace("'", r"\'") for name, value in parts.items() if value}
    address = " ".join(f"{name}='{value}'" for name, value in quoted.items())
    return address, {**os.environ, "PGPASSWORD": str(database["PASSWORD"])}


def _empty_postgresql() -> None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def _rows_of(connection: Any) -> verify.Rows:
    def rows(statement: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
        return found

    return rows


def _data_name() -> str:
    """What the data file is called where it is in use; in a backup it is always `muster.sqlite3`."""
    return soundness.data_file().name if soundness.embedded() else _DATA


def _root(root: Path | None) -> Path:
    return Path(settings.BACKUPS) if root is None else root


def _made(folder: Path) -> dict[datetime, Path]:
    """The finished backups in `folder`, by when they were made."""
    found = {}
    for each in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(ValueError):
            found[datetime.strptime(each.name, _NAME).replace(tzinfo=UTC)] = each
    return found


@contextlib.contextmanager
def _half_made(folder: Path) -> Iterator[Path]:
    """A folder that takes its name only once it is complete, and goes if it is not."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-made-", dir=folder.parent))
    try:
        yield half
        half.rename(folder)
        sync(folder.parent)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
