"""What a post allows, it allows at its own school, in its own classes, between its own days, and no further."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from muster.people.access import Permission, Role
from muster.people.models import Account, ClassMembership, Guardianship, Post, PostClass, Pupil, SchoolClass
from tests.support.client import PageClient
from tests.world import World, a_post, a_pupil, an_account, some_pupils


def may_open(world: World, account: Account, at: datetime | None = None) -> set[str]:
    """Names of those whose record the account may open at an instant."""
    viewer = Account.objects.get(pk=account.pk).viewer(at or world.now)
    return {pupil.name for pupil in Pupil.objects.visible_to(viewer, may=Permission.PUPIL_VIEW)}


def test_a_post_counts_from_its_first_to_its_last_day(world: World) -> None:
    new = an_account(name="New Teacher")
    a_post(new, Role.TEACHER, world.ashgrove, classes=[world.hazel], starts_on=world.today, ends_on=world.today)
    day = timedelta(days=1)
    assert may_open(world, new, world.now - day) == set()
    assert may_open(world, new) == {"Amina Ali"}
    assert may_open(world, new, world.now + day) == set()


def test_days_are_those_of_the_school_and_not_of_the_server(world: World) -> None:
    world.ashgrove.time_zone = "Pacific/Auckland"
    world.ashgrove.save()
    new = an_account(name="New Teacher")
    a_post(new, Role.OFFICE, world.ashgrove, starts_on=date(2026, 3, 5))
    evening = datetime(2026, 3, 4, 11, 30, tzinfo=ZoneInfo("UTC"))
    assert may_open(world, new, evening - timedelta(hours=2)) == set()
    assert may_open(world, new, evening) == {"Amina Ali", "Ben Carter"}


def test_a_class_is_reached_between_its_own_days(world: World) -> None:
    PostClass.objects.filter(post__account=world.okafor).update(ends_on=world.today)
    assert may_open(world, world.okafor) == {"Amina Ali"}
    assert may_open(world, world.okafor, world.now + timedelta(days=1)) == set()


def test_a_pupil_who_moves_is_let_go_the_day_they_move(world: World) -> None:
    ClassMembership.objects.filter(pupil=world.amina).update(ends_on=world.today)
    ClassMembership.objects.create(
        school=world.ashgrove, pupil=world.amina, school_class=world.rowan, starts_on=world.today + timedelta(days=1)
    )
    assert may_open(world, world.okafor) == {"Amina Ali"}
    assert may_open(world, world.reyes) == {"Ben Carter"}
    assert may_open(world, world.okafor, world.now + timedelta(days=1)) == set()
    assert may_open(world, world.reyes, world.now + timedelta(days=1)) == {"Amina Ali", "Ben Carter"}


def test_two_posts_open_what_each_opens_and_nothing_between(world: World) -> None:
    assert may_open(world, world.both) == {"Ben Carter", "Cora Dean"}
    a_post(world.both, Role.GOVERNOR, world.ashgrove)
    assert may_open(world, world.both) == {"Ben Carter", "Cora Dean"}
    a_post(world.both, Role.SENCO, world.birchwood)
    a_pupil(world, name="Eve Frost", school=world.birchwood)
    assert may_open(world, world.both) == {"Ben Carter", "Cora Dean", "Eve Frost"}


@pytest.mark.parametrize("who", ["cover", "duty", "governor", "dpo", "it", "guardian", "amina_herself"])
def test_these_open_no_record_at_all(world: World, who: str) -> None:
    assert may_open(world, world.cast[who]) == set()


def test_an_account_that_is_closed_opens_nothing(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    assert client.get("/ashgrove/pupils/").status_code == 200
    Account.objects.filter(pk=world.head.pk).update(is_active=False)
    assert may_open(world, world.head) == set()
    assert client.get("/ashgrove/pupils/").status_code in {302, 404}


def test_a_parent_sees_their_own_child_unless_an_order_forbids_it(world: World) -> None:
    viewer = world.guardian.viewer(world.now)
    own = Pupil.objects.visible_to(viewer, may=Permission.OWN_RECORD_VIEW)
    assert [pupil.name for pupil in own] == ["Amina Ali"]
    Guardianship.objects.update(no_contact=True)
    assert not Pupil.objects.visible_to(viewer, may=Permission.OWN_RECORD_VIEW).exists()


def test_a_pupil_sees_themselves(world: World) -> None:
    viewer = world.amina_herself.viewer(world.now)
    assert [pupil.name for pupil in Pupil.objects.visible_to(viewer, may=Permission.OWN_RECORD_VIEW)] == ["Amina Ali"]


def test_a_permission_that_no_post_grants_opens_nothing(world: World) -> None:
    viewer = world.okafor.viewer(world.now)
    assert not Pupil.objects.visible_to(viewer, may=Permission.PUPIL_EDIT).exists()
    assert not SchoolClass.objects.visible_to(viewer, may=Permission.CLASS_EDIT).exists()


def test_ending_a_post_counts_at_the_next_request(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    assert client.get(f"/ashgrove/pupils/{world.amina.pk}/").status_code == 200
    Post.objects.filter(account=world.okafor).update(ends_on=world.today - timedelta(days=1))
    assert client.get(f"/ashgrove/pupils/{world.amina.pk}/").status_code in {302, 404}


def test_numbers_of_the_next_school_are_not_found_here(world: World, client: PageClient) -> None:
    """Every number of Birchwood, tried at Ashgrove by those who may do most there."""
    some_pupils(world, names=["Eve Frost", "Gus Hale"], in_class=world.elm)
    elsewhere = Pupil.objects.filter(school=world.birchwood).values_list("pk", flat=True)
    for who in ("office", "head"):
        client.force_login(world.cast[who])
        for number in elsewhere:
            assert client.get(f"/ashgrove/pupils/{number}/").status_code == 404
            assert client.get(f"/birchwood/pupils/{number}/").status_code == 404
        assert client.get(f"/ashgrove/classes/{world.elm.pk}/").status_code == 404
