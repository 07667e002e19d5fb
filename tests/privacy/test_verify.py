"""Proving history: every kind of tampering an intruder with the file and its key could try is found and named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from muster.privacy import history, sealing, soundness
from muster.privacy.keystore import KeyStore
from muster.privacy.models import HistoryEntry
from muster.privacy.verify import Report, anchor, history_is_whole, verify
from tests.privacy.lifted import lifted
from tests.privacy.test_history import NOW, Small


@pytest.fixture
def small(own_key_store: Path, db: None) -> Small:
    """Ten entries about one, all and none; the last two after the anchor."""
    small = Small()
    for number in range(8):
        small.judged(*small.pupils[: 1 if number % 2 else 4], at=NOW + timedelta(minutes=number))
    anchor(NOW + timedelta(minutes=8))
    small.judged(at=NOW + timedelta(minutes=9))
    small.judged(small.pupils[2], at=NOW + timedelta(days=40))
    return small


def tamper(statement: str, *params: Any) -> None:
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(statement, params)


def told(report: Report) -> str:
    return " ".join(problem.sentence for problem in report.problems)


def rechain(after: int) -> None:
    """What a careful intruder does: make all later hashes fit again."""
    entries = list(HistoryEntry.objects.order_by("seq"))
    previous = history.BEGINNING
    for place, entry in enumerate(entries, start=1):
        digest = history.hash_of(
            entry.chain, previous, place, entry.kind, entry.at, bytes(entry.tag), bytes(entry.body)
        )
        if place > after:
            tamper(
                "UPDATE privacy_historyentry SET seq = %s, previous = %s, hash = %s WHERE id = %s",
                place, previous, digest, entry.pk,
            )  # fmt: skip
        previous = digest


def test_an_untouched_history_is_whole(small: Small) -> None:
    report = verify()
    assert report.sound, told(report)
    assert (report.chains, report.entries, report.erased) == (1, 10, 0)
    assert "10 entries in 1 chains" in report.sentence()
    assert history_is_whole().ok


@pytest.mark.parametrize("seq", [1, 5, 10])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param("body = substr(body, 1, 20)", id="body cut off"),
        pytest.param("at = '2026-03-04 11:00:00+00:00'", id="moment"),
        pytest.param("month = 202601", id="month"),
        pytest.param("kind = 'look'", id="kind"),
    ],
)
def test_a_changed_entry_is_found(small: Small, seq: int, change: str) -> None:
    if connection.vendor == "postgresql":
        change = change.replace("substr(body, 1, 20)", "substring(body FROM 1 FOR 20)")
    tamper(f"UPDATE privacy_historyentry SET {change} WHERE seq = {seq}")
    report = verify()
    assert f"entry {seq} was changed" in told(report)
    assert not history_is_whole().ok


@pytest.mark.parametrize("column", ["hash", "previous", "tag", "body"])
def test_a_flipped_bit_is_found(small: Small, column: str) -> None:
    entry = HistoryEntry.objects.get(seq=4)
    content = bytearray(getattr(entry, column))
    content[-1] ^= 1
    tamper(f"UPDATE privacy_historyentry SET {column} = %s WHERE seq = 4", bytes(content))
    assert "entry 4" in told(verify())


def test_a_removed_entry_is_found(small: Small) -> None:
    tamper("DELETE FROM privacy_historyentry WHERE seq = 4")
    assert "entry 4 is gone" in told(verify())
    tamper("DELETE FROM privacy_historyentry WHERE seq IN (5, 6)")
    assert "entries 4 to 6 are gone" in told(verify())


def test_a_removed_first_entry_is_found(small: Small) -> None:
    tamper("DELETE FROM privacy_historyentry WHERE seq = 1")
    assert "entry 1 is gone" in told(verify())


def test_entries_removed_from_the_end_are_found_by_the_anchor(small: Small) -> None:
    tamper("DELETE FROM privacy_historyentry WHERE seq > 6")
    assert "had come to entry 8" in told(verify())


def test_a_whole_chain_removed_is_found_by_the_anchor(small: Small) -> None:
    tamper("DELETE FROM privacy_historyentry")
    assert "now ends at entry 0" in told(verify())


def test_reordered_entries_are_found(small: Small) -> None:
    tamper("UPDATE privacy_historyentry SET seq = 100 WHERE seq = 3")
    tamper("UPDATE privacy_historyentry SET seq = 3 WHERE seq = 4")
    tamper("UPDATE privacy_historyentry SET seq = 4 WHERE seq = 100")
    report = told(verify())
    assert "entry 3 does not follow entry 2" in report
    assert "entry 3 was changed" in report


def test_an_entry_replaced_by_another_real_one_is_found(small: Small) -> None:
    tamper("DELETE FROM privacy_historyentry WHERE seq = 3")
    tamper("UPDATE privacy_historyentry SET seq = 3 WHERE seq = 7")
    assert "entry 3 was changed" in told(verify())


def test_a_history_rewritten_and_chained_again_is_found(small: Small) -> None:
    """All hashes fit; the anchor and the keys still tell."""
    tamper("DELETE FROM privacy_historyentry WHERE seq = 3")
    rechain(after=2)
    report = told(verify())
    assert "gone" not in report
    assert "was changed" not in report
    assert "history was rewritten" in report or "had come to" in report
    assert "cannot be opened" in report


def test_a_forged_entry_cannot_be_made_without_the_keys(small: Small) -> None:
    """Chained correctly after the last anchor, where no anchor can tell."""
    last = HistoryEntry.objects.get(seq=9)
    tamper("UPDATE privacy_historyentry SET body = %s WHERE seq = 9", bytes([1]) + bytes(60))
    rechain(after=8)
    report = told(verify())
    assert bytes(last.body)
    assert "entry 9 cannot be opened" in report
    assert "was changed" not in report


def test_an_older_copy_put_back_is_found(small: Small) -> None:
    """As the file would be after a copy from this morning was laid over it: everything fits, but it ends too early."""
    anchor(NOW + timedelta(days=41))
    tamper("DELETE FROM privacy_historyentry WHERE seq > 5")
    report = told(verify())
    assert "had come to entry 10" in report
    assert "older copy" in report


def test_a_set_whose_pupils_were_changed_is_found(small: Small) -> None:
    tamper("UPDATE privacy_subjectset SET members = '[1]'")
    assert "pupils in set" in told(verify())


def test_a_set_removed_is_found(small: Small) -> None:
    tamper("DELETE FROM privacy_subjectset")
    assert "somebody the key store does not know" in told(verify())


def test_an_older_key_store_put_back_is_found(own_key_store: Path, db: None, tmp_path: Path, settings: Any) -> None:
    small = Small()
    small.judged(small.pupils[0])
    sealing.store().backup_to(tmp_path / "old.sqlite3", settings.KEYS.text("store"))
    small.judged(small.pupil("Joiner"))
    assert verify().sound
    sealing.forget()
    for file in own_key_store.parent.iterdir():
        file.unlink()
    shutil.copy(tmp_path / "old.sqlite3", own_key_store)
    assert "somebody the key store does not know" in told(verify())


def test_triggers_taken_away_are_found(small: Small) -> None:
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON privacy_historyentry"
        cursor.execute(f"DROP TRIGGER privacy_historyentry_no_update{on}")
    assert "no longer refuses changes" in told(verify())


def test_a_missing_key_store_is_found(small: Small, own_key_store: Path) -> None:
    sealing.forget()
    shutil.rmtree(own_key_store.parent)
    assert "the key store cannot be used" in told(verify())


def test_a_damaged_key_is_found_and_hides_no_other_fault(small: Small) -> None:
    with sealing.store()._writing() as file:
        file.execute("UPDATE dek SET wrapped = ? WHERE id = ?", (b"\x01" * 61, small.pupils[0].key.bytes))
    sealing.forget()
    history.forget()
    assert [each.sentence for each in verify().problems] == [
        "damaged keys in the key store: 1. What they sealed cannot be read."
    ]
    assert soundness.key_store_opens().ok, "one damaged key does not keep the server from starting"
    tamper("DELETE FROM privacy_historyentry WHERE seq > 5")
    assert len(verify().problems) > 1


def test_an_erased_pupil_and_an_ended_month_do_not_break_the_chain(small: Small) -> None:
    sealing.store().destroy(small.pupils[0].key, at=NOW)
    report = verify()
    assert report.sound, told(report)
    assert report.erased == 4
    sealing.store().end_month(202603, at=NOW)
    report = verify()
    assert report.sound, told(report)
    assert report.ended == 9


def test_a_backup_put_back_on_purpose_is_a_note_and_no_problem(small: Small) -> None:
    tamper("DELETE FROM privacy_historyentry WHERE seq > 5")
    sealing.store().put_back({small.ashgrove.pk: 5}, at=NOW + timedelta(days=1))
    report = verify()
    assert report.sound, told(report)
    assert "an older copy of the data was put back" in report.notes[0]
    small.judged(small.pupils[0], at=NOW + timedelta(days=2))
    anchor(NOW + timedelta(days=2))
    assert verify().sound


def test_a_rewritten_history_does_not_fill_pages(small: Small) -> None:
    for number in range(40):
        small.judged(small.pupils[0], at=NOW + timedelta(days=41, minutes=number))
    tamper("UPDATE privacy_historyentry SET kind = 'look'")
    report = verify()
    assert len(report.problems) == 21
    assert "more problems" in report.problems[-1].sentence


def test_a_changed_anchor_says_so(small: Small, own_key_store: Path, settings: Any) -> None:
    store = KeyStore(own_key_store, settings.KEYS)
    store._connection().execute("UPDATE anchor SET hash = ?", (bytes(32),))
    assert "history was rewritten" in told(verify())
    store.close()


def test_verifying_is_quick(small: Small) -> None:
    begun = datetime.now(UTC)
    whole: Callable[[], Report] = verify
    assert whole().sound
    assert datetime.now(UTC) - begun < timedelta(seconds=1)


def test_what_is_added_while_it_is_proved_is_left_for_the_next_time(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pupil joins, and is marked, after the keys were read: that is no tampering."""
    from muster.privacy import verify as module

    read = module._Marks

    def read_then_added(*args: Any) -> Any:
        marks = read(*args)
        small.judged(small.pupil("Joiner"), at=NOW + timedelta(minutes=20))
        return marks

    monkeypatch.setattr(module, "_Marks", read_then_added)
    assert told(verify()) == ""
    monkeypatch.undo()
    assert verify().sound
