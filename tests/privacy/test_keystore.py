"""The key store: pupils' keys apart from the data, and what destroying one means."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muster.privacy.keys import KeyRing
from muster.privacy.keystore import (
    Anchor,
    KeyDestroyed,
    KeyStore,
    KeyStoreMissing,
    KeyUnknown,
    MonthEnded,
    WrongKEK,
)
from muster.privacy.sqlcipher import opening

pytestmark = pytest.mark.pure

NOW = datetime(2026, 3, 4, 10, 42, tzinfo=UTC)
WORD = b"Amina"


@pytest.fixture
def store(tmp_path: Path, ring: KeyRing) -> KeyStore:
    return KeyStore(tmp_path / "keystore" / "keystore.sqlite3", ring, may_make=lambda: True)


def another(store: KeyStore) -> KeyStore:
    """The same file as another process would see it."""
    return KeyStore(store.path, store._ring)


def raw(store: KeyStore) -> opening.driver.Connection:
    return opening.open_file(store.path, store._ring.text("store"), pragmas=())


def test_a_key_seals_and_another_process_unseals(store: KeyStore) -> None:
    key = store.new_key()
    sealed = store.cipher(key).encrypt(bytes(12), WORD, b"name")
    assert another(store).cipher(key).decrypt(bytes(12), sealed, b"name") == WORD


def test_the_file_is_encrypted_and_its_owners_alone(store: KeyStore) -> None:
    store.new_keys(3)
    store.close()
    assert not opening.is_plain(store.path)
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_key_at_rest_is_wrapped_and_bound_to_its_own_id(store: KeyStore) -> None:
    first, second = store.new_keys(2)
    rows = dict(raw(store).execute("SELECT id, wrapped FROM dek").fetchall())
    assert store.secret(first) not in b"".join(rows.values())
    assert len(rows[first.bytes]) == 61  # a version byte, a nonce of 12, a key of 32, a tag of 16
    raw(store).execute("UPDATE dek SET wrapped = ? WHERE id = ?", (rows[second.bytes], first.bytes))
    with pytest.raises(WrongKEK):
        another(store).cipher(first)


def test_another_kek_opens_nothing(store: KeyStore, ring: KeyRing) -> None:
    key = store.new_key()
    ring.path("kek").write_text("0" * 64)
    with pytest.raises(WrongKEK, match=r"kek\.key"):
        KeyStore(store.path, KeyRing(ring.folder)).cipher(key)


def test_a_destroyed_key_is_gone_here_at_once(store: KeyStore) -> None:
    key, kept = store.new_keys(2)
    store.destroy(key, at=NOW)
    with pytest.raises(KeyDestroyed):
        store.cipher(key)
    assert store.erased() == {key: NOW}
    assert store.all_keys() == [kept]
    assert store.cipher(kept)


def test_a_destroyed_key_is_gone_in_other_processes_within_half_a_second(store: KeyStore) -> None:
    key = store.new_key()
    elsewhere = another(store)
    assert elsewhere.cipher(key)
    before = elsewhere.changes
    store.destroy(key, at=NOW)
    time.sleep(0.55)
    with pytest.raises(KeyDestroyed):
        elsewhere.cipher(key)
    assert elsewhere.changes > before


def test_a_destroyed_key_does_not_wait_in_the_log_and_is_written_over_in_the_file(store: KeyStore) -> None:
    key = store.new_key()
    store.destroy(key, at=NOW)
    log = Path(f"{store.path}-wal")
    assert not log.exists() or log.stat().st_size == 0
    assert store._connection().execute("PRAGMA secure_delete").fetchone() == (1,)


def test_an_unknown_key_is_not_called_destroyed(store: KeyStore, tmp_path: Path, ring: KeyRing) -> None:
    key = KeyStore(tmp_path / "other.sqlite3", ring, may_make=lambda: True).new_key()
    with pytest.raises(KeyUnknown):
        store.cipher(key)


def test_a_lost_store_is_not_replaced_by_an_empty_one(store: KeyStore) -> None:
    store.new_key()
    store.close()
    for each in store.path.parent.iterdir():
        each.unlink()
    with pytest.raises(KeyStoreMissing, match="restore"):
        another(store).new_key()
    assert not store.path.exists()


def test_a_thousand_keys_warm_with_one_read(store: KeyStore) -> None:
    keys = store.new_keys(1000)
    elsewhere = another(store)
    elsewhere.all_keys()
    statements: list[str] = []
    elsewhere._connection().set_trace_callback(statements.append)
    elsewhere.warm(keys)
    assert len([each for each in statements if "FROM dek" in each]) == 1
    for key in keys:
        elsewhere.cipher(key)
    assert len([each for each in statements if "FROM dek" in each]) == 1


@pytest.mark.parametrize("damaged", [b"", b"\x01", b"\x02" * 61, b"\x01" * 61], ids=["empty", "short", "form", "byte"])
def test_a_damaged_key_keeps_no_other_from_being_read(store: KeyStore, damaged: bytes) -> None:
    spoilt, whole = store.new_keys(2)
    raw(store).execute("UPDATE dek SET wrapped = ? WHERE id = ?", (damaged, spoilt.bytes))
    elsewhere = another(store)
    elsewhere.warm([spoilt, whole])
    assert elsewhere.secret(whole) == store.secret(whole)
    with pytest.raises(WrongKEK):
        elsewhere.cipher(spoilt)


def test_every_thread_has_a_connection_of_its_own(store: KeyStore) -> None:
    key = store.new_key()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                store.cipher(store.new_key())
                store.cipher(key)
        except BaseException as failure:  # noqa: BLE001  handed to the test
            failures.append(failure)
        finally:
            store._threads.seen.connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(store.all_keys()) == 121


def test_a_connection_does_not_cross_a_fork(store: KeyStore) -> None:
    # A process of its own, so that this one is not forked while it has threads.
    store.new_key()
    script = (
        "import os, sys; from pathlib import Path\n"
        "from muster.privacy.keys import KeyRing; from muster.privacy.keystore import KeyStore\n"
        "store = KeyStore(sys.argv[1], KeyRing(sys.argv[2])); store.all_keys(); mine = store._connection()\n"
        "child = os.fork()\n"
        "if not child: os._exit(0 if store._connection() is not mine and len(store.all_keys()) == 1 else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, store.path, store._ring.folder], check=False, env=os.environ
    )
    assert done.returncode == 0


def test_two_processes_agree_on_the_secret_of_a_new_month(store: KeyStore) -> None:
    elsewhere = another(store)
    store.all_keys()
    assert store.month_secret(202603) == elsewhere.month_secret(202603) != store.month_secret(202604)


def test_an_ended_month_is_gone_everywhere_for_good(store: KeyStore) -> None:
    elsewhere = another(store)
    store.month_secret(202603)
    assert elsewhere.month_secret(202603)
    store.end_month(202603, at=NOW)
    time.sleep(0.55)
    for each in (store, elsewhere):
        with pytest.raises(MonthEnded):
            each.month_secret(202603)
    assert store.months() == {202603: NOW}


def test_anchors_keep_the_furthest_of_each_day_and_never_go_back(store: KeyStore) -> None:
    tomorrow = NOW + timedelta(days=1)
    store.anchor([Anchor(1, 5, b"five", NOW), Anchor(2, 1, b"one", NOW)])
    store.anchor([Anchor(1, 7, b"seven", NOW + timedelta(hours=1))])
    store.anchor([Anchor(1, 6, b"six", NOW + timedelta(hours=2))])
    store.anchor([Anchor(1, 9, b"nine", tomorrow)])
    assert [(each.chain, each.seq, each.hash) for each in store.anchors()] == [
        (1, 7, b"seven"),
        (1, 9, b"nine"),
        (2, 1, b"one"),
    ]


def test_what_was_lost_when_an_older_copy_was_put_back_is_on_record(store: KeyStore) -> None:
    store.anchor([Anchor(1, 7, b"seven", NOW), Anchor(2, 1, b"one", NOW)])
    ahead = store.put_back({1: 4, 2: 1}, at=NOW + timedelta(days=2))
    assert [each.seq for each in ahead] == [7]
    assert [each.chain for each in store.anchors()] == [2]
    ((lost, when),) = store.lost()
    assert (lost.seq, when) == (7, NOW + timedelta(days=2))


def test_nothing_of_a_key_is_shown(store: KeyStore) -> None:
    key = store.new_key()
    assert store.secret(key).hex() not in repr(store)
