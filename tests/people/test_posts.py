"""Staff come and go by date: posts are changed, classes handed over, and what somebody may open follows by the day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from muster.people.access import Permission, Role
from muster.people.actions import changes, classes
from muster.people.models import Account, ChangeSet, Post, PostClass, SchoolClass
from muster.people.refusals import Refused
from muster.people.signin import actions, posts, roll
from muster.privacy.models import HistoryEntry
from tests.people.keys import prove
from tests.support.client import PageClient
from tests.world import NOW, TODAY, YEAR_BEGINS, World, a_post, a_teacher, an_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
DAY = timedelta(days=1)
NEXT_WEEK = TODAY + timedelta(days=7)


def opens(account: Account, school_class: SchoolClass, day: date) -> bool:
    """Whether they may open the class on `day`, mid-morning."""
    viewer = Account.objects.get(pk=account.pk).viewer(NOW + (day - TODAY))
    return SchoolClass.objects.visible_to(viewer, may=Permission.MARKBOOK_VIEW).contains(school_class)


def answers(account: Account, address: str, at: datetime) -> int:
    """How the address answers them at that moment."""
    client = PageClient()
    with time_machine.travel(at):
        client.force_login(account)
        return client.get(address).status_code


def the_office(client: PageClient, world: World) -> PageClient:
    client.force_login(world.office)
    prove(client, world.office)
    return client


@contextmanager
def refused(said: str) -> Iterator[None]:
    """A sentence, and nothing written."""
    before = ChangeSet.objects.count(), list(Post.objects.order_by("pk").values())
    with pytest.raises(Refused, match=said), transaction.atomic():
        yield
    assert (ChangeSet.objects.count(), list(Post.objects.order_by("pk").values())) == before


# -- the days decide ---------------------------------------------------------------------------------------------------


def test_one_who_leaves_today_opens_nothing_tomorrow(world: World, client: PageClient) -> None:
    post = world.okafor.posts.get()
    address = f"/ashgrove/accounts/{world.okafor.pk}/posts/{post.pk}/last-day/"
    answer = the_office(client, world).post(address, {"ends_on": TODAY.isoformat()}, follow=True)
    assert "until 4 March 2026" in answer.content.decode()
    markbook = f"/ashgrove/classes/{world.hazel.pk}/"
    assert answers(world.okafor, markbook, NOW + timedelta(hours=2)) == 200
    assert answers(world.okafor, markbook, NOW + DAY) == 302, "turned away at the door"
    client.post(address, {"ends_on": ""})
    assert answers(world.okafor, markbook, NOW + DAY) == 200


def test_posts_that_came_with_an_account_count_once_and_are_read_again_after(world: World) -> None:
    found = Post.objects.with_account(world.okafor.pk)
    assert found is not None
    with CaptureQueriesContext(connection) as asked:
        assert [post.account_id for post in found.viewer(NOW).posts] == [world.okafor.pk]
    assert len(asked) == 0
    assert found == world.okafor
    Post.objects.filter(account=found).update(ends_on=TODAY - DAY, starts_on=TODAY - DAY)
    assert not found.viewer(NOW + timedelta(seconds=1)).posts
    nobody = an_account()
    known = Post.objects.with_account(nobody.pk)
    assert known == nobody
    assert known is not None
    assert not known.viewer(NOW).posts
    assert Post.objects.with_account(nobody.pk + 1_000) is None


def test_a_post_to_come_opens_nothing_before_its_day(world: World) -> None:
    actions.invite(
        name="Nia Price", email="nia@school.example", role=Role.TEACHER, school=world.ashgrove,
        classes=[world.hazel], starts_on=NEXT_WEEK, by=world.office, at=NOW,
    )  # fmt: skip
    nia = Account.objects.get(email="nia@school.example")
    assert answers(nia, f"/ashgrove/classes/{world.hazel.pk}/", NOW + timedelta(days=6)) == 302
    assert answers(nia, f"/ashgrove/classes/{world.hazel.pk}/", NOW + timedelta(days=7)) == 200


def test_a_class_is_covered_from_one_day_to_another_and_comes_back(world: World, client: PageClient) -> None:
    nia = an_account(name="Nia Price")
    to = a_post(nia, Role.TEACHER, world.ashgrove)
    reach = PostClass.objects.get(post__account=world.okafor)
    client.force_login(world.office)
    address = f"/ashgrove/classes/{world.hazel.pk}/teachers/{reach.pk}/hand-over/"
    back = NEXT_WEEK + timedelta(days=5)
    given = {"post": to.pk, "on": NEXT_WEEK.isoformat(), "until": (back - DAY).isoformat()}
    page = client.post(address, given, follow=True).content.decode()
    assert "from 11 March 2026" in page, "the class says who is to come"
    days = [NEXT_WEEK - DAY, NEXT_WEEK, back - DAY, back]
    assert [opens(nia, world.hazel, day) for day in days] == [False, True, True, False]
    assert [opens(world.okafor, world.hazel, day) for day in days] == [True, False, False, True]
    client.post(f"/ashgrove/changes/{ChangeSet.objects.latest('pk').pk}/undo/")
    assert [opens(nia, world.hazel, day) for day in days] == [False] * 4
    assert [opens(world.okafor, world.hazel, day) for day in days] == [True] * 4


def test_a_class_handed_over_for_good_on_its_first_day_leaves_nothing_behind(world: World) -> None:
    reach = PostClass.objects.get(post__account=world.okafor)
    PostClass.objects.filter(pk=reach.pk).update(starts_on=TODAY)
    to, before = world.reyes.posts.get(), HistoryEntry.objects.count()
    made = classes.hand_over(post_class=reach, to=to, on=TODAY, until=None, by=world.head, at=NOW)
    assert not world.hazel.post_classes.filter(post__account=world.okafor).exists()
    assert opens(world.reyes, world.hazel, TODAY)
    changes.undo(change_set=made, by=world.office, at=NOW)
    assert HistoryEntry.objects.count() == before + 2, "history keeps both"
    assert PostClass.objects.get(post__account=world.okafor).pk == reach.pk


def test_another_role_begins_on_its_day_and_the_classes_go_along(world: World, client: PageClient) -> None:
    post = world.tutor.posts.get()
    address = f"/ashgrove/accounts/{world.tutor.pk}/posts/{post.pk}/role/"
    the_office(client, world).post(address, {"role": "teacher", "on": NEXT_WEEK.isoformat()})

    def at(day: date) -> tuple[list[Role], bool]:
        viewer = Account.objects.get(pk=world.tutor.pk).viewer(NOW + (day - TODAY))
        marks = SchoolClass.objects.visible_to(viewer, may=Permission.MARKBOOK_JUDGE).contains(world.hazel)
        return viewer.roles(world.ashgrove), marks

    assert at(NEXT_WEEK - DAY) == ([Role.TUTOR], False)
    assert at(NEXT_WEEK) == ([Role.TEACHER], True)
    page = client.get(f"/ashgrove/accounts/{world.tutor.pk}/").content.decode()
    assert "from 11 March 2026" in page
    assert "Another role from a day" in page, "where it can be undone for 30 days"
    client.post(f"/ashgrove/changes/{ChangeSet.objects.latest('pk').pk}/undo/")
    assert at(NEXT_WEEK) == ([Role.TUTOR], False)
    assert world.tutor.posts.get().ends_on is None


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_posts_are_changed_by_whoever_gives_them_and_never_ones_own(world: World) -> None:
    teacher, head = world.okafor.posts.get(), world.head.posts.get()
    with refused("before the first"):
        posts.change_last_day(post=teacher, last_day=YEAR_BEGINS - DAY, by=world.office, at=NOW)
    with refused("Ask the head"):
        posts.change_last_day(post=head, last_day=TODAY, by=world.office, at=NOW)
    with refused("your own post"):
        posts.change_last_day(post=head, last_day=TODAY, by=world.head, at=NOW)
    for role in (Role.SENCO, Role.DSL, Role.OFFICE, Role.HEAD):
        with refused("Ask the head"):
            posts.change_role(post=teacher, role=role, on=NEXT_WEEK, by=world.it, at=NOW)
    with refused("do already"):
        posts.change_role(post=teacher, role=Role.TEACHER, on=NEXT_WEEK, by=world.it, at=NOW)
    with refused("today or on a later day"):
        posts.change_role(post=teacher, role=Role.COVER, on=TODAY - DAY, by=world.it, at=NOW)
    with refused("does not allow"):
        posts.change_last_day(post=teacher, last_day=TODAY, by=world.reyes, at=NOW)


def test_a_class_goes_only_to_somebody_who_can_have_it_on_those_days(world: World) -> None:
    reach = PostClass.objects.get(post__account=world.okafor)
    later = a_post(an_account(name="Nia Price"), Role.TEACHER, world.ashgrove, starts_on=NEXT_WEEK)
    short = a_post(an_account(name="Sam Vale"), Role.TEACHER, world.ashgrove, ends_on=NEXT_WEEK)
    duty, cover = world.duty.posts.get(), world.cover.posts.get()
    for to, on, until, said in (
        (short, TODAY, TODAY - DAY, "before the first"),
        (short, TODAY - DAY, None, "today or on a later day"),
        (later, TODAY, None, "does not count on that day"),
        (short, TODAY, NEXT_WEEK + DAY, "ends before"),
        (reach.post, TODAY, None, "somebody else"),
        (cover, TODAY, None, "already"),
        (duty, TODAY, None, "given no classes"),
    ):
        with refused(said):
            classes.hand_over(post_class=reach, to=to, on=on, until=until, by=world.office, at=NOW)
    Post.objects.filter(pk=reach.post_id).update(ends_on=TODAY)
    with refused("do not have the class"):
        classes.hand_over(post_class=reach, to=short, on=TODAY + DAY, until=None, by=world.office, at=NOW)
    with refused("may not change this class"):
        classes.hand_over(post_class=reach, to=short, on=TODAY, until=None, by=world.it, at=NOW)


def test_an_undo_is_for_whoever_gives_the_post_and_while_nothing_newer_stands(world: World) -> None:
    senco = world.senco.posts.get()
    ended = posts.end_post(post=senco, by=world.head, at=NOW)
    with refused("Ask the head"):
        changes.undo(change_set=ended, by=world.it, at=NOW)
    again = a_post(world.senco, Role.SENCO, world.ashgrove, starts_on=TODAY)
    with refused("They hold this post already"):
        changes.undo(change_set=ended, by=world.office, at=NOW)
    again.delete()
    changes.undo(change_set=ended, by=world.office, at=NOW)
    assert Account.objects.get(pk=world.senco.pk).viewer(NOW).posts == (senco,)
    first = posts.change_last_day(post=senco, last_day=NEXT_WEEK, by=world.head, at=NOW)
    posts.change_last_day(post=senco, last_day=NEXT_WEEK + DAY, by=world.head, at=NOW)
    with refused("changed again since"):
        changes.undo(change_set=first, by=world.head, at=NOW)
    with refused("30 days"):
        changes.undo(change_set=first, by=world.head, at=NOW + timedelta(days=31))


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_list_says_who_is_coming_here_and_gone_in_as_many_statements_for_a_hundred(
    world: World, client: PageClient
) -> None:
    a_post(an_account(name="Kit Later"), Role.TEACHER, world.ashgrove, classes=[world.rowan], starts_on=NEXT_WEEK)
    a_post(an_account(name="Old Timer"), Role.DUTY, world.ashgrove, ends_on=YEAR_BEGINS)
    a_post(an_account(name="Long Ago"), Role.DUTY, world.ashgrove, starts_on=date(2020, 9, 1), ends_on=date(2025, 7, 1))
    the_office(client, world)
    client.get("/ashgrove/accounts/")

    def seen() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as statements:
            page = client.get("/ashgrove/accounts/").content.decode()
        return len(statements), page

    few, page = seen()
    order = [page.index(each) for each in ("Kit Later", "from 11 March 2026", "Ada Okafor", "Old Timer")]
    assert order == sorted(order)
    assert "Long Ago" not in page
    for number in range(100):
        a_teacher(world, name=f"Teacher {number:03}", of=world.hazel)
    many, page = seen()
    assert many == few
    assert "Teacher 099" in page
    staff = roll.staff_by_date(world.ashgrove, at=NOW, since=YEAR_BEGINS)
    assert [len(each) for each in (staff.coming, staff.here, staff.gone)] == [1, 113, 1]
