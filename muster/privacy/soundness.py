"""Whether this installation is sound: one finding a line, in words that say what to do.

`muster doctor` prints them; `refuse_unsound` is called before anything is served. What is only worth knowing (a disk
that is filling, a backup that is old) is a finding, but does not keep the server from starting.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from muster.privacy import append_only, sealing
from muster.privacy.keys import KeyProblem, KeyRing
from muster.privacy.keystore import KeyStoreProblem, WrongKEK
from muster.privacy.sqlcipher import opening

EXPECTED = {
    "cipher_status": "1",
    "journal_mode": "wal",
    "synchronous": "2",
    "cache_size": "-65536",
    "recursive_triggers": "1",
    "secure_delete": "1",
    "foreign_keys": "1",
    "legacy_alter_table": "0",
    "cipher_memory_security": "0",
    "mmap_size": "0",
}
"""What each pragma must say when read back from an open connection."""

PROMISES = ("fsync", "full_page_writes", "synchronous_commit")
"""What PostgreSQL must not have switched off; more than on (a copy on another server) is as well."""

LEAST_FREE = 200 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is as it should be, and a sentence saying so or what to do."""

    ok: bool
    name: str
    sentence: str


class Unsound(Exception):
    """The installation may not be served. The message holds every reason."""


def embedded() -> bool:
    """Whether the database is the encrypted file rather than PostgreSQL."""
    return str(settings.DATABASES[DEFAULT_DB_ALIAS]["ENGINE"]) == "muster.privacy.sqlcipher"


def data_file() -> Path:
    """Where the encrypted data file lies, where the database is one."""
    return Path(str(settings.DATABASES[DEFAULT_DB_ALIAS]["NAME"]))


def keys_are_good() -> Finding:
    """Every key is there, well-formed, and its owner's alone."""
    keys: KeyRing = settings.KEYS
    try:
        keys.check()
    except KeyProblem as problem:
        return Finding(False, "keys", str(problem))
    return Finding(True, "keys", f"All keys are in {keys.folder}, each readable by its owner alone.")


def keys_are_apart() -> Finding:
    """Outside the demo, the keys are not in the data folder."""
    if settings.DEMO:
        return Finding(True, "keys apart", "This is the demo, whose keys lie beside its invented data.")
    keys: KeyRing = settings.KEYS
    try:
        keys.check_apart_from(settings.DATA)
    except KeyProblem as problem:
        return Finding(False, "keys apart", str(problem))
    return Finding(True, "keys apart", "The keys are not in the data folder.")


def keys_differ() -> Finding:
    """No two keys are the same, so that one file lost is one lock opened."""
    keys: KeyRing = settings.KEYS
    try:
        texts = [keys.text(name) for name in ("data", "store", "kek", "audit", "index", "backup", "signing")]
    except KeyProblem as problem:
        return Finding(False, "keys differ", str(problem))
    if len(set(texts)) < len(texts):
        return Finding(False, "keys differ", "Two of the keys are the same. Make the installation's keys with Muster.")
    return Finding(True, "keys differ", "Each key is used for one thing alone.")


def sqlite_is_safe(version: tuple[int, ...] | None = None) -> Finding:
    """The SQLite in use is free of the fault that corrupts a database in WAL mode."""
    version = opening.driver.sqlite_version_info if version is None else version
    try:
        opening.refuse_unsafe_version(version)
    except opening.UnsafeSQLite as problem:
        return Finding(False, "SQLite", str(problem))
    return Finding(True, "SQLite", f"SQLite {'.'.join(map(str, version))} is safe with several processes.")


def file_is_encrypted(path: Path | None = None) -> Finding:
    """The data file does not begin as a plain database does."""
    path = data_file() if path is None else path
    if not path.exists():
        return Finding(False, "data file", f"There is no data file at {path}. Run the migrations, or restore a backup.")
    if opening.is_plain(path):
        return Finding(
            False, "data file", f"{path} is not encrypted: anybody can read it. Take it away and restore a backup."
        )
    return Finding(True, "data file", "The data file is encrypted.")


def database_opens(connection: BaseDatabaseWrapper) -> Finding:
    """The key opens the file, or the server answers."""
    try:
        connection.ensure_connection()
    except (DatabaseError, KeyProblem) as problem:
        if isinstance(problem.__cause__, opening.WrongKey):
            return Finding(False, "database", "data.key does not open the data file. Put the right key back.")
        return Finding(False, "database", f"The database does not open: {problem}")
    return Finding(True, "database", "The database opens.")


def settings_hold(connection: BaseDatabaseWrapper) -> Finding:
    """Every pragma reads back as it was set."""
    wrong = []
    with connection.cursor() as cursor:
        for pragma, wanted in EXPECTED.items():
            cursor.execute(f"PRAGMA {pragma}")
            row = cursor.fetchone()
            said = "" if row is None else str(row[0])
            if said != wanted:
                wrong.append(f"{pragma} is {said or 'unknown'}, not {wanted}")
    if wrong:
        return Finding(False, "database settings", f"The data file was opened wrongly: {'; '.join(wrong)}.")
    return Finding(True, "database settings", "The data file is encrypted, and every commit reaches the disk.")


