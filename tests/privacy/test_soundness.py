"""Every finding about an installation, broken once, says what to do; and an unsound installation is not served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Error
from django.db import connection
from django.utils import timezone

from muster.privacy import backup, checks, sealing, soundness
from muster.privacy.keys import KeyRing
from muster.privacy.soundness import Finding, Unsound
from muster.privacy.sqlcipher import opening
from tests.privacy.conftest import Opener
from tests.privacy.test_history import Small


@pytest.fixture
def small(own_key_store: Path, db: None) -> Small:
    return Small()


@pytest.fixture
def keys(settings: Any, tmp_path: Path, ring: KeyRing) -> Iterator[KeyRing]:
    """Keys to break: the test's own."""
    settings.KEYS = KeyRing(ring.folder)
    yield settings.KEYS
    sealing.forget()


def bad(finding: Finding, *words: str) -> None:
    assert not finding.ok
    for word in words:
        assert word in finding.sentence
    assert finding.sentence[-1] in ".?" or ":" in finding.sentence


def test_a_good_installation_has_nothing_to_say_against_it(small: Small) -> None:
    found = soundness.must_hold(connection)
    if connection.vendor == "sqlite":
        assert [each.sentence for each in found if not each.ok] == []
    names = [each.name for each in soundness.findings(connection)]
    assert len(names) == len(set(names))


def test_a_postgresql_that_calls_saved_what_is_not(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        assert "commits" not in [each.name for each in soundness.findings(connection)], "its pragmas are read back"
        return
    monkeypatch.setattr(soundness, "PROMISES", ("synchronous_commit",))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        bad(soundness.commits_reach_the_disk(connection), "synchronous_commit", "postgresql.conf")
        assert "commits" in [each.name for each in soundness.findings(connection) if not each.ok]
        for kept in ("on", "remote_write", "local"):
            cursor.execute(f"SET LOCAL synchronous_commit = {kept}")
            assert soundness.commits_reach_the_disk(connection).ok


def test_a_missing_key(keys: KeyRing) -> None:
    keys.path("backup").unlink()
    bad(soundness.keys_are_good(), "backup.key", "recovery sheet")


def test_keys_beside_the_data(keys: KeyRing, settings: Any) -> None:
    assert soundness.keys_are_apart().ok
    settings.DATA = keys.folder.parent
    bad(soundness.keys_are_apart(), "MUSTER_KEYS")
    settings.DEMO = True
    assert soundness.keys_are_apart().ok


def test_one_key_used_twice(keys: KeyRing) -> None:
    keys.path("backup").write_text(keys.path("data").read_text())
    bad(soundness.keys_differ(), "the same")


def test_a_key_that_cannot_be_compared(keys: KeyRing) -> None:
    keys.path("kek").unlink()
    bad(soundness.keys_differ(), "kek.key")


def test_an_unsafe_sqlite() -> None:
    assert soundness.sqlite_is_safe().ok
    bad(soundness.sqlite_is_safe((3, 40, 1)), "3.40.1", "3.51.3")


def test_a_plain_data_file(tmp_path: Path) -> None:
    bad(soundness.file_is_encrypted(tmp_path / "none.sqlite3"), "no data file")
    (tmp_path / "plain.sqlite3").write_bytes(opening.PLAIN_HEADER + bytes(100))
    bad(soundness.file_is_encrypted(tmp_path / "plain.sqlite3"), "not encrypted")


def test_a_wrong_data_key(opened: Opener, ring: KeyRing) -> None:
    assert soundness.database_opens(opened()).ok
    bad(soundness.database_opens(opened(key=ring.reader("index"))), "data.key")


def test_a_database_that_does_not_open(opened: Opener, tmp_path: Path) -> None:
    bad(soundness.database_opens(opened("no-such-folder/data.sqlite3")), "does not open")


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("PRAGMA synchronous=NORMAL", "synchronous is 1"),
        ("PRAGMA journal_mode=DELETE", "journal_mode is delete"),
        ("PRAGMA recursive_triggers=OFF", "recursive_triggers is 0"),
        ("PRAGMA secure_delete=OFF", "secure_delete is 0"),
        ("PRAGMA mmap_size=1000000", "mmap_size is 1000000"),
        ("PRAGMA foreign_keys=OFF", "foreign_keys is 0"),
    ],
)
def test_a_setting_that_did_not_hold(opened: Opener, command: str, word: str) -> None:
    assert soundness.settings_hold(opened()).ok
    bad(soundness.settings_hold(opened(init_command=f"{opening.INIT_COMMAND};{command}")), word)


