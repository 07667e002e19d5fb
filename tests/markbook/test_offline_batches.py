"""Whatever order tablets send in, and however often: one state. Undo and redo are changes of their own."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.markbook.actions import judge
from muster.markbook.items import Item
from muster.markbook.models import Judgement
from muster.markbook.newest import newest
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows
from tests.markbook.test_judging import an_item
from tests.world import NOW, World, a_judgement, a_teacher


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """Every test here reads records to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


def shown(world: World) -> dict[tuple[int, int], tuple[str, int | None, bool]]:
    """What every cell of Amina's shows, and whether with a corner."""
    marks = newest(pupils=[world.amina.pk], objectives=[objective.pk for objective in world.objectives])
    return {cell: (mark.kind, mark.step, mark.two_views) for cell, mark in marks.items()}


VALUES = st.one_of(st.sampled_from("BDSG"), st.sampled_from(["clear", "absent", "not-taught"]))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_order_and_repetition_of_batches_gives_one_state(world: World, data: st.DataObject) -> None:
    """Some tablets went offline knowing a mark of the cell, some before there was one; two cells, so that they meet; and
    two people mark in one and the same moment.
    """
    says = data.draw(st.lists(st.tuples(st.integers(0, 1), VALUES, st.booleans(), st.booleans()), max_size=7))
    before = a_judgement(world, letter="S", at=NOW - timedelta(minutes=data.draw(st.integers(8, 9))))
    items: list[tuple[Item, bool]] = []
    for place, (which, value, colleagues, knew) in enumerate(says):
        said = {"step": world.steps[value].pk} if len(value) == 1 else {"state": value}
        at = NOW - timedelta(minutes=len(says) - place)
        if place % 2 and says[place - 1][2] is not colleagues and data.draw(st.booleans(), label="at once"):
            at -= timedelta(minutes=1)
        base = before.pk if knew and which == 0 else None
        item = an_item(world, objective=world.objectives[which].pk, value=said, at=at, base=base)
        items.append((item, colleagues))
    sent = data.draw(st.permutations(items * 2))
    cuts = data.draw(st.integers(1, 4))
    states = []
    with transaction.atomic():
        colleague = a_teacher(world, of=world.hazel)
        for batches in ([[one] for one in items], [sent[n::cuts] for n in range(cuts)]):
            with transaction.atomic():
                for batch in batches:
                    for by, theirs in ((world.okafor, False), (colleague, True)):
                        mine = [item for item, is_theirs in batch if is_theirs is theirs]
                        if mine:
                            results = judge(mine, school=world.ashgrove, by=by, at=NOW)
                            assert all(result.accepted for result in results)
                states.append((shown(world), Judgement.objects.count()))
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert states[0] == states[1]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 0, 1)])
def test_whoever_sends_first_two_views_are_two(world: World, order: tuple[int, ...]) -> None:
    """One person marked S and then B, another S, neither knowing of the other: they differ, whatever came between."""
    colleague = a_teacher(world, of=world.hazel)
    said = [
        (an_item(world, letter="S", at=NOW - timedelta(minutes=9)), world.okafor),
        (an_item(world, letter="B", at=NOW - timedelta(minutes=8)), world.okafor),
        (an_item(world, letter="S", at=NOW - timedelta(minutes=7)), colleague),
    ]
    for each in order:
        item, by = said[each]
        judge([item], school=world.ashgrove, by=by, at=NOW)
    (mark,) = shown(world).values()
    assert mark == ("step", world.steps["S"].pk, True)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_marks_made_in_one_moment_one_and_the_same_stands_whoever_sends_first(
    world: World, order: tuple[int, ...]
) -> None:
    people = [world.okafor, a_teacher(world, of=world.hazel), a_teacher(world, of=world.hazel)]
    for each in order:
        judge([an_item(world, letter="BDG"[each])], school=world.ashgrove, by=people[each], at=NOW)
    (mark,) = shown(world).values()
    assert mark == ("step", world.steps["G"].pk, True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first=VALUES, second=VALUES)
def test_undo_then_redo_is_the_identity(world: World, first: str, second: str) -> None:
    """Undo says again what stood before, redo what was undone, each over the row the device knows of."""

    def said(value: str) -> dict[str, object]:
        return {"step": world.steps[value].pk} if len(value) == 1 else {"state": value}

    with transaction.atomic():
        version, states = None, []
        for minute, value in enumerate((first, second, first, second)):
            item = an_item(
                world, value=said(value), base=version, at=NOW + timedelta(minutes=minute), number=uuid.uuid4()
            )
            (result,) = judge([item], school=world.ashgrove, by=world.okafor, at=NOW + timedelta(minutes=minute))
            version = result.version
            states.append(shown(world))
        assert states[2] == states[0]
        assert states[3] == states[1]
        assert Judgement.objects.count() == 4
        transaction.set_rollback(True)
