"""Handing children back: six steps, two people, and an order that stops an adult by name."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from muster.attendance.models import Visit
from muster.emergency import known
from muster.emergency.actions.handing import (
    MayNotCollect,
    NamesGone,
    NothingKept,
    NotThisStep,
    SamePerson,
    do_step,
    greet,
    see_leaving,
)
from muster.emergency.actions.incidents import People, log
from muster.emergency.actions.roll_calls import end, start, take_in
from muster.emergency.forgetting import NamesLeft, forget_names
from muster.emergency.models import Card, CardStep, Listed, RollCall
from muster.emergency.reading import read
from muster.emergency.rules.handing import Answer, Half, Step, may_be, next_step, reconcile, words_in
from muster.emergency.rules.kinds import Kind, Mode
from muster.people.models import Account, Guardian, Guardianship
from muster.people.models.pupils import folded
from muster.privacy import history, sealing
from tests.support.client import PageClient
from tests.world import NOW, World

AFTER_GREETING = (Step.CARD, Step.CHECK, Step.FETCH, Step.ASK, Step.HAND_OVER)


@pytest.fixture
def roll_call(world: World) -> RollCall:
    return start(
        school=world.ashgrove, kind=Kind.EVACUATE, mode=Mode.DRILL, started_at=world.now, by=world.head, at=world.now
    )


def a_card(world: World, roll_call: RollCall, adult: str = "Farah Ali") -> Card:
    return greet(roll_call=roll_call, uuid=uuid.uuid4(), pupil=world.amina, adult=adult, by=world.office, at=world.now)


def done(world: World, card: Card, step: Step, *, by: Account | None = None, answer: Answer = Answer.YES) -> None:
    do_step(
        card=card,
        step=step,
        answer=answer,
        words="no" if answer is Answer.NO else "",
        by=by or world.duty,
        at=world.now,
    )


def desk(client: PageClient, roll_call: RollCall) -> str:
    page: str = client.get(f"/ashgrove/roll-calls/{roll_call.pk}/desk/").content.decode()
    return page


def test_a_child_goes_home_in_six_steps_and_both_halves_agree(
    world: World, client: PageClient, roll_call: RollCall
) -> None:
    card = a_card(world, roll_call)
    assert card.guardianship is not None
    for step in AFTER_GREETING:
        done(world, card, step)
    client.force_login(world.head)
    assert "1 half has no other half" in desk(client, roll_call)
    assert "nobody saw them leave" in desk(client, roll_call)
    see_leaving(
        roll_call=roll_call, uuid=uuid.uuid4(), pupil=world.amina, adult="farah  ali", by=world.reyes, at=world.now
    )
    assert "1 handed back, both halves agree" in desk(client, roll_call)


def test_a_second_half_with_another_adult_is_a_headline_on_both_sides(
    world: World, client: PageClient, roll_call: RollCall
) -> None:
    card = a_card(world, roll_call)
    for step in AFTER_GREETING:
        done(world, card, step)
    see_leaving(
        roll_call=roll_call, uuid=uuid.uuid4(), pupil=world.amina, adult="Max Ali", by=world.reyes, at=world.now
    )
    client.force_login(world.head)
    assert "2 halves have no other half" in desk(client, roll_call)


def test_steps_are_done_in_order_and_once(world: World, roll_call: RollCall) -> None:
    card = a_card(world, roll_call)
    with pytest.raises(NotThisStep):
        done(world, card, Step.HAND_OVER)
    done(world, card, Step.CARD)
    with pytest.raises(NotThisStep):
        done(world, card, Step.CARD)


def test_a_child_who_does_not_want_to_go_stops_it(world: World, client: PageClient, roll_call: RollCall) -> None:
    card = a_card(world, roll_call)
    for step in AFTER_GREETING[:3]:
        done(world, card, step)
    done(world, card, Step.ASK, answer=Answer.NO)
    with pytest.raises(NotThisStep):
        done(world, card, Step.HAND_OVER)
    client.force_login(world.office)
    assert (
        "Stopped: do not hand over"
        in client.get(f"/ashgrove/roll-calls/{roll_call.pk}/desk/cards/{card.pk}/").content.decode()
    )


def test_an_order_stops_an_adult_by_name_at_once(world: World, client: PageClient, roll_call: RollCall) -> None:
    Guardianship.objects.filter(pupil=world.amina).update(no_contact=True)
    card = a_card(world, roll_call, adult="FARAH ALI")
    with pytest.raises(NotThisStep):
        done(world, card, Step.CARD)
    client.force_login(world.office)
    page = client.get(f"/ashgrove/roll-calls/{roll_call.pk}/desk/cards/{card.pk}/").content.decode()
    assert "An order forbids this adult" in page


def test_an_order_entered_meanwhile_stops_the_handing_over(world: World, roll_call: RollCall) -> None:
    card = a_card(world, roll_call)
    for step in AFTER_GREETING[:4]:
        done(world, card, step)
    Guardianship.objects.filter(pupil=world.amina).update(no_contact=True)
    with pytest.raises(MayNotCollect):
        done(world, card, Step.HAND_OVER)


def test_one_person_cannot_write_both_halves(world: World, roll_call: RollCall) -> None:
    card = a_card(world, roll_call)
    for step in AFTER_GREETING[:4]:
        done(world, card, step, by=world.office)
    with pytest.raises(SamePerson):
        done(world, card, Step.HAND_OVER, by=world.office)
    done(world, card, Step.HAND_OVER, by=world.duty)
    for by in (world.office, world.duty):
        with pytest.raises(SamePerson):
            see_leaving(
                roll_call=roll_call, uuid=uuid.uuid4(), pupil=world.amina, adult="Farah Ali", by=by, at=world.now
            )


def test_the_pages_of_the_desk_work_with_forms_alone(world: World, client: PageClient, roll_call: RollCall) -> None:
    client.force_login(world.office)
    base = f"/ashgrove/roll-calls/{roll_call.pk}/desk/"
    made = client.post(f"{base}cards/new/", {"pupil": world.amina.pk, "adult": "Farah Ali", "uuid": str(uuid.uuid4())})
    assert made.status_code == 302
    page = client.get(made.headers["Location"])
    assert "Step 2 of 6" in page.content.decode()
    refused = client.post(made.headers["Location"], {"step": "card", "answer": "no", "words": ""})
    assert refused.status_code == 422
    assert "Say in a few words why not." in refused.content.decode()
    client.force_login(world.reyes)
    half = client.post(
        f"{base}second-halves/new/", {"pupil": world.amina.pk, "adult": "Farah Ali", "uuid": str(uuid.uuid4())}
    )
    assert half.status_code == 302
    assert "no card says so" in desk(client, roll_call)


def test_names_at_the_desk_go_with_the_roll_call_and_counts_and_times_stay(
    world: World, client: PageClient, roll_call: RollCall
) -> None:
    handed, stopped = a_card(world, roll_call), a_card(world, roll_call, adult="Somebody Else")
    for step in AFTER_GREETING:
        done(world, handed, step)
    done(world, stopped, Step.CARD, answer=Answer.NO)
    with connection.cursor() as cursor:
        cursor.execute("SELECT adult FROM emergency_card")
        assert all(b"Ali" not in bytes(value) for (value,) in cursor.fetchall())
    left = dict.fromkeys(known.board(roll_call).unaccounted(), "at home")
    end(roll_call=roll_call, reasons=left, by=world.head, at=world.now)
    forget_names(world.now + timedelta(days=30))
    assert not Card.objects.filter(Q(pupil__isnull=False) | Q(adult__isnull=False)).exists()
    assert not CardStep.objects.filter(words__isnull=False).exists()
    client.force_login(world.head)
    page = desk(client, roll_call)
    for name in ("Amina", "Ali", "Somebody Else"):
        assert name not in page
    for words in ("Adults who came</dt><dd>2<", "Handed over</dt><dd>1<", "Halves without another</dt><dd>1<", "10:42"):
        assert words in page
    there = f"/ashgrove/roll-calls/{roll_call.pk}/desk/"
    assert client.get(f"{there}cards/{handed.pk}/").headers["Location"] == there
    for change in ("greeted_at = NULL", "adult = 'x'", "roll_call_id = NULL"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE emergency_card SET {change}")


def test_the_desk_outlasts_the_roll_call_and_closes_to_most_in_the_evening(
    world: World, client: PageClient, roll_call: RollCall
) -> None:
    a_card(world, roll_call)
    left = dict.fromkeys(known.board(roll_call).unaccounted(), "at home")
    end(roll_call=roll_call, reasons=left, by=world.head, at=world.now)
    link = f'href="/ashgrove/roll-calls/{roll_call.pk}/desk/"'
    for hours, who, opens in ((0, "okafor", True), (12, "okafor", True), (13, "okafor", False), (13, "head", True)):
        with time_machine.travel(world.now + timedelta(hours=hours), tick=False):
            client.force_login(getattr(world, who))
            assert client.get(f"/ashgrove/roll-calls/{roll_call.pk}/desk/").status_code == (200 if opens else 404)
            assert (link in client.get("/ashgrove/").content.decode()) is (hours < 12)


def test_the_desk_asks_as_much_of_the_database_for_twenty_cards_as_for_one(
    world: World, client: PageClient, roll_call: RollCall
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as statements:
            desk(client, roll_call)
        return len(statements)

    client.force_login(world.head)
    card = a_card(world, roll_call)
    done(world, card, Step.CARD)
    asked()
    few = asked()
    for _each in range(20):
        done(world, a_card(world, roll_call), Step.CARD)
    asked()
    assert asked() == few


@pytest.mark.pure
def test_the_steps_and_the_halves_as_rules() -> None:
    assert next_step([]) is Step.CARD
    assert next_step([(step, Answer.YES) for step in AFTER_GREETING]) is None
    assert next_step([(Step.CARD, Answer.NO)]) is None
    a, b, c = (words_in(name) for name in ("mrs farah ali", "b", "c"))
    assert a == words_in("ali, farah")
    found = reconcile([Half(1, 7, a), Half(2, 7, a), Half(3, 8, b)], [Half(9, 7, a), Half(8, 8, c)])
    assert (found.pairs, found.first_alone, found.second_alone) == (((1, 9),), (2, 3), (8,))


@pytest.mark.pure
@pytest.mark.parametrize(
    ("typed", "forbidden"),
    [
        pytest.param("max ali", True, id="the same"),
        pytest.param("mr max ali", True, id="with a title"),
        pytest.param("ali max", True, id="turned round"),
        pytest.param("max john ali", True, id="with a middle name"),
        pytest.param("ali", False, id="a surname alone is also the mother’s"),
        pytest.param("farah ali", False, id="somebody else of the family"),
    ],
)
def test_an_order_stops_a_name_however_it_is_written(typed: str, forbidden: bool) -> None:
    assert may_be("max ali", typed) is forbidden


@pytest.mark.pure
@pytest.mark.parametrize(
    ("on_record", "typed", "forbidden"),
    [
        pytest.param("Max O'Neill", "Max O’Neill", True, id="a typographic apostrophe"),
        pytest.param("Max O'Neill", "Max O´Neill", True, id="an accent for an apostrophe"),
        pytest.param("Max O’Neill", "Max John ONeill", True, id="no apostrophe, and a middle name"),
        pytest.param("Max John O’Neill", "O Neill, Max", True, id="a space for an apostrophe"),
        pytest.param("Max Smith-Jones", "Max Smith Jones", True, id="a hyphen"),
        pytest.param("Max Smith–Jones", "Max Jones", True, id="a dash, and half of a double name"),
        pytest.param("Max Smith-Jones", "Max Smithjones", True, id="a double name in one"),
        pytest.param("Max J. Ali", "Max John Ali", True, id="an initial for a middle name"),
        pytest.param("Max Ali", "M. Ali", True, id="an initial for the first name"),
        pytest.param("Max Ali", "A. Ali", False, id="the initial of somebody else, which the surname begins with too"),
        pytest.param("Max J. Ali", "Max Karim", False, id="another surname"),
        pytest.param("Max J. Ali", "Jane Ali", True, id="an initial may be of any name: the safe side"),
    ],
)
def test_an_order_stops_a_name_whatever_signs_are_in_it(on_record: str, typed: str, forbidden: bool) -> None:
    assert may_be(folded(on_record), folded(typed)) is forbidden
    assert may_be(folded(typed), folded(on_record)) is forbidden


def test_whoever_is_on_record_by_that_very_name_is_not_taken_for_another(world: World, roll_call: RollCall) -> None:
    father = Guardian.objects.create(school=world.ashgrove, key=sealing.new_keys(1)[0], names={"name": "Max F. Ali"})
    Guardianship.objects.create(
        school=world.ashgrove, pupil=world.amina, guardian=father, relation="Father", no_contact=True
    )
    for adult, stopped in (("Farah Ali", False), ("Max Ali", True), ("F. Ali", True)):
        card = a_card(world, roll_call, adult=adult)
        assert CardStep.objects.filter(card=card, answer=Answer.NO).exists() is stopped


def test_an_open_card_learns_of_all_that_it_shows(world: World, client: PageClient, roll_call: RollCall) -> None:
    card, other = a_card(world, roll_call), a_card(world, roll_call, adult="Dan Ali")
    client.force_login(world.head)

    def mark() -> str:
        page = client.get(f"/ashgrove/roll-calls/{roll_call.pk}/desk/cards/{card.pk}/").content.decode()
        return page.split('name="fresh" content="')[1].split('"')[0]

    marks = [mark()]
    for step in AFTER_GREETING:
        done(world, other, step)
        marks.append(mark())
    done(world, card, Step.CARD)
    marks.append(mark())
    Guardianship.objects.filter(pupil=world.amina).update(no_contact=True)
    marks.append(mark())
    raw = {
        "id": str(uuid.uuid4()), "kind": "roll-call-tick", "at": world.now.isoformat(),
        "target": {"roll_call": str(roll_call.uuid), "who": f"pupil-{world.amina.pk}"}, "value": {"claim": "with-me"},
    }  # fmt: skip
    take_in(items=[read(raw, sent_at=world.now)], school=world.ashgrove, by=world.reyes, at=world.now)
    marks.append(mark())
    a_card(world, roll_call, adult="Somebody Else")
    marks.append(mark())
    assert len(set(marks)) == len(marks)
    assert mark() == marks[-1]


def test_names_that_cannot_be_read_keep_nobody_elses(
    world: World, roll_call: RollCall, caplog: pytest.LogCaptureFixture
) -> None:
    spoilt = a_card(world, roll_call)
    for step in AFTER_GREETING:
        done(world, spoilt, step)
    later = world.now + timedelta(hours=3)
    other = start(school=world.ashgrove, kind=Kind.LOCKDOWN, mode=Mode.DRILL, started_at=later, by=world.head, at=later)
    whole = a_card(world, other)
    for each in (roll_call, other):
        left = dict.fromkeys(known.board(each).unaccounted(), "at home")
        end(roll_call=each, reasons=left, by=world.head, at=later)
    sealing.store().destroy(roll_call.key, at=world.now)
    with pytest.raises(NamesLeft, match="from 1 roll calls, not from 1"):
        forget_names(later + timedelta(days=30))
    spoilt.refresh_from_db(fields=["pupil"])
    whole.refresh_from_db(fields=["pupil"])
    assert (spoilt.pupil, whole.pupil) == (world.amina, None)
    (line,) = [each for each in caplog.records if each.name == "muster.emergency"]
    assert line.__dict__["fields"] == {"roll_call": roll_call.pk}
    assert "Ali" not in caplog.text


def test_a_desk_without_names_takes_none(world: World, roll_call: RollCall) -> None:
    card = a_card(world, roll_call)
    left = dict.fromkeys(known.board(roll_call).unaccounted(), "at home")
    end(roll_call=roll_call, reasons=left, by=world.head, at=world.now)
    forget_names(world.now + timedelta(days=30))
    with pytest.raises(NamesGone):
        a_card(world, roll_call)
    with pytest.raises(NamesGone):
        done(world, card, Step.CARD)
    with pytest.raises(NamesGone):
        see_leaving(
            roll_call=roll_call, uuid=uuid.uuid4(), pupil=world.amina, adult="Farah Ali", by=world.reyes, at=world.now
        )
    assert Card.objects.count() == 1
    assert not CardStep.objects.exists()


def destroyed(key: uuid.UUID) -> None:
    sealing.store().destroy(key, at=NOW)


def damaged(key: uuid.UUID) -> None:
    with sealing.store()._writing() as file:
        file.execute("UPDATE dek SET wrapped = ? WHERE id = ?", (b"\x01" * 61, key.bytes))
    sealing.forget()
    history.forget()


@pytest.mark.parametrize("lose", [destroyed, damaged])
def test_what_cannot_be_read_says_so_and_stops_nothing_else(
    own_key_store: Path, world: World, client: PageClient, lose: Callable[[uuid.UUID], None]
) -> None:
    begun = partial(start, school=world.ashgrove, mode=Mode.REAL, by=world.head, at=world.now, started_at=world.now)
    spoilt = begun(kind=Kind.HOLD)
    first, second = a_card(world, spoilt), a_card(world, spoilt, adult="Somebody Else")
    for step in AFTER_GREETING:
        done(world, first, step)
    see_leaving(roll_call=spoilt, uuid=uuid.uuid4(), pupil=world.amina, adult="Farah Ali", by=world.reyes, at=world.now)
    incident = log(
        school=world.ashgrove, uuid=uuid.uuid4(), happened_at=world.now, place="Hall", what="A door slammed", done="",
        follow_up="", people=People(pupils=[world.amina.pk], staff=[], others=[]), must_know=[], by=world.head,
        at=world.now,
    )  # fmt: skip
    guest = Visit.objects.create(
        school=world.ashgrove, key=sealing.new_key(), name="Vera Plum", came_at=world.now, signed_in_by=world.office
    )
    # The key of the roll call is lost, and that of one child, as after a key store that was put back too old.
    lose(spoilt.key)
    lose(world.amina.key)
    lose(guest.key)
    client.force_login(world.head)
    shown = desk(client, spoilt)
    assert shown.count("(cannot be read) was handed over to (cannot be read), and nobody saw them leave.") == 1
    assert "2 halves have no other half" in shown, "two names that cannot be read do not agree"
    with pytest.raises(MayNotCollect, match="cannot be read"):
        done(world, Card.objects.get(pk=second.pk), Step.CARD)

    # Another begins all the same, with the child on its list, and it can be ticked, ended and told of.
    name = f"no. {world.amina.pk} (cannot be read)"
    other = begun(kind=Kind.EVACUATE)
    for each in (spoilt, other):
        assert {one.name for one in known.named(each) if one.kind == "pupil"} == {"Ben Carter", name}
    (row,) = Listed.objects.filter(roll_call=other, kind="visitor")
    assert (row.name, known.name_of(row)) == (None, f"no. {guest.pk} (cannot be read)"), "a stand-in is never kept"
    end(roll_call=other, reasons=dict.fromkeys(known.board(other).unaccounted(), "x"), by=world.head, at=world.now)
    base = f"/ashgrove/roll-calls/{spoilt.pk}"
    for where in (
        "/ashgrove/roll-call/", f"/ashgrove/roll-calls/{spoilt.uuid}/events/?list", f"{base}/people/",
        f"{base}/people/pupil-{world.amina.pk}/", f"{base}/typed-list/?group=3 Hazel", f"{base}/closure/",
        f"{base}/report/", f"/ashgrove/roll-calls/{other.pk}/report/", f"{base}/desk/cards/new/",
        "/ashgrove/roll-call-sheet/", "/ashgrove/incidents/", f"/ashgrove/incidents/{incident.pk}/",
        f"/ashgrove/incidents/{incident.pk}/account/", "/ashgrove/incidents/new/",
    ):  # fmt: skip
        page = client.get(where)
        assert (where, page.status_code, name in page.content.decode()) == (where, 200, True)
    assert "(cannot be read)" in client.get(f"{base}/desk/cards/{second.pk}/").content.decode()
    tick = {
        "id": str(uuid.uuid4()), "kind": "roll-call-tick", "at": world.now.isoformat(), "value": {"claim": "with-me"},
        "target": {"roll_call": str(spoilt.uuid), "who": f"pupil-{world.amina.pk}"},
    }  # fmt: skip
    hurt, note, extra, after, visitor = (tick | {"id": str(uuid.uuid4())} for _each in range(5))
    hurt["value"] = {"claim": "injured", "place": "Gym", "text": "ankle"}
    note["value"] = {"claim": "note", "text": "gone to see"}
    extra |= {"target": {"roll_call": str(spoilt.uuid)}, "value": {"claim": "extra", "text": "a man in a red coat"}}
    after |= {"target": {"roll_call": str(spoilt.uuid), "who": f"extra-{extra['id']}"}}
    visitor |= {"target": {"roll_call": str(spoilt.uuid), "who": f"visitor-{guest.pk}"}}
    items = [read(each, sent_at=world.now) for each in (tick, hurt, note, extra, after, visitor)]
    answers = take_in(items=items, school=world.ashgrove, by=world.reyes, at=world.now)
    assert [each.status for each in answers] == [201, 201, 422, 422, 422, 201], "what is nothing but words is refused"
    assert ["on paper" in each.reason for each in answers] == [False, True, True, True, False, False]
    assert client.get(f"{base}/people/visitor-{guest.pk}/").status_code == 200
    with pytest.raises(NothingKept, match="on paper"):
        a_card(world, spoilt)
    with pytest.raises(NothingKept, match="on paper"):
        see_leaving(
            roll_call=spoilt, uuid=uuid.uuid4(), pupil=world.ben, adult="Jo Carter", by=world.reyes, at=world.now
        )
    client.force_login(world.office)
    assert 'name="adult" value="' not in client.get(f"{base}/desk/cards/new/?beside={second.pk}").content.decode()
    client.force_login(world.head)
    done(world, Card.objects.get(pk=second.pk), Step.CARD, answer=Answer.NO)
    ended = client.post(f"{base}/closure/", {"reason-all": "At home"}, follow=True).content.decode()
    assert "The roll call has ended." in ended
    assert "on paper" in ended
    spoilt.refresh_from_db()
    assert spoilt.ended_at is not None


def test_whom_an_order_forbids_under_a_name_that_cannot_be_read_may_be_anybody(
    own_key_store: Path, world: World, roll_call: RollCall
) -> None:
    key = sealing.new_key()
    lost = Guardian.objects.create(school=world.ashgrove, key=key, names={"surname": "Ali", "forenames": "Max"})
    Guardianship.objects.create(
        school=world.ashgrove, pupil=world.amina, guardian=lost, relation="Father", position=9, no_contact=True
    )
    sealing.store().destroy(key, at=world.now)
    stranger, mother = a_card(world, roll_call, adult="Somebody Else"), a_card(world, roll_call)
    assert [card.steps.count() for card in (stranger, mother)] == [1, 0], "only who is on record by name goes on"
