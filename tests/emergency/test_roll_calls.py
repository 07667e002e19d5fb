"""A roll call on the server: started once, ticked by named adults, merged from phones, ended by one, and forgotten."""

import json
import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from muster.emergency import known
from muster.emergency.actions.handing import greet
from muster.emergency.actions.roll_calls import AlreadyEnded, NotEverybody, end, start
from muster.emergency.forgetting import forget_names
from muster.emergency.models import Card, CardStep, Listed, Phone, RollCall, SecondHalf, Tick
from muster.emergency.report import minute, report
from muster.emergency.rules.kinds import Kind, Mode
from muster.emergency.urls import urlpatterns
from muster.people.access import Role
from muster.people.models import Account, ClassMembership, Post
from muster.privacy import fuse, sealing
from muster.privacy.append_only import protections
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import World, a_pupil, enrol

SECOND = timedelta(seconds=1)


def begun(world: World, *, kind: Kind = Kind.EVACUATE, mode: Mode = Mode.DRILL, by: Account | None = None) -> RollCall:
    return start(school=world.ashgrove, kind=kind, mode=mode, started_at=world.now, by=by or world.head, at=world.now)


def a_tick(roll_call: RollCall | uuid.UUID, claim: str, who: str = "", *, at: datetime, **value: Any) -> dict[str, Any]:
    number = roll_call.uuid if isinstance(roll_call, RollCall) else roll_call
    return {
        "id": str(uuid.uuid4()), "kind": "roll-call-tick", "target": {"roll_call": str(number), "who": who},
        "value": {"claim": claim, **value}, "at": at.isoformat(), "seq": 1,
    }  # fmt: skip


def a_start(number: uuid.UUID, *, at: datetime, kind: str = "evacuate", mode: str = "drill") -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "kind": "roll-call-start", "target": {"roll_call": str(number)},
        "value": {"kind": kind, "mode": mode, "list_at": at.isoformat()}, "at": at.isoformat(), "seq": 0,
    }  # fmt: skip


def send(
    client: PageClient, by: Account, items: list[Any], *, sent_at: datetime, school: str = "ashgrove",
    as_account: Account | None = None,
) -> Any:  # fmt: skip
    client.force_login(by)
    body = {
        "account": str((as_account or by).uuid),
        "device": str(uuid.UUID(int=7)),
        "sent_at": sent_at.isoformat(),
        "items": items,
    }
    return client.post(f"/{school}/roll-calls/events/", json.dumps(body), content_type="application/json")


def said(answer: Any) -> list[int]:
    return [each["status"] for each in answer.json()["results"]]


def pupil(world: World, name: str) -> str:
    return f"pupil-{getattr(world, name).pk}"


# -- starting ---------------------------------------------------------------------------------------------------------


def test_the_list_is_everybody_expected_and_is_frozen(world: World) -> None:
    roll_call = begun(world)
    a_pupil(world, name="Late Joiner", in_class=world.hazel)
    people = known.named(roll_call)
    assert {one.name for one in people if one.kind == "pupil"} == {"Amina Ali", "Ben Carter"}
    assert {"Ada Okafor", "Dee Yates", "Olive Marsh"} <= {one.name for one in people if one.kind == "staff"}
    assert "Gwen Orr" not in {one.name for one in people}, "a governor is not expected by day"
    assert next(one.group for one in people if one.name == "Amina Ali") == "3 Hazel"


