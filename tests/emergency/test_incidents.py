"""Incidents: written once, only added to, seen by those who must, and told in time order with every source."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from muster.attendance.models import RegisterMark
from muster.emergency.actions.handing import do_step, greet, see_leaving
from muster.emergency.actions.roll_calls import end, start, take_in
from muster.emergency.forgetting import forget_names
from muster.emergency.known import board
from muster.emergency.models import Incident, MustKnow
from muster.emergency.reading import read
from muster.emergency.rules.handing import Answer, Step
from muster.emergency.rules.kinds import Kind, Mode
from muster.people.models import Account, Pupil
from tests.attendance.marking import AFTERNOON, a_said, at, say
from tests.support.client import PageClient
from tests.world import World, enrol


def form(world: World, **more: Any) -> dict[str, Any]:
    return {
        "what": "Two children fell on the stairs.", "pupils": [world.amina.pk], "others": "A courier, Mr Pike",
        "happened": "2026-03-04T10:20", "place": "North stairs", "done": "Ice, and both sat with the office.",
        "must_know": [world.tutor.pk], "follow_up": "Look at the handrail.", "uuid": str(uuid.uuid4()),
    } | more  # fmt: skip


def logged(world: World, client: PageClient, **more: Any) -> Incident:
    client.force_login(world.okafor)
    answer = client.post("/ashgrove/incidents/new/", form(world, **more))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return Incident.objects.latest("pk")


def test_an_incident_is_written_once_however_often_it_is_sent(world: World, client: PageClient) -> None:
    number = str(uuid.uuid4())
    for _again in range(2):
        logged(world, client, uuid=number)
    assert Incident.objects.count() == 1
    page = client.get(f"/ashgrove/incidents/{Incident.objects.get().pk}/").content.decode()
    for words in ("Two children fell", "Amina Ali", "A courier", "Mr Pike", "North stairs", "Tom Umber"):
        assert words in page


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("okafor", 200), ("tutor", 200), ("dsl", 200), ("head", 200), ("reyes", 404), ("office", 404), ("duty", 404),
        ("governor", 403), ("guardian", 403), ("birchwood_senco", 404), ("both", 404),
    ],
)  # fmt: skip
def test_it_is_seen_by_those_who_must(world: World, client: PageClient, who: str, sees: int) -> None:
    incident = logged(world, client)
    client.force_login(getattr(world, who))
    for page in ("", "account/"):
        assert client.get(f"/ashgrove/incidents/{incident.pk}/{page}").status_code == sees
    added = client.post(f"/ashgrove/incidents/{incident.pk}/amendments/new/", {"text": "x", "uuid": str(uuid.uuid4())})
    assert added.status_code == (302 if sees == 200 else sees)


def test_whoever_must_know_finds_it_on_today_without_a_name_for_a_fortnight(world: World, client: PageClient) -> None:
    incident = logged(world, client)

    def today(account: Account) -> str:
        client.force_login(account)
        page: str = client.get("/ashgrove/").content.decode()
        return page

    link = f'href="/ashgrove/incidents/{incident.pk}/"'
    page = today(world.tutor)
    assert link in page
    assert "You are to know of" in page
    assert "Two children fell" not in page
    assert link not in today(world.okafor)
    with time_machine.travel(world.now + timedelta(days=15), tick=False):
        assert link not in today(world.tutor)


def test_it_is_added_to_and_never_changed(world: World, client: PageClient) -> None:
    incident = logged(world, client)
    number = str(uuid.uuid4())
    client.force_login(world.tutor)
    for _again in range(2):
        client.post(
            f"/ashgrove/incidents/{incident.pk}/amendments/new/",
            {"text": "It was three children.", "uuid": number, "must_know": [world.reyes.pk]},
        )
    assert MustKnow.objects.filter(account=world.reyes).count() == 1
    client.force_login(world.reyes)
    page = client.get(f"/ashgrove/incidents/{incident.pk}/").content.decode()
    assert page.count("It was three children.") == 1
    assert "Two children fell" in page
    for statement in ("UPDATE emergency_incident SET happened_at = written_at", "DELETE FROM emergency_amendment"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_account_is_in_time_order_and_names_every_source(world: World, client: PageClient) -> None:
    roll_call = start(
        school=world.ashgrove, kind=Kind.EVACUATE, mode=Mode.DRILL, started_at=world.now, by=world.head, at=world.now
    )
    raw = {
        "id": str(uuid.uuid4()), "kind": "roll-call-tick", "at": world.now.isoformat(),
        "target": {"roll_call": str(roll_call.uuid), "who": f"pupil-{world.amina.pk}"}, "value": {"claim": "injured"},
    }  # fmt: skip
    take_in(items=[read(raw, sent_at=world.now)], school=world.ashgrove, by=world.reyes, at=world.now)
    incident = logged(world, client)
    page = client.get(f"/ashgrove/incidents/{incident.pk}/account/").content.decode()
    first, tick = page.index("Two children fell"), page.index("Amina Ali: Injured")
    assert first < tick
    assert f"Incident {incident.pk}, as first written" in page
    assert f"Roll call {roll_call.pk}, tick 1" in page
    assert "Mateo Reyes" in page


def test_the_account_has_every_register_mark_of_the_day_and_of_nobody_else(world: World, client: PageClient) -> None:
    (bystander,) = enrol(world, world.hazel, pupils=1)
    say(world, a_said(world, "N"), a_said(world, "N", pupil=bystander))
    (first, other) = RegisterMark.objects.order_by("pk")
    said = a_said(world, "L", base=first.pk, clock="09:10", reason="The bus was late")
    (result,) = say(world, said, office=True)
    assert result.status == 201
    incident = logged(world, client)
    page = client.get(f"/ashgrove/incidents/{incident.pk}/account/").content.decode()
    missing, late = page.index("Amina Ali: Absent, reason not yet known"), page.index("Amina Ali: Late")
    assert missing < late
    for number in (first.pk, result.version):
        assert f"Register, Morning 3 Hazel, mark {number}" in page
    assert "The bus was late" not in page, "a reason stays with those who may open the register"
    assert f"mark {other.pk}," not in page
    with CaptureQueriesContext(connection) as few:
        client.get(f"/ashgrove/incidents/{incident.pk}/account/")
    say(world, a_said(world, "/", session=AFTERNOON, clock="13:10"), received=at(world, "13:20"))
    with CaptureQueriesContext(connection) as more:
        client.get(f"/ashgrove/incidents/{incident.pk}/account/")
    assert len(more) <= len(few)


def test_the_account_has_the_desk_and_says_when_names_have_gone(world: World, client: PageClient) -> None:
    roll_call = start(
        school=world.ashgrove, kind=Kind.EVACUATE, mode=Mode.DRILL, started_at=world.now, by=world.head, at=world.now
    )
    card = greet(
        roll_call=roll_call, uuid=uuid.uuid4(), pupil=world.amina, adult="Farah Ali", by=world.office, at=world.now
    )
    do_step(card=card, step=Step.CARD, answer=Answer.NO, words="Would not sign", by=world.office, at=world.now)
    see_leaving(
        roll_call=roll_call, uuid=uuid.uuid4(), pupil=world.amina, adult="Max Ali", by=world.reyes, at=world.now
    )
    incident = logged(world, client)
    account = f"/ashgrove/incidents/{incident.pk}/account/"
    # Its writer has the lines, without what the desk itself keeps from them once it is closed.
    page = client.get(account).content.decode()
    for words in (
        "Amina Ali: an adult came to collect.", "Fill in the card, no. The words are for those who look back",
        "Amina Ali was seen leaving with an adult.", f"Roll call {roll_call.pk}, card {card.pk}", world.office.name,
    ):  # fmt: skip
        assert words in page
    for words in ("Farah Ali", "Max Ali", "Would not sign"):
        assert words not in page
    client.force_login(world.head)
    page = client.get(account).content.decode()
    for words in (
        "Amina Ali: Farah Ali came to collect.", "Fill in the card, no. Would not sign",
        "Amina Ali was seen leaving with Max Ali.", f"Roll call {roll_call.pk}, card {card.pk}",
    ):  # fmt: skip
        assert words in page
    assert "no names any more" not in page
    # Thirty days on: nothing is silently missing, and the times stay.
    end(
        roll_call=roll_call, reasons=dict.fromkeys(board(roll_call).unaccounted(), "at home"), by=world.head,
        at=world.now + timedelta(minutes=9),
    )  # fmt: skip
    lines = roll_call.ticks.count() + 3
    forget_names(world.now + timedelta(days=31))
    page = client.get(account).content.decode()
    assert "came to collect" not in page
    assert f"{lines} lines of this roll call, from 4 March 2026, 10:42 to 4 March 2026, 10:51" in page
    assert "have no names any more" in page


def test_the_account_has_what_was_said_of_a_record_that_was_joined_later(world: World, client: PageClient) -> None:
    (twin,) = enrol(world, world.hazel, pupils=1)
    roll_call = start(
        school=world.ashgrove, kind=Kind.EVACUATE, mode=Mode.DRILL, started_at=world.now, by=world.head, at=world.now
    )
    raw = {
        "id": str(uuid.uuid4()), "kind": "roll-call-tick", "at": world.now.isoformat(),
        "target": {"roll_call": str(roll_call.uuid), "who": f"pupil-{twin.pk}"},
        "value": {"claim": "injured", "text": "Left knee"},
    }  # fmt: skip
    take_in(items=[read(raw, sent_at=world.now)], school=world.ashgrove, by=world.reyes, at=world.now)
    card = greet(roll_call=roll_call, uuid=uuid.uuid4(), pupil=twin, adult="Farah Ali", by=world.office, at=world.now)
    do_step(card=card, step=Step.CARD, answer=Answer.YES, words="", by=world.office, at=world.now)
    see_leaving(roll_call=roll_call, uuid=uuid.uuid4(), pupil=twin, adult="Farah Ali", by=world.reyes, at=world.now)
    incident = logged(world, client)
    account = f"/ashgrove/incidents/{incident.pk}/account/"
    sources = (f"Roll call {roll_call.pk}, tick 1", f"Roll call {roll_call.pk}, card {card.pk}", "second half")
    page = client.get(account).content.decode()
    assert not any(source in page for source in sources)
    Pupil.objects.filter(pk=twin.pk).update(merged_into=world.amina)
    page = client.get(account).content.decode()
    for source in (*sources, "Injured", "Fill in the card, yes"):
        assert source in page
    assert "Left knee" not in page
    client.force_login(world.dsl)
    assert "Injured. Left knee" in client.get(account).content.decode()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"what": ""},
        {"place": ""},
        {"happened": "soon"},
        {"happened": "2026-03-05T10:00"},
        {"pupils": ["999999"]},
        {"uuid": "x"},
    ],
    ids=str,
)
def test_a_form_that_is_not_whole_writes_nothing(world: World, client: PageClient, spoilt: dict[str, Any]) -> None:
    client.force_login(world.okafor)
    assert client.post("/ashgrove/incidents/new/", form(world, **spoilt)).status_code == 422
    assert not Incident.objects.exists()


def test_the_words_rest_sealed(world: World, client: PageClient) -> None:
    logged(world, client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, place, done, follow_up FROM emergency_incident")
        assert all(b"stairs" not in bytes(value) for value in cursor.fetchone())
