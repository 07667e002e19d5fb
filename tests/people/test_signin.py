"""Coming in by password, what a session may do, and going out."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from muster.people.access import Role
from muster.people.models import Account, Post
from muster.people.rules import guessing
from muster.people.rules.staying import AT_MOST, IDLE_OWN_CLASSES, IDLE_WHOLE_SCHOOL, NOTED_EVERY
from muster.people.signin import sessions
from muster.people.signin.limits import address_of, counter, network_of
from muster.privacy.models import HistoryEntry
from tests.people.keys import prove, with_password
from tests.support.client import PageClient
from tests.world import NOW, PASSWORD, World, a_post, an_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
TODAY_PAGE = "/ashgrove/"


@pytest.fixture
def family(world: World) -> Account:
    """A guardian signs in with a password alone."""
    return with_password(world.guardian, PASSWORD)


def try_to_sign_in(client: PageClient, account: Account | str, password: str = PASSWORD, **extra: Any) -> Any:
    email = account if isinstance(account, str) else account.email
    return client.post("/sign-in/", {"email": email, "password": password}, **extra)


def is_in(client: PageClient) -> bool:
    return bool(client.get("/account/").status_code == 200)


def said(response: Any) -> str:
    return " ".join(response.content.decode().split())


# -- coming in -------------------------------------------------------------------------------------


def test_address_and_password_open_the_door(client: PageClient, family: Account) -> None:
    response = try_to_sign_in(client, family)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert is_in(client)


def test_the_address_may_be_written_in_capitals(client: PageClient, family: Account) -> None:
    assert try_to_sign_in(client, family.email.upper()).status_code == 302


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(client: PageClient, family: Account) -> None:
    wrong = try_to_sign_in(client, family, "not her password at all")
    unknown = try_to_sign_in(PageClient(), "nobody@school.example", "not her password at all")
    assert wrong.status_code == unknown.status_code == 422
    assert "do not belong together" in said(wrong)
    assert said(wrong).replace(family.email, "").count("do not belong") == said(unknown).count("do not belong")
    assert not is_in(client)


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        pytest.param("", PASSWORD, "required", id="no address"),
        pytest.param("farah", PASSWORD, "Write the whole address", id="half an address"),
        pytest.param("guardian@school.example", "", "required", id="no password"),
        pytest.param("guardian@school.example\x00", PASSWORD, "", id="a null in it"),
        pytest.param("guardian@school.example", "x" * 100_000, "do not belong together", id="a very long password"),
    ],
)
def test_what_cannot_be_read_is_said(
    client: PageClient, family: Account, email: str, password: str, sentence: str
) -> None:
    response = try_to_sign_in(client, email, password)
    assert response.status_code == 422
    assert sentence in said(response)


def test_somebody_without_a_password_cannot_come_in_by_one(client: PageClient, world: World) -> None:
    assert try_to_sign_in(client, world.guardian, "").status_code == 422
    assert try_to_sign_in(client, world.guardian, "!").status_code == 422


def test_a_deactivated_account_is_told_nothing_more(client: PageClient, family: Account) -> None:
    family.is_active = False
    family.save()
    response = try_to_sign_in(client, family)
    assert response.status_code == 422
    assert "do not belong together" in said(response)


def test_a_leaver_with_the_right_password_is_told_kindly(client: PageClient, family: Account) -> None:
    Post.objects.filter(account=family).update(ends_on=NOW.date() - timedelta(days=1))
    response = client.get(try_to_sign_in(client, family).headers["Location"])
    assert "You hold no post at a school here today" in said(response)
    assert not is_in(client)


def test_the_way_on_is_kept_and_stays_on_our_own_site(client: PageClient, family: Account) -> None:
    turned = client.get("/ashgrove/more/")
    assert turned.headers["Location"] == "/sign-in/?next=%2Fashgrove%2Fmore%2F"
    data = {"email": family.email, "password": PASSWORD}
    assert client.post("/sign-in/", {**data, "next": "/ashgrove/more/"}).headers["Location"] == "/ashgrove/more/"
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        other = PageClient()
        assert other.post("/sign-in/", {**data, "next": elsewhere}).headers["Location"] == "/"


def test_a_new_session_number_at_each_sign_in(client: PageClient, family: Account) -> None:
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    before = client.session.session_key
    try_to_sign_in(client, family)
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_cookies_cannot_be_read_or_sent_elsewhere(client: PageClient, family: Account) -> None:
    try_to_sign_in(client, family)
    for name in ("__Host-muster", "__Host-muster-device"):
        cookie = client.cookies[name]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_signing_in_is_written_down(client: PageClient, family: Account) -> None:
    before = HistoryEntry.objects.count()
    try_to_sign_in(client, family)
    assert HistoryEntry.objects.count() == before + 1


def test_nobody_can_make_an_account_for_themselves(client: PageClient, world: World) -> None:
    before = Account.objects.count()
    form = {"email": "stranger@school.example", "password1": PASSWORD, "password": PASSWORD}
    for address in ("/sign-up/", "/signup/", "/accounts/signup/", "/account/signup/"):
        assert client.post(address, form).status_code in {302, 404}
    assert Account.objects.count() == before


# -- wrong guesses ---------------------------------------------------------------------------------


def guess(client: PageClient, account: Account | str, times: int) -> Any:
    response = None
    for number in range(times):
        response = try_to_sign_in(client, account, f"wrong guess number {number}")
    return response


def test_five_slips_cost_nothing_and_the_sixth_a_moment(client: PageClient, family: Account) -> None:
    assert guess(client, family, guessing.ACCOUNT.free).status_code == 422
    response = try_to_sign_in(client, family)
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= guessing.ACCOUNT.first
    assert "A passkey works at once" in said(response)
    with time_machine.travel(NOW + timedelta(seconds=30)):
        assert try_to_sign_in(client, family).status_code == 302


def test_a_delay_is_never_longer_than_five_minutes_and_never_a_lock(client: PageClient, family: Account) -> None:
    at = NOW
    for _ in range(25):
        at += timedelta(seconds=guessing.ACCOUNT.longest + 1)
        with time_machine.travel(at, tick=False):
            assert try_to_sign_in(client, family, "still not her password").status_code == 422
    with time_machine.travel(at + timedelta(seconds=5), tick=False):
        response = try_to_sign_in(client, family)
        assert response.status_code == 429
        assert int(response.headers["Retry-After"]) <= guessing.ACCOUNT.longest
    with time_machine.travel(at + timedelta(seconds=guessing.ACCOUNT.longest + 1)):
        assert try_to_sign_in(client, family).status_code == 302


def test_guesses_at_an_unknown_address_are_delayed_just_the_same(client: PageClient, world: World) -> None:
    assert guess(client, "nobody@school.example", guessing.ACCOUNT.free + 1).status_code == 429


def test_a_prankster_does_not_slow_down_the_device_one_always_uses(client: PageClient, family: Account) -> None:
    own = PageClient()
    assert try_to_sign_in(own, family).status_code == 302
    own.post("/sign-out/")
    assert guess(client, family, 12).status_code == 429
    assert try_to_sign_in(own, family).status_code == 302


def test_a_device_cookie_of_one_account_helps_no_other(client: PageClient, family: Account, world: World) -> None:
    other = with_password(world.amina_herself, PASSWORD)
    assert try_to_sign_in(client, family).status_code == 302
    client.post("/sign-out/")
    assert guess(client, other, guessing.ACCOUNT.free + 1).status_code == 429
    forged = PageClient()
    forged.cookies["__Host-muster-device"] = client.cookies["__Host-muster-device"].value + "x"
    assert guess(forged, family, guessing.ACCOUNT.free + 1).status_code == 429


def test_a_device_that_is_known_guesses_no_faster(client: PageClient, family: Account) -> None:
    try_to_sign_in(client, family)
    client.post("/sign-out/")
    assert guess(client, family, guessing.ACCOUNT.free + 1).status_code == 429


def test_a_hundred_staff_come_in_from_one_address_within_a_minute(world: World, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    hashed = with_password(an_account(name="First"), PASSWORD).password
    staff = [an_account(name=f"Teacher {number}") for number in range(100)]
    Account.objects.filter(pk__in=[each.pk for each in staff]).update(password=hashed)
    for each in staff:
        a_post(each, Role.TEACHER, world.ashgrove)
    # The clock stands still: all of them come in the same instant.
    for number, each in enumerate(staff):
        fresh = PageClient()
        if number % 10 == 0:
            assert try_to_sign_in(fresh, each, "a slip of the finger").status_code == 422
        assert try_to_sign_in(fresh, each).status_code == 302


def test_an_address_that_only_guesses_waits(client: PageClient, world: World) -> None:
    counted = counter("address", "127.0.0.1", patience=guessing.ADDRESS)
    for _ in range(guessing.ADDRESS.free - 1):
        counted.add()
    assert guess(client, "anybody@school.example", 1).status_code == 422
    assert guess(client, "somebody@school.example", 1).status_code == 429
    elsewhere = PageClient(REMOTE_ADDR="203.0.113.9")
    assert guess(elsewhere, "somebody@school.example", 1).status_code == 422


def test_the_proxy_is_believed_about_addresses_and_nobody_else(rf: Any, settings: Any) -> None:
    settings.BEHIND_PROXY = "127.0.0.1"
    forwarded = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.9"}
    assert address_of(rf.get("/", REMOTE_ADDR="127.0.0.1", **forwarded)) == "203.0.113.9"
    assert address_of(rf.get("/", REMOTE_ADDR="198.51.100.7", **forwarded)) == "198.51.100.7"
    assert address_of(rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="nonsense")) == "0.0.0.0"  # noqa: S104
    settings.BEHIND_PROXY = ""
    assert address_of(rf.get("/", REMOTE_ADDR="127.0.0.1", **forwarded)) == "127.0.0.1"
    assert network_of(rf.get("/", REMOTE_ADDR="2001:db8:1:2:3::4")) == "2001:db8:1:2::/64"


# -- staying in ------------------------------------------------------------------------------------


def test_everything_but_a_few_pages_needs_signing_in(client: PageClient, world: World) -> None:
    for address in ("/", "/account/", "/ashgrove/", "/ashgrove/accounts/", "/account/password/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in/")
    for address in ("/sign-in/", "/day-pass/", "/forgotten-password/", "/health"):
        assert client.get(address).status_code == 200


def test_a_script_is_told_with_401_that_it_is_signed_out(client: PageClient, world: World) -> None:
    response = client.post("/ashgrove/sync/", "{}", content_type="application/json")
    assert response.status_code == 401
    assert "kept" in response.json()["reason"]


@pytest.mark.parametrize(
    ("who", "minutes"),
    [
        pytest.param("okafor", IDLE_OWN_CLASSES, id="a teacher, an hour"),
        pytest.param("office", IDLE_WHOLE_SCHOOL, id="the office, half an hour"),
        pytest.param("guardian", IDLE_WHOLE_SCHOOL, id="a family, half an hour"),
    ],
)
def test_a_session_left_alone_ends(client: PageClient, world: World, who: str, minutes: timedelta) -> None:
    client.force_login(world.cast[who])
    with time_machine.travel(NOW + minutes - timedelta(minutes=1)):
        assert is_in(client)
    with time_machine.travel(NOW + 2 * minutes):
        response = client.get("/account/")
        assert "why=idle" in response.headers["Location"]
        assert "You were away for a while" in said(client.get(response.headers["Location"]))
        assert not is_in(client)


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    assert is_in(client)
    for minutes in range(5, 30, 5):
        with time_machine.travel(NOW + timedelta(minutes=minutes)):
            assert client.get("/ashgrove/roll-calls/going-on/", headers={"X-Muster-Waits": "1"}).status_code == 200
    with time_machine.travel(NOW + IDLE_WHOLE_SCHOOL + timedelta(minutes=2)):
        assert not is_in(client)


def test_a_session_in_use_lasts_twelve_hours_and_no_longer(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    at = NOW
    while at < NOW + AT_MOST - timedelta(minutes=31):
        at += timedelta(minutes=30)
        with time_machine.travel(at):
            assert is_in(client)
    with time_machine.travel(NOW + AT_MOST + timedelta(minutes=1)):
        assert "why=long" in client.get("/account/").headers["Location"]


def test_looking_at_pages_writes_no_session(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    client.get("/account/")
    with time_machine.travel(NOW + NOTED_EVERY - timedelta(seconds=5)), CaptureQueriesContext(connection) as seen:
        assert client.get("/account/").status_code == 200
    assert not [one["sql"] for one in seen if "UPDATE" in one["sql"] and "django_session" in one["sql"]]
    with time_machine.travel(NOW + NOTED_EVERY + timedelta(seconds=5)), CaptureQueriesContext(connection) as seen:
        assert client.get("/account/").status_code == 200
    assert len([one["sql"] for one in seen if "UPDATE" in one["sql"] and "django_session" in one["sql"]]) == 1


def test_the_gate_in_front_adds_no_statement(client: PageClient, world: World) -> None:
    """The session, and the account with its posts: the two any page of a school needs anyway."""
    client.force_login(world.okafor)
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/ashgrove/accounts/").status_code == 403
    asked = [one["sql"] for one in seen if "SELECT" in one["sql"]]
    assert len([one for one in asked if "people_post" in one]) == 1
    assert len(seen) == 2, "\n".join(asked)


def test_a_leaver_is_out_at_their_next_request(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    assert is_in(client)
    Post.objects.filter(account=world.okafor).update(ends_on=NOW.date() - timedelta(days=1))
    response = client.get(TODAY_PAGE)
    assert response.headers["Location"] == "/sign-in/?next=%2Fashgrove%2F&why=no-post"
    assert not Session.objects.filter(pk=client.session.session_key or "").exists() or not is_in(client)


def test_a_request_that_nobody_sees_does_not_take_the_reason_with_it(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    Post.objects.filter(account=world.okafor).update(ends_on=NOW.date() - timedelta(days=1))
    assert client.get(TODAY_PAGE, headers={"accept": "application/json"}).json()["why"] == "no-post"
    shown = client.get(TODAY_PAGE, follow=True)
    assert "You hold no post at a school here today" in said(shown)
    client.force_login(world.reyes)
    assert is_in(client)
    client.post("/sign-out/")
    assert "no-post" not in client.get(TODAY_PAGE).headers["Location"]


def test_a_post_that_ends_in_one_school_leaves_the_other_open(client: PageClient, world: World) -> None:
    client.force_login(world.both)
    Post.objects.filter(account=world.both, school=world.ashgrove).update(ends_on=NOW.date() - timedelta(days=1))
    assert client.get(TODAY_PAGE).status_code == 404
    assert is_in(client)


def test_the_sessions_of_a_deactivated_account_die(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    world.okafor.is_active = False
    world.okafor.save()
    response = client.get("/account/")
    assert "why=ended" in response.headers["Location"]
    assert "Your session was ended" in said(client.get(response.headers["Location"]))


# -- the list of sessions --------------------------------------------------------------------------


def test_sessions_are_listed_and_one_can_be_ended(client: PageClient, family: Account) -> None:
    phone = PageClient(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Version/17 Safari/604.1")
    try_to_sign_in(phone, family)
    try_to_sign_in(client, family)
    page = said(client.get("/account/"))
    assert "Safari on iPhone" in page
    assert "this one" in page
    (place,) = [each for each in sessions.places(family, client.session) if not each.here]
    assert client.post(f"/account/sessions/{place.number}/end/").status_code == 302
    assert not is_in(phone)
    assert is_in(client)


def test_nobody_ends_a_session_of_somebody_else(client: PageClient, family: Account, world: World) -> None:
    other = PageClient()
    try_to_sign_in(other, with_password(world.amina_herself, PASSWORD))
    (place,) = sessions.places(world.amina_herself, other.session)
    try_to_sign_in(client, family)
    assert client.post(f"/account/sessions/{place.number}/end/").status_code == 404
    assert is_in(other)


def test_all_others_can_be_ended_at_once(client: PageClient, family: Account) -> None:
    others = [PageClient(), PageClient()]
    for each in [*others, client]:
        try_to_sign_in(each, family)
    client.post("/account/other-sessions/end/")
    assert is_in(client)
    assert not any(is_in(each) for each in others)


# -- going out -------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_and_has_the_browser_forget(client: PageClient, family: Account) -> None:
    try_to_sign_in(client, family)
    key = client.session.session_key
    response = client.post("/sign-out/")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(pk=key).exists()
    assert not is_in(client)
    assert "You are signed out" in said(client.get(response.headers["Location"]))


def test_another_persons_waiting_marks_are_not_wiped(client: PageClient, family: Account) -> None:
    try_to_sign_in(client, family)
    assert client.post("/sign-out/", {"keep": "storage"}).headers["Clear-Site-Data"] == '"cache"'


def test_signing_out_needs_a_form_of_ours(family: Account) -> None:
    strict = PageClient(enforce_csrf_checks=True)
    strict.force_login(family)
    assert strict.get("/sign-out/").status_code == 405
    assert strict.post("/sign-out/").status_code == 403
    assert is_in(strict)


# -- name and password -----------------------------------------------------------------------------


def test_a_name_can_be_changed(client: PageClient, family: Account) -> None:
    try_to_sign_in(client, family)
    assert client.post("/account/name/", {"name": "Farah Ali-Khan"}).status_code == 302
    family.refresh_from_db()
    assert family.name == "Farah Ali-Khan"
    assert client.post("/account/name/", {"name": ""}).status_code == 422


@pytest.mark.parametrize(
    "name",
    [
        "Renée O’Brien-Łukasz",
        "فرح علي",
        "李娜",
        "👩‍🏫",
        "<script>alert(1)</script>",
        "'; DROP TABLE people_account;--",
        "x" * 200,
    ],
    ids=["accents", "right to left", "two letters", "a picture", "a script", "a statement", "the longest"],
)
def test_names_of_every_kind_come_back_as_written(client: PageClient, family: Account, name: str) -> None:
    client.force_login(family)
    assert client.post("/account/name/", {"name": name}).status_code == 302
    family.refresh_from_db()
    assert family.name == name
    page = client.get("/account/").content.decode()
    assert escape(name) in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b"], ids=["none", "spaces", "too long", "a null"])
def test_what_is_no_name_is_refused(client: PageClient, family: Account, name: str) -> None:
    client.force_login(family)
    assert client.post("/account/name/", {"name": name}).status_code == 422
    family.refresh_from_db()
    assert family.name == "Farah Ali"


@pytest.mark.parametrize(
    "address",
    ["/sign-in/", "/sign-in/passkey/", "/day-pass/", "/forgotten-password/", "/sign-out/", "/account/name/"],
)
def test_a_form_from_elsewhere_is_refused(family: Account, address: str) -> None:
    strict = PageClient(enforce_csrf_checks=True)
    assert strict.post(address, {"email": family.email, "password": PASSWORD}).status_code == 403
    assert not is_in(strict)


def test_a_new_password_ends_every_other_session(client: PageClient, family: Account) -> None:
    other = PageClient()
    try_to_sign_in(other, family)
    try_to_sign_in(client, family)
    response = client.post("/account/password/", {"password": "seven green kettles singing"})
    assert response.headers["Location"] == "/account/"
    assert is_in(client)
    assert not is_in(other)
    assert try_to_sign_in(PageClient(), family, "seven green kettles singing").status_code == 302
    assert try_to_sign_in(PageClient(), family).status_code == 422


def test_a_weak_new_password_is_refused_with_what_to_do(client: PageClient, family: Account) -> None:
    client.force_login(family)
    prove(client, family)
    for password, sentence in [
        ("short", "10 more"),
        ("passwordpassword", "first things somebody would try"),
        ("Farah Ali Ashgrove 2026", "your own name"),
    ]:
        response = client.post("/account/password/", {"password": password})
        assert response.status_code == 422
        assert sentence in said(response)


def test_changing_a_password_asks_again_who_is_there(client: PageClient, family: Account) -> None:
    try_to_sign_in(client, family)
    with time_machine.travel(NOW + timedelta(minutes=11)):
        assert client.get("/account/password/").headers["Location"] == "/account/proof/?next=%2Faccount%2Fpassword%2F"
        assert client.post("/account/proof/", {"password": "not it", "next": "/account/password/"}).status_code == 422
        right = client.post("/account/proof/", {"password": PASSWORD, "next": "/account/password/"})
        assert right.headers["Location"] == "/account/password/"
        assert client.get("/account/password/").status_code == 200


def test_proving_who_one_is_is_no_way_round_the_delay(client: PageClient, family: Account) -> None:
    client.force_login(family)
    for number in range(guessing.ACCOUNT.free):
        assert client.post("/account/proof/", {"password": f"wrong {number}"}).status_code == 422
    assert client.post("/account/proof/", {"password": PASSWORD}).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_wrong_guesses_at_one_moment_are_all_counted() -> None:
    """Read, add one, write: of two at once one would be lost, and guessing in parallel would be free."""
    counted = counter("address", "203.0.113.9", patience=guessing.ADDRESS)
    begin = threading.Barrier(6)

    def guess() -> None:
        begin.wait(10)
        for _each in range(5):
            counted.add()
        connection.close()

    threads = [threading.Thread(target=guess) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert counted.wrong() == 30
