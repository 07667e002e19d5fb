"""Second factors: required of staff on every address, kept sealed, used once, and never slowed down by pranksters."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from muster.people.models import Account
from muster.people.rules import guessing
from muster.people.signin import day_pass, factors, limits, sessions
from muster.people.signin.adapters import SecondFactors
from tests.people.keys import ATTESTED, PRESENT, SoftKey, code_of, options_on, prove, with_password
from tests.support.client import PageClient
from tests.world import NOW, PASSWORD, World, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def okafor(world: World) -> Account:
    return with_password(world.okafor, PASSWORD)


def by_password(client: PageClient, account: Account) -> Any:
    return client.post("/sign-in/", {"email": account.email, "password": PASSWORD})


def is_in(client: PageClient) -> bool:
    return bool(client.get("/account/").status_code == 200)


def with_app(account: Account) -> str:
    secret = str(generate_totp_secret())
    factors.add_authenticator(account=account, secret=secret, by=account, at=NOW)
    return secret


def with_passkey(account: Account) -> SoftKey:
    """A passkey added through the page itself."""
    client = PageClient()
    client.force_login(account)
    prove(client, account)
    key = SoftKey()
    response = client.post(
        "/account/passkeys/new/",
        {"name": "phone", "credential": key.make(options_on(client.get("/account/passkeys/new/")))},
    )
    assert response.status_code in {200, 302}
    return key


def by_passkey(client: PageClient, key: SoftKey) -> Any:
    options = client.get("/sign-in/passkey/").json()["options"]
    return client.post("/sign-in/passkey/", {"credential": key.use(options)})


# -- required of staff -----------------------------------------------------------------------------


def addresses() -> Iterator[tuple[str, Any]]:
    """Every address, with something in each of its places."""
    example = {"int": "1", "slug": "ashgrove", "str": "x", "uuid": "0b0e4a2e-6f5e-4c0e-9f0e-1d2c3b4a5f60", "path": "x"}

    def walk(patterns: list[Any], before: str) -> Iterator[tuple[str, Any]]:
        for one in patterns:
            address = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, address)
            elif isinstance(one, URLPattern):
                for kind, value in example.items():
                    address = re.sub(rf"<{kind}:\w+>", value, address)
                yield "/" + address, one.callback

    yield from walk(get_resolver().url_patterns, "")


SET_UP = {
    "/account/second-factor/",
    "/account/authenticator/",
    "/account/passkeys/new/",
    "/account/recovery-codes/",
    "/account/proof/",
}
"""What staff without a second factor reach, apart from public pages: what sets one up."""


def test_staff_without_one_reach_nothing_but_setting_one_up(client: PageClient, world: World) -> None:
    client.force_login(world.head)
    session = client.session
    session[sessions.SECOND_FACTOR] = False
    session.save()
    walked, let_through = 0, set()
    for address, view in addresses():
        if getattr(view, "public", False):
            continue
        walked += 1
        for method in ("get", "post"):
            response = getattr(client, method)(address)
            if response.headers.get("Location") != "/account/second-factor/" or address == "/account/second-factor/":
                let_through.add(address)
            assert is_turned_away_as_json(client, address) or address in SET_UP
    assert let_through == SET_UP
    assert walked > 15


def is_turned_away_as_json(client: PageClient, address: str) -> bool:
    response = client.post(address, "{}", content_type="application/json")
    return bool(response.status_code == 403 and response.json()["why"] == "second-factor")


def secret_on(page: str) -> str:
    """The secret the page shows in fours."""
    found = re.search(r"\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b", page)
    assert found
    return found[0].replace(" ", "")


def test_staff_without_one_are_led_through_setting_one_up(client: PageClient, okafor: Account) -> None:
    by_password(client, okafor)
    assert client.get("/ashgrove/").headers["Location"] == "/account/second-factor/"
    assert "Everyone on the staff has one" in client.get("/account/second-factor/").content.decode()
    page = client.get("/account/authenticator/").content.decode()
    secret = secret_on(page)
    assert not [value for value in client.session.values() if secret in str(value)], "a session is no place for it"
    response = client.post("/account/authenticator/", {"code": code_of(secret)})
    assert "Your recovery codes" in response.content.decode()
    assert is_in(client)
    assert client.session[sessions.SECOND_FACTOR] is True


def test_a_wrong_first_code_sets_nothing_up(client: PageClient, okafor: Account) -> None:
    by_password(client, okafor)
    secret = secret_on(client.get("/account/authenticator/").content.decode())
    response = client.post("/account/authenticator/", {"code": "000000"})
    assert response.status_code == 422
    assert secret_on(response.content.decode()) == secret
    assert not factors.has_second_factor(okafor)


def test_a_secret_that_waits_in_one_session_is_of_no_use_in_another(client: PageClient, okafor: Account) -> None:
    by_password(client, okafor)
    secret = secret_on(client.get("/account/authenticator/").content.decode())
    other = PageClient()
    other.force_login(an_account(name="Sam Vale"))
    session = other.session
    session[factors.IN_MAKING] = client.session[factors.IN_MAKING]
    session.save()
    made = factors.secret_in_making(session, an_account(name="Kim Ho"), begin=False, at=NOW)
    assert made != secret


def test_the_way_out_is_always_open(client: PageClient, okafor: Account) -> None:
    by_password(client, okafor)
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/?why=bye"


@pytest.mark.parametrize("who", ["guardian", "amina_herself"])
def test_families_need_none(client: PageClient, world: World, who: str) -> None:
    by_password(client, with_password(world.cast[who], PASSWORD))
    assert is_in(client)


def test_the_demo_asks_for_none(client: PageClient, okafor: Account, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    by_password(client, okafor)
    assert is_in(client)


def test_what_was_set_up_elsewhere_has_to_be_shown_here(client: PageClient, okafor: Account) -> None:
    """A session that began with the password alone, before the second factor was set up, ends once there is one."""
    by_password(client, okafor)
    secret = with_app(okafor)
    assert not is_in(client)
    assert by_password(client, okafor).headers["Location"] == "/sign-in/second-factor/"
    assert client.post("/sign-in/second-factor/", {"code": code_of(secret)}).status_code == 302
    assert is_in(client)


# -- codes -----------------------------------------------------------------------------------------


def test_after_the_password_comes_the_code(client: PageClient, okafor: Account) -> None:
    secret = with_app(okafor)
    assert by_password(client, okafor).headers["Location"] == "/sign-in/second-factor/"
    assert not is_in(client)
    assert "__Host-muster-device" not in client.cookies
    assert client.get("/sign-in/second-factor/").status_code == 200
    assert client.post("/sign-in/second-factor/", {"code": "123456"}).status_code == 422
    assert not is_in(client)
    code = code_of(secret)
    assert client.post("/sign-in/second-factor/", {"code": f"{code[:3]} {code[3:]}"}).headers["Location"] == "/"
    assert is_in(client)


def test_the_second_step_cannot_be_reached_without_the_first(client: PageClient, okafor: Account) -> None:
    secret = with_app(okafor)
    assert client.get("/sign-in/second-factor/").headers["Location"] == "/sign-in/"
    assert client.post("/sign-in/second-factor/", {"code": code_of(secret)}).headers["Location"] == "/sign-in/"
    assert not is_in(client)


@pytest.mark.usefixtures("still")
def test_a_code_works_once(client: PageClient, okafor: Account) -> None:
    code = code_of(with_app(okafor))
    by_password(client, okafor)
    assert client.post("/sign-in/second-factor/", {"code": code}).status_code == 302
    again = PageClient()
    by_password(again, okafor)
    response = again.post("/sign-in/second-factor/", {"code": code})
    assert response.status_code == 422
    assert "was used before" in response.content.decode()


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [
        pytest.param(-60, False, id="two steps slow"),
        pytest.param(-30, True, id="one step slow"),
        pytest.param(0, True, id="on time"),
        pytest.param(30, True, id="one step fast"),
        pytest.param(60, False, id="two steps fast"),
    ],
)
def test_a_phone_may_be_half_a_minute_out(seconds: int, counts: bool) -> None:
    secret = generate_totp_secret()
    assert (
        factors.step_of(secret, code_of(secret, at=1_800_000_015 + seconds), now=1_800_000_015) is not None
    ) is counts


def test_our_reading_of_the_standard_agrees_with_its_own_example() -> None:
    """RFC 6238, appendix B, cut to six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert code_of(secret, at=1_111_111_109) == "081804"
    assert factors.step_of(secret, "081804", now=1_111_111_109) == 1_111_111_109 // 30


