"""Classes are made, named, filled, given to teachers and taken away; and the page of one costs the same however full."""

from datetime import date, timedelta
from typing import Any

import pytest

from muster.people.access import Permission, Role
from muster.people.actions import changes
from muster.people.actions.classes import (
    ClassInUse,
    ClassNameTaken,
    NotInClass,
    TeachesNoClasses,
    add_class,
    join_class,
    leave_class,
    remove_class,
    stop_teaching,
    teach,
)
from muster.people.actions.reach import NotTheirSchool, OtherSchool
from muster.people.models import ChangeSet, ClassMembership, Post, PostClass, Pupil, SchoolClass
from tests.support.client import PageClient
from tests.world import World, a_class, a_post, a_pupil, a_teacher, a_year, an_account, enrol


def members(school_class: SchoolClass, day: date) -> set[str]:
    return {pupil.name for pupil in Pupil.objects.in_class(school_class, day)}


def test_a_class_is_made_and_filled(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    page = client.post("/ashgrove/classes/new/", {"name": "Choir", "kind": "teaching", "year_group": ""}, follow=True)
    choir = SchoolClass.objects.get(name="Choir")
    assert "Nobody in this class yet" in page.content.decode()
    both = [world.amina.pk, world.ben.pk]
    client.post(f"/ashgrove/classes/{choir.pk}/pupils/", {"pupils": both})
    assert members(choir, world.today) == {"Amina Ali", "Ben Carter"}
    client.post(f"/ashgrove/classes/{choir.pk}/pupils/{world.ben.pk}/end/")
    assert members(choir, world.today) == {"Amina Ali", "Ben Carter"}
    assert members(choir, world.today + timedelta(days=1)) == {"Amina Ali"}
    client.post(f"/ashgrove/changes/{ChangeSet.objects.latest('pk').pk}/undo/")
    assert members(choir, world.today + timedelta(days=1)) == {"Amina Ali", "Ben Carter"}


def test_putting_in_is_turned_back(world: World) -> None:
    made = join_class(
        pupils=[world.amina, world.ben], school_class=world.rowan, on=world.today, by=world.office, at=world.now
    )
    assert members(world.rowan, world.today) == {"Amina Ali", "Ben Carter"}
    assert made.summary["pupils"] == [world.amina.pk]
    changes.undo(change_set=made, by=world.office, at=world.now)
    assert members(world.rowan, world.today) == {"Ben Carter"}


def test_a_pupil_of_the_next_school_is_no_choice(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    answer = client.post(f"/ashgrove/classes/{world.hazel.pk}/pupils/", {"pupils": [world.cora.pk]})
    assert answer.status_code == 422
    with pytest.raises(OtherSchool):
        join_class(pupils=[world.cora], school_class=world.hazel, on=world.today, by=world.office, at=world.now)


def test_two_classes_of_a_year_share_no_name(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    answer = client.post("/ashgrove/classes/new/", {"name": "3 hazel", "kind": "registration"})
    assert answer.status_code == 422
    assert "There is a class called 3 hazel" in answer.content.decode()
    next_year = a_year(world.ashgrove, name="2026/27", first_day=date(2026, 9, 1), last_day=date(2027, 8, 31))
    made = add_class(year=next_year, name="3 Hazel", by=world.office, at=world.now)
    assert made.name == "3 Hazel"


def test_a_class_is_renamed_with_its_pupils_and_marks(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    address = f"/ashgrove/classes/{world.hazel.pk}/name/"
    assert client.post(address, {"name": "4 Rowan"}).status_code == 422
    client.post(address, {"name": "3 Holly", "year_group": world.year_3.pk})
    world.hazel.refresh_from_db()
    assert (world.hazel.name, members(world.hazel, world.today)) == ("3 Holly", {"Amina Ali"})


def test_only_a_class_nobody_was_in_is_taken_away(world: World, client: PageClient) -> None:
    empty = a_class(world)
    a_teacher(world, of=empty)
    with pytest.raises(ClassInUse):
        remove_class(school_class=world.hazel, by=world.office, at=world.now)
    client.force_login(world.office)
    client.post(f"/ashgrove/classes/{empty.pk}/removal/")
    assert not SchoolClass.objects.filter(pk=empty.pk).exists()
    page = client.post(f"/ashgrove/classes/{world.hazel.pk}/removal/", follow=True)
    assert "has had pupils" in page.content.decode()


def test_a_teacher_reaches_a_class_from_the_day_it_is_given(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    post = Post.objects.get(account=world.reyes)
    client.post(f"/ashgrove/classes/{world.hazel.pk}/teachers/", {"post": post.pk})
    client.force_login(world.reyes)
    page = client.get(f"/ashgrove/classes/{world.hazel.pk}/").content.decode()
    assert "Ali, Amina" in page
    assert "Mateo Reyes, teacher" in page
    client.force_login(world.office)
    given = PostClass.objects.get(post=post, school_class=world.hazel)
    client.post(f"/ashgrove/classes/{world.hazel.pk}/teachers/{given.pk}/end/")
    assert PostClass.objects.get(pk=given.pk).ends_on == world.today
    again = teach(post=post, school_class=world.hazel, on=world.today, by=world.office, at=world.now)
    assert (again.pk, again.ends_on) == (given.pk, None)


def test_reach_that_has_not_begun_is_taken_away(world: World) -> None:
    post = Post.objects.get(account=world.reyes)
    later = teach(
        post=post, school_class=world.hazel, on=world.today + timedelta(days=7), by=world.office, at=world.now
    )
    stop_teaching(post_class=later, last_day=world.today, by=world.office, at=world.now)
    assert not PostClass.objects.filter(post=post, school_class=world.hazel).exists()


def test_the_office_itself_teaches_no_class(world: World) -> None:
    with pytest.raises(TeachesNoClasses):
        teach(
            post=Post.objects.get(account=world.office),
            school_class=world.hazel,
            on=world.today,
            by=world.head,
            at=world.now,
        )


@pytest.mark.parametrize("who", ["okafor", "senco", "it", "birchwood_senco"])
def test_classes_are_changed_by_those_who_may(world: World, who: str) -> None:
    with pytest.raises(NotTheirSchool):
        add_class(year=world.year, name="X", by=world.cast[who], at=world.now)
    with pytest.raises(NotTheirSchool):
        leave_class(pupil=world.amina, school_class=world.hazel, last_day=world.today, by=world.cast[who], at=world.now)


def test_nobody_leaves_a_class_they_are_not_in(world: World) -> None:
    with pytest.raises(NotInClass):
        leave_class(pupil=world.ben, school_class=world.hazel, last_day=world.today, by=world.office, at=world.now)
    with pytest.raises(ClassNameTaken):
        add_class(year=world.year, name=" 3 Hazel ", by=world.office, at=world.now)


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("okafor", {"3 Hazel"}), ("reyes", {"4 Rowan"}), ("cover", {"3 Hazel"}), ("tutor", {"3 Hazel"}),
        ("office", {"3 Hazel", "4 Rowan"}), ("head", {"3 Hazel", "4 Rowan"}), ("senco", {"3 Hazel", "4 Rowan"}),
        ("both", {"4 Rowan"}),
    ],
)  # fmt: skip
def test_the_list_shows_the_classes_one_may_see(world: World, client: PageClient, who: str, shown: set[str]) -> None:
    client.force_login(world.cast[who])
    page = client.get("/ashgrove/classes/").content.decode()
    assert {name for name in ("3 Hazel", "4 Rowan", "1 Elm") if name in page} == shown


def test_pages_of_classes_cost_the_same_however_full(
    world: World, client: PageClient, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office)
    addresses = ["/ashgrove/classes/", f"/ashgrove/classes/{world.hazel.pk}/"]
    for address in addresses:
        client.get(address)
    few = []
    for address in addresses:
        with django_assert_max_num_queries(40) as counted:
            client.get(address)
        few.append(len(counted))
    enrol(world, world.hazel, pupils=29)
    for number in range(5):
        enrol(world, a_class(world, name=f"More {number}"), pupils=1)
    for address, before in zip(addresses, few, strict=True):
        with django_assert_max_num_queries(40) as counted:
            page = client.get(address).content.decode()
        assert len(counted) == before
    assert page.count("Member, Pupil") == 29


def test_a_class_of_last_year_shows_who_was_in_it(world: World, client: PageClient) -> None:
    last = a_year(world.ashgrove, name="2024/25", first_day=date(2024, 9, 1), last_day=date(2025, 8, 31))
    old = SchoolClass.objects.create(school=world.ashgrove, year=last, name="2 Hazel")
    ClassMembership.objects.create(
        school=world.ashgrove,
        pupil=world.amina,
        school_class=old,
        starts_on=date(2024, 9, 1),
        ends_on=date(2025, 8, 31),
    )
    client.force_login(world.office)
    assert "2 Hazel" not in client.get("/ashgrove/classes/").content.decode()
    assert "2 Hazel" in client.get(f"/ashgrove/classes/?year={last.pk}").content.decode()
    assert "Ali, Amina" in client.get(f"/ashgrove/classes/{old.pk}/").content.decode()
    assert client.get("/ashgrove/classes/?year=nonsense").status_code == 200


def test_an_empty_school_says_what_belongs_here(world: World, client: PageClient) -> None:
    client.force_login(world.birchwood_senco)
    new = an_account(name="New Head")
    from tests.world import a_school

    cedar = a_school(world)
    a_post(new, Role.HEAD, cedar)
    client.force_login(new)
    assert "No year yet" in client.get("/cedar/classes/").content.decode()
    assert "Nobody on roll yet" in client.get("/cedar/pupils/").content.decode()
    year = a_year(cedar)
    assert "No classes here yet" in client.get("/cedar/classes/").content.decode()
    assert new.viewer(world.now).may(Permission.CLASS_EDIT, cedar)
    assert year.school == cedar


def test_a_merged_record_leaves_its_class(world: World, client: PageClient) -> None:
    twin = a_pupil(world, name="Amina Alli", in_class=world.hazel)
    twin.merged_into = world.amina
    twin.save()
    client.force_login(world.okafor)
    assert members(world.hazel, world.today) == {"Amina Ali"}
    assert "Alli" not in client.get(f"/ashgrove/classes/{world.hazel.pk}/").content.decode()
