"""Backups: put back into an empty folder and proved; refused when anything about them is wrong; upgrades undone whole."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from muster.people.models import Pupil, School, Timer
from muster.privacy import backup, history, sealing, streams
from muster.privacy.backup import (
    BackupDamaged,
    BackupProblem,
    KeyStoreBackupMissing,
    NoSuchBackup,
    NotEmpty,
    RestoreFailed,
    UpgradeUndone,
    WrongBackupKey,
)
from muster.privacy.keys import KeyRing
from muster.privacy.keystore import KeyDestroyed, KeyStore
from muster.privacy.sqlcipher import opening
from muster.privacy.verify import anchor, verify
from tests.privacy.lifted import lifted
from tests.privacy.test_history import NOW, Small

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small(own_key_store: Path, settings: Any, tmp_path: Path) -> Small:
    """An installation with some history, whose files and backups are this test's own."""
    settings.BACKUPS, settings.FILES = tmp_path / "backups", tmp_path / "files"
    (settings.FILES / "ab").mkdir(parents=True)
    (settings.FILES / "ab" / "cdef").write_bytes(os.urandom(300_000))
    small = Small()
    for number in range(6):
        small.judged(*small.pupils[: 1 if number % 2 else 4], at=NOW + timedelta(minutes=number))
    return small


@pytest.fixture
def emptied() -> Callable[[], None]:
    """Empties the database a restore goes into; on PostgreSQL that is the one the test runs on."""

    def empty() -> None:
        connections.close_all()
        if connection.vendor == "postgresql":
            backup._empty_postgresql()

    return empty