@pytest.mark.django_db(transaction=True)
def test_a_code_used_in_one_process_is_used_in_every_other() -> None:
    """Two processes at once, as two workers of the server: one of them is let in."""
    program = (
        "import sys, time; import django; django.setup();"
        "from django.conf import settings; from django.db import connection;"
        "settings.DATABASES['default']['NAME'] = connection.settings_dict['NAME'] = sys.argv[1];"
        "from muster.people.models import Account; from muster.people.signin import factors;"
        "time.sleep(max(0, float(sys.argv[3]) - time.time()));"
        "print(factors.use_step(Account(pk=int(sys.argv[2])), 60_000_000))"
    )
    name = str(connection.settings_dict["NAME"])
    begin = str(time.time() + 4)
    both = [
        subprocess.Popen([sys.executable, "-c", program, name, "4242", begin], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = sorted(each.communicate(timeout=60)[0].strip() for each in both)
    assert said == ["False", "True"]


@pytest.mark.usefixtures("still")
def test_wrong_codes_are_delayed_by_account_wherever_they_come_from(okafor: Account) -> None:
    secret = with_app(okafor)
    for number in range(guessing.ACCOUNT.free):
        fresh = PageClient(REMOTE_ADDR=f"203.0.113.{number}")
        by_password(fresh, okafor)
        assert fresh.post("/sign-in/second-factor/", {"code": "000000"}).status_code == 422
    fresh = PageClient(REMOTE_ADDR="203.0.113.99")
    by_password(fresh, okafor)
    response = fresh.post("/sign-in/second-factor/", {"code": code_of(secret)})
    assert response.status_code == 429
    assert response.headers["Retry-After"]
    with time_machine.travel(NOW + timedelta(minutes=1)):
        assert fresh.post("/sign-in/second-factor/", {"code": code_of(secret)}).status_code == 302


# -- recovery codes --------------------------------------------------------------------------------


def test_a_recovery_code_works_once(client: PageClient, okafor: Account) -> None:
    with_app(okafor)
    code, *_others = factors.make_recovery_codes(account=okafor, by=okafor, at=NOW)
    by_password(client, okafor)
    assert client.post("/sign-in/second-factor/", {"code": f"{code[:4]} {code[4:]}"}).status_code == 302
    assert factors.factors_of(okafor).codes_left == 9
    again = PageClient()
    by_password(again, okafor)
    assert again.post("/sign-in/second-factor/", {"code": code}).status_code == 422


def test_recovery_codes_are_shown_once_and_new_ones_end_the_old(client: PageClient, okafor: Account) -> None:
    with_app(okafor)
    old, *_others = factors.make_recovery_codes(account=okafor, by=okafor, at=NOW)
    client.force_login(okafor)
    prove(client, okafor)
    assert old not in client.get("/account/recovery-codes/").content.decode().replace(" ", "")
    shown = client.post("/account/recovery-codes/").content.decode()
    new = factors.factors_of(okafor).recovery.wrap().get_unused_codes()  # type: ignore[union-attr]
    assert all(f"{code[:4]} {code[4:]}" in shown for code in new)
    assert old not in new


# -- at rest ---------------------------------------------------------------------------------------


def test_seeds_rest_sealed(okafor: Account) -> None:
    secret = with_app(okafor)
    factors.make_recovery_codes(account=okafor, by=okafor, at=NOW)
    rows = Authenticator.objects.filter(user_id=okafor.pk)
    kept = json.dumps([row.data for row in rows])
    assert secret not in kept
    seed = factors.factors_of(okafor).recovery.data["seed"]  # type: ignore[union-attr]
    assert SecondFactors().decrypt(seed) not in kept
    assert SecondFactors().decrypt(rows.get(type="totp").data["secret"]) == secret


def test_a_sealed_seed_opens_only_under_its_own_key() -> None:
    from muster.privacy.sealing import Unreadable

    one, other = SecondFactors().encrypt("JBSWY3DP"), SecondFactors().encrypt("KRSXG5A=")
    swapped = f"{one.partition(':')[0]}:{other.partition(':')[2]}"
    with pytest.raises(Unreadable):
        SecondFactors().decrypt(swapped)


# -- passkeys --------------------------------------------------------------------------------------


def test_a_passkey_signs_in_by_itself(client: PageClient, okafor: Account) -> None:
    key = with_passkey(okafor)
    assert by_passkey(client, key).headers["Location"] == "/"
    assert is_in(client)


@pytest.mark.usefixtures("still")
def test_a_thousand_wrong_guesses_do_not_stop_a_passkey(client: PageClient, okafor: Account) -> None:
    key = with_passkey(okafor)
    prankster = PageClient()
    answers = [
        prankster.post("/sign-in/", {"email": okafor.email, "password": f"guess number {number}"}).status_code
        for number in range(40)
    ]
    assert (set(answers), answers[-1]) == ({422, 429}, 429)
    # The rest are counted as the page counts them, without drawing it a thousand times.
    for counted in (
        limits.counter("password", okafor.email, patience=guessing.ACCOUNT),
        limits.counter("address", "127.0.0.1", patience=guessing.ADDRESS),
        limits.counter("code", str(okafor.pk), patience=guessing.ACCOUNT),
    ):
        while counted.wrong() < 1_000:
            counted.add()
    assert by_password(PageClient(), okafor).status_code == 429
    assert by_passkey(client, key).status_code == 302
    assert is_in(client)


def test_a_passkey_is_a_second_factor_too(client: PageClient, okafor: Account) -> None:
    key = with_passkey(okafor)
    by_password(client, okafor)
    assert not is_in(client)
    options = options_on(client.get("/sign-in/second-factor/"))
    assert client.post("/sign-in/second-factor/", {"credential": key.use(options)}).status_code == 302
    assert is_in(client)


def test_a_browser_last_signed_in_by_passkey_is_offered_it_first(client: PageClient, okafor: Account) -> None:
    page = PageClient().get("/sign-in/").content.decode()
    assert page.index("Sign in with a passkey") > page.index('name="password"')
    by_passkey(client, with_passkey(okafor))
    client.post("/sign-out/")
    page = client.get("/sign-in/").content.decode()
    assert page.index("Sign in with a passkey") < page.index('name="password"')


def changed(answer: str, **parts: Any) -> str:
    said = json.loads(answer)
    said["response"].update(parts)
    return json.dumps(said)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda answer: "", id="nothing"),
        pytest.param(lambda answer: "[]", id="a list"),
        pytest.param(lambda answer: "{}", id="an empty object"),
        pytest.param(lambda answer: answer[: len(answer) // 2], id="cut off"),
        pytest.param(lambda answer: changed(answer, signature="AAAA"), id="another signature"),
        pytest.param(lambda answer: changed(answer, userHandle="OTk5OTk5"), id="an account that is not there"),
        pytest.param(lambda answer: changed(answer, userHandle=None), id="no account"),
        pytest.param(lambda answer: changed(answer, userHandle=7), id="a number for an account"),
        pytest.param(lambda answer: changed(answer, authenticatorData="AAAA"), id="no data"),
        pytest.param(lambda answer: changed(answer, clientDataJSON="e30"), id="an empty ceremony"),
    ],
)
def test_what_no_passkey_said_lets_nobody_in(client: PageClient, okafor: Account, spoil: Any) -> None:
    key = with_passkey(okafor)
    options = client.get("/sign-in/passkey/").json()["options"]
    response = client.post("/sign-in/passkey/", {"credential": spoil(key.use(options))})
    assert response.status_code == 422
    assert "passkey" in response.content.decode()
    assert not is_in(client)


def test_an_answer_cannot_be_sent_twice(client: PageClient, okafor: Account) -> None:
    key = with_passkey(okafor)
    answer = key.use(client.get("/sign-in/passkey/").json()["options"])
    assert client.post("/sign-in/passkey/", {"credential": answer}).status_code == 302
    assert PageClient().post("/sign-in/passkey/", {"credential": answer}).status_code == 422


def test_a_passkey_of_another_site_or_without_a_finger_is_refused(client: PageClient, okafor: Account) -> None:
    key = with_passkey(okafor)
    key.origin = "https://muster.ashgrove.example.evil.example"
    assert by_passkey(client, key).status_code == 422
    key.origin = SoftKey().origin
    key.flags = PRESENT
    assert by_passkey(client, key).status_code == 422


def test_a_key_that_asks_for_no_finger_cannot_be_added(client: PageClient, okafor: Account) -> None:
    client.force_login(okafor)
    prove(client, okafor)
    key = SoftKey(flags=PRESENT | ATTESTED)
    options = options_on(client.get("/account/passkeys/new/"))
    response = client.post("/account/passkeys/new/", {"name": "", "credential": key.make(options)})
    assert response.status_code == 422
    assert not factors.has_second_factor(okafor)


def test_passkeys_belong_to_the_configured_name(client: PageClient, okafor: Account, settings: Any) -> None:
    client.force_login(okafor)
    prove(client, okafor)
    asked = options_on(client.get("/account/passkeys/new/"))["publicKey"]
    assert asked["rp"]["id"] == settings.HOST
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"


def test_a_deactivated_account_cannot_come_in_by_passkey(client: PageClient, okafor: Account) -> None:
    key = with_passkey(okafor)
    okafor.is_active = False
    okafor.save()
    assert by_passkey(client, key).status_code == 422


def test_a_leaver_cannot_come_in_by_passkey(client: PageClient, okafor: Account) -> None:
    key = with_passkey(okafor)
    okafor.posts.update(ends_on=NOW.date() - timedelta(days=1))
    assert "why=no-post" in by_passkey(client, key).headers["Location"]
    assert not is_in(client)


# -- changing them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/account/passkeys/new/", "/account/authenticator/", "/account/recovery-codes/", "/account/password/"],
)
def test_changing_how_one_signs_in_asks_again_who_is_there(client: PageClient, okafor: Account, address: str) -> None:
    with_app(okafor)
    client.force_login(okafor)
    for method in ("get", "post"):
        assert getattr(client, method)(address).headers["Location"].startswith("/account/proof/?next=")


