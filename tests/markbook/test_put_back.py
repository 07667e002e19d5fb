"""An undo puts back what stood before, as it stood: a mark of an earlier term counts again, and is of that term."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.markbook.actions import PUT_BACK, judge
from muster.markbook.as_at import AsAt, Mode
from muster.markbook.items import Item
from muster.markbook.models import Judgement
from muster.markbook.newest import Newest, newest
from muster.people.actions.merging import merge_pupils
from muster.people.doors import purpose
from muster.people.outbox import Result
from muster.people.purposes import Purpose, Shows
from tests.markbook.test_bending import split
from tests.markbook.test_judging import an_item, sent
from tests.markbook.test_pages import unit_href
from tests.markbook.test_taught import covered, was_taught
from tests.support.client import PageClient
from tests.world import NOW, World, a_judgement, a_pupil

AUTUMN = NOW - timedelta(days=120)
VALUES = st.one_of(st.sampled_from("BDSG"), st.sampled_from(["clear", "absent", "not-taught"]))


@pytest.fixture(autouse=True)
def teaching() -> Any:
    """Every test here reads records to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


def minute(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def puts_back(world: World, over: int, *, base: int | None = None, at: datetime = NOW) -> Item:
    """An undo as a tablet sends it: `over` is the row the mark that is taken back was made over."""
    return an_item(world, value={"state": PUT_BACK, "over": over, "face": "S"}, base=base, at=at)


def stands(world: World, until: AsAt | None = None) -> Newest:
    """What Amina's first objective holds."""
    cell = (world.amina.pk, world.objectives[0].pk)
    return newest(pupils=[cell[0]], objectives=[cell[1]], until=until)[cell]


def secure(world: World) -> int:
    """How many of her objectives are secure, all terms together."""
    return covered(world).of[world.amina.pk, world.maths.pk].secure


def marked_and_undone(world: World, earlier: Judgement) -> Result:
    (marked,) = sent(world, an_item(world, letter="B", base=earlier.pk))
    assert stands(world).step == world.steps["B"].pk
    (undone,) = sent(world, puts_back(world, earlier.pk, base=marked.version, at=minute(1)), at=minute(1))
    return undone


def test_an_undo_over_a_mark_of_an_earlier_term_puts_that_mark_back(world: World) -> None:
    was_taught(world, world.objectives[0])
    earlier = a_judgement(world, letter="S", at=AUTUMN)
    before, counted = stands(world), secure(world)
    undone = marked_and_undone(world, earlier)
    after = stands(world)
    assert (after.kind, after.step, after.judged_at) == (before.kind, before.step, before.judged_at)
    assert after.version == undone.version
    assert secure(world) == counted == 1
    assert (undone.status, undone.shown) == (201, {"step": world.steps["S"].pk, "state": "earlier"})
    assert Judgement.objects.count() == 3


def test_what_is_put_back_is_faint_again_on_the_grid(client: PageClient, world: World) -> None:
    earlier = a_judgement(world, letter="S", at=AUTUMN)
    marked_and_undone(world, earlier)
    client.force_login(world.okafor)
    page = client.get(unit_href(world)).content.decode()
    row = page.split(f'data-pupil="{world.amina.pk}"')[1].split("</tr>")[0]
    assert 'class="faint"' in row
    assert "S before this term, not yet marked" in row


def test_two_marks_are_undone_one_after_the_other(world: World) -> None:
    earlier = a_judgement(world, letter="S", at=AUTUMN)
    (first,) = sent(world, an_item(world, letter="B", base=earlier.pk))
    (second,) = sent(world, an_item(world, letter="D", base=first.version, at=minute(1)), at=minute(1))
    (undone,) = sent(world, an_item(world, letter="B", base=second.version, at=minute(2)), at=minute(2))
    sent(world, puts_back(world, earlier.pk, base=undone.version, at=minute(3)), at=minute(3))
    assert (stands(world).step, stands(world).judged_at) == (world.steps["S"].pk, AUTUMN)


def test_a_mark_after_an_undo_stands_whatever_the_clock_of_its_tablet_says(world: World) -> None:
    earlier = a_judgement(world, letter="S", at=AUTUMN)
    undone = marked_and_undone(world, earlier)
    sent(world, an_item(world, letter="G", base=undone.version, at=NOW), at=minute(2))
    assert stands(world).step == world.steps["G"].pk


@pytest.mark.parametrize("kind", [Judgement.Kind.ABSENT, Judgement.Kind.NOT_TAUGHT])
def test_absent_and_not_taught_of_an_earlier_term_come_back_too(world: World, kind: Judgement.Kind) -> None:
    earlier = a_judgement(world, letter=None, kind=kind, at=AUTUMN)
    undone = marked_and_undone(world, earlier)
    assert (stands(world).kind, stands(world).judged_at) == (kind, AUTUMN)
    assert undone.shown == {"state": "earlier"}


def test_a_cell_that_was_cleared_is_cleared_again(world: World) -> None:
    a_judgement(world, letter="S", at=AUTUMN)
    cleared = a_judgement(world, letter=None, kind=Judgement.Kind.CLEAR, at=NOW - timedelta(hours=1))
    undone = marked_and_undone(world, cleared)
    assert (stands(world).kind, undone.shown) == ("clear", {"state": "clear"})


def test_nothing_of_another_cell_is_ever_put_back(world: World) -> None:
    elsewhere = a_judgement(world, objective=world.objectives[1], letter="G", at=AUTUMN)
    (marked,) = sent(world, an_item(world, letter="B"))
    sent(world, puts_back(world, elsewhere.pk, base=marked.version, at=minute(1)), at=minute(1))
    assert stands(world).kind == "clear"


@pytest.mark.parametrize("over", [None, "7", 0, -1, True, 2**70, [1]])
def test_an_undo_that_names_no_row_is_refused(world: World, over: object) -> None:
    (result,) = sent(world, an_item(world, value={"state": PUT_BACK, "over": over}))
    assert result.status == 422
    assert not Judgement.objects.exists()


def test_an_undo_sent_twice_is_kept_once(world: World) -> None:
    earlier = a_judgement(world, letter="S", at=AUTUMN)
    (marked,) = sent(world, an_item(world, letter="B", base=earlier.pk))
    item = puts_back(world, earlier.pk, base=marked.version, at=minute(1))
    first, again = sent(world, item, at=minute(1))[0], sent(world, item, at=minute(2))[0]
    assert (first.status, again.status) == (201, 200)
    assert first.shown == again.shown
    assert Judgement.objects.count() == 3


def test_each_past_moment_shows_what_stood_at_it(world: World) -> None:
    earlier = a_judgement(world, letter="S", at=AUTUMN)
    marked_and_undone(world, earlier)
    for mode in Mode:
        assert stands(world, AsAt(minute(0), mode)).step == world.steps["B"].pk
        assert stands(world, AsAt(minute(1), mode)).step == world.steps["S"].pk
        assert stands(world, AsAt(AUTUMN, mode)).step == world.steps["S"].pk


def test_a_mark_made_on_a_record_that_was_joined_comes_back_too(world: World) -> None:
    twin = a_pupil(world, name="Aminah Ali", in_class=world.hazel)
    earlier = a_judgement(world, pupil=twin, letter="S", at=AUTUMN)
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    marked_and_undone(world, earlier)
    assert (stands(world).kind, stands(world).step) == ("step", world.steps["S"].pk)


def test_what_was_put_back_is_carried_over_a_split_as_of_its_own_day(world: World) -> None:
    earlier = a_judgement(world, letter="S", at=AUTUMN)
    marked_and_undone(world, earlier)
    split(world)
    copy = Judgement.objects.filter(copied_from__isnull=False).order_by("pk").last()
    assert copy is not None
    assert (copy.step, copy.earlier_at) == (world.steps["S"], AUTUMN)


def test_the_history_of_the_cell_says_that_it_was_put_back(client: PageClient, world: World) -> None:
    earlier = a_judgement(world, letter="S", at=AUTUMN)
    marked_and_undone(world, earlier)
    client.force_login(world.okafor)
    page = client.get(f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/")
    assert page.content.decode().count("Put back:") == 1


def test_a_batch_with_undos_costs_one_statement_more_whatever_its_size(world: World) -> None:
    rows = [a_judgement(world, objective=each, letter="S", at=AUTUMN) for each in world.objectives[:3]]
    marks = [an_item(world, objective=row.objective_id, letter="B", base=row.pk) for row in rows]
    counts: list[int] = []
    versions: dict[Any, int | None] = {row.pk: row.pk for row in rows}

    def cost(*batch: Item) -> None:
        with CaptureQueriesContext(connection) as asked:
            results = sent(world, *batch)
        counts.append(len(asked))
        versions.update(
            (item.value.get("over", item.base), result.version) for item, result in zip(batch, results, strict=True)
        )

    def undo(row: Judgement) -> Item:
        return replace(puts_back(world, row.pk, base=versions[row.pk]), objective=row.objective_id)

    cost(marks[0])
    cost(undo(rows[0]))
    cost(*marks[1:])
    cost(*map(undo, rows))
    assert counts[1] == counts[3] == counts[2] + 1


def test_the_database_refuses_to_put_back_what_is_later_or_nothing(world: World) -> None:
    made = a_judgement(world)
    for kind, earlier_at in (("absent", NOW + timedelta(days=1)), ("clear", AUTUMN)):
        wrong = Judgement(
            school=made.school, pupil=made.pupil, objective=made.objective, kind=kind, act=uuid.uuid4(), judged_at=NOW,
            recorded_at=timezone.now(), judged_by=made.judged_by, change_set=made.change_set, earlier_at=earlier_at,
        )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(earlier=st.none() | VALUES, said=st.lists(VALUES, min_size=1, max_size=4))
def test_undo_all_the_way_and_redo_all_the_way_are_the_identity(
    world: World, earlier: str | None, said: list[str]
) -> None:
    """As undo.js has it: a mark that was made where another showed says that one again, else what lay there is put back."""

    def value(text: str) -> dict[str, Any]:
        return {"step": world.steps[text].pk} if len(text) == 1 else {"state": text}

    def holds() -> tuple[str, int | None, datetime | None]:
        marks = newest(pupils=[world.amina.pk], objectives=[world.objectives[0].pk])
        for mark in marks.values():
            if mark.kind != "clear":
                return mark.kind, mark.step, mark.judged_at if mark.judged_at < NOW else None
        return "clear", None, None

    with transaction.atomic():
        if earlier is not None:
            kind = Judgement.Kind.STEP if len(earlier) == 1 else Judgement.Kind(earlier)
            a_judgement(world, letter=earlier if len(earlier) == 1 else None, kind=kind, at=AUTUMN)
        version = Judgement.objects.values_list("pk", flat=True).first()
        clock, showed, states, acts = 0, "", [holds()], []

        def says(what: dict[str, Any]) -> None:
            nonlocal version, clock
            clock += 1
            item = an_item(world, value=what, base=version, at=minute(clock))
            (result,) = judge([item], school=world.ashgrove, by=world.okafor, at=minute(clock))
            assert result.accepted
            version = result.version

        for each in said:
            now = "" if each == "clear" else each
            acts.append((each, showed, version))
            says(value(each))
            states.append(holds())
            showed = now
        for place in range(len(acts) - 1, -1, -1):
            _each, before, base = acts[place]
            if before:
                says(value(before))
            else:
                says({"state": PUT_BACK, "over": base} if base else {"state": "clear"})
            assert holds() == states[place]
        for place, (each, _before, _base) in enumerate(acts):
            says(value(each))
            assert holds() == states[place + 1]
        transaction.set_rollback(True)