def rows_of(folder: Path, keys: KeyRing, statement: str) -> list[tuple[Any, ...]]:
    """What a restored installation holds."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
    copy = opening.open_file(folder / backup._data_name(), keys.text("data"))
    try:
        found: list[tuple[Any, ...]] = copy.execute(statement).fetchall()
        return found
    finally:
        copy.close()


def test_a_backup_is_put_back_into_an_empty_folder_and_proved(
    small: Small, settings: Any, tmp_path: Path, emptied: Any
) -> None:
    made = backup.back_up()
    assert (made.data.parent, made.keystore.parent) == (tmp_path / "backups/data", tmp_path / "backups/keystore")
    assert made.size == sum(file.stat().st_size for each in (made.data, made.keystore) for file in each.iterdir())
    emptied()
    restored = backup.restore(made.data, tmp_path / "new", at=NOW)
    assert restored.made_at == made.made_at
    assert (tmp_path / "new" / backup.RESTORED).read_text() == NOW.isoformat(), "or no tablet offers its marks again"
    assert (restored.entries, restored.notes) == (6, [])
    assert restored.counts["people_pupil"] == 4
    assert rows_of(tmp_path / "new", settings.KEYS, "SELECT count(*) FROM privacy_historyentry") == [(6,)]
    original = (settings.FILES / "ab" / "cdef").read_bytes()
    assert (tmp_path / "new" / "files" / "ab" / "cdef").read_bytes() == original
    store = KeyStore(tmp_path / "new" / "keystore" / "keystore.sqlite3", settings.KEYS)
    assert {pupil.key for pupil in small.pupils} == set(store.all_keys())
    store.close()
    assert not [each for each in (tmp_path / "new").iterdir() if each.name.startswith(".")]


def test_nothing_in_a_backup_is_plain_or_opens_with_the_data_keys(small: Small, settings: Any) -> None:
    made = backup.back_up()
    for file in [*made.data.iterdir(), *made.keystore.iterdir()]:
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.suffix == ".json" or not opening.is_plain(file)
        assert b"okafor" not in file.read_bytes()
    with pytest.raises(opening.WrongKey):
        opening.open_file(made.keystore / "keystore.sqlite3", settings.KEYS.text("store"))
    if connection.vendor == "sqlite":
        with pytest.raises(opening.WrongKey):
            opening.open_file(made.data / "muster.sqlite3", settings.KEYS.text("data"))


def test_no_two_backups_in_one_second_and_no_half_one(
    small: Small, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.back_up(at=NOW)
    with pytest.raises(NotEmpty, match="second"):
        backup.back_up(at=NOW)
    monkeypatch.setattr(KeyStore, "backup_to", lambda *told: (_ for _ in ()).throw(OSError("No space left on device")))
    with pytest.raises(OSError, match="space"):
        backup.back_up(at=NOW + timedelta(hours=1))
    for half in ("data", "keystore"):
        assert len(list((settings.BACKUPS / half).iterdir())) == 1


DAMAGE = {
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "changed": lambda file: file.write_bytes(file.read_bytes()[:-1] + bytes([file.read_bytes()[-1] ^ 1])),
    "missing": lambda file: file.unlink(),
}


@pytest.mark.parametrize("half", ["data", "keystore"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_backup_is_refused(small: Small, tmp_path: Path, half: str, damage: str) -> None:
    made = backup.back_up()
    for file in sorted(getattr(made, half).glob("*s*e*l*"), key=lambda each: each.stat().st_size)[-1:]:
        DAMAGE[damage](file)
    with pytest.raises(BackupDamaged):
        backup.restore(made.data, tmp_path / "new")
    assert not (tmp_path / "new").exists() or not list((tmp_path / "new").iterdir())


def test_a_backup_is_refused_with_the_wrong_key_or_another_manifest(
    small: Small, settings: Any, tmp_path: Path
) -> None:
    made = backup.back_up()
    manifest = made.data / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "counts": {**told["counts"], "people_pupil": 3}}))
    with pytest.raises(WrongBackupKey, match="changed"):
        backup.check(made.data)
    manifest.write_text(json.dumps(told))
    assert backup.check(made.data) == made.made_at
    manifest.write_text("{")
    with pytest.raises(BackupDamaged, match="manifest"):
        backup.check(made.data)
    manifest.write_text(json.dumps(told))
    settings.KEYS = KeyRing.make(tmp_path / "other-keys")
    with pytest.raises(WrongBackupKey, match=r"backup\.key"):
        backup.check(made.data)


def test_parts_of_two_backups_are_not_mixed(small: Small, tmp_path: Path) -> None:
    first = backup.back_up(at=NOW)
    small.judged(small.pupils[0])
    second = backup.back_up(at=NOW + timedelta(hours=1))
    part = "muster.sqlite3" if connection.vendor == "sqlite" else "database.sealed"
    shutil.copy(first.data / part, second.data / part)
    with pytest.raises(BackupDamaged):
        backup.restore(second.data, tmp_path / "new")
    with pytest.raises(BackupDamaged, match="of the keystore, not of the data"):
        backup.restore(first.keystore, tmp_path / "new")


def test_without_a_key_store_a_backup_is_refused(small: Small, tmp_path: Path) -> None:
    made = backup.back_up()
    shutil.rmtree(made.keystore)
    with pytest.raises(KeyStoreBackupMissing, match="no backup of the key store"):
        backup.restore(made.data, tmp_path / "new")
    with pytest.raises(KeyStoreBackupMissing):
        backup.restore(made.data, tmp_path / "new", keystore=tmp_path / "none.sqlite3")
    with pytest.raises(NoSuchBackup):
        backup.restore(tmp_path / "backups" / "none", tmp_path / "new")


def test_a_key_store_that_is_older_than_the_data_is_refused(small: Small, tmp_path: Path, emptied: Any) -> None:
    early = backup.back_up(at=NOW)
    joiner = small.pupil("Joiner")
    late = backup.back_up(at=NOW + timedelta(hours=1))
    emptied()
    with pytest.raises(RestoreFailed, match="older than the data"):
        backup.restore(late.data, tmp_path / "new", keystore=early.keystore)
    assert not list((tmp_path / "new").iterdir())
    assert joiner.key
    backup.restore(late.data, tmp_path / "new")


def test_nothing_is_written_over(small: Small, tmp_path: Path, emptied: Any) -> None:
    made = backup.back_up()
    new = tmp_path / "new"
    (new / "files").mkdir(parents=True)
    (new / "files" / "kept").write_text("x")
    with pytest.raises(NotEmpty, match="files"):
        backup.restore(made.data, new)
    assert (new / "files" / "kept").read_text() == "x"
    if connection.vendor == "postgresql":
        with pytest.raises(NotEmpty, match="tables already"):
            backup.restore(made.data, tmp_path / "newer")


def test_a_pupil_erased_since_stays_erased(small: Small, settings: Any, tmp_path: Path, emptied: Any) -> None:
    """The older data backup with today's key store: that pupil unreadable, the others readable, the chain whole."""
    made = backup.back_up()
    gone, *others = small.pupils
    sealing.store().destroy(gone.key, at=NOW)
    sealing.store().close()
    emptied()
    restored = backup.restore(made.data, tmp_path / "new", keystore=settings.KEYSTORE)
    assert restored.entries == 6
    store = KeyStore(tmp_path / "new" / "keystore" / "keystore.sqlite3", settings.KEYS)
    with pytest.raises(KeyDestroyed):
        store.cipher(gone.key)
    assert all(store.cipher(pupil.key) for pupil in others)
    store.close()


def test_what_came_after_the_backup_is_told(small: Small, settings: Any, tmp_path: Path, emptied: Any) -> None:
    made = backup.back_up()
    for number in range(3):
        small.judged(small.pupils[0], at=NOW + timedelta(minutes=10 + number))
    anchor()
    sealing.store().close()
    emptied()
    restored = backup.restore(made.data, tmp_path / "new", keystore=settings.KEYSTORE)
    assert "had come to entry 9" in restored.notes[0]


def test_a_restored_installation_goes_on(small: Small, settings: Any, tmp_path: Path, emptied: Any) -> None:
    made = backup.back_up()
    emptied()
    backup.restore(made.data, tmp_path / "new")
    settings.KEYSTORE = tmp_path / "new" / "keystore" / "keystore.sqlite3"
    sealing.forget()
    if connection.vendor == "postgresql":
        small.judged(small.pupils[0])
        report = verify()
        assert report.sound, report.sentence()
        assert report.entries == 7
    assert Pupil.objects.get(pk=small.pupils[0].pk).names == {"surname": "Child 0"}