def test_whoever_has_an_app_proves_it_with_a_code_and_not_the_password(client: PageClient, okafor: Account) -> None:
    secret = with_app(okafor)
    client.force_login(okafor)
    assert client.post("/account/proof/", {"password": PASSWORD, "code": ""}).status_code == 422
    response = client.post("/account/proof/", {"code": code_of(secret), "next": "/account/passkeys/new/"})
    assert response.headers["Location"] == "/account/passkeys/new/"
    assert client.get("/account/passkeys/new/").status_code == 200


def test_whoever_has_a_passkey_proves_it_with_that_and_not_the_password(client: PageClient, okafor: Account) -> None:
    with_passkey(okafor)
    client.force_login(okafor)
    page = client.get("/account/proof/").content.decode()
    assert 'name="password"' not in page
    assert "sign out and sign in again" in page
    refused = client.post("/account/proof/", {"password": PASSWORD, "next": "/account/recovery-codes/"})
    assert refused.status_code == 422
    assert client.get("/account/recovery-codes/").status_code == 302


def test_a_passkey_proves_it_too(client: PageClient, okafor: Account) -> None:
    key = with_passkey(okafor)
    client.force_login(okafor)
    options = options_on(client.get("/account/proof/"))
    response = client.post("/account/proof/", {"credential": key.use(options), "next": "/account/recovery-codes/"})
    assert response.headers["Location"] == "/account/recovery-codes/"


