"""Acts on a curriculum: each is one change set with one entry of history, and each can be turned back."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from muster.curriculum import actions
from muster.curriculum.models import Framework, Objective, Scale, Stage, Strand, Subject
from muster.curriculum.names import InUse, NameTaken, OtherFramework
from muster.curriculum.rules.outline import read_outline
from muster.curriculum.rules.pasting import wanted_from
from muster.curriculum.rules.steps import StepDraft
from muster.people.actions.changes import CannotUndo, undo
from muster.people.actions.reach import NotTheirSchool, OtherSchool
from muster.people.models import ChangeSet
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import World

LIST = """Ropes
    Knots
        K1 Ties a bowline *
        Ties a reef knot
    Splices
        Makes an eye splice"""


def draft_steps(scale: Scale) -> list[StepDraft]:
    rows = scale.steps.live().order_by("position")
    return [StepDraft(s.word, s.code, s.digit, s.symbol, s.fill, s.place, s.number, s.secure, s.pk) for s in rows]


def paste(world: World, text: str = LIST, stage: str = "Year 3 and 4") -> ChangeSet:
    wanted = wanted_from(read_outline(text), stages=(stage,) if stage else ())
    made = actions.fill_framework(
        framework=world.framework,
        plan=actions.plan_for(world.framework, wanted),
        by=world.okafor,
        at=world.now,
    )
    assert made is not None
    return made


def last(world: World) -> ChangeSet:
    return ChangeSet.objects.at(world.ashgrove).latest("pk")


def test_a_pasted_list_becomes_objectives_with_codes_stages_and_keys(world: World) -> None:
    paste(world)
    rows = Objective.objects.live().filter(strand__subject__name="Ropes").in_order()
    assert [(row.code, row.strand.name, row.is_key) for row in rows] == [
        ("K1", "Knots", True),
        ("K2", "Knots", False),
        ("S1", "Splices", False),
    ]
    stage = Stage.objects.get(name="Year 3 and 4")
    assert set(stage.year_groups.all()) == {world.year_3, world.year_4}
    assert stage.objectives.count() == 3


def test_a_list_is_one_change_set_and_one_entry_of_history(world: World) -> None:
    before = HistoryEntry.objects.count()
    paste(world)
    assert HistoryEntry.objects.count() == before + 1
    assert last(world).finished_at == world.now


def test_a_list_pasted_again_changes_nothing(world: World) -> None:
    paste(world)
    wanted = wanted_from(read_outline(LIST), stages=("Year 3 and 4",))
    assert actions.plan_for(world.framework, wanted).is_empty


def test_a_list_undone_is_out_of_use_and_can_be_pasted_again(world: World) -> None:
    undo(change_set=paste(world), by=world.okafor, at=world.now)
    assert not Subject.objects.live().filter(name="Ropes").exists()
    assert not Objective.objects.live().filter(strand__subject__name="Ropes").exists()
    paste(world)
    rows = Objective.objects.live().filter(strand__subject__name="Ropes", strand__retired_at__isnull=True)
    assert [row.code for row in rows.in_order()] == ["K1", "K2", "S1"]
    assert Objective.objects.filter(strand__subject__name="Ropes").count() == 3


def test_an_edit_in_place_is_undone_to_the_word(world: World) -> None:
    objective = world.objectives[0]
    before = (objective.wording, objective.code, objective.is_key)
    change_set = actions.change_objective(
        objective=objective, wording="Counts in fours", code="N9", stages=[], is_key=True, by=world.okafor, at=world.now
    )
    assert change_set is not None
    undo(change_set=change_set, by=world.okafor, at=world.now)
    objective.refresh_from_db()
    assert (objective.wording, objective.code, objective.is_key) == before
    assert list(objective.stages.all()) == [world.lower_juniors]


def test_what_was_changed_since_is_never_overwritten_by_undo(world: World) -> None:
    objective = world.objectives[0]
    same: dict[str, Any] = {"code": "N1", "stages": [world.lower_juniors], "at": world.now}
    first = actions.change_objective(objective=objective, wording="First words", by=world.okafor, **same)
    actions.change_objective(objective=objective, wording="Second words", by=world.reyes, **same)
    assert first is not None
    with pytest.raises(CannotUndo, match="changed since"), transaction.atomic():
        undo(change_set=first, by=world.okafor, at=world.now)
    objective.refresh_from_db()
    assert objective.wording == "Second words"


def test_an_edit_that_changes_nothing_writes_nothing(world: World) -> None:
    objective, before = world.objectives[0], HistoryEntry.objects.count()
    made = actions.change_objective(
        objective=objective,
        wording=objective.wording,
        code=objective.code,
        stages=[world.lower_juniors],
        by=world.okafor,
        at=world.now,
    )
    assert made is None
    assert HistoryEntry.objects.count() == before


def test_a_retired_objective_keeps_its_place_and_comes_back(world: World) -> None:
    objective = world.objectives[1]
    actions.retire_objective(objective=objective, by=world.okafor, at=world.now)
    assert not Objective.objects.live().filter(pk=objective.pk).exists()
    actions.bring_back_objective(objective=objective, by=world.okafor, at=world.now)
    rows = Objective.objects.live().filter(strand=world.number).in_order()
    assert [row.pk for row in rows] == [row.pk for row in world.objectives]


def test_an_objective_of_a_retired_strand_brings_its_strand_back(world: World) -> None:
    actions.retire_subject(subject=world.maths, by=world.okafor, at=world.now)
    assert not Subject.objects.live().filter(pk=world.maths.pk).exists()
    actions.bring_back_objective(
        objective=Objective.objects.get(pk=world.objectives[0].pk), by=world.okafor, at=world.now
    )
    assert Strand.objects.live().filter(pk=world.number.pk).exists()
    assert Subject.objects.live().filter(pk=world.maths.pk).exists()


def test_objectives_move_one_place_and_back(world: World) -> None:
    first, second = world.objectives[:2]
    moved = actions.move(row=second, to=actions.Direction.UP, by=world.okafor, at=world.now)
    order = Objective.objects.live().filter(strand=world.number).in_order()
    assert [row.pk for row in order][:2] == [second.pk, first.pk]
    assert (
        actions.move(row=Objective.objects.get(pk=second.pk), to=actions.Direction.UP, by=world.okafor, at=world.now)
        is None
    )
    assert moved is not None
    undo(change_set=moved, by=world.okafor, at=world.now)
    assert [row.pk for row in order.all()][:2] == [first.pk, second.pk]


def test_a_strand_moves_with_all_that_stands_in_it(world: World) -> None:
    given: dict[str, Any] = {"subject": world.maths, "by": world.okafor, "at": world.now}
    shape = actions.add_strand(name="Shape", **given)
    actions.add_strand(name="Angles", parent=shape, **given)
    actions.add_strand(name="Counting", parent=world.number, **given)
    names = [strand.name for strand in world.maths.strands.live().order_by("position")]
    assert names == ["Number", "Counting", "Shape", "Angles"]
    actions.move(row=Strand.objects.get(pk=shape.pk), to=actions.Direction.UP, by=world.okafor, at=world.now)
    names = [strand.name for strand in world.maths.strands.live().order_by("position")]
    assert names == ["Shape", "Angles", "Number", "Counting"]


def test_a_stage_that_alone_holds_objectives_stays(world: World) -> None:
    with pytest.raises(InUse, match="4 objectives"):
        actions.retire_stage(stage=world.lower_juniors, by=world.okafor, at=world.now)


def test_a_stage_reads_its_year_groups_from_its_name(world: World) -> None:
    stage = actions.add_stage(framework=world.framework, name="Year 4", by=world.okafor, at=world.now)
    assert list(stage.year_groups.all()) == [world.year_4]
    odd = actions.add_stage(framework=world.framework, name="Rainbow", by=world.okafor, at=world.now)
    assert not odd.year_groups.exists()


def test_names_are_not_taken_twice(world: World) -> None:
    given: dict[str, Any] = {"by": world.okafor, "at": world.now}
    with pytest.raises(NameTaken):
        actions.add_subject(framework=world.framework, name=" Maths ", **given)
    with pytest.raises(NameTaken):
        actions.add_framework(school=world.ashgrove, name=world.framework.name, scale=world.scale, **given)
    actions.retire_framework(framework=world.framework, **given)
    actions.add_framework(school=world.ashgrove, name=world.framework.name, scale=world.scale, **given)


def test_a_stage_of_another_framework_is_refused(world: World) -> None:
    given: dict[str, Any] = {"by": world.okafor, "at": world.now}
    other = actions.add_framework(school=world.ashgrove, name="Another", scale=world.scale, **given)
    stage = actions.add_stage(framework=other, name="Year 9", **given)
    with pytest.raises(OtherFramework):
        actions.add_objective(strand=world.number, wording="Counts", stages=[stage], **given)


# -- scales ----------------------------------------------------------------------------------------------------------


def test_two_steps_may_swap_their_letters_and_keys_and_back(world: World) -> None:
    steps = draft_steps(world.scale)
    first, second = steps[0], steps[1]
    swapped = [
        replace(first, code=second.code, digit=second.digit),
        replace(second, code=first.code, digit=first.digit),
        *steps[2:],
    ]
    made = actions.change_scale(scale=world.scale, name=world.scale.name, steps=swapped, by=world.head, at=world.now)
    assert [step.code for step in draft_steps(world.scale)][:2] == [second.code, first.code]
    assert made is not None
    undo(change_set=made, by=world.head, at=world.now)
    assert draft_steps(world.scale) == steps


def test_a_step_keeps_its_marks_through_a_new_word(world: World) -> None:
    steps = draft_steps(world.scale)
    actions.change_scale(
        scale=world.scale,
        name=world.scale.name,
        steps=[replace(steps[0], word="Beginning to"), *steps[1:]],
        by=world.head,
        at=world.now,
    )
    assert draft_steps(world.scale)[0].pk == steps[0].pk


def test_a_step_left_out_is_retired_and_its_letter_is_free(world: World) -> None:
    steps = draft_steps(world.scale)
    new = StepDraft("Brand new", steps[0].code, steps[0].digit)
    actions.change_scale(scale=world.scale, name="Depth", steps=[*steps[1:], new], by=world.head, at=world.now)
    codes = [step.code for step in draft_steps(world.scale)]
    assert codes == [*(step.code for step in steps[1:]), steps[0].code]
    assert world.scale.steps.count() == len(steps) + 1


def test_a_scale_in_use_is_not_retired(world: World) -> None:
    with pytest.raises(InUse, match=world.framework.name):
        actions.retire_scale(scale=world.scale, by=world.head, at=world.now)


def test_a_scale_that_is_none_writes_nothing(world: World) -> None:
    before = (Scale.objects.count(), HistoryEntry.objects.count())
    with pytest.raises(actions.ScaleRefused) as refused, transaction.atomic():
        actions.add_scale(
            school=world.ashgrove,
            name="X",
            steps=[StepDraft("A", "a"), StepDraft("B", "A")],
            by=world.head,
            at=world.now,
        )
    assert refused.value.faults[0].step == 1
    assert (Scale.objects.count(), HistoryEntry.objects.count()) == before


def test_a_number_given_to_a_step_can_be_taken_back(world: World) -> None:
    steps = draft_steps(world.scale)
    numbered = [replace(step, number=Decimal(place)) for place, step in enumerate(steps, start=1)]
    given: dict[str, Any] = {"name": world.scale.name, "by": world.head, "at": world.now}
    made = actions.change_scale(scale=world.scale, steps=numbered, **given)
    assert made is not None
    again = Scale.objects.get(pk=world.scale.pk)
    assert actions.change_scale(scale=again, steps=numbered, **given) is None, "2 and 2.00 are one number"
    undo(change_set=made, by=world.head, at=world.now)
    assert draft_steps(world.scale) == steps


@pytest.mark.parametrize("who", ["it", "office", "cover", "birchwood_teacher"])
def test_who_may_not_change_the_curriculum_changes_none_by_any_way(world: World, who: str) -> None:
    given: dict[str, Any] = {"by": world.cast[who], "at": world.now}
    before = HistoryEntry.objects.count()
    for act in (
        lambda: actions.add_framework(school=world.ashgrove, name="Mine", scale=world.scale, **given),
        lambda: actions.add_scale(school=world.ashgrove, name="Mine", steps=[StepDraft("One")], **given),
        lambda: actions.retire_objective(objective=world.objectives[0], **given),
    ):
        with pytest.raises(NotTheirSchool), transaction.atomic():
            act()
    assert HistoryEntry.objects.count() == before
    assert not Framework.objects.filter(name="Mine").exists()


def test_a_framework_is_not_judged_with_another_school_s_scale(world: World) -> None:
    given: dict[str, Any] = {"scale": world.birchwood_scale, "by": world.head, "at": world.now}
    with pytest.raises(OtherSchool):
        actions.add_framework(school=world.ashgrove, name="Mine", **given)
    with pytest.raises(OtherSchool):
        actions.change_framework(framework=world.framework, name="Mine", **given)


def test_after_30_days_an_act_stands(world: World) -> None:
    made = paste(world)
    with pytest.raises(CannotUndo), transaction.atomic():
        undo(change_set=made, by=world.okafor, at=world.now + timedelta(days=31))


def test_a_subject_somebody_filled_since_is_not_undone_away(world: World) -> None:
    given: dict[str, Any] = {"by": world.okafor, "at": world.now}
    subject = actions.add_subject(framework=world.framework, name="Ropes", **given)
    made = last(world)
    strand = actions.add_strand(subject=subject, name="Knots", **given)
    actions.add_objective(strand=strand, wording="Ties a bowline", **given)
    with pytest.raises(CannotUndo, match="stands on this"), transaction.atomic():
        undo(change_set=made, **given)
    assert Subject.objects.live().filter(pk=subject.pk).exists()


def test_the_neighbouring_school_has_its_own(world: World) -> None:
    paste(world)
    assert not Framework.objects.at(world.birchwood).filter(subjects__name="Ropes").exists()
    assert all(row.school == world.ashgrove for row in Objective.objects.filter(strand__subject__name="Ropes"))


# -- large and deep ----------------------------------------------------------------------------------------------------


def test_a_list_of_three_hundred_levels_is_read_shown_and_taken_out(world: World, client: PageClient) -> None:
    """Deeper than anybody writes, and deeper than a function may call itself."""
    deep = "\n".join("  " * level + f"Level {level}" for level in range(300)) + "\n" + "  " * 300 + "Ties a bowline"
    made = paste(world, deep, stage="")
    strands = Strand.objects.filter(subject__name="Level 0")
    assert strands.count() == 299
    assert actions.plan_for(world.framework, wanted_from(read_outline(deep), stages=())).is_empty
    top = strands.get(parent=None)
    client.force_login(world.okafor)
    for address in (f"/ashgrove/frameworks/{world.framework.pk}/subjects/{top.subject_id}/", "/ashgrove/mark/"):
        assert client.get(address, follow=True).status_code == 200
    actions.move(row=top, to=actions.Direction.DOWN, by=world.okafor, at=world.now)
    retired = actions.retire_strand(strand=top, by=world.okafor, at=world.now)
    assert not strands.live().exists()
    undo(change_set=retired, by=world.okafor, at=world.now)
    assert strands.live().count() == 299
    undo(change_set=made, by=world.okafor, at=world.now)
    assert not strands.live().exists()


def test_five_thousand_objectives_are_retired_and_brought_back_in_a_constant_number_of_statements(world: World) -> None:
    def retire_and_undo() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as retiring:
            retired = actions.retire_subject(subject=world.maths, by=world.okafor, at=world.now)
        assert not Objective.objects.filter(strand=world.number).live().exists()
        with CaptureQueriesContext(connection) as undoing:
            undo(change_set=retired, by=world.okafor, at=world.now)
        return len(retiring), len(undoing)

    retire_and_undo()  # what a process asks once
    few = retire_and_undo()
    Objective.objects.bulk_create(
        Objective(
            school=world.ashgrove, strand=world.number, code=f"X{number}", wording=f"Wording {number}", position=number
        )
        for number in range(10, 5_010)
    )
    assert retire_and_undo() == few
    assert Objective.objects.filter(strand=world.number).live().count() == 5_004