def test_a_roll_call_is_started_in_two_plain_steps_without_a_script(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    asked = client.get("/ashgrove/roll-calls/new/?kind=evacuate&mode=drill")
    assert "Drill" in asked.content.decode()
    assert "data-dark" not in asked.content.decode()
    number = str(asked.context["uuid"])
    for _press in range(2):
        client.post("/ashgrove/roll-calls/new/", {"kind": "evacuate", "mode": "drill", "uuid": number})
    assert RollCall.objects.count() == 1
    page = client.get("/ashgrove/roll-call/").content.decode()
    assert 'data-mode="drill"' in page


def test_another_is_started_without_a_script_while_one_is_going_on(world: World, client: PageClient) -> None:
    begun(world)
    client.force_login(world.okafor)
    page = client.get("/ashgrove/roll-call/").content.decode()
    assert "<section data-start hidden>" in page
    assert '<a href="?another">Start another</a>' in page
    page = client.get("/ashgrove/roll-call/?another").content.decode()
    assert "<section data-start>" in page
    assert 'action="/ashgrove/roll-calls/new/"' in page


def test_who_may_not_tick_has_no_button_and_who_may_has_it_on_every_page(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    assert 'class="roll-call-button" href="/ashgrove/roll-call/"' in client.get("/ashgrove/").content.decode()
    client.force_login(world.governor)
    assert "roll-call-button" not in client.get("/ashgrove/").content.decode()


def test_two_phones_that_start_the_same_roll_call_start_one(world: World, client: PageClient) -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    now = world.now
    send(client, world.okafor, [a_start(first, at=now)], sent_at=now)
    answer = send(
        client, world.reyes,
        [a_start(second, at=now - 300 * SECOND), a_tick(second, "with-me", pupil(world, "ben"), at=now)], sent_at=now,
    )  # fmt: skip
    assert said(answer) == [201, 201]
    assert answer.json()["results"][0]["shown"]["roll_call"] == str(first)
    (open_one,) = RollCall.objects.going_on()
    assert (open_one.uuid, open_one.version) == (first, 1)
    assert known.board(open_one).derived.people[pupil(world, "ben")].accounted


@pytest.mark.parametrize(
    ("kind", "mode"),
    [pytest.param("evacuate", "real", id="a drill is no real one"), pytest.param("hold", "drill", id="another kind")],
)
def test_another_kind_or_mode_stays_its_own(world: World, client: PageClient, kind: str, mode: str) -> None:
    begun(world)
    send(client, world.reyes, [a_start(uuid.uuid4(), at=world.now, kind=kind, mode=mode)], sent_at=world.now)
    assert RollCall.objects.going_on().count() == 2


# -- ticking ----------------------------------------------------------------------------------------------------------


def test_a_tick_accounts_under_the_name_of_who_is_signed_in(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    answer = send(
        client, world.okafor, [a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)], sent_at=world.now
    )
    assert said(answer) == [201]
    (tick,) = Tick.objects.all()
    assert (tick.by, tick.number) == (world.okafor, 1)
    board = known.board(roll_call).derived
    assert board.people[pupil(world, "amina")].accounted
    assert not board.people[pupil(world, "ben")].accounted


def test_everyone_on_duty_may_tick_anybody_at_once(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    for person in (world.cover, world.duty, world.office, world.senco):
        answer = send(
            client, person, [a_tick(roll_call, "with-me", pupil(world, "ben"), at=world.now)], sent_at=world.now
        )
        assert said(answer) == [201]


def test_a_replayed_tick_counts_once(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    tick = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)
    assert said(send(client, world.okafor, [tick, tick], sent_at=world.now)) == [201, 201]
    assert said(send(client, world.okafor, [tick], sent_at=world.now)) == [200]
    assert Tick.objects.count() == 1


def test_a_number_that_says_something_else_is_refused(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    tick = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)
    send(client, world.okafor, [tick], sent_at=world.now)
    forged = tick | {"value": {"claim": "missing"}}
    assert said(send(client, world.okafor, [forged], sent_at=world.now)) == [409]
    assert said(send(client, world.reyes, [tick], sent_at=world.now)) == [409], "nor in another’s name"
    assert [each.claim for each in Tick.objects.all()] == ["with-me"]


def test_ticks_of_somebody_else_are_not_taken(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    tick = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)
    answer = send(client, world.okafor, [tick], sent_at=world.now, as_account=world.reyes)
    assert answer.status_code == 403
    assert not Tick.objects.exists()


def test_a_tick_for_another_school_is_not_known(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    tick = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)
    answer = send(client, world.birchwood_teacher, [tick], sent_at=world.now, school="birchwood")
    assert said(answer) == [422]
    cora = a_tick(roll_call, "with-me", pupil(world, "cora"), at=world.now)
    assert said(send(client, world.okafor, [cora], sent_at=world.now)) == [422], "a pupil of the next school"
    assert not Tick.objects.exists()


def test_the_phone_of_a_leaver_is_turned_away(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    tick = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)
    client.force_login(world.okafor)
    Post.objects.filter(account=world.okafor).update(ends_on=world.today - timedelta(days=1))
    body = {"account": str(world.okafor.uuid), "sent_at": world.now.isoformat(), "items": [tick]}
    answer = client.post("/ashgrove/roll-calls/events/", json.dumps(body), content_type="application/json")
    assert answer.status_code in {302, 401, 404}
    assert not Tick.objects.exists()


def test_a_pack_from_yesterday_loses_nobody(world: World, client: PageClient) -> None:
    """Somebody on yesterday's list who is on no list today is kept, and counts as extra, not as expected."""
    ClassMembership.objects.filter(pupil=world.ben).delete()
    from muster.people.models import Enrolment, Leaving

    Leaving.objects.create(
        school=world.ashgrove, enrolment=Enrolment.objects.get(pupil=world.ben),
        left_on=world.today - timedelta(days=1), recorded_at=world.now,
    )  # fmt: skip
    roll_call = begun(world)
    before = known.board(roll_call).derived.expected
    answer = send(
        client, world.okafor, [a_tick(roll_call, "with-me", pupil(world, "ben"), at=world.now)], sent_at=world.now
    )
    assert said(answer) == [201]
    board = known.board(roll_call).derived
    assert (board.expected, board.accounted, board.extra) == (before, 0, 1)
    news = client.get(f"/ashgrove/roll-calls/{roll_call.uuid}/events/?after=0").json()
    assert [(who, name) for who, name, *_more in news["added"]] == [(pupil(world, "ben"), "Ben Carter")]
    assert "list" not in news


@pytest.mark.parametrize("wrong_by", [timedelta(days=1), timedelta(days=-1)], ids=["a day ahead", "a day behind"])
def test_a_clock_wrong_by_a_day_moves_no_tick(world: World, client: PageClient, wrong_by: timedelta) -> None:
    roll_call = begun(world)
    made, sent = world.now + wrong_by - 60 * SECOND, world.now + wrong_by
    send(client, world.okafor, [a_tick(roll_call, "with-me", pupil(world, "amina"), at=made)], sent_at=sent)
    (tick,) = Tick.objects.all()
    assert abs(tick.made_at - (world.now - 60 * SECOND)) < 5 * SECOND
    assert tick.device_at == made


def test_a_clock_that_jumped_makes_no_tick_before_the_roll_call(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    send(
        client, world.okafor, [a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now - timedelta(days=1))],
        sent_at=world.now,
    )  # fmt: skip
    assert Tick.objects.get().made_at == roll_call.started_at - timedelta(minutes=15)


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param({"value": {"claim": "safe"}}, id="a claim nobody knows"),
        pytest.param({"value": {"claim": "with-me", "over": ["x"]}}, id="over something without a number"),
        pytest.param({"target": {"roll_call": "x", "who": "pupil-1"}}, id="a roll call without a number"),
        pytest.param({"at": "yesterday"}, id="a time that is none"),
        pytest.param({"value": {"claim": "heads", "group": "3 Hazel", "count": -1}}, id="heads below nothing"),
        pytest.param({"value": {"claim": "heads", "group": "3 Hazel", "count": True}}, id="heads that are no number"),
        pytest.param({"value": {"claim": "extra"}}, id="an extra without a name"),
        pytest.param({"value": {"claim": "undo"}}, id="an undo of nothing"),
        pytest.param({"kind": "judgement"}, id="another kind of change"),
        pytest.param({"id": 5}, id="no number of its own"),
    ],
)
def test_a_bad_tick_costs_only_itself(world: World, client: PageClient, spoilt: dict[str, Any]) -> None:
    roll_call = begun(world)
    good = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)
    bad = a_tick(roll_call, "with-me", pupil(world, "ben"), at=world.now) | spoilt
    answer = send(client, world.okafor, [bad, good], sent_at=world.now)
    assert sorted(said(answer)) == [201, 422]
    assert all(each["reason"] for each in answer.json()["results"] if each["status"] == 422)
    assert Tick.objects.count() == 1