def commits_reach_the_disk(connection: BaseDatabaseWrapper) -> Finding:
    """PostgreSQL has not been told to call something saved that a power cut may take back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(PROMISES)])
        said = dict(cursor.fetchall())
    if off := [name for name in PROMISES if said.get(name) == "off"]:
        return Finding(
            False, "commits",
            f"PostgreSQL may lose in a power cut what was called saved: {', '.join(off)} off. Take that out of "
            "postgresql.conf and start PostgreSQL again.",
        )  # fmt: skip
    return Finding(True, "commits", "PostgreSQL has every commit on the disk before it is called saved.")


def migrations_are_done(connection: BaseDatabaseWrapper) -> Finding:
    """The tables are those of this version."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(False, "migrations", f"{len(waiting)} changes to the tables are waiting. Run: muster upgrade")
    return Finding(True, "migrations", "The tables are those of this version.")


def history_is_guarded(connection: BaseDatabaseWrapper) -> Finding:
    """The triggers that refuse changes to history and judgements are there."""
    gone = append_only.missing(connection)
    if gone:
        return Finding(False, "append-only", f"The database no longer refuses changes: {', '.join(gone)} missing.")
    return Finding(True, "append-only", "The database refuses changes to history and judgements.")


def key_store_opens() -> Finding:
    """The key store is there, or nothing is sealed yet; and one of its keys unwraps."""
    path = Path(settings.KEYSTORE)
    if opening.is_plain(path):
        return Finding(False, "key store", f"{path} is not encrypted. Take it away and restore a backup.")
    try:
        store = sealing.store()
        # On a new installation this makes it; a store that is missing where something is sealed is an error.
        keys = store.all_keys()
        if keys and len(store.damaged(keys[:20])) == len(keys[:20]):
            raise WrongKEK("No key can be unwrapped: kek.key is another one, or the key store was changed.")
    except (KeyStoreProblem, KeyProblem, opening.driver.Error) as problem:
        return Finding(False, "key store", f"The key store cannot be used: {problem}")
    return Finding(True, "key store", f"The key store opens and holds {len(keys)} keys.")


def disk_has_room() -> Finding:
    """There is room to write."""
    free = shutil.disk_usage(settings.DATA).free
    if free < LEAST_FREE:
        return Finding(False, "disk", f"Only {free // 1024**2} MB are free in {settings.DATA}. Make room soon.")
    return Finding(True, "disk", f"{free / 1024**3:.1f} GB are free.")


def cipher_log() -> Path:
    """Where SQLCipher writes of pages it could not authenticate."""
    return Path(settings.DATA) / "run" / "cipher.log"


def capture_cipher_errors() -> None:
    """Send them there from now on, if there is a data folder yet."""
    if embedded() and Path(settings.DATA).is_dir():
        cipher_log().parent.mkdir(mode=0o700, exist_ok=True)
        opening.log_errors_to(cipher_log())


def no_page_was_refused() -> Finding:
    """No page of an encrypted file failed its check while it was read."""
    refused = opening.pages_refused(cipher_log())
    if refused:
        return Finding(
            False, "pages",
            f"{len(refused)} times a page of an encrypted file failed its check, last at {refused[-1][:19]}: the disk or "
            f"somebody changed it. Stop the server, run muster verify, and restore a backup; then delete {cipher_log()}.",
        )  # fmt: skip
    return Finding(True, "pages", "No page of an encrypted file has failed its check.")


def must_hold(connection: BaseDatabaseWrapper | None = None) -> list[Finding]:
    """What must be true before anything is served. Stops at what makes the rest meaningless."""
    connection = connections[DEFAULT_DB_ALIAS] if connection is None else connection
    findings = [keys_are_good(), keys_are_apart(), keys_differ()]
    if embedded():
        findings += [sqlite_is_safe(), file_is_encrypted(Path(connection.settings_dict["NAME"]))]
    if not all(finding.ok for finding in findings):
        return findings
    findings.append(database_opens(connection))
    if not findings[-1].ok:
        return findings
    if connection.vendor == "sqlite":
        findings.append(settings_hold(connection))
    findings.append(migrations_are_done(connection))
    if findings[-1].ok:
        findings += [history_is_guarded(connection), key_store_opens()]
    return findings


def findings(connection: BaseDatabaseWrapper | None = None) -> list[Finding]:
    """Everything privacy can say of this installation, for `muster doctor`."""
    from muster.privacy import backup, verify

    found = must_hold(connection)
    worth_knowing: list[Callable[[], Finding]] = [disk_has_room]
    connection = connections[DEFAULT_DB_ALIAS] if connection is None else connection
    if connection.vendor == "postgresql" and connection.is_usable():
        worth_knowing.append(partial(commits_reach_the_disk, connection))
    if all(finding.ok for finding in found):
        worth_knowing += [verify.history_is_whole, backup.backups_are_recent]
    # Last, because reading is what finds a bad page.
    worth_knowing.append(no_page_was_refused)
    return found + [look() for look in worth_knowing]


def refuse_unsound(*, but: Collection[str] = ()) -> None:
    """Raise `Unsound`, with every reason, unless this installation may be served.

    `but` names findings that whoever asks deals with: verifying history goes on where its triggers are gone.
    """
    reasons = [finding.sentence for finding in must_hold() if not finding.ok and finding.name not in but]
    if reasons:
        raise Unsound("\n".join(reasons))
