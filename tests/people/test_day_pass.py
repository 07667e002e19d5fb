"""Day passes: one class, one device, until six; nothing before, beside or after."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.people.access import Permission, Role
from muster.people.models import Account, DayPass, Pupil, SchoolClass
from muster.people.rules import guessing
from muster.people.signin import day_pass
from muster.people.signin.day_pass import FreshPass, MadeByThem, NotTheirPass, PassNotOpen, TooLate, UsedElsewhere
from tests.people.keys import code_of, prove, with_password
from tests.people.test_second_factor import by_password, is_in, with_app
from tests.support.client import PageClient
from tests.world import NOW, PASSWORD, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
SIX = datetime(2026, 3, 4, 18, 0, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def fresh(world: World) -> FreshPass:
    return day_pass.give(name="Sam Vale", school_class=world.hazel, by=world.office, at=NOW)


def come_in(client: PageClient, code: str) -> Any:
    return client.post("/day-pass/", {"code": code})


def test_the_office_makes_a_pass_that_can_be_printed(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    prove(client, world.office)
    page = client.post("/ashgrove/day-passes/", {"name": "Sam Vale", "school_class": world.hazel.pk}).content.decode()
    found = re.search(r'pass-code">([^<]+)<', page)
    assert found
    assert re.fullmatch(rf"[{day_pass.LETTERS}]{{4}}-[{day_pass.LETTERS}]{{4}}", found[1])
    assert 'src="data:image/svg+xml' in page
    assert come_in(PageClient(), found[1]).headers["Location"] == "/ashgrove/"
    assert found[1] not in client.get("/ashgrove/day-passes/").content.decode(), "shown once"


def test_it_opens_one_class_and_a_markbook_to_mark_in(client: PageClient, world: World, fresh: FreshPass) -> None:
    come_in(client, fresh.code)
    assert is_in(client)
    viewer = fresh.day_pass.post.account.viewer(NOW)
    assert viewer.every_role == {Role.COVER}
    for may in (Permission.CLASS_VIEW, Permission.MARKBOOK_JUDGE):
        assert list(SchoolClass.objects.visible_to(viewer, may=may)) == [world.hazel]
    assert list(Pupil.objects.visible_to(viewer, may=Permission.MARKBOOK_VIEW)) == [world.amina]
    assert not Pupil.objects.visible_to(viewer, may=Permission.PUPIL_VIEW).exists()
    assert client.get("/birchwood/").status_code == 404
    assert client.get("/ashgrove/accounts/").status_code == 403
    assert client.get("/ashgrove/day-passes/").status_code == 403


@pytest.mark.parametrize("typed", ["{}", "{lower}", "{dashed}", " {spaced} "])
def test_the_code_may_be_typed_in_any_way(client: PageClient, fresh: FreshPass, typed: str) -> None:
    code = fresh.code
    typed = typed.format(code, lower=code.lower(), dashed=fresh.spaced, spaced=" ".join(code))
    assert come_in(client, typed).status_code == 302


@pytest.mark.parametrize(
    "typed", ["", "BBBBBBBB", "x", "O0O0O0O0", "🐣🐣🐣🐣", "' OR 1=1 --", "B" * 21, "\x00" * 8], ids=repr
)
def test_what_is_no_code_is_said(client: PageClient, fresh: FreshPass, typed: str) -> None:
    response = come_in(client, typed)
    assert response.status_code == 422
    assert not is_in(client)


def test_one_device_only(client: PageClient, fresh: FreshPass) -> None:
    assert come_in(client, fresh.code).status_code == 302
    other = PageClient()
    response = come_in(other, fresh.code)
    assert response.status_code == 422
    assert "in use on another device" in response.content.decode()
    assert not is_in(other)


def test_the_same_device_may_come_back(client: PageClient, fresh: FreshPass) -> None:
    come_in(client, fresh.code)
    client.post("/sign-out/")
    assert not is_in(client)
    assert come_in(client, fresh.code).status_code == 302
    assert is_in(client)


def test_it_ends_at_six_by_the_schools_clock(client: PageClient, fresh: FreshPass) -> None:
    assert fresh.day_pass.ends_at == SIX
    come_in(client, fresh.code)
    at = NOW
    while at < SIX - timedelta(minutes=31):
        at += timedelta(minutes=30)
        with time_machine.travel(at):
            assert is_in(client)
    with time_machine.travel(SIX - timedelta(minutes=1)):
        assert is_in(client)
    with time_machine.travel(SIX + timedelta(seconds=1)):
        assert "why=no-post" in client.get("/ashgrove/").headers["Location"]
        assert come_in(client, fresh.code).status_code == 422


@pytest.mark.parametrize(
    ("zone", "at", "ends"),
    [
        pytest.param("Europe/London", "2026-07-01T09:00+00:00", "2026-07-01T17:00+00:00", id="summer time"),
        pytest.param("Asia/Tokyo", "2026-03-04T00:10+00:00", "2026-03-04T09:00+00:00", id="far to the east"),
        pytest.param("America/New_York", "2026-03-04T13:00+00:00", "2026-03-04T23:00+00:00", id="far to the west"),
    ],
)
def test_six_is_six_where_the_school_is(world: World, zone: str, at: str, ends: str) -> None:
    world.ashgrove.time_zone = zone
    assert day_pass.ends_at(world.ashgrove, datetime.fromisoformat(at)) == datetime.fromisoformat(ends)


def test_after_six_none_is_made(client: PageClient, world: World) -> None:
    with pytest.raises(TooLate):
        day_pass.give(name="Sam Vale", school_class=world.hazel, by=world.office, at=SIX)
    with time_machine.travel(SIX):
        client.force_login(world.office)
        prove(client, world.office)
        assert "that has passed" in client.get("/ashgrove/day-passes/").content.decode()
    assert not DayPass.objects.exists()


def test_a_withdrawn_pass_is_out_at_once(client: PageClient, world: World, fresh: FreshPass) -> None:
    come_in(client, fresh.code)
    office = PageClient()
    office.force_login(world.office)
    prove(office, world.office)
    assert "Sam Vale: 3 Hazel" in office.get("/ashgrove/day-passes/").content.decode()
    assert office.post(f"/ashgrove/day-passes/{fresh.day_pass.pk}/withdrawal/").status_code == 302
    assert "/sign-in/" in client.get("/ashgrove/").headers["Location"]
    assert come_in(client, fresh.code).status_code == 422
    assert office.post(f"/ashgrove/day-passes/{fresh.day_pass.pk}/withdrawal/").status_code == 302


def test_the_account_behind_it_has_no_password(world: World, fresh: FreshPass) -> None:
    account = fresh.day_pass.post.account
    assert not account.has_usable_password()
    assert PageClient().post("/sign-in/", {"email": account.email, "password": fresh.code}).status_code == 422


def test_only_a_keyed_digest_of_the_code_is_kept(fresh: FreshPass) -> None:
    assert fresh.code not in str(fresh.day_pass.__dict__)
    assert len(fresh.day_pass.digest) == 64


def test_the_qr_code_sends_no_code_to_the_server(fresh: FreshPass) -> None:
    assert fresh.address.endswith(f"/day-pass/#{fresh.code}")


def test_guessing_codes_is_delayed_for_everybody_there_and_nobody_elsewhere(
    client: PageClient, fresh: FreshPass
) -> None:
    for number in range(guessing.SHORT_CODE.free):
        assert come_in(PageClient(), f"BBBB{number:04}").status_code == 422
    response = come_in(client, fresh.code)
    assert response.status_code == 429
    assert response.headers["Retry-After"]
    with time_machine.travel(NOW + timedelta(minutes=3)):
        assert come_in(client, fresh.code).status_code == 302


@pytest.mark.parametrize("who", ["okafor", "senco", "it", "governor", "guardian"])
def test_only_office_and_head_give_passes(client: PageClient, world: World, who: str) -> None:
    client.force_login(world.cast[who])
    prove(client, world.cast[who])
    assert client.get("/ashgrove/day-passes/").status_code == 403
    assert client.post("/ashgrove/day-passes/", {"name": "X", "school_class": world.hazel.pk}).status_code == 403


def test_a_class_of_another_school_cannot_be_passed_on(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    prove(client, world.office)
    response = client.post("/ashgrove/day-passes/", {"name": "Sam Vale", "school_class": world.elm.pk})
    assert response.status_code == 422
    assert not DayPass.objects.exists()


def test_another_schools_pass_is_not_withdrawn_here(client: PageClient, world: World) -> None:
    head = PageClient()
    head.force_login(world.birchwood_senco)
    fresh = day_pass.give(name="Sam Vale", school_class=world.hazel, by=world.head, at=NOW)
    assert head.post(f"/birchwood/day-passes/{fresh.day_pass.pk}/withdrawal/").status_code == 404
    assert head.post(f"/ashgrove/day-passes/{fresh.day_pass.pk}/withdrawal/").status_code == 404


def test_coming_in_is_refused_whoever_calls(world: World, fresh: FreshPass) -> None:
    with pytest.raises(PassNotOpen):
        day_pass.use(code="BBBBBBBB", passes_of_device=(), known_here=(), by=None, at=NOW)
    with pytest.raises(MadeByThem):
        day_pass.use(code=fresh.code, passes_of_device=(), known_here=[world.office.uuid], by=None, at=NOW)
    day_pass.use(code=fresh.code, passes_of_device=(), known_here=[world.head.uuid], by=None, at=NOW)
    with pytest.raises(UsedElsewhere):
        day_pass.use(code=fresh.code, passes_of_device=(fresh.day_pass.pk + 1,), known_here=(), by=None, at=NOW)
    day_pass.use(code=fresh.code, passes_of_device=(fresh.day_pass.pk,), known_here=(), by=None, at=NOW)
    assert Account.objects.filter(email__endswith="@day-pass.invalid").count() == 1


# -- a second person -------------------------------------------------------------------------------


def test_whoever_makes_a_pass_cannot_use_it(client: PageClient, world: World, fresh: FreshPass) -> None:
    """The office opens no markbook; a pass does."""
    client.force_login(world.office)
    refused = come_in(client, fresh.code)
    assert refused.status_code == 422
    assert "Open it on the device of Sam Vale" in refused.content.decode()
    fresh.day_pass.refresh_from_db()
    assert fresh.day_pass.first_used_at is None, "nothing of it is used up"
    assert come_in(PageClient(), fresh.code).status_code == 302


def test_nor_after_signing_out_on_the_same_device(client: PageClient, world: World, fresh: FreshPass) -> None:
    with_password(world.office, PASSWORD)
    secret = with_app(world.office)
    by_password(client, world.office)
    client.post("/sign-in/second-factor/", {"code": code_of(secret)})
    assert is_in(client)
    client.post("/sign-out/")
    assert come_in(client, fresh.code).status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        pytest.param("head", True, id="the head"),
        pytest.param("office", True, id="the office"),
        pytest.param("okafor", True, id="who teaches the class"),
        pytest.param("reyes", False, id="who teaches another"),
        pytest.param("senco", False, id="the SENCO"),
        pytest.param("it", False, id="IT"),
        pytest.param("guardian", False, id="a parent"),
        pytest.param("birchwood_teacher", False, id="the next school"),
    ],
)
def test_others_see_who_was_let_in_and_may_end_it(
    client: PageClient, world: World, fresh: FreshPass, who: str, sees: bool
) -> None:
    supply = PageClient()
    come_in(supply, fresh.code)
    client.force_login(world.cast[who])
    at_home = "/birchwood/" if who == "birchwood_teacher" else "/ashgrove/"
    assert ("Day pass for 3 Hazel" in client.get(at_home).content.decode()) is sees
    ended = client.post(f"/ashgrove/day-passes/{fresh.day_pass.pk}/withdrawal/", {"back": "today"})
    assert ended.status_code == (302 if sees else 404)
    assert is_in(supply) is not sees
    if sees:
        page = client.get(ended.headers["Location"]).content.decode()
        assert "The pass is withdrawn" in page
        assert "Day pass for" not in page


def test_the_card_says_who_made_it_when_and_whether_it_is_used(
    client: PageClient, world: World, fresh: FreshPass
) -> None:
    client.force_login(world.head)
    page = client.get("/ashgrove/").content.decode()
    assert f"Sam Vale. Made 10:42 by {world.office.name}. Not used yet." in " ".join(page.split())
    come_in(PageClient(), fresh.code)
    assert "In use since 10:42" in client.get("/ashgrove/").content.decode()
    with time_machine.travel(SIX + timedelta(minutes=1)):
        client.force_login(world.head)
        assert "Day pass for" not in client.get("/ashgrove/").content.decode()


def test_a_pass_neither_shows_nor_ends_passes(client: PageClient, world: World, fresh: FreshPass) -> None:
    come_in(client, fresh.code)
    assert "Day pass for" not in client.get("/ashgrove/").content.decode()
    assert client.post(f"/ashgrove/day-passes/{fresh.day_pass.pk}/withdrawal/").status_code == 404
    with pytest.raises(NotTheirPass):
        day_pass.withdraw(day_pass=fresh.day_pass, by=fresh.day_pass.post.account, at=NOW)


def test_the_card_costs_the_same_whatever_the_number_of_passes(client: PageClient, world: World) -> None:
    client.force_login(world.head)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/ashgrove/")
        return len(seen)

    statements()
    day_pass.give(name="Sam Vale", school_class=world.hazel, by=world.office, at=NOW)
    one = statements()
    for school_class in (world.hazel, world.rowan, world.rowan):
        day_pass.give(name="Kim Ho", school_class=school_class, by=world.office, at=NOW)
    assert statements() == one