@pytest.mark.parametrize("who", ["pupil-999999", "staff-999999", "visitor-5", f"extra-{uuid.UUID(int=3)}", "reader-1"])
def test_an_unknown_person_is_refused(world: World, client: PageClient, who: str) -> None:
    roll_call = begun(world)
    assert said(send(client, world.okafor, [a_tick(roll_call, "with-me", who, at=world.now)], sent_at=world.now)) == [
        422
    ]


def test_somebody_extra_and_then_hurt(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    extra = a_tick(roll_call, "extra", at=world.now, text="A boy in a red coat")
    hurt = a_tick(roll_call, "injured", f"extra-{extra['id']}", at=world.now)
    assert said(send(client, world.okafor, [extra, hurt], sent_at=world.now)) == [201, 201]
    board = known.board(roll_call)
    assert (board.derived.extra, board.derived.injured) == (1, 1)
    assert board.name(f"extra-{extra['id']}") == "A boy in a red coat"


def test_the_board_is_a_304_while_nothing_was_said_and_sends_only_what_is_new(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    send(client, world.okafor, [a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)], sent_at=world.now)
    where = f"/ashgrove/roll-calls/{roll_call.uuid}/events/"
    first = client.get(where)
    assert [each["claim"] for each in first.json()["events"]] == ["with-me"]
    tag = first.headers["ETag"]
    with CaptureQueriesContext(connection) as asked:
        again = client.get(where, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert len(asked) == 1  # the roll call, with whatever is going on
    send(client, world.reyes, [a_tick(roll_call, "with-me", pupil(world, "ben"), at=world.now)], sent_at=world.now)
    news = client.get(f"{where}?after=1", headers={"if-none-match": tag})
    assert [(each["who"], each["name"]) for each in news.json()["events"]] == [(pupil(world, "ben"), "Mateo Reyes")]
    assert "list" not in news.json()
    client.get(where)  # the look
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{where}?after=1")
    assert len(asked) == 5  # and what was said, and whether the look was written
    assert not [each["sql"] for each in asked if each["sql"].startswith(("BEGIN", "INSERT"))]


def named_open(answer: Any) -> list[str]:
    return [one["uuid"] for one in answer.json()["open"]]


def test_a_polled_board_names_what_else_is_going_on_at_no_more_cost(world: World, client: PageClient) -> None:
    drill = begun(world)
    end(
        roll_call=begun(world, kind=Kind.HOLD),
        reasons=dict.fromkeys(everybody(drill), "x"),
        by=world.head,
        at=world.now,
    )
    start(
        school=world.birchwood, kind=Kind.LOCKDOWN, mode=Mode.REAL, started_at=world.now, by=world.head, at=world.now
    )  # of no concern here
    client.force_login(world.okafor)
    where = f"/ashgrove/roll-calls/{drill.uuid}/events/"
    first = client.get(where)
    assert named_open(first) == [str(drill.uuid)]

    lockdown = begun(world, kind=Kind.LOCKDOWN, mode=Mode.REAL)
    news = client.get(where, headers={"if-none-match": first.headers["ETag"]})
    assert (news.json()["uuid"], news.json()["events"]) == (str(drill.uuid), [])
    assert named_open(news) == [str(lockdown.uuid), str(drill.uuid)]
    began, _still = news.json()["open"]
    assert (began["kind"], began["mode"], began["started"]) == ("lockdown", "real", known.milliseconds(world.now))
    assert "list" not in began

    tag = news.headers["ETag"]
    with CaptureQueriesContext(connection) as asked:
        again = client.get(where, headers={"if-none-match": tag})
    assert (again.status_code, again.content, len(asked)) == (304, b"", 1)

    end(roll_call=lockdown, reasons=dict.fromkeys(everybody(lockdown), "x"), by=world.head, at=world.now)
    assert named_open(client.get(where, headers={"if-none-match": tag})) == [str(drill.uuid)]
    reasons = dict.fromkeys(everybody(drill), "x")
    end(roll_call=drill, reasons=reasons, by=world.head, at=world.now)
    over = client.get(where, headers={"if-none-match": tag}).json()
    assert (over["ended"], over["open"]) == (True, [])


def polled_again(client: PageClient, where: str, tag: str) -> tuple[int, int]:
    """The status of the same question asked again, and how many statements it took."""
    with CaptureQueriesContext(connection) as asked:
        status = client.get(where, headers={"if-none-match": tag}).status_code
    return status, len(asked)


def test_only_who_was_let_in_a_moment_ago_is_told_without_being_asked_for(world: World, client: PageClient) -> None:
    """Whatever is new goes through every gate (decision 85)."""
    drill = begun(world)
    where = f"/ashgrove/roll-calls/{drill.uuid}/events/"
    client.force_login(world.okafor)
    tag = client.get(where).headers["ETag"]
    assert polled_again(client, where, tag) == (304, 1)

    # Another session, another address, another state, a tag that was tampered with: each is asked for who it is.
    other = PageClient()
    other.force_login(world.reyes)
    assert polled_again(other, where, tag) == (304, 3), "nothing is new to them either, and they may know it"
    other.force_login(world.governor)
    assert other.get(where, headers={"if-none-match": tag}).status_code == 403
    assert PageClient().get(where, headers={"if-none-match": tag}).status_code in {302, 401}
    assert polled_again(client, "/ashgrove/roll-calls/going-on/", tag)[0] == 200
    forged = tag[:-2] + ("0" if tag[-2] != "0" else "1") + '"'
    assert polled_again(client, where, forged) == (304, 3)
    state, made, seal = tag.strip('"').split(".")
    later = f'"{state}.{int(made) + 30}.{seal}"'
    assert polled_again(client, where, later) == (304, 3)
    assert polled_again(client, where, f'"{state}.٣.{seal}"') == (304, 3)
    assert polled_again(client, where, f"W/{tag}") == (304, 1), "a proxy that compresses marks it so"
    for odd in ('"', "", "W/x", '"a.b.c"', '"..."', f'"a.{"9" * 5000}.c"'):
        assert client.get(where, headers={"if-none-match": odd}).status_code == 200

    # A minute later they are asked for again, and get a fresh one.
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61), tick=False):
        again = client.get(where, headers={"if-none-match": tag})
        assert again.status_code == 304
        assert polled_again(client, where, tag) == (304, 3)
        fresh = again.headers["ETag"]
        assert polled_again(client, where, fresh) == (304, 1)

        # Shut out meanwhile, they learn nothing that is new.
        Account.objects.filter(pk=world.okafor.pk).update(is_active=False)
        assert polled_again(client, where, fresh) == (304, 1)
        send(other, world.reyes, [a_tick(drill, "with-me", pupil(world, "ben"), at=world.now)], sent_at=world.now)
        assert client.get(where, headers={"if-none-match": fresh}).status_code in {302, 401}


