"""Scales that bend: steps are added, renamed, reordered, merged and retired after use; subjects go over to another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from muster.curriculum import actions
from muster.curriculum.models import Objective, Scale, Step, StepMapping
from muster.curriculum.names import InUse
from muster.curriculum.readings import readings
from muster.curriculum.rules.steps import Effect, StepDraft, effects
from muster.people.actions.changes import undo
from muster.people.actions.reach import NotTheirSchool, OtherSchool
from muster.people.models import ChangeSet
from tests.world import World, a_judgement, a_scale


def drafts(scale: Scale) -> list[StepDraft]:
    rows = scale.steps.live().order_by("position")
    return [StepDraft(s.word, s.code, s.digit, s.symbol, s.fill, s.place, s.number, s.secure, s.pk) for s in rows]


def change(world: World, steps: list[StepDraft], read_as: dict[int, int | None] | None = None) -> ChangeSet | None:
    return actions.change_scale(
        scale=world.scale, name=world.scale.name, steps=steps, read_as=read_as, by=world.okafor, at=world.now
    )


def last() -> ChangeSet:
    return ChangeSet.objects.latest("pk")


@pytest.mark.pure
def test_the_effect_on_each_step_is_said() -> None:
    one, two, three = (StepDraft(word, word[0], pk=pk) for pk, word in enumerate(("One", "Two", "Three"), 1))
    assert effects([one, two, three], [one, two, three]) == []
    found = effects([one, two, three], [three, replace(one, word="First"), StepDraft("New", "N")])
    assert [(each.effect, each.before, each.after) for each in found] == [
        (Effect.MOVED, "Three", "Three"),
        (Effect.RENAMED, "One", "First"),
        (Effect.ADDED, "", "New"),
        (Effect.GONE, "Two", ""),
    ]
    added_before = effects([one, two], [StepDraft("New", "N"), one, two])
    assert [each.effect for each in added_before] == [Effect.ADDED]


def test_a_step_with_marks_goes_only_when_it_is_said_how_they_are_read(world: World) -> None:
    a_judgement(world, letter="D")
    without = [step for step in drafts(world.scale) if step.code != "D"]
    with pytest.raises(actions.Unanswered, match="“Developing”") as refused:
        change(world, without)
    assert refused.value.steps == [world.steps["D"].pk]
    assert Step.objects.filter(scale=world.scale).live().count() == 4


def test_a_merged_step_is_read_as_the_other_and_its_marks_stay(world: World) -> None:
    mark = a_judgement(world, letter="D", at=world.now - timedelta(days=9))
    without = [step for step in drafts(world.scale) if step.code != "D"]
    change(world, without, {world.steps["D"].pk: 0})
    mark.refresh_from_db()
    assert mark.step == world.steps["D"]
    assert readings(world.ashgrove).of(mark.step_id, world.scale.pk) == world.steps["B"].pk
    assert readings(world.ashgrove, at=world.now - timedelta(days=1)).of(mark.step_id, world.scale.pk) == mark.step_id


def test_a_step_may_be_read_as_one_that_is_made_with_the_same_change(world: World) -> None:
    a_judgement(world, letter="D")
    steps = [step for step in drafts(world.scale) if step.code != "D"]
    change(world, [steps[0], StepDraft("Growing", "GR"), *steps[1:]], {world.steps["D"].pk: 1})
    made = Step.objects.get(word="Growing")
    assert readings(world.ashgrove).of(world.steps["D"].pk, world.scale.pk) == made.pk


def test_marks_may_keep_their_own_word(world: World) -> None:
    a_judgement(world, letter="D")
    change(world, [step for step in drafts(world.scale) if step.code != "D"], {world.steps["D"].pk: None})
    assert not StepMapping.objects.exists()
    assert readings(world.ashgrove).of(world.steps["D"].pk, world.scale.pk) == world.steps["D"].pk


def test_undone_the_step_is_back_and_read_as_itself(world: World) -> None:
    a_judgement(world, letter="D")
    change(world, [step for step in drafts(world.scale) if step.code != "D"], {world.steps["D"].pk: 0})
    undo(change_set=last(), by=world.okafor, at=world.now + timedelta(days=1))
    world.steps["D"].refresh_from_db()
    assert world.steps["D"].retired_at is None
    later = readings(world.ashgrove)
    assert later.of(world.steps["D"].pk, world.scale.pk) == world.steps["D"].pk
    between = readings(world.ashgrove, at=world.now + timedelta(hours=1))
    assert between.of(world.steps["D"].pk, world.scale.pk) == world.steps["B"].pk


def test_a_step_whose_letter_and_key_another_has_taken_comes_back_all_the_same(world: World) -> None:
    a_judgement(world, letter="D")
    steps = [step for step in drafts(world.scale) if step.code != "D"]
    change(world, [steps[0], StepDraft("Doing", "D"), *steps[1:]], {world.steps["D"].pk: 1})
    assert Step.objects.get(word="Doing").digit == world.steps["D"].digit
    undo(change_set=last(), by=world.okafor, at=world.now + timedelta(days=1))
    assert [step.word for step in drafts(world.scale)] == ["Beginning", "Developing", "Secure", "Greater depth"]


def test_twelve_steps_with_codes_of_several_letters(world: World) -> None:
    steps = [*drafts(world.scale), *(StepDraft(f"Small step {n}", f"PK{n}") for n in range(1, 9))]
    change(world, steps)
    rows = Step.objects.filter(scale=world.scale).live().order_by("position")
    assert [(row.code, row.digit) for row in rows][7:10] == [("PK4", 8), ("PK5", 9), ("PK6", None)]


# -- another scale ---------------------------------------------------------------------------------------------------


@pytest.fixture
def other(world: World) -> Scale:
    return a_scale(world.ashgrove, name="Other words")


def answers(world: World, other: Scale, *codes: str) -> dict[int, Step | None]:
    to = {step.code: step for step in Step.objects.filter(scale=other)}
    return {world.steps[code].pk: to[code] for code in codes}


def test_every_old_step_with_marks_is_answered(world: World, other: Scale) -> None:
    a_judgement(world, letter="D")
    asked = actions.to_answer(world.maths, other)
    assert [(each.step.code, each.resting.marks) for each in asked] == [("B", 0), ("D", 1), ("S", 0), ("G", 0)]
    with pytest.raises(actions.Unanswered):
        actions.give_scale(
            row=world.maths, scale=other, read_as=answers(world, other, "B"), by=world.okafor, at=world.now
        )
    world.maths.refresh_from_db()
    assert world.maths.scale_id is None


def test_a_subject_goes_over_and_back_with_undo(world: World, other: Scale) -> None:
    mark = a_judgement(world, letter="D", at=world.now - timedelta(days=2))
    actions.give_scale(
        row=world.maths, scale=other, read_as=answers(world, other, *"BDSG"), by=world.okafor, at=world.now
    )
    judged = Objective.objects.with_scale().get(pk=world.objectives[0].pk)
    assert judged.judged_on == other.pk  # type: ignore[attr-defined]
    there = Step.objects.get(scale=other, code="D")
    assert readings(world.ashgrove).of(mark.step_id, other.pk) == there.pk
    assert readings(world.ashgrove, at=world.now - timedelta(days=1)).of(mark.step_id, other.pk) == mark.step_id
    undo(change_set=last(), by=world.okafor, at=world.now)
    world.maths.refresh_from_db()
    assert world.maths.scale_id is None
    assert not StepMapping.objects.filter(ended_at__isnull=True).exists()


def test_a_new_answer_takes_the_place_of_the_one_before_and_undo_brings_it_back(world: World, other: Scale) -> None:
    mark = a_judgement(world, letter="D")
    give = {"by": world.okafor, "at": world.now}
    actions.give_scale(row=world.maths, scale=other, read_as=answers(world, other, *"BDSG"), **give)  # type: ignore[arg-type]
    actions.give_scale(row=world.maths, scale=None, read_as={}, **give)  # type: ignore[arg-type]
    changed = {**answers(world, other, *"BSG"), world.steps["D"].pk: Step.objects.get(scale=other, code="S")}
    actions.give_scale(row=world.maths, scale=other, read_as=changed, **give)  # type: ignore[arg-type]
    assert readings(world.ashgrove).of(mark.step_id, other.pk) == Step.objects.get(scale=other, code="S").pk
    undo(change_set=last(), by=world.okafor, at=world.now)
    assert readings(world.ashgrove).of(mark.step_id, other.pk) == Step.objects.get(scale=other, code="D").pk


def test_one_objective_may_be_judged_on_a_scale_of_its_own(world: World, other: Scale) -> None:
    row = world.objectives[0]
    actions.give_scale(row=row, scale=other, read_as={}, by=world.okafor, at=world.now)
    found = Objective.objects.filter(strand=world.number).with_scale().order_by("position")
    assert [each.judged_on for each in found] == [other.pk, *[world.scale.pk] * 3]  # type: ignore[attr-defined]
    with pytest.raises(InUse, match="N1"):
        actions.retire_scale(scale=other, by=world.okafor, at=world.now)


def test_no_scale_or_step_of_another_school_is_given(world: World, other: Scale) -> None:
    with pytest.raises(OtherSchool):
        actions.give_scale(row=world.maths, scale=world.birchwood_scale, read_as={}, by=world.okafor, at=world.now)
    with pytest.raises(NotTheirSchool):
        actions.give_scale(row=world.maths, scale=other, read_as={}, by=world.birchwood_teacher, at=world.now)