def test_migrations_that_wait(small: Small) -> None:
    assert soundness.migrations_are_done(connection).ok
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'privacy'")
    bad(soundness.migrations_are_done(connection), "muster upgrade")


def test_history_left_unguarded(small: Small) -> None:
    assert soundness.history_is_guarded(connection).ok
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON privacy_historyentry"
        cursor.execute(f"DROP TRIGGER privacy_historyentry_no_delete{on}")
    bad(soundness.history_is_guarded(connection), "privacy_historyentry_no_delete")


def test_a_lost_key_store(small: Small, own_key_store: Path) -> None:
    assert soundness.key_store_opens().ok
    sealing.forget()
    own_key_store.unlink()
    bad(soundness.key_store_opens(), "restore")


def test_a_new_installation_gets_its_key_store(own_key_store: Path, db: None) -> None:
    assert not own_key_store.exists()
    assert soundness.key_store_opens().ok
    assert own_key_store.exists()


def test_a_plain_key_store(small: Small, own_key_store: Path) -> None:
    sealing.forget()
    own_key_store.write_bytes(opening.PLAIN_HEADER + bytes(100))
    bad(soundness.key_store_opens(), "not encrypted")


def test_a_kek_that_is_another(small: Small, settings: Any, tmp_path: Path) -> None:
    for name in ("data", "store"):
        (tmp_path / f"{name}.key").write_text(settings.KEYS.text(name))
    other = KeyRing.make(tmp_path / "others")
    other.path("store").write_text(settings.KEYS.text("store"))
    sealing.forget()
    settings.KEYS = other
    bad(soundness.key_store_opens(), "kek.key")
    sealing.forget()


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    assert soundness.disk_has_room().ok
    monkeypatch.setattr(soundness, "LEAST_FREE", 1 << 60)
    bad(soundness.disk_has_room(), "Make room")


def test_pages_that_failed_their_check(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    assert soundness.no_page_was_refused().ok
    soundness.cipher_log().parent.mkdir()
    line = "2026-03-04 10:42:00.000: ERROR CORE sqlcipher_page_cipher: hmac check failed for pgno={}\n"
    soundness.cipher_log().write_text(line.format(1))
    assert soundness.no_page_was_refused().ok, "a wrong key is no damage"
    soundness.cipher_log().write_text(line.format(1) + line.format(17))
    bad(soundness.no_page_was_refused(), "1 times", "2026-03-04 10:42:00", "restore a backup")


def test_backups_that_are_missing_old_or_broken(settings: Any, tmp_path: Path) -> None:
    settings.BACKUPS = tmp_path
    now = timezone.now()
    bad(backup.backups_are_recent(), "no backup yet")
    folder = tmp_path / "data" / (now - timedelta(hours=30)).strftime("%Y-%m-%dT%H%M%SZ")
    folder.mkdir(parents=True)
    bad(backup.backups_are_recent(), "no good")
    backup._write_manifest(folder, now, "data", {}, settings.KEYS)
    bad(backup.backups_are_recent(now), "30 hours old")
    assert backup.backups_are_recent(now - timedelta(hours=29)).ok


def test_an_unsound_installation_is_not_served(keys: KeyRing) -> None:
    keys.path("index").unlink()
    keys.path("data").chmod(0o644)
    with pytest.raises(Unsound) as refusal:
        soundness.refuse_unsound()
    assert "chmod 600" in str(refusal.value)


def test_a_sound_one_is(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        soundness.refuse_unsound()
    monkeypatch.setattr(soundness, "must_hold", lambda: [Finding(False, "a", "One."), Finding(False, "b", "Two.")])
    with pytest.raises(Unsound, match=r"One\.\nTwo\."):
        soundness.refuse_unsound()


def test_system_checks_refuse_too(keys: KeyRing, settings: Any) -> None:
    assert checks.keys_and_sqlite(None) == []
    keys.path("data").write_text("short")
    settings.KEYS = KeyRing(keys.folder)
    (found,) = checks.keys_and_sqlite(None)
    assert isinstance(found, Error)
    assert "data.key" in found.msg
