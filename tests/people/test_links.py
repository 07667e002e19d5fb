"""Links that let somebody in once: invitations, new passwords, and second factors that two people reset."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from muster.people.access import Role
from muster.people.models import Account, Post, SignInLink
from muster.people.signin import actions, factors, letters, links
from muster.people.signin.links import Kind
from tests.people.keys import code_of, prove, with_password
from tests.people.test_second_factor import is_in, with_app
from tests.support.client import PageClient
from tests.world import NOW, PASSWORD, World, a_post, an_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
NEW = "seven green kettles singing"


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def office_of(client: PageClient, account: Account) -> PageClient:
    client.force_login(account)
    prove(client, account)
    return client


def link_on(response: Any) -> str:
    """The link shown once on a page."""
    found = re.search(r"<code data-copy-text>(https://[^<]+)</code>", response.content.decode())
    assert found, "no link is shown"
    return path_of(found[1])


def a_link(world: World, kind: SignInLink.Kind, account: Account | None = None) -> links.FreshLink:
    return links.make(account=account or world.okafor, kind=kind, by=world.office, at=NOW)


INVITED = {"name": "Nia Price", "email": "nia.price@school.example", "role": "teacher", "starts_on": "2026-03-04"}


# -- inviting --------------------------------------------------------------------------------------


def test_the_office_invites_and_hands_the_link_over(client: PageClient, world: World) -> None:
    office_of(client, world.office)
    response = client.post("/ashgrove/accounts/new/", {**INVITED, "classes": [world.hazel.pk]})
    address = link_on(response)
    nia = Account.objects.get(email="nia.price@school.example")
    assert [(post.role, post.school) for post in nia.posts.all()] == [("teacher", world.ashgrove)]
    assert not nia.has_usable_password()

    newcomer = PageClient()
    assert "Welcome, Nia Price" in newcomer.get(address).content.decode()
    assert newcomer.post(address, {"password": NEW}).headers["Location"] == "/"
    assert newcomer.get("/ashgrove/").headers["Location"] == "/account/second-factor/"
    assert newcomer.get(address).status_code == 410


def test_inviting_does_not_tell_whether_an_address_is_known(client: PageClient, world: World, settings: Any) -> None:
    office_of(client, world.office)
    bea = with_password(world.birchwood_teacher, PASSWORD)

    def told(email: str) -> str:
        answer = client.post("/ashgrove/accounts/new/", {**INVITED, "name": "Somebody Else", "email": email})
        assert answer.status_code == 200
        page = answer.content.decode().replace(email, "@")
        return re.sub(r"/sign-in-links/[^<\"]+|data:image[^\"]+|csrf[^>]+", "…", page)

    assert told(bea.email) == told("nobody.yet@school.example")
    settings.SMTP_URL = "smtp://mail.school.example"
    assert told(world.birchwood_senco.email) == told("nobody.else@school.example")
    known, unknown = mail.outbox
    assert known.subject == unknown.subject
    assert "Sign in as you do already" in known.body
    assert "/sign-in-links/" not in known.body
    assert "/sign-in-links/" in unknown.body


def test_whoever_invites_cannot_come_in_by_the_link(client: PageClient, world: World) -> None:
    """Or the office could invite an invented teacher and mark as her."""
    office_of(client, world.office)
    address = link_on(client.post("/ashgrove/accounts/new/", {**INVITED, "classes": [world.hazel.pk]}))
    for answer in (client.get(address), client.post(address, {"password": NEW})):
        assert answer.status_code == 403
        assert "Let Nia Price open it on a device of their own." in answer.content.decode()
    assert not Account.objects.get(email=INVITED["email"]).has_usable_password()
    assert PageClient().get(address).status_code == 200


def test_others_see_who_was_invited(client: PageClient, world: World) -> None:
    office_of(client, world.office)
    client.post("/ashgrove/accounts/new/", {**INVITED, "classes": [world.hazel.pk]})
    assert "Invited this week" not in client.get("/ashgrove/").content.decode(), "the office knows whom it invited"
    client.force_login(world.head)
    page = client.get("/ashgrove/").content.decode()
    assert "Nia Price" in page
    assert f"by {world.office.name}" in page
    for who in ("okafor", "senco"):
        client.force_login(world.cast[who])
        assert "Invited this week" not in client.get("/ashgrove/").content.decode()
    client.force_login(world.birchwood_teacher)
    assert "Nia Price" not in client.get("/birchwood/").content.decode()
    with time_machine.travel(NOW + timedelta(days=8)):
        client.force_login(world.head)
        assert "Nia Price" not in client.get("/ashgrove/").content.decode()


def test_where_letters_can_be_sent_the_link_goes_by_letter_and_is_not_shown(
    client: PageClient, world: World, settings: Any
) -> None:
    settings.SMTP_URL = "smtp://mail.school.example"
    office_of(client, world.office)
    response = client.post("/ashgrove/accounts/new/", INVITED)
    assert "/sign-in-links/" not in response.content.decode()
    (letter,) = mail.outbox
    assert letter.to == ["nia.price@school.example"]
    address = re.search(r"https://\S+", str(letter.body))
    assert address
    assert PageClient().get(path_of(address[0])).status_code == 200


def test_a_mail_server_that_is_down_means_handing_it_over(client: PageClient, world: World, settings: Any) -> None:
    settings.SMTP_URL = "smtp://mail.school.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    office_of(client, world.office)
    response = client.post("/ashgrove/accounts/new/", INVITED)
    assert "did not take the letter" in response.content.decode()
    assert PageClient().get(link_on(response)).status_code == 200


def test_somebody_of_another_school_of_the_trust_gets_a_post_and_a_link_that_opens_nothing(
    client: PageClient, world: World
) -> None:
    bea = with_password(world.birchwood_teacher, PASSWORD)
    office_of(client, world.office)
    response = client.post("/ashgrove/accounts/new/", {**INVITED, "email": bea.email, "name": "Somebody Else"})
    ended = PageClient().get(link_on(response))
    assert ended.status_code == 410
    assert "If you have a sign-in already, it opens your new post as well." in ended.content.decode()
    assert PageClient().post(link_on(response), {"password": NEW}).status_code == 410
    assert {post.school for post in bea.posts.all()} == {world.ashgrove, world.birchwood}
    bea.refresh_from_db()
    assert (bea.name, bea.check_password(PASSWORD)) == ("Bea Teale", True)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({"email": "nia"}, "valid email", id="half an address"),
        pytest.param({"name": ""}, "required", id="no name"),
        pytest.param({"role": "head"}, "not one of the available choices", id="a role the office may not give"),
        pytest.param({"role": "king"}, "not one of the available choices", id="no role at all"),
        pytest.param({"ends_on": "2026-03-01"}, "before the first", id="an end before the beginning"),
        pytest.param({"starts_on": "soon"}, "valid date", id="no date"),
        pytest.param({"classes": ["999999"]}, "not one of the available choices", id="a class that is not there"),
        pytest.param({"email": "okafor@school.example"}, "hold this post already", id="a post held already"),
    ],
)
def test_what_cannot_be_invited_is_said(
    client: PageClient, world: World, changed: dict[str, Any], sentence: str
) -> None:
    before = Account.objects.count(), Post.objects.count(), SignInLink.objects.count()
    office_of(client, world.office)
    response = client.post("/ashgrove/accounts/new/", {**INVITED, **changed})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert before == (Account.objects.count(), Post.objects.count(), SignInLink.objects.count())


def test_a_class_of_the_other_school_cannot_be_given(client: PageClient, world: World) -> None:
    office_of(client, world.office)
    assert client.post("/ashgrove/accounts/new/", {**INVITED, "classes": [world.elm.pk]}).status_code == 422


@pytest.mark.parametrize("who", ["okafor", "senco", "dsl", "governor", "dpo", "guardian", "cover"])
def test_only_those_who_give_access_invite(client: PageClient, world: World, who: str) -> None:
    office_of(client, world.cast[who])
    for address in ("/ashgrove/accounts/", "/ashgrove/accounts/new/", f"/ashgrove/accounts/{world.okafor.pk}/"):
        assert client.get(address).status_code == 403
    assert client.post("/ashgrove/accounts/new/", INVITED).status_code == 403


def test_the_neighbouring_school_sees_nobody(client: PageClient, world: World) -> None:
    office = an_account(name="Nell Orr")
    a_post(office, Role.OFFICE, world.birchwood)
    office_of(client, office)
    assert client.get("/ashgrove/accounts/").status_code == 404
    assert client.get(f"/birchwood/accounts/{world.okafor.pk}/").status_code == 404
    assert client.post(f"/birchwood/accounts/{world.okafor.pk}/password-links/").status_code == 404
    assert "Ada Okafor" not in client.get("/birchwood/accounts/").content.decode()


def test_the_head_invites_whom_the_office_may_not(client: PageClient, world: World) -> None:
    office_of(client, world.head)
    assert client.post("/ashgrove/accounts/new/", {**INVITED, "role": "dsl"}).status_code == 200
    with pytest.raises(actions.MayNotGive):
        actions.invite(
            name="Nia Price", email="n@school.example", role=Role.DSL, school=world.ashgrove,
            starts_on=date(2026, 3, 4), by=world.office, at=NOW,
        )  # fmt: skip


def test_making_a_link_asks_again_who_is_there(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    response = client.post(
        f"/ashgrove/accounts/{world.okafor.pk}/password-links/", {"back": f"/ashgrove/accounts/{world.okafor.pk}/"}
    )
    assert response.headers["Location"].startswith("/account/proof/?next=%2Fashgrove%2Faccounts%2F")
    assert not SignInLink.objects.exists()


# -- the first administrator -----------------------------------------------------------------------


def test_the_first_administrator_comes_in_by_a_link(client: PageClient, world: World) -> None:
    fresh = actions.first_administrator(
        email="First.Person@school.example", name="First Person", school=world.birchwood, at=NOW
    )
    assert client.post(path_of(fresh.address), {"password": NEW}).status_code == 302
    first = Account.objects.get(email="first.person@school.example")
    assert first.viewer(NOW).every_role >= {Role.HEAD, Role.IT}
    again = actions.first_administrator(email=first.email, name="", school=world.birchwood, at=NOW)
    assert again.link.account == first
    assert first.posts.count() == len(first.viewer(NOW).every_role)


# -- using a link ----------------------------------------------------------------------------------


def test_only_a_digest_of_a_link_is_kept(world: World) -> None:
    fresh = a_link(world, Kind.PASSWORD)
    token = fresh.address.rstrip("/").rpartition("/")[2]
    assert token not in fresh.link.digest
    assert len(token) >= 43


def test_a_link_works_once(client: PageClient, world: World) -> None:
    address = path_of(a_link(world, Kind.PASSWORD).address)
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200, "opening it uses nothing up"
    assert client.post(address, {"password": NEW}).status_code == 302
    other = PageClient()
    assert other.post(address, {"password": "another one altogether, please"}).status_code == 410
    world.okafor.refresh_from_db()
    assert world.okafor.check_password(NEW)


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [(Kind.INVITATION, timedelta(days=7)), (Kind.PASSWORD, timedelta(days=1)), (Kind.SECOND_FACTOR, timedelta(days=1))],
)
def test_a_link_ends(client: PageClient, world: World, kind: SignInLink.Kind, lasts: timedelta) -> None:
    address = path_of(a_link(world, kind).address)
    with time_machine.travel(NOW + lasts + timedelta(minutes=1)):
        response = client.get(address)
        assert response.status_code == 410
        assert "used before, or its time is over" in response.content.decode()


def test_a_newer_link_ends_the_older(client: PageClient, world: World) -> None:
    old = path_of(a_link(world, Kind.PASSWORD).address)
    new = path_of(a_link(world, Kind.PASSWORD).address)
    assert (client.get(old).status_code, client.get(new).status_code) == (410, 200)


def test_a_link_never_given_out_is_not_there(client: PageClient, world: World) -> None:
    for token in ("x", "A" * 43, "..", "%00", "é" * 30):
        assert client.get(f"/sign-in-links/{token}/").status_code == 404


def test_a_weak_password_leaves_the_link_open(client: PageClient, world: World) -> None:
    address = path_of(a_link(world, Kind.INVITATION).address)
    assert client.post(address, {"password": "short"}).status_code == 422
    assert client.post(address, {"password": "Ada Okafor Ashgrove"}).status_code == 422
    assert client.post(address, {"password": NEW}).status_code == 302


def test_a_new_password_does_not_get_round_the_second_factor(client: PageClient, world: World) -> None:
    secret = with_app(with_password(world.okafor, PASSWORD))
    address = path_of(a_link(world, Kind.PASSWORD).address)
    assert client.post(address, {"password": NEW}).headers["Location"] == "/sign-in/second-factor/"
    assert not is_in(client)
    assert client.post("/sign-in/second-factor/", {"code": code_of(secret)}).status_code == 302
    assert is_in(client)


def test_a_new_password_ends_every_session(client: PageClient, world: World) -> None:
    family = with_password(world.guardian, PASSWORD)
    old = PageClient()
    old.post("/sign-in/", {"email": family.email, "password": PASSWORD})
    assert is_in(old)
    client.post(path_of(a_link(world, Kind.PASSWORD, family).address), {"password": NEW})
    assert is_in(client)
    assert not is_in(old)


def test_a_link_of_a_deactivated_account_is_not_there(client: PageClient, world: World) -> None:
    address = path_of(a_link(world, Kind.PASSWORD).address)
    world.okafor.is_active = False
    world.okafor.save()
    assert client.get(address).status_code == 404


def test_a_leaver_sets_a_password_and_still_stays_out(client: PageClient, world: World) -> None:
    address = path_of(a_link(world, Kind.PASSWORD).address)
    world.okafor.posts.update(ends_on=NOW.date() - timedelta(days=1))
    assert "why=no-post" in client.post(address, {"password": NEW}).headers["Location"]
    assert not is_in(client)


# -- forgotten passwords ---------------------------------------------------------------------------


def test_without_a_mail_server_the_office_is_the_way(client: PageClient, world: World) -> None:
    assert "Ask the school office" in client.get("/forgotten-password/").content.decode()
    client.post("/forgotten-password/", {"email": world.okafor.email})
    assert not SignInLink.objects.exists()


def test_known_and_unknown_addresses_are_answered_the_same(client: PageClient, world: World, settings: Any) -> None:
    settings.SMTP_URL = "smtp://mail.school.example"
    known = client.post("/forgotten-password/", {"email": world.okafor.email})
    unknown = PageClient().post("/forgotten-password/", {"email": "nobody@school.example"})
    plain = [re.sub(r'(content|value)="[A-Za-z0-9]{64}"', "", each.content.decode()) for each in (known, unknown)]
    assert plain[0] == plain[1]
    assert known.status_code == unknown.status_code == 200
    assert not mail.outbox, "nobody waits for the mail server, or the wait would tell"
    assert letters.send_asked(NOW) == "1 sent"
    assert [letter.to for letter in mail.outbox] == [[world.okafor.email]]


def test_letters_cannot_be_heaped_on_somebody(client: PageClient, world: World, settings: Any) -> None:
    settings.SMTP_URL = "smtp://mail.school.example"
    for _ in range(5):
        assert client.post("/forgotten-password/", {"email": world.okafor.email}).status_code == 200
        letters.send_asked(NOW)
    assert len(mail.outbox) == 1
    with time_machine.travel(NOW + timedelta(minutes=11)):
        client.post("/forgotten-password/", {"email": world.okafor.email})
        letters.send_asked(NOW + timedelta(minutes=11))
    assert len(mail.outbox) == 2


def test_a_leaver_gets_no_letter(client: PageClient, world: World, settings: Any) -> None:
    settings.SMTP_URL = "smtp://mail.school.example"
    world.okafor.posts.update(ends_on=NOW.date() - timedelta(days=1))
    client.post("/forgotten-password/", {"email": world.okafor.email})
    assert letters.send_asked(NOW) == "0 sent"


# -- helping somebody back in ----------------------------------------------------------------------


def test_the_office_makes_a_link_for_a_forgotten_password(client: PageClient, world: World) -> None:
    with_password(world.okafor, PASSWORD)
    office_of(client, world.office)
    address = link_on(client.post(f"/ashgrove/accounts/{world.okafor.pk}/password-links/"))
    assert "New password" in PageClient().get(address).content.decode()
    assert SignInLink.objects.get().kind == Kind.PASSWORD


def test_the_office_makes_none_for_those_above_it(client: PageClient, world: World) -> None:
    office_of(client, world.office)
    assert client.post(f"/ashgrove/accounts/{world.head.pk}/password-links/").status_code == 302
    a_post(world.okafor, Role.DSL, world.birchwood)
    client.post(f"/ashgrove/accounts/{world.okafor.pk}/password-links/")
    assert not SignInLink.objects.exists()
    assert "Ask the head" in client.get(f"/ashgrove/accounts/{world.okafor.pk}/").content.decode()


def test_a_second_factor_is_reset_by_two(client: PageClient, world: World) -> None:
    with_app(with_password(world.okafor, PASSWORD))
    session = PageClient()
    session.force_login(world.okafor)
    office_of(client, world.office)
    address = link_on(client.post(f"/ashgrove/accounts/{world.okafor.pk}/second-factor-resets/"))

    owner = PageClient()
    assert owner.get(address).status_code == 403
    assert owner.post(address).status_code == 403
    assert factors.has_second_factor(world.okafor), "one person alone resets nothing"

    link = SignInLink.objects.get()
    head = office_of(PageClient(), world.head)
    assert "asks for a new second factor for Ada Okafor" in head.get("/ashgrove/accounts/").content.decode()
    assert head.post(f"/ashgrove/second-factor-resets/{link.pk}/agreement/").status_code == 302

    assert owner.get(address).status_code == 200
    assert factors.has_second_factor(world.okafor), "opening the link resets nothing"
    assert owner.post(address).headers["Location"] == "/sign-in/?why=second-factor"
    assert not factors.has_second_factor(world.okafor)
    assert not is_in(owner), "the link signs nobody in"
    assert owner.post(address).status_code == 410
    owner.post("/sign-in/", {"email": world.okafor.email, "password": PASSWORD})
    assert owner.get("/ashgrove/").headers["Location"] == "/account/second-factor/"


def test_a_reset_ends_the_sessions_there_were(client: PageClient, world: World) -> None:
    secret = with_app(with_password(world.okafor, PASSWORD))
    lost = PageClient()
    lost.post("/sign-in/", {"email": world.okafor.email, "password": PASSWORD})
    lost.post("/sign-in/second-factor/", {"code": code_of(secret)})
    assert is_in(lost)
    fresh = actions.ask_for_second_factor_reset(account=world.okafor, school=world.ashgrove, by=world.office, at=NOW)
    actions.agree_to_second_factor_reset(link=fresh.link, school=world.ashgrove, by=world.head, at=NOW)
    client.post(path_of(fresh.address))
    assert not is_in(lost)


def test_the_server_resets_only_where_no_two_colleagues_could(world: World) -> None:
    with_app(world.okafor)
    with pytest.raises(actions.NotAnother, match="Two colleagues at Ashgrove"):
        actions.reset_second_factor_at_the_server(account=world.okafor, by=None, at=NOW)
    for other in (world.head, world.it):
        other.posts.update(ends_on=NOW.date() - timedelta(days=1))
    actions.reset_second_factor_at_the_server(account=world.okafor, by=None, at=NOW)
    assert not factors.has_second_factor(world.okafor)


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        pytest.param("office", 302, id="the one who asked"),
        pytest.param("okafor", 403, id="a teacher"),
        pytest.param("birchwood_senco", 404, id="the neighbouring school"),
    ],
)
def test_nobody_else_can_agree(client: PageClient, world: World, who: str, answer: int) -> None:
    with_app(world.okafor)
    fresh = actions.ask_for_second_factor_reset(account=world.okafor, school=world.ashgrove, by=world.office, at=NOW)
    office_of(client, world.cast[who])
    assert client.post(f"/ashgrove/second-factor-resets/{fresh.link.pk}/agreement/").status_code == answer
    fresh.link.refresh_from_db()
    assert fresh.link.agreed_by is None


def test_nobody_takes_part_in_resetting_their_own(world: World) -> None:
    with pytest.raises(actions.NotAnother):
        actions.ask_for_second_factor_reset(account=world.head, school=world.ashgrove, by=world.head, at=NOW)
    fresh = actions.ask_for_second_factor_reset(account=world.head, school=world.ashgrove, by=world.office, at=NOW)
    for person in (world.head, world.office):
        with pytest.raises(actions.NotAnother):
            actions.agree_to_second_factor_reset(link=fresh.link, school=world.ashgrove, by=person, at=NOW)
    actions.agree_to_second_factor_reset(link=fresh.link, school=world.ashgrove, by=world.it, at=NOW)
    with pytest.raises(actions.LinkNotOpen):
        actions.agree_to_second_factor_reset(link=fresh.link, school=world.ashgrove, by=world.it, at=NOW)


def test_the_database_itself_refuses_one_person_as_two(world: World) -> None:
    fresh = a_link(world, Kind.SECOND_FACTOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignInLink.objects.filter(pk=fresh.link.pk).update(agreed_by=world.office)


def test_a_link_for_one_thing_does_not_do_another(world: World) -> None:
    password, reset = a_link(world, Kind.PASSWORD), a_link(world, Kind.SECOND_FACTOR)
    with pytest.raises(actions.LinkNotOpen):
        actions.reset_second_factor_by_link(link=password.link, by=world.okafor, at=NOW)
    with pytest.raises(actions.LinkNotOpen):
        actions.set_password_by_link(link=reset.link, password=NEW, by=world.okafor, at=NOW)
    with pytest.raises(actions.LinkNotOpen):
        actions.reset_second_factor_by_link(link=reset.link, by=world.okafor, at=NOW)


# -- letting go ------------------------------------------------------------------------------------


def test_ending_a_post_signs_its_holder_out(client: PageClient, world: World) -> None:
    teacher = PageClient()
    teacher.force_login(world.okafor)
    assert is_in(teacher)
    post = world.okafor.posts.get()
    office_of(client, world.office)
    assert client.post(f"/ashgrove/accounts/{world.okafor.pk}/posts/{post.pk}/end/").status_code == 302
    assert "why=no-post" in teacher.get("/ashgrove/").headers["Location"]
    page = client.get("/ashgrove/accounts/").content.decode()
    assert page.index("Gone this year") < page.index("Ada Okafor"), "she is listed with those who have gone"


def test_nobody_ends_their_own_post_or_one_they_may_not_give(client: PageClient, world: World) -> None:
    office_of(client, world.office)
    for who in (world.office, world.head):
        client.post(f"/ashgrove/accounts/{who.pk}/posts/{who.posts.get().pk}/end/")
        assert who.viewer(NOW + timedelta(seconds=5)).posts


def test_the_office_signs_somebody_out_everywhere(client: PageClient, world: World) -> None:
    world.okafor = with_password(world.okafor, PASSWORD)
    secret = with_app(world.okafor)
    tablet = PageClient()
    tablet.post("/sign-in/", {"email": world.okafor.email, "password": PASSWORD})
    tablet.post("/sign-in/second-factor/", {"code": code_of(secret)})
    assert is_in(tablet)
    office_of(client, world.office)
    assert client.post(f"/ashgrove/accounts/{world.okafor.pk}/session-ends/").status_code == 302
    assert not is_in(tablet)


def test_a_post_of_another_school_is_not_ended_here(client: PageClient, world: World) -> None:
    post = world.both.posts.get(school=world.birchwood)
    office_of(client, world.head)
    assert client.post(f"/ashgrove/accounts/{world.both.pk}/posts/{post.pk}/end/").status_code == 404
