"""Teaching groups that a teacher makes: of whom, until when, and how they go away again."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo, undo
from muster.people.actions.classes import ClassNameTaken
from muster.people.actions.reach import NotTheirPupil, NotTheirSchool, OtherSchool
from muster.people.actions.teaching_groups import NobodyChosen, NoName, make_teaching_group
from muster.people.doors import purpose
from muster.people.models import Account, ChangeSet, ClassMembership, PostClass, Pupil, SchoolClass
from muster.people.purposes import Purpose, Shows
from muster.privacy.models import HistoryEntry
from tests.world import NOW, World, a_pupil, a_teacher

UNTIL = date(2026, 3, 27)


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """What these tests look up afterwards, they read to teach."""
    with purpose().using(Purpose.TEACH, Shows.NAMES):
        yield


def make(world: World, **also: Any) -> ChangeSet:
    """Okafor makes a group of Amina."""
    given: dict[str, Any] = {
        "name": "Fractions, 4 Mar",
        "pupils": [world.amina],
        "year": world.year,
        "year_group": world.year_3,
        "last_day": UNTIL,
        "by": world.okafor,
        "at": NOW,
    } | also
    return make_teaching_group(**given)


def group(made: ChangeSet) -> SchoolClass:
    return SchoolClass.objects.get(pk=made.summary["teaching_group"])


def test_a_group_stands_from_today_until_its_last_day(world: World) -> None:
    made = group(make(world))
    assert (made.kind, made.name, made.year_group) == ("teaching", "Fractions, 4 Mar", world.year_3)
    inside = ClassMembership.objects.get(school_class=made)
    assert (inside.pupil_id, inside.starts_on, inside.ends_on) == (world.amina.pk, NOW.date(), UNTIL)
    reach = PostClass.objects.get(school_class=made)
    assert (reach.post.account, reach.starts_on, reach.ends_on) == (world.okafor, NOW.date(), UNTIL)
    assert Pupil.objects.in_class(world.hazel, NOW.date()).contains(world.amina), "her class is not touched"


def test_the_head_reaches_it_without_a_reach_of_its_own(world: World) -> None:
    made = group(make(world, by=world.head, pupils=[world.amina, world.ben]))
    assert not PostClass.objects.filter(school_class=made).exists()
    assert SchoolClass.objects.visible_to(world.head.viewer(NOW), may=Permission.CLASS_VIEW).contains(made)


@pytest.mark.parametrize(
    ("also", "refusal"),
    [
        pytest.param(lambda w: {"pupils": [w.amina, w.ben]}, NotTheirPupil, id="another teacher's pupil"),
        pytest.param(lambda w: {"pupils": [w.cora]}, OtherSchool, id="another school's pupil"),
        pytest.param(lambda w: {"pupils": []}, NobodyChosen, id="nobody"),
        pytest.param(lambda w: {"name": "  "}, NoName, id="no name"),
        pytest.param(lambda w: {"name": "x" * 61}, NoName, id="too long a name"),
        pytest.param(lambda w: {"name": "3 hazel"}, ClassNameTaken, id="a name that is taken"),
        pytest.param(lambda w: {"by": w.cover}, NotTheirSchool, id="a cover teacher"),
        pytest.param(lambda w: {"by": w.office}, NotTheirSchool, id="the office"),
        pytest.param(lambda w: {"by": w.birchwood_teacher}, NotTheirSchool, id="the next school"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(world: World, also: Any, refusal: type[Exception]) -> None:
    before = (SchoolClass.objects.count(), ChangeSet.objects.count(), HistoryEntry.objects.count())
    with pytest.raises(refusal) as told:
        make(world, **also(world))
    assert str(told.value).endswith(".")
    assert (SchoolClass.objects.count(), ChangeSet.objects.count(), HistoryEntry.objects.count()) == before


def test_a_group_is_undone_by_whoever_made_it(world: World) -> None:
    made = make(world)
    undo(change_set=made, by=world.okafor, at=NOW)
    assert not SchoolClass.objects.filter(pk=made.summary["teaching_group"]).exists()
    assert not ClassMembership.objects.filter(pupil=world.amina, school_class__kind="teaching").exists()


@pytest.mark.parametrize("who", ["head", "other"])
def test_nobody_else_undoes_it(world: World, who: str) -> None:
    made = make(world)
    by: Account = world.head if who == "head" else a_teacher(world, of=world.hazel)
    with pytest.raises(CannotUndo):
        undo(change_set=made, by=by, at=NOW)
    assert ClassMembership.objects.filter(school_class=group(made)).exists()


def test_a_group_that_has_changed_since_stays(world: World) -> None:
    made = make(world)
    joined = a_pupil(world, name="Dilys Evans", in_class=world.hazel)
    ClassMembership.objects.create(school=world.ashgrove, pupil=joined, school_class=group(made), starts_on=NOW.date())
    with pytest.raises(CannotUndo):
        undo(change_set=made, by=world.okafor, at=NOW)
    assert group(made)