def test_the_last_second_factor_of_staff_stays(client: PageClient, okafor: Account) -> None:
    with_app(okafor)
    with_passkey(okafor)
    client.force_login(okafor)
    prove(client, okafor)
    (key,) = factors.factors_of(okafor).passkeys
    assert client.post(f"/account/passkeys/{key.pk}/removal/").status_code == 302
    client.post("/account/authenticator/removal/")
    assert factors.factors_of(okafor).authenticator is not None
    assert "Staff keep at least one" in client.get("/account/").content.decode()


def test_nobody_takes_away_the_passkey_of_somebody_else(client: PageClient, okafor: Account, world: World) -> None:
    with_passkey(okafor)
    (key,) = factors.factors_of(okafor).passkeys
    client.force_login(world.reyes)
    prove(client, world.reyes)
    assert client.post(f"/account/passkeys/{key.pk}/removal/").status_code == 404
    assert factors.factors_of(okafor).passkeys


def test_a_family_may_give_theirs_up_with_the_recovery_codes(client: PageClient, world: World) -> None:
    with_app(world.guardian)
    factors.make_recovery_codes(account=world.guardian, by=world.guardian, at=NOW)
    client.force_login(world.guardian)
    prove(client, world.guardian)
    client.post("/account/authenticator/removal/")
    assert not Authenticator.objects.filter(user_id=world.guardian.pk).exists()


def test_a_day_pass_sets_up_nothing(client: PageClient, world: World) -> None:
    fresh = day_pass.give(name="Sam Vale", school_class=world.hazel, by=world.office, at=world.now)
    assert client.post("/day-pass/", {"code": fresh.code}).status_code == 302
    for address in ("/account/passkeys/new/", "/account/authenticator/", "/account/password/", "/account/name/"):
        assert client.get(address).headers["Location"] == "/account/"
        assert client.post(address, {"password": PASSWORD}).headers["Location"] == "/account/"