def test_a_page_that_shows_none_asks_what_is_going_on_and_is_told_of_nobody(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    where = "/ashgrove/roll-calls/going-on/"
    looks = HistoryEntry.objects.filter(kind=HistoryEntry.Kind.LOOK).count()
    nothing = client.get(where)
    assert named_open(nothing) == []

    drill = begun(world)
    one = client.get(where, headers={"if-none-match": nothing.headers["ETag"]})
    assert named_open(one) == [str(drill.uuid)]
    assert "Amina" not in one.content.decode()
    with CaptureQueriesContext(connection) as asked:
        again = client.get(where, headers={"if-none-match": one.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(asked) == 1  # what is going on

    end(roll_call=drill, reasons=dict.fromkeys(everybody(drill), "x"), by=world.head, at=world.now)
    lockdown = begun(world, kind=Kind.LOCKDOWN)
    assert named_open(client.get(where, headers={"if-none-match": one.headers["ETag"]})) == [str(lockdown.uuid)]
    assert HistoryEntry.objects.filter(kind=HistoryEntry.Kind.LOOK).count() == looks
    client.force_login(world.governor)
    assert client.get(where).status_code == 403


def test_a_drill_never_stands_before_a_real_one_nor_before_a_lockdown(world: World, client: PageClient) -> None:
    earlier = [
        (Kind.EVACUATE, Mode.TEST),
        (Kind.EVACUATE, Mode.DRILL),
        (Kind.LOCKDOWN, Mode.DRILL),
        (Kind.HOLD, Mode.REAL),
    ]
    for minutes, (kind, mode) in enumerate(earlier):
        began = world.now - timedelta(minutes=20 - minutes)
        start(school=world.ashgrove, kind=kind, mode=mode, started_at=began, by=world.head, at=world.now)
    client.force_login(world.okafor)
    page = client.get("/ashgrove/roll-call/")
    pack = page.context["pack"]
    assert [(one["mode"], one["kind"]) for one in pack["open"]] == [
        ("real", "hold"), ("drill", "lockdown"), ("drill", "evacuate"), ("test", "evacuate"),
    ]  # fmt: skip
    drill = pack["open"][2]
    asked = client.get(f"/ashgrove/roll-calls/{drill['number']}/")
    assert asked.headers["Location"] == f"/ashgrove/roll-call/#{drill['uuid']}"


def test_a_polled_board_is_one_look_in_ten_minutes(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    where = f"/ashgrove/roll-calls/{roll_call.uuid}/events/"
    client.force_login(world.okafor)
    before = HistoryEntry.objects.filter(kind=HistoryEntry.Kind.LOOK).count()
    for number in range(4):
        send(
            client, world.okafor, [a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)], sent_at=world.now
        )
        assert client.get(f"{where}?after={number}").status_code == 200
    assert HistoryEntry.objects.filter(kind=HistoryEntry.Kind.LOOK).count() == before + 1


def test_the_names_of_a_list_are_read_once_for_all_phones_that_open_it(
    world: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "KEPT_FOR", 3600)
    roll_call = begun(world)
    where = f"/ashgrove/roll-calls/{roll_call.uuid}/events/?after=0&list"
    looks = HistoryEntry.objects.filter(kind=HistoryEntry.Kind.LOOK)

    def opened(by: Account) -> tuple[list[str], int]:
        client.force_login(by)
        with CaptureQueriesContext(connection) as asked:
            names = [one[1] for one in client.get(where).json()["list"]]
        return names, sum('"added_at" IS NULL' in one["sql"] for one in asked)

    first, reads = opened(world.okafor)
    assert (first.count("Amina Ali"), first.count("Ben Carter"), reads) == (1, 1, 1)
    before = looks.count()
    assert opened(world.reyes) == (first, 0)
    assert looks.count() == before + 1, "each phone is a look of its own, whoever had the names read"

    joiner = a_pupil(world, name="Late Joiner", in_class=world.hazel)
    send(client, world.reyes, [a_tick(roll_call, "with-me", f"pupil-{joiner.pk}", at=world.now)], sent_at=world.now)
    assert opened(world.duty) == ([*first, joiner.name], 0), "whoever was added stands at the end"

    sealing.store().destroy(sealing.new_key(), at=world.now)
    assert opened(world.head) == ([*first, joiner.name], 1), "a key that is gone has every name read anew"
    with fuse.nothing_declared(), pytest.raises(fuse.OutsidePurpose):
        known.named(roll_call)


def test_the_names_of_a_list_are_forgotten_after_a_while(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "KEPT_FOR", 0.01)
    roll_call = begun(world)
    assert known.named(roll_call)
    for _wait in range(3000):
        if roll_call.uuid not in known._kept:
            break
        time.sleep(0.01)
    assert roll_call.uuid not in known._kept


def test_the_page_and_a_poll_cost_the_same_whatever_the_school(world: World, client: PageClient) -> None:
    from django.test.utils import CaptureQueriesContext

    client.force_login(world.head)
    roll_call = begun(world)
    counts = []
    for more in (0, 40):
        if more:
            enrol(world, world.hazel, pupils=more)
            RollCall.objects.filter(pk=roll_call.pk).update(
                started_at=world.now - timedelta(days=3), ended_at=world.now, ended_by=world.head, ended_version=0
            )
            roll_call = begun(world)
        client.get("/ashgrove/roll-call/")
        with CaptureQueriesContext(
            connection,
        ) as page:
            names = client.get("/ashgrove/roll-call/").content.decode().count('"pupil-')
        items = [a_tick(roll_call, "with-me", one.who, at=world.now) for one in known.named(roll_call)]
        with CaptureQueriesContext(connection) as ticked:
            send(client, world.head, items[:100], sent_at=world.now)
        counts.append((names, len(page), len(ticked)))
    assert counts[1][0] == counts[0][0] + 40
    assert counts[0][1:] == counts[1][1:]


def test_a_head_count_and_a_list_that_was_told(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    client.force_login(world.duty)
    where = reverse("roll-call-typed", args=["ashgrove", roll_call.pk])
    wrong = client.post(where, {"group": "3 Hazel", "told_by": "Ada Okafor", "count": "3"})
    assert wrong.status_code == 422
    assert not Tick.objects.exists()
    client.post(where, {"group": "3 Hazel", "told_by": "Ada Okafor", "count": "0", "missing": pupil(world, "amina")})
    board = known.board(roll_call)
    assert board.derived.people[pupil(world, "amina")].state == "missing"
    assert board.derived.heads["3 Hazel"].count == 0
    assert {(tick.by, tick.text) for tick in board.ticks} == {(world.duty, "Told by Ada Okafor")}


def test_a_list_that_was_told_asks_for_the_heads_of_those_not_yet_accounted_for(
    world: World, client: PageClient
) -> None:
    enrol(world, world.hazel, pupils=2)
    roll_call = begun(world)
    amina, other, missing = (one.who for one in known.named(roll_call) if one.group == "3 Hazel")
    send(client, world.okafor, [a_tick(roll_call, "with-me", amina, at=world.now)], sent_at=world.now)
    client.force_login(world.duty)
    where = reverse("roll-call-typed", args=["ashgrove", roll_call.pk])
    page = client.get(f"{where}?group=3+Hazel").content.decode()
    assert "among the 2 not yet accounted for" in page
    assert f"Leave out, as accounted for already: {known.board(roll_call).name(amina)}<" in page
    said_so = {"group": "3 Hazel", "told_by": "Ada Okafor"}
    assert client.post(where, said_so | {"count": "1"}).status_code == 422, "one of the two is missing, and not said so"
    assert client.post(where, said_so | {"count": "1", "missing": missing}).status_code == 302
    board = known.board(roll_call).derived
    assert (board.people[other].state, board.people[missing].state) == ("with-me", "missing")
    assert board.heads["3 Hazel"].count == 2, "with the one who was seen before"


def test_the_plain_list_ticks_and_takes_back(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    client.force_login(world.okafor)
    where = reverse("roll-call-list", args=["ashgrove", roll_call.pk])
    amina = pupil(world, "amina")
    client.post(where, {"with-me": amina})
    assert known.board(roll_call).derived.people[amina].accounted
    one = reverse("roll-call-person", args=["ashgrove", roll_call.pk, amina])
    assert "Ada Okafor" in client.get(one).content.decode()
    client.post(one, {"claim": "undo"})
    assert not known.board(roll_call).derived.people[amina].accounted
    assert Tick.objects.count() == 2, "what was taken back is still there"


# -- ending -----------------------------------------------------------------------------------------------------------


def everybody(roll_call: RollCall) -> list[str]:
    return known.board(roll_call).unaccounted()


def test_it_ends_with_nobody_unknown_or_a_reason_for_each(world: World) -> None:
    roll_call = begun(world)
    left = everybody(roll_call)
    with pytest.raises(NotEverybody) as refusal:
        end(roll_call=roll_call, reasons={left[0]: "At the dentist"}, by=world.head, at=world.now)
    assert len(refusal.value.people) == len(left) - 1
    assert not Tick.objects.exists()
    end(roll_call=roll_call, reasons=dict.fromkeys(left, "Phoned: at home"), by=world.head, at=world.now)
    said_of = report(RollCall.objects.get(pk=roll_call.pk)).unaccounted
    assert {reason for _person, reason in said_of} == {"Phoned: at home"}
    with pytest.raises(AlreadyEnded):
        end(roll_call=roll_call, reasons=dict.fromkeys(left, "x"), by=world.duty, at=world.now)


def test_only_a_lead_ends_it(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    where = reverse("roll-call-closure", args=["ashgrove", roll_call.pk])
    client.force_login(world.okafor)
    assert client.post(where, {"reason-all": "x"}).status_code == 403
    client.force_login(world.duty)
    assert client.post(where, {}).status_code == 422
    assert client.post(where, {"reason-all": "All at the church"}).status_code == 302
    assert RollCall.objects.get(pk=roll_call.pk).ended_by == world.duty


def test_a_tick_after_the_end_is_kept_as_late_and_changes_nothing(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    end(roll_call=roll_call, reasons=dict.fromkeys(everybody(roll_call), "x"), by=world.head, at=world.now)
    tick = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now - 5 * SECOND)
    assert said(send(client, world.okafor, [tick], sent_at=world.now)) == [201]
    roll_call.refresh_from_db()
    told = report(roll_call)
    assert not told.board.people[pupil(world, "amina")].accounted
    assert [line.name for line in told.late] == ["Amina Ali"]
    client.force_login(world.head)
    assert "Late evidence" in client.get(f"/ashgrove/roll-calls/{roll_call.pk}/report/").content.decode()


def test_what_the_board_showed_at_a_minute_and_what_was_so(world: World, client: PageClient) -> None:
    import time_machine

    roll_call = begun(world)
    amina = pupil(world, "amina")
    with time_machine.travel(world.now + timedelta(minutes=30), tick=False):
        later = world.now + timedelta(minutes=30)
        tick = a_tick(roll_call, "with-me", amina, at=world.now + timedelta(minutes=2))
        send(client, world.okafor, [tick], sent_at=later)
        client.force_login(world.head)
        answer = client.get(f"/ashgrove/roll-calls/{roll_call.pk}/report/?at=10:50")
        assert "now known" in answer.content.decode()
    then = minute(roll_call, world.now + timedelta(minutes=10))
    assert (then.showed.accounted, then.now_known.accounted) == (0, 1)
    assert then.differs == [("Amina Ali", "Not yet accounted for", "With me")]
    told = report(roll_call)
    assert told.reached.first is not None
    assert timedelta(minutes=30) <= told.reached.first < timedelta(minutes=31)


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_names_go_30_days_after_the_end_and_counts_and_times_stay(world: World, client: PageClient) -> None:
    roll_call = begun(world)
    extra = a_tick(roll_call, "extra", at=world.now, text="A boy in a red coat")
    send(
        client,
        world.okafor,
        [a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now), extra],
        sent_at=world.now,
    )
    end(roll_call=roll_call, reasons=dict.fromkeys(everybody(roll_call), "at home"), by=world.head, at=world.now)
    before = report(RollCall.objects.get(pk=roll_call.pk))
    assert forget_names(world.now + timedelta(days=29)) == "names gone from 0 roll calls"
    assert forget_names(world.now + timedelta(days=30)) == "names gone from 1 roll calls"
    assert forget_names(world.now + timedelta(days=31)) == "names gone from 0 roll calls"
    roll_call.refresh_from_db()
    assert not Listed.objects.filter(pupil__isnull=False).exists()
    assert not Listed.objects.filter(staff__isnull=False).exists()
    assert not Tick.objects.filter(text__isnull=False).exists()
    after = report(roll_call)
    assert (after.board.expected, after.board.accounted, after.board.extra) == (
        before.board.expected, before.board.accounted, before.board.extra,
    )  # fmt: skip
    assert after.reached == before.reached
    client.force_login(world.head)
    page = client.get(f"/ashgrove/roll-calls/{roll_call.pk}/report/").content.decode()
    assert "Amina" not in page
    assert "red coat" not in page


@pytest.mark.parametrize(
    "change",
    [
        {"claim": "missing"}, {"by_id": 999_999}, {"text": b"x"}, {"number": 9}, {"late": True},
        {"text": None, "claim": "missing"},
    ],
    ids=str,
)  # fmt: skip
def test_the_database_lets_words_go_and_nothing_else_change(
    world: World, client: PageClient, change: dict[str, Any]
) -> None:
    roll_call = begun(world)
    tick = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now, text="by the gate")
    send(client, world.okafor, [tick], sent_at=world.now)
    sets = ", ".join(f'"{column}" = %s' for column in change)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE emergency_tick SET {sets}", list(change.values()))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM emergency_listed")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE emergency_tick SET text = NULL")


def test_every_column_is_kept_or_forgotten(db: None) -> None:
    declared = {each.table: each for each in protections() if each.forgets}
    models = (Tick, Listed, Card, CardStep, SecondHalf)
    assert set(declared) == {model._meta.db_table for model in models}
    for model in models:
        each = declared[model._meta.db_table]
        columns = {field.column for field in model._meta.concrete_fields}
        assert columns == {*each.keeps, *each.forgets}


# -- lockdown, readiness, paper ---------------------------------------------------------------------------------------


def test_a_lockdown_shows_nothing_to_somebody_passing(world: World, client: PageClient) -> None:
    begun(world, kind=Kind.LOCKDOWN, mode=Mode.REAL)
    client.force_login(world.okafor)
    page = client.get("/ashgrove/roll-call/").content.decode()
    assert "<title>Today" in page
    assert "data-dark" in page
    seen = page.partition('<script id="roll-call-pack"')[0]
    assert "Amina" not in seen
    assert "Lockdown" not in seen.partition("data-cover")[2]
    assert "Going on now" not in client.get("/ashgrove/").content.decode()


def test_every_address_of_a_lockdown_is_dark_and_says_nothing_in_its_title_until_it_ends(
    world: World, client: PageClient
) -> None:
    roll_call = begun(world, kind=Kind.LOCKDOWN, mode=Mode.REAL)
    card = greet(
        roll_call=roll_call, uuid=uuid.uuid4(), pupil=world.amina, adult="Farah Ali", by=world.head, at=world.now
    )
    # Whatever address of one roll call there is, and those of its desk.
    given = {"roll_call_id": roll_call.pk, "who": pupil(world, "amina"), "card_id": card.pk}
    names = {
        each.name: {name: given[name] for name in each.pattern.converters}
        for each in urlpatterns
        if "roll_call_id" in each.pattern.converters
    }
    assert {"roll-call-typed", "roll-call-report", "handing-desk", "second-half-new"} < set(names)
    client.force_login(world.head)
    for name, converted in names.items():
        page = client.get(reverse(name, kwargs={"school": "ashgrove", **converted}), follow=True).content.decode()
        assert "<title>Today" in page, name
        assert re.search(r"<body[^>]* data-dark", page), name
    end(roll_call=roll_call, reasons=dict.fromkeys(everybody(roll_call), "x"), by=world.head, at=world.now)
    assert "data-dark" not in client.get(reverse("roll-call-report", args=["ashgrove", roll_call.pk])).content.decode()


def test_a_lockdown_is_dark_from_the_moment_it_is_chosen(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    page = client.get("/ashgrove/roll-calls/new/?kind=lockdown&mode=real").content.decode()
    assert "<title>Today" in page
    assert re.search(r"<body[^>]* data-dark", page)
    assert "Start: Lockdown?" in page, "whoever starts it reads what they start"


def test_the_head_sees_which_phones_are_not_ready(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    body = {"device": str(uuid.uuid4()), "list_at": (world.now - timedelta(days=8)).isoformat()}
    for _again in range(2):
        answer = client.post("/ashgrove/roll-calls/readiness/", json.dumps(body), content_type="application/json")
        assert answer.status_code == 204
    assert Phone.objects.count() == 1
    client.force_login(world.head)
    assert "1 phone is not ready" in client.get("/ashgrove/").content.decode()
    assert "Ada Okafor" in client.get("/ashgrove/roll-calls/").content.decode()
    # She leaves: her phone is nobody's to make ready any more.
    Post.objects.filter(account=world.okafor).update(ends_on=world.today - timedelta(days=1))
    assert "not ready" not in client.get("/ashgrove/").content.decode()
    assert "No phone holds the list yet" in client.get("/ashgrove/roll-calls/").content.decode()


def test_the_report_says_when_a_tick_from_a_phone_without_a_network_became_known(
    world: World, client: PageClient
) -> None:
    began = world.now - timedelta(minutes=5)
    roll_call = start(
        school=world.ashgrove, kind=Kind.EVACUATE, mode=Mode.DRILL, started_at=began, by=world.head, at=began
    )
    tick = a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now - timedelta(minutes=2))
    send(client, world.okafor, [tick], sent_at=world.now)
    client.force_login(world.head)
    assert "known at" in client.get(f"/ashgrove/roll-calls/{roll_call.pk}/report/").content.decode()


def test_the_list_of_roll_calls_costs_the_same_however_many_there_were(world: World, client: PageClient) -> None:
    def one_more(day: int) -> None:
        began = world.now - timedelta(days=day)
        roll_call = start(
            school=world.ashgrove, kind=Kind.EVACUATE, mode=Mode.DRILL, started_at=began, by=world.head, at=began
        )
        send(
            client, world.okafor, [a_tick(roll_call, "with-me", pupil(world, "amina"), at=world.now)], sent_at=world.now
        )
        roll_call.refresh_from_db()
        reasons = dict.fromkeys(known.board(roll_call).unaccounted(), "A rehearsal")
        end(roll_call=roll_call, reasons=reasons, by=world.head, at=world.now)

    def opened() -> tuple[int, Any]:
        client.force_login(world.head)
        client.get("/ashgrove/roll-calls/")
        with CaptureQueriesContext(connection) as statements:
            page = client.get("/ashgrove/roll-calls/")
        return len(statements), page

    one_more(9)
    before, _page = opened()
    for day in (16, 23, 30):
        one_more(day)
    after, page = opened()
    assert after == before
    rows = [each for each, *_words in page.context["rows"]]
    assert len(rows) == 4
    assert all(
        (one.expected, one.reached) == (said.board.expected, said.reached)
        for one in rows
        if (said := report(one.roll_call))
    )


def test_the_sheet_has_everybody_by_class(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    page = client.get("/ashgrove/roll-call-sheet/").content.decode()
    assert "Amina Ali" in page
    assert "Ada Okafor" in page
    assert "3 Hazel" in page


def test_who_is_on_duty(world: World) -> None:
    from muster.people.access import GRANTS, Permission

    may = {role for role in Role if Permission.ROLL_CALL_TICK in GRANTS[role]}
    assert may == set(Role) - {Role.PUPIL, Role.GUARDIAN, Role.GOVERNOR, Role.DPO, Role.IT}


# -- who is expected --------------------------------------------------------------------------------------------------


def test_a_visitor_who_has_not_left_is_on_the_list_and_a_known_absence_is_not_expected(world: World) -> None:
    from muster.attendance.models import PlannedAbsence, Visit
    from muster.people.doors import sealer

    Visit.objects.create(
        school=world.ashgrove, key=sealer().new_keys(1)[0], name="Vera Plum", came_at=world.now - timedelta(hours=1),
        signed_in_by=world.office,
    )  # fmt: skip
    PlannedAbsence.objects.create(
        school=world.ashgrove, pupil=world.ben, first_day=world.today, last_day=world.today, code="I",
        recorded_at=world.now, recorded_by=world.office,
    )  # fmt: skip
    people = {one.name: one for one in known.named(begun(world))}
    assert people["Vera Plum"].kind == "visitor"
    assert people["Vera Plum"].expected
    assert not people["Ben Carter"].expected
    assert people["Ben Carter"].status
    assert people["Amina Ali"].expected