def test_backups_past_their_lives_go(small: Small, settings: Any) -> None:
    made = backup.back_up(at=NOW)
    for hours in range(1, 24 * 33):
        name = (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H%M%SZ")
        for half in ("data", "keystore"):
            (settings.BACKUPS / half / name).mkdir(parents=True)
    (settings.BACKUPS / "data" / "somebody-elses").mkdir()
    gone = backup.prune(now=NOW)
    assert made.data not in gone
    assert (settings.BACKUPS / "data" / "somebody-elses").exists()
    left = sorted((settings.BACKUPS / "keystore").iterdir())
    assert len(left) == 24 * 30 + 1
    assert len(list((settings.BACKUPS / "data").iterdir())) < 60
    assert backup.newest() == made.data
    assert backup.prune(now=NOW) == []


def test_there_is_no_newest_of_none(tmp_path: Path) -> None:
    with pytest.raises(NoSuchBackup):
        backup.newest(tmp_path)


def test_an_upgrade_that_works_keeps_its_backup(small: Small, settings: Any) -> None:
    made = backup.upgrade(lambda: Timer(name="after", due_at=NOW).save())
    assert backup.check(made.data) == made.made_at
    assert Timer.objects.filter(name="after").exists()


def fails() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE people_timer")
    School.objects.update(name="Spoilt")
    raise RuntimeError("migration 0007 met a row it did not expect")


def spoils_history() -> None:
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM privacy_historyentry WHERE seq = 3")


def drops_a_guard() -> None:
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON privacy_historyentry"
        cursor.execute(f"DROP TRIGGER privacy_historyentry_no_delete{on}")


@pytest.mark.parametrize("step", [fails, spoils_history, drops_a_guard], ids=lambda step: step.__name__)
def test_an_upgrade_that_fails_is_undone_whole(small: Small, settings: Any, step: Any) -> None:
    settings.KEYSTORE = Path(settings.DATA) / "keystore" / "keystore.sqlite3"
    settings.FILES = Path(settings.DATA) / "files"
    before = Path(settings.DATA) / "keystore"
    shutil.rmtree(before, ignore_errors=True)
    sealing.store().backup_to(_made_folder(before) / "keystore.sqlite3", settings.KEYS.text("store"))
    sealing.forget()
    try:
        with pytest.raises(UpgradeUndone, match="put back as it was"):
            backup.upgrade(step)
        assert set(School.objects.values_list("name", flat=True)) == {"Ashgrove", "Birchwood"}
        assert not Timer.objects.exists()
        report = verify()
        assert report.sound, report.sentence()
        assert report.entries == 6
        assert Pupil.objects.get(pk=small.pupils[0].pk).names == {"surname": "Child 0"}
    finally:
        sealing.forget()
        history.forget()
        shutil.rmtree(before, ignore_errors=True)


def _made_folder(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_a_backup_of_the_other_database_is_refused(small: Small, settings: Any, tmp_path: Path, emptied: Any) -> None:
    made = backup.back_up()
    emptied()
    told = json.loads((made.data / "manifest.json").read_text())
    told.pop("mark")
    told["database"] = "sqlcipher" if told["database"] == "postgresql" else "postgresql"
    (made.data / "manifest.json").write_text(json.dumps({**told, "mark": backup._mark(told, settings.KEYS)}))
    with pytest.raises(BackupProblem, match="set to"):
        backup.restore(made.data, tmp_path / "new")
    if connection.vendor == "postgresql":
        told["database"] = "postgresql"
        (made.data / "manifest.json").write_text(json.dumps({**told, "mark": backup._mark(told, settings.KEYS)}))
        backup.restore(made.data, tmp_path / "new")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("../outside", tarfile.REGTYPE, id="a file beside the folder"),
        pytest.param("/outside", tarfile.REGTYPE, id="a file from the root on"),
        pytest.param("ab/link", tarfile.SYMTYPE, id="a link"),
        pytest.param("ab/pipe", tarfile.FIFOTYPE, id="a pipe"),
    ],
)
def test_what_has_no_place_among_the_files_of_a_backup_is_refused(tmp_path: Path, name: str, kind: bytes) -> None:
    keys = KeyRing.make(tmp_path / "keys")
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd" if kind == tarfile.SYMTYPE else ""
        archive.addfile(member, io.BytesIO())
    plain.seek(0)
    packed = tmp_path / "files.sealed"
    with packed.open("xb") as sealed:
        streams.encrypt(plain, sealed, keys.bytes("backup"))
    before = {each.name for each in tmp_path.iterdir()}
    with pytest.raises(BackupDamaged, match="no place in a backup"):
        backup._unpack_files(packed, tmp_path / "half", keys)
    assert list((tmp_path / "half").rglob("*")) == []
    assert {each.name for each in tmp_path.iterdir()} == before | {"half"}
