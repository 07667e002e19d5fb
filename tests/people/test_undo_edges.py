"""What was done can be turned back later, when other things have happened: rightly, or with a sentence that says why not."""

import re
import uuid
from datetime import timedelta

import pytest

from muster.markbook.actions import judge
from muster.markbook.items import Item
from muster.people.actions.classes import join_class, leave_class, move_class, remove_class
from muster.people.actions.merging import merge_pupils
from muster.people.actions.pupils import come_back, leave
from muster.people.doors import purpose
from muster.people.models import Account, ChangeSet, ClassMembership, Pupil, SchoolClass
from muster.people.purposes import Purpose, Shows
from tests.support.client import PageClient
from tests.world import NOW, World, a_class, a_pupil, a_teacher


def places(pupil: Pupil) -> list[tuple[str, object]]:
    rows = ClassMembership.objects.filter(pupil=pupil).select_related("school_class").order_by("starts_on", "pk")
    return [(row.school_class.name, row.ends_on) for row in rows]


def undo(world: World, made: ChangeSet, client: PageClient) -> str:
    """Press Undo; what the page then says."""
    client.force_login(world.office)
    answer = client.post(f"/ashgrove/changes/{made.pk}/undo/", follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def twin(world: World) -> Pupil:
    """Amina entered twice, in another class."""
    return a_pupil(world, name="Amina Ali", in_class=world.rowan)


def test_a_class_is_not_given_back_to_a_pupil_who_has_left_the_school(world: World, client: PageClient) -> None:
    choir = a_class(world, name="Choir", kind=SchoolClass.Kind.TEACHING)
    join_class(pupils=[world.amina], school_class=choir, on=world.today, by=world.office, at=NOW)
    out = leave_class(pupil=world.amina, school_class=choir, last_day=world.today, by=world.office, at=NOW)
    gone = leave(pupil=world.amina, left_on=world.today, by=world.office, at=NOW)
    before = places(world.amina)
    assert "This pupil has left the school since. Undo that first." in undo(world, out, client)
    assert places(world.amina) == before
    undo(world, gone, client)
    undo(world, out, client)
    assert places(world.amina) == [("3 Hazel", None), ("Choir", None)]


def test_a_class_is_not_given_back_to_a_pupil_who_is_in_another_instead(world: World, client: PageClient) -> None:
    out = leave_class(
        pupil=world.amina, school_class=world.hazel, last_day=world.today - timedelta(days=1), by=world.office, at=NOW
    )
    move_class(pupil=world.amina, to=world.rowan, on=world.today, by=world.office, at=NOW)
    before = places(world.amina)
    assert "classes have changed since" in undo(world, out, client)
    assert places(world.amina) == before


def test_a_class_is_not_given_back_once_it_is_taken_away(world: World, client: PageClient) -> None:
    oak = a_class(world, name="5 Oak")
    next_week = world.today + timedelta(days=7)
    move_class(pupil=world.amina, to=oak, on=next_week, by=world.office, at=NOW)
    gone = leave(pupil=world.amina, left_on=world.today, by=world.office, at=NOW)
    remove_class(school_class=oak, by=world.office, at=NOW)
    assert "The class has been taken away since." in undo(world, gone, client)
    assert places(world.amina) == [("3 Hazel", world.today)]


@pytest.mark.parametrize("what", ["moved", "joined a class", "left a class", "left", "came back"])
def test_what_was_done_to_a_record_before_it_was_joined_stays_until_the_two_are_apart(
    world: World, client: PageClient, twin: Pupil, what: str
) -> None:
    """Its rows may be the other record's by now."""
    choir = a_class(world, name="Choir", kind=SchoolClass.Kind.TEACHING)
    yesterday = world.today - timedelta(days=1)
    match what:
        case "moved":
            made = move_class(pupil=twin, to=a_class(world), on=world.today, by=world.office, at=NOW)
        case "joined a class":
            made = join_class(pupils=[twin], school_class=choir, on=world.today, by=world.office, at=NOW)
        case "left a class":
            made = leave_class(pupil=twin, school_class=world.rowan, last_day=yesterday, by=world.office, at=NOW)
        case "left":
            made = leave(pupil=twin, left_on=yesterday, by=world.office, at=NOW)
        case _:
            leave(pupil=twin, left_on=yesterday, by=world.office, at=NOW)
            made = come_back(pupil=twin, joined_on=world.today, by=world.office, at=NOW)
    as_it_was = places(twin)
    merged = merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    before = places(world.amina), places(twin)
    assert "This record has been joined with another since. Undo that first." in undo(world, made, client)
    assert (places(world.amina), places(twin)) == before
    undo(world, merged, client)
    assert places(twin) == as_it_was
    undo(world, made, client)
    assert ChangeSet.objects.get(pk=made.pk).undone_by is not None


def test_a_move_of_the_record_that_was_kept_is_turned_back_after_the_joining(
    world: World, client: PageClient, twin: Pupil
) -> None:
    made = move_class(pupil=world.amina, to=world.rowan, on=world.today, by=world.office, at=NOW)
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    undo(world, made, client)
    assert ChangeSet.objects.get(pk=made.pk).undone_by is not None
    assert places(world.amina) == [("3 Hazel", None)]


def test_a_move_is_not_turned_back_into_a_class_that_the_other_record_brought(
    world: World, client: PageClient, twin: Pupil
) -> None:
    """Amina went out of a class; what the other record brought stands in its place now."""
    yesterday = world.today - timedelta(days=1)
    out = leave_class(pupil=world.amina, school_class=world.hazel, last_day=yesterday, by=world.office, at=NOW)
    ClassMembership.objects.filter(pupil=twin).update(starts_on=world.today)
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    before = places(world.amina)
    assert ("4 Rowan", None) in before
    assert "classes have changed since" in undo(world, out, client)
    assert places(world.amina) == before


# -- two views of a record that was joined ------------------------------------------------------------------------------


def a_mark(world: World, pupil: Pupil, letter: str, by: Account, *, minutes: int) -> None:
    """A mark made without knowing of any other."""
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="judgement",
        pupil=pupil.pk,
        objective=world.objectives[0].pk,
        value={"step": world.steps[letter].pk},
        base=None,
        made_at=NOW - timedelta(minutes=minutes),
        seq=0,
    )
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        (result,) = judge([item], school=world.ashgrove, by=by, at=NOW)
    assert result.accepted


@pytest.mark.parametrize("asked_by", ["the kept record", "the record that was joined"])
def test_two_views_that_came_with_a_joined_record_are_settled_in_its_panel(
    world: World, client: PageClient, asked_by: str
) -> None:
    twin = a_pupil(world, name="Amina Ali", in_class=world.hazel)
    colleague = a_teacher(world, of=world.hazel)
    a_mark(world, world.amina, "B", world.okafor, minutes=60)
    a_mark(world, twin, "S", world.okafor, minutes=30)
    a_mark(world, twin, "D", colleague, minutes=20)
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    client.force_login(world.okafor)
    asked = world.amina if asked_by == "the kept record" else twin
    address = f"/ashgrove/cells/{asked.pk}/{world.objectives[0].pk}/"
    page = client.get(address).content.decode()
    assert "Two of you marked this" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    settled = client.post(
        address, {"settle": str(world.steps["S"].pk), "version": version[1]}, follow=True
    ).content.decode()
    assert "Two of you marked this" not in settled
    assert "Saved." in settled
    assert (
        "Two of you marked this"
        not in client.get(f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/").content.decode()
    )
