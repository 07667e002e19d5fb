"""History: every change is in the chain of its school, in the transaction of the change, for whoever holds the keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from muster.people import doors
from muster.people.models import Account, Pupil, School, Trust
from muster.people.purposes import Purpose
from muster.privacy import fuse, history, looks, sealing, timing
from muster.privacy.keystore import KeyDestroyed, MonthEnded
from muster.privacy.models import HistoryEntry, SubjectSet

NOW = datetime(2026, 3, 4, 10, 42, tzinfo=UTC)


class Verb(StrEnum):
    """What these tests record."""

    JUDGED = "judgement.added"
    SET_UP = "installation.set-up"


class Small:
    """Two schools, one member of staff, a few pupils."""

    def __init__(self) -> None:
        trust = Trust.objects.create(name="Elder")
        self.ashgrove = School.objects.create(trust=trust, slug="ashgrove", name="Ashgrove")
        self.birchwood = School.objects.create(trust=trust, slug="birchwood", name="Birchwood")
        self.okafor = Account.objects.create_user("okafor@ashgrove.example", name="Ada Okafor")
        self.pupils = [self.pupil(f"Child {number}") for number in range(4)]

    def pupil(self, name: str) -> Pupil:
        pupil = Pupil(school=self.ashgrove, key=sealing.new_key())
        pupil.names = {"surname": name}
        pupil.save()
        return pupil

    def judged(self, *pupils: Pupil, at: datetime = NOW, **more: Any) -> HistoryEntry:
        with transaction.atomic():
            doors.record(
                Verb.JUDGED, school=self.ashgrove, by=self.okafor, at=at, pupils=[each.pk for each in pupils], **more
            )
        return HistoryEntry.objects.latest("pk")


@pytest.fixture
def small(own_key_store: Path, db: None) -> Small:
    return Small()


def test_one_entry_follows_another(small: Small) -> None:
    first, second = small.judged(small.pupils[0]), small.judged(small.pupils[1])
    assert (first.chain, first.seq, second.seq) == (small.ashgrove.pk, 1, 2)
    assert bytes(first.previous) == history.BEGINNING
    assert bytes(second.previous) == bytes(first.hash)
    for entry in (first, second):
        assert bytes(entry.hash) == history.hash_of(
            entry.chain, bytes(entry.previous), entry.seq, entry.kind, entry.at, bytes(entry.tag), bytes(entry.body)
        )


def test_each_school_and_the_installation_has_a_chain(small: Small) -> None:
    small.judged(small.pupils[0])
    with transaction.atomic():
        doors.record(Verb.SET_UP, school=small.birchwood, by=small.okafor, at=NOW)
        doors.record(Verb.SET_UP, school=None, by=None, at=NOW)
    found = set(HistoryEntry.objects.values_list("chain", "seq"))
    assert found == {(small.ashgrove.pk, 1), (small.birchwood.pk, 1), (history.INSTALLATION, 1)}


def test_an_entry_about_one_pupil_opens_with_their_key_alone(small: Small) -> None:
    amina = small.pupils[0]
    entry = small.judged(amina, about=amina, details={"from": "Developing", "on": NOW.date()})
    assert history.read(entry, amina.key) == {
        "verb": "judgement.added",
        "by": small.okafor.pk,
        "about": ["people.pupil", amina.pk],
        "pupils": [amina.pk],
        "details": {"from": "Developing", "on": "2026-03-04"},
    }
    for other in (small.pupils[1].key, None):
        with pytest.raises(history.CannotRead):
            history.read(entry, other)
    assert b"Developing" not in bytes(entry.body)


def test_destroying_the_pupils_key_ends_the_entry_but_not_the_chain(small: Small) -> None:
    amina = small.pupils[0]
    entry = small.judged(amina)
    assert history.read(entry, amina.key)
    sealing.store().destroy(amina.key, at=NOW)
    with pytest.raises(KeyDestroyed):
        history.read(entry, amina.key)
    assert small.judged(small.pupils[1]).seq == 2


def test_the_end_of_a_month_ends_its_entries(small: Small) -> None:
    march, april = small.judged(small.pupils[0]), small.judged(small.pupils[0], at=NOW + timedelta(days=40))
    sealing.store().end_month(202603, at=NOW + timedelta(days=800))
    with pytest.raises(MonthEnded):
        history.read(march, small.pupils[0].key)
    assert history.read(april, small.pupils[0].key)


def test_a_class_is_one_set_however_often_it_is_named(small: Small) -> None:
    first = small.judged(*small.pupils)
    second = small.judged(*reversed(small.pupils))
    (found,) = SubjectSet.objects.all()
    assert found.members == sorted(each.pk for each in small.pupils)
    assert history.read(first, None)["set"] == history.read(second, None)["set"] == found.digest
    assert bytes(first.tag) == bytes(second.tag) != bytes(small.judged(*small.pupils[:2]).tag)


def test_a_tag_finds_the_entries_of_one_pupil_in_one_month(small: Small) -> None:
    amina, ben = small.pupils[:2]
    march, april = small.judged(amina), small.judged(amina, at=NOW + timedelta(days=40))
    small.judged(ben)
    tag = history.tag(sealing.store().month_secret(202603), amina.key)
    assert list(HistoryEntry.objects.filter(tag=tag)) == [march]
    assert bytes(march.tag) != bytes(april.tag)


def test_an_entry_about_nobody_has_no_tag(small: Small) -> None:
    with transaction.atomic():
        doors.record(Verb.SET_UP, school=None, by=None, at=NOW, details={"version": "1"})
    entry = HistoryEntry.objects.get()
    assert bytes(entry.tag) == b""
    assert history.read(entry, None) == {"verb": Verb.SET_UP, "by": None, "details": {"version": "1"}}


@pytest.mark.django_db(transaction=True)
def test_history_outside_a_transaction_is_refused(own_key_store: Path) -> None:
    small = Small()
    with pytest.raises(history.NotInATransaction):
        doors.record(Verb.JUDGED, school=small.ashgrove, by=small.okafor, at=NOW)
    assert not HistoryEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_not_remembered_as_known(own_key_store: Path) -> None:
    """A set first named in a transaction that failed must be written when it is named again."""
    small = Small()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        joiner = small.pupil("Joiner")
        for pupils in ([joiner.pk], [joiner.pk, small.pupils[0].pk]):
            doors.record(Verb.JUDGED, school=small.ashgrove, by=small.okafor, at=NOW, pupils=pupils)
        raise ZeroDivisionError
    assert not HistoryEntry.objects.exists()
    again = small.pupil("Another, in the same row")
    assert again.key != joiner.key
    entry = small.judged(again)
    assert history.read(entry, again.key)["pupils"] == [again.pk]
    small.judged(again, small.pupils[0])
    small.judged(again, small.pupils[0])
    assert SubjectSet.objects.count() == 1


def test_an_entry_about_pupils_belongs_to_their_school(small: Small) -> None:
    with pytest.raises(ValueError, match="school"), transaction.atomic():
        doors.record(Verb.JUDGED, school=None, by=None, at=NOW, pupils=[1, 2])
    with pytest.raises(history.NoSuchPupil), transaction.atomic():
        doors.record(Verb.JUDGED, school=small.ashgrove, by=None, at=NOW, pupils=[999_999])


def test_no_key_store_no_history(small: Small) -> None:
    sealing.forget()
    history.forget()
    small_file = sealing.store().path
    for file in small_file.parent.iterdir():
        file.unlink()
    with pytest.raises(DatabaseError, match="History could not be written"):
        small.judged(small.pupils[0])


def test_a_change_without_history_is_undone(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_INSERT", history._INSERT.replace("tag", "no_such_column"))
    with pytest.raises(DatabaseError), transaction.atomic():
        School.objects.filter(pk=small.ashgrove.pk).update(name="Changed")
        doors.record(Verb.SET_UP, school=small.ashgrove, by=small.okafor, at=NOW)
    small.ashgrove.refresh_from_db()
    assert small.ashgrove.name == "Ashgrove"


@pytest.mark.django_db(transaction=True)
def test_an_entry_costs_the_same_few_statements_whatever_the_history(own_key_store: Path) -> None:
    small = Small()
    limit = 2 if connection.vendor == "sqlite" else 3

    def statements(*pupils: Pupil) -> int:
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            doors.record(
                Verb.JUDGED, school=small.ashgrove, by=small.okafor, at=NOW, pupils=[each.pk for each in pupils]
            )
        return len(captured)

    for pupils in ((), small.pupils[:1], small.pupils):
        statements(*pupils)
        assert statements(*pupils) == limit
    for _ in range(50):
        small.judged(*small.pupils)
    assert statements(*small.pupils) == limit


@pytest.mark.django_db(transaction=True)
def test_a_chain_is_locked_once_and_again_after_what_held_it_was_rolled_back(own_key_store: Path) -> None:
    small = Small()
    once = 1 if connection.vendor == "postgresql" else 0

    def locks(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            work()
        return len([query for query in captured.captured_queries if "pg_advisory_xact_lock" in query["sql"]])

    def hold() -> None:
        history.hold(small.ashgrove)

    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert locks(hold) == once
            raise ZeroDivisionError
        assert locks(hold) == once, "the database let go of it with the savepoint"
        assert locks(hold) == 0
        assert locks(lambda: small.judged(small.pupils[0])) == 0
        assert locks(lambda: history.hold(small.birchwood)) == once, "another school is another chain"
    with transaction.atomic():
        assert locks(hold) == once


def looks_of(small: Small) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(kind=HistoryEntry.Kind.LOOK))


def look(small: Small, *pupils: Pupil, at: datetime = NOW, polled: bool = False, page: str = "markbook:grid") -> None:
    ids = [each.pk for each in pupils]
    doors.looked(page, school=small.ashgrove, by=small.okafor, at=at, pupils=ids, purpose=Purpose.TEACH, polled=polled)


def test_a_look_says_who_saw_whose_record_where_and_why(small: Small) -> None:
    look(small, *small.pupils)
    (entry,) = looks_of(small)
    body = history.read(entry, None)
    assert body["page"] == "markbook:grid"
    assert body["by"] == small.okafor.pk
    assert body["purpose"] == "teach"
    assert SubjectSet.objects.get(pk=body["set"]).members == [each.pk for each in small.pupils]


def test_a_page_that_shows_nobody_is_no_look(small: Small) -> None:
    look(small)
    assert looks_of(small) == []


def test_a_polled_page_is_one_look_per_person_and_ten_minutes(small: Small) -> None:
    start = datetime(2026, 3, 4, 10, 40, tzinfo=UTC)
    for second in range(0, 600, 30):
        look(small, *small.pupils, at=start + timedelta(seconds=second), polled=True)
    assert len(looks_of(small)) == 1
    look(small, *small.pupils[:2], at=start, polled=True)
    assert len(looks_of(small)) == 2, "other pupils on the page are another look"
    look(small, *small.pupils, at=start, polled=True, page="markbook:gaps")
    assert len(looks_of(small)) == 3
    look(small, *small.pupils, at=start + timedelta(minutes=10), polled=True)
    assert len(looks_of(small)) == 4
    look(small, *small.pupils, at=start)
    assert len(looks_of(small)) == 5, "a page opened on purpose is a look of its own"


def test_a_polled_look_that_failed_is_tried_again(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(history, "_INSERT", history._INSERT.replace("tag", "no_such_column"))
        with pytest.raises(DatabaseError):
            look(small, *small.pupils, polled=True)
    look(small, *small.pupils, polled=True)
    assert len(looks_of(small)) == 1


def test_time_inside_the_doors_is_measured_once_however_they_nest(small: Small) -> None:
    with timing.measured() as spent:
        look(small, *small.pupils)
        assert spent.calls == 1
        sealing.warm([small.pupils[0].key])
    assert spent.calls == 2
    assert 0 < spent.seconds < 1
    before = spent.seconds
    look(small, *small.pupils)
    assert spent.seconds == before


def months(first: str, last: str) -> list[int]:
    return history.months_between(
        datetime.fromisoformat(first).replace(tzinfo=UTC), datetime.fromisoformat(last).replace(tzinfo=UTC)
    )


@pytest.mark.pure
def test_months_between_two_instants() -> None:
    assert months("2026-03-04", "2026-03-30") == [202603]
    assert months("2025-12-31T23:59", "2026-02-01") == [202512, 202601, 202602]


def test_every_door_is_filled() -> None:
    assert (doors.doors.record, doors.doors.looked) == (history.record, looks.looked)
    assert doors.doors.sealer is sealing
    assert doors.doors.purpose is fuse
