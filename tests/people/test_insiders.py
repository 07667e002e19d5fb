"""What somebody inside could try: to look without a trace, to let themselves in, to reach the next school."""

from datetime import timedelta

import pytest
from django.db import transaction

from muster.people.access import Role
from muster.people.actions import changes, pupils
from muster.people.actions.classes import move_class
from muster.people.models import Account, Post, PostClass, Pupil, SignInLink
from muster.people.signin import actions, factors, links, posts, sessions
from muster.privacy.models import HistoryEntry
from tests.people.keys import code_of, with_password
from tests.people.test_second_factor import by_password, is_in, with_app
from tests.support.client import PageClient
from tests.world import NOW, PASSWORD, World, a_post, an_account


def looks() -> int:
    return HistoryEntry.objects.filter(kind=HistoryEntry.Kind.LOOK).count()


# -- looking without a trace -------------------------------------------------------------------------------------------


def test_a_form_shown_again_because_it_was_wrong_is_a_look_too(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    before = looks()
    answer = client.post(f"/ashgrove/pupils/{world.amina.pk}/merge/{world.ben.pk}/", {})
    assert answer.status_code == 422
    assert "30 November 2016" in answer.content.decode(), "it shows both records"
    assert looks() == before + 1


def test_a_form_shown_again_is_not_shown_where_the_look_cannot_be_written(
    world: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import DatabaseError

    from muster.people import doors

    def broken(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError

    client.force_login(world.office)
    monkeypatch.setattr(doors.doors, "looked", broken)
    answer = client.post(f"/ashgrove/pupils/{world.amina.pk}/correction/", {})
    assert answer.status_code == 503
    assert "Amina" not in answer.content.decode()


def test_what_a_file_would_change_of_a_record_is_a_look_too(world: World, client: PageClient) -> None:
    """Or somebody could try birth dates from a file until one is said to be right."""
    client.force_login(world.office)
    client.get("/ashgrove/imports/new/")
    before = looks()
    rows = "Forename,Surname,DOB,Class\nAmina,Ali,2018-01-09,4 Rowan\n"
    page = client.post("/ashgrove/imports/new/", {"pasted": rows}, follow=True).content.decode()
    assert "This is what would happen" in page
    assert looks() == before + 1


# -- a session from before the second factor ---------------------------------------------------------------------------


def test_a_session_that_showed_the_password_alone_ends_once_there_is_a_second_factor(world: World) -> None:
    okafor = with_password(world.okafor, PASSWORD)
    thief, owner = PageClient(), PageClient()
    by_password(thief, okafor)
    secret = with_app(okafor)
    for address in ("/ashgrove/", "/account/", "/account/second-factor/", "/account/passkeys/new/"):
        assert thief.get(address).headers["Location"].startswith("/sign-in/"), address
    by_password(owner, okafor)
    assert owner.post("/sign-in/second-factor/", {"code": code_of(secret)}).status_code == 302
    assert is_in(owner)
    assert owner.session[sessions.SECOND_FACTOR] is True


# -- what has ended stays ended ----------------------------------------------------------------------------------------


def test_ending_a_reach_that_has_ended_does_not_open_the_class_again(world: World, client: PageClient) -> None:
    reach = PostClass.objects.get(post__account=world.okafor, school_class=world.hazel)
    PostClass.objects.filter(pk=reach.pk).update(ends_on=world.today - timedelta(days=30))
    client.force_login(world.office)
    client.post(f"/ashgrove/classes/{world.hazel.pk}/teachers/{reach.pk}/end/")
    reach.refresh_from_db()
    assert reach.ends_on == world.today - timedelta(days=30)
    client.force_login(world.okafor)
    assert client.get(f"/ashgrove/classes/{world.hazel.pk}/").status_code == 404


def test_a_return_is_not_undone_once_the_pupil_has_moved(world: World) -> None:
    """Or a child who is not on roll would stand in a class, open to its teacher."""
    pupils.leave(pupil=world.amina, left_on=world.today - timedelta(days=60), by=world.office, at=NOW)
    back = pupils.come_back(
        pupil=world.amina, joined_on=world.today - timedelta(days=3), school_class=world.rowan, by=world.office, at=NOW
    )
    moved = move_class(pupil=world.amina, to=world.hazel, on=world.today, by=world.office, at=NOW)
    with pytest.raises(changes.CannotUndo), transaction.atomic():
        changes.undo(change_set=back, by=world.office, at=NOW)
    changes.undo(change_set=moved, by=world.office, at=NOW)
    changes.undo(change_set=back, by=world.office, at=NOW)
    assert not Pupil.objects.in_class(world.rowan, world.today).contains(world.amina)


# -- letting oneself in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "role"), [("office", Role.TEACHER), ("it", Role.TUTOR)])
def test_nobody_gives_themself_a_post(world: World, who: str, role: Role) -> None:
    by = world.cast[who]
    with pytest.raises(actions.NotForOneself):
        actions.invite(
            name=by.name, email=by.email, role=role, school=world.ashgrove, starts_on=world.today, by=by, at=NOW
        )
    assert by.posts.count() == 1


@pytest.mark.parametrize("role", [Role.HEAD, Role.DSL, Role.SENCO, Role.OFFICE, Role.DPO, Role.GOVERNOR])
def test_it_invites_nobody_who_would_see_the_whole_school(world: World, role: Role) -> None:
    with pytest.raises(actions.MayNotGive):
        actions.invite(
            name="Nobody Real", email="nobody@school.example", role=role, school=world.ashgrove,
            starts_on=world.today, by=world.it, at=NOW,
        )  # fmt: skip


def test_a_head_who_teaches_takes_a_class(world: World) -> None:
    given = actions.invite(
        name="", email=world.head.email, role=Role.TEACHER, school=world.ashgrove, classes=[world.hazel],
        starts_on=world.today, by=world.head, at=NOW,
    )  # fmt: skip
    assert given.link.account == world.head
    assert Post.objects.filter(account=world.head, role=Role.TEACHER).exists()


# -- reaching the next school ------------------------------------------------------------------------------------------


@pytest.fixture
def nell(world: World) -> Account:
    """The office of the next school."""
    nell = an_account(name="Nell Orr")
    a_post(nell, Role.OFFICE, world.birchwood)
    return nell


def opens_nothing(fresh: links.FreshLink) -> None:
    """Whoever has it comes no further with it, and cannot set a password."""
    assert not links.is_open(fresh.link, NOW)
    with pytest.raises(actions.LinkNotOpen):
        actions.set_password_by_link(link=fresh.link, password=PASSWORD, by=fresh.link.account, at=NOW)


def invited_next_door(world: World, nell: Account, account: Account) -> links.FreshLink:
    return actions.invite(
        name=account.name, email=account.email, role=Role.TEACHER, school=world.birchwood, starts_on=world.today,
        by=nell, at=NOW,
    )  # fmt: skip


def test_the_next_school_cannot_take_over_an_account_by_giving_it_a_post(world: World, nell: Account) -> None:
    okafor = with_password(world.okafor, PASSWORD)
    opens_nothing(invited_next_door(world, nell, okafor))
    for refused in (actions.make_password_link, actions.end_sessions_of, actions.ask_for_second_factor_reset):
        with pytest.raises(actions.NotTheirAccount):
            refused(account=okafor, school=world.birchwood, by=nell, at=NOW)
    assert not SignInLink.objects.filter(used_at__isnull=True).exists()
    assert actions.make_password_link(account=okafor, school=world.ashgrove, by=world.office, at=NOW)


def test_the_next_school_cannot_agree_to_reset_a_second_factor_it_did_not_give(world: World, nell: Account) -> None:
    okafor = with_password(world.okafor, PASSWORD)
    with_app(okafor)
    invited_next_door(world, nell, okafor)
    fresh = actions.ask_for_second_factor_reset(account=okafor, school=world.ashgrove, by=world.office, at=NOW)
    with pytest.raises(actions.NotTheirAccount):
        actions.agree_to_second_factor_reset(link=fresh.link, school=world.birchwood, by=nell, at=NOW)
    assert factors.has_second_factor(okafor)


def test_an_invitation_not_yet_taken_up_is_not_handed_to_the_next_school(world: World, nell: Account) -> None:
    first = actions.invite(
        name="Nia Price", email="nia@school.example", role=Role.TEACHER, school=world.ashgrove,
        classes=[world.hazel], starts_on=world.today, by=world.office, at=NOW,
    )  # fmt: skip
    nia = first.link.account
    opens_nothing(invited_next_door(world, nell, nia))
    standing = SignInLink.objects.filter(used_at__isnull=True, ends_at__gt=NOW)
    assert standing.get() == first.link, "the first school's link still stands, and there is no other"
    assert {post.school for post in nia.posts.all()} == {world.ashgrove, world.birchwood}


def test_who_has_left_the_first_school_is_helped_by_the_next(world: World, nell: Account) -> None:
    okafor = with_password(world.okafor, PASSWORD)
    invited_next_door(world, nell, okafor)
    posts.end_post(post=okafor.posts.get(school=world.ashgrove), by=world.head, at=NOW)
    assert actions.make_password_link(account=okafor, school=world.birchwood, by=nell, at=NOW)
