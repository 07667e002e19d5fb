"""Splitting and merging objectives: no mark is lost, nothing is seen before the end, and all of it can be undone."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.config.jobs import sweep
from muster.curriculum import actions
from muster.curriculum.actions.bending import Part
from muster.curriculum.carrying import Carriage, resting_on, resting_since
from muster.curriculum.models import Lineage, Objective, StepMapping
from muster.curriculum.rules.bending import Rule, Standing, chosen, unanswered
from muster.markbook import bending
from muster.markbook.actions import judge
from muster.markbook.cell import cell_history
from muster.markbook.items import Item
from muster.markbook.models import Judgement, Note, Taught
from muster.markbook.newest import Newest, newest
from muster.people.actions.changes import undo
from muster.people.actions.reach import NotTheirSchool, OtherSchool
from muster.people.doors import purpose
from muster.people.models import ChangeSet, Pupil
from muster.people.purposes import Purpose, Shows
from muster.privacy import verify
from muster.privacy.models import HistoryEntry
from tests.markbook.test_judging import an_item, sent
from tests.world import World, a_change_set, a_judgement, a_teacher, enrol

STATES = {"-": Judgement.Kind.ABSENT, "=": Judgement.Kind.NOT_TAUGHT, " ": Judgement.Kind.CLEAR}


def mark(world: World, letter: str, *, on: int = 0, pupil: Pupil | None = None, days_ago: int = 0) -> Judgement:
    """A mark on objective number `on`, so many days ago."""
    return a_judgement(
        world,
        pupil=pupil,
        objective=world.objectives[on],
        letter=letter,
        kind=STATES.get(letter, Judgement.Kind.STEP),
        at=world.now - timedelta(days=days_ago),
    )


def stands(
    pupils: list[Pupil], objectives: list[Objective], at: datetime | None = None
) -> dict[tuple[int, int], Newest]:
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        return newest(pupils=[each.pk for each in pupils], objectives=[each.pk for each in objectives], until=at)


def code_in(world: World, pupil: Pupil, objective: Objective, at: datetime | None = None) -> str:
    """What the cell shows: a code, a state, or nothing."""
    found = stands([pupil], [objective], at).get((pupil.pk, objective.pk))
    if found is None or found.kind == "clear":
        return ""
    return found.kind if found.step is None else {step.pk: code for code, step in world.steps.items()}[found.step]


def merge(world: World, *numbers: int, rule: Rule = Rule.LATEST, answers: dict[int, int] | None = None) -> Objective:
    return actions.merge_objectives(
        objectives=[world.objectives[number] for number in numbers],
        wording="Counts and says what digits are worth",
        rule=rule,
        answers=answers,
        by=world.okafor,
        at=world.now,
    )


def split(world: World, number: int = 0, *, copy: tuple[bool, ...] = (True, False)) -> list[Objective]:
    parts = [Part(f"Part {place}", copy=each) for place, each in enumerate(copy)]
    return actions.split_objective(objective=world.objectives[number], parts=parts, by=world.okafor, at=world.now)


# -- which mark stands ----------------------------------------------------------------------------------------------

THEN = datetime(2026, 1, 1, 9, tzinfo=UTC)


def stood(*cells: tuple[int, str, int | None, int]) -> list[Standing]:
    return [
        Standing(objective, said, rank, THEN + timedelta(days=day), row)
        for row, (objective, said, rank, day) in enumerate(cells, 1)
    ]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("cells", "rule", "expected"),
    [
        pytest.param([(1, "2", 2, 0), (2, "3", 3, 1)], Rule.HIGHEST, 2, id="highest"),
        pytest.param([(1, "2", 2, 0), (2, "3", 3, 1)], Rule.LOWEST, 1, id="lowest"),
        pytest.param([(1, "3", 3, 5), (2, "2", 2, 1)], Rule.LATEST, 1, id="latest"),
        pytest.param([(1, "3", 3, 1), (2, "3", 3, 1)], Rule.LATEST, 2, id="at one instant, recorded last"),
        pytest.param([(1, "3", 3, 5), (2, "3", 3, 1)], Rule.HIGHEST, 1, id="equal: made last"),
        pytest.param([(1, "absent", None, 9), (2, "1", 1, 1)], Rule.LOWEST, 2, id="a step before a state"),
        pytest.param([(1, "absent", None, 9), (2, "not-taught", None, 1)], Rule.HIGHEST, 1, id="only states"),
        pytest.param([(1, "3", 3, 9), (2, "2", 2, 1)], Rule.ASK, 1, id="asked, not answered: made last"),
    ],
)
def test_the_rule_says_which_mark_stands(
    cells: list[tuple[int, str, int | None, int]], rule: Rule, expected: int
) -> None:
    assert chosen(stood(*cells), rule) == expected


@pytest.mark.pure
def test_an_answer_counts_where_it_names_one_of_the_marks() -> None:
    cells = stood((1, "2", 2, 0), (2, "3", 3, 1))
    assert chosen(cells, Rule.ASK, 1) == 1
    assert unanswered({7: cells, 8: stood((1, "2", 2, 0), (2, "2", 2, 1))}, {}) == [7]
    assert unanswered({7: cells}, {7: 2}) == []
    assert unanswered({7: cells}, {7: 99}) == [7]


# -- merging ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "expected"), [(Rule.HIGHEST, "S"), (Rule.LOWEST, "B"), (Rule.LATEST, "B")], ids=str)
def test_marks_are_merged_by_the_rule(world: World, rule: Rule, expected: str) -> None:
    mark(world, "S", on=0, days_ago=9)
    mark(world, "B", on=1, days_ago=2)
    made = merge(world, 0, 1, rule=rule)
    assert code_in(world, world.amina, made) == expected
    copy = Judgement.objects.get(objective=made)
    assert (copy.copied_from_id, copy.judged_by, copy.recorded_at) == (copy.copied_from_id, world.okafor, world.now)
    assert copy.copied_from is not None
    assert copy.judged_at == copy.copied_from.judged_at


def test_the_old_ones_are_retired_with_their_marks_and_lead_to_the_new(world: World) -> None:
    mark(world, "S", on=0, days_ago=9)
    made = merge(world, 0, 1)
    assert [row.retired_at for row in Objective.objects.filter(pk__in=[o.pk for o in world.objectives[:2]])] == [
        world.now,
        world.now,
    ]
    assert made.retired_at is None
    assert code_in(world, world.amina, world.objectives[0]) == "S"
    assert set(Lineage.objects.filter(later=made).values_list("earlier", flat=True)) == {
        world.objectives[0].pk,
        world.objectives[1].pk,
    }
    assert set(made.stages.all()) == {world.lower_juniors}
    assert made.code not in {"", "N1", "N2"}


def test_asking_writes_nothing_until_everybody_has_an_answer(world: World) -> None:
    mark(world, "S", on=0, days_ago=9)
    mark(world, "B", on=1, days_ago=2)
    rows, objectives = Judgement.objects.count(), Objective.objects.count()
    with pytest.raises(actions.CannotBend, match="1 pupil still needs an answer"):
        merge(world, 0, 1, rule=Rule.ASK)
    assert (Judgement.objects.count(), Objective.objects.count()) == (rows, objectives)
    made = merge(world, 0, 1, rule=Rule.ASK, answers={world.amina.pk: world.objectives[0].pk})
    assert code_in(world, world.amina, made) == "S"


def test_steps_are_compared_as_they_are_read_now(world: World) -> None:
    StepMapping.objects.create(
        school=world.ashgrove,
        old=world.steps["B"],
        new=world.steps["G"],
        made_at=world.now - timedelta(days=1),
        change_set=a_change_set(world),
    )
    mark(world, "B", on=0, days_ago=9)
    mark(world, "S", on=1, days_ago=2)
    assert code_in(world, world.amina, merge(world, 0, 1, rule=Rule.HIGHEST)) == "B"


def test_two_views_stay_two_views(world: World) -> None:
    first = mark(world, "S", days_ago=9)
    Judgement.objects.create(
        school=world.ashgrove,
        act=uuid.uuid4(),
        pupil=world.amina,
        objective=world.objectives[0],
        kind="step",
        step=world.steps["D"],
        judged_at=world.now,
        recorded_at=world.now,
        judged_by=world.reyes,
        change_set=a_change_set(world),
        beside=first,
    )
    made = merge(world, 0, 1)
    found = stands([world.amina], [made])[world.amina.pk, made.pk]
    assert found.two_views
    assert Judgement.objects.get(pk=found.version).judged_by == world.reyes


def test_what_was_known_on_an_earlier_day_is_known_of_the_new_one(world: World) -> None:
    mark(world, "B", days_ago=90)
    mark(world, "S", days_ago=3)
    made = merge(world, 0, 1)
    assert code_in(world, world.amina, made, world.now - timedelta(days=30)) == "B"
    assert code_in(world, world.amina, made) == "S"


def test_what_was_taught_stays_taught(world: World) -> None:
    for number, day in ((0, 20), (1, 10)):
        Taught.objects.create(
            school=world.ashgrove,
            school_class=world.hazel,
            objective=world.objectives[number],
            taught_on=world.today - timedelta(days=day),
            said_at=world.now,
            recorded_at=world.now,
            by=world.okafor,
            change_set=a_change_set(world),
        )
    made = merge(world, 0, 1)
    assert Taught.objects.get(objective=made).taught_on == world.today - timedelta(days=20)


def test_a_mark_made_while_it_was_under_way_is_carried_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mark(world, "S", on=0, days_ago=9)
    carry_over = bending.carry_over

    def and_meanwhile(carriage: Carriage) -> None:
        carry_over(carriage)
        mark(world, "D", on=0)

    monkeypatch.setattr(bending, "carry_over", and_meanwhile)
    made = merge(world, 0, 1)
    assert code_in(world, world.amina, made) == "D"
    assert Judgement.objects.filter(objective=made).count() == 2


def made_before(world: World, letter: str = "S", *, minutes: int = 5) -> Item:
    """A mark made without a network before the objective was split or merged, and sent after it."""
    return an_item(world, letter=letter, at=world.now - timedelta(minutes=minutes))


def cell(world: World, objective: Objective) -> Newest | None:
    """What Amina's cell holds."""
    return stands([world.amina], [objective]).get((world.amina.pk, objective.pk))


def test_a_mark_made_before_a_split_and_sent_after_it_is_carried_onto_the_parts_that_took_marks(world: World) -> None:
    a_judgement(world, letter="D", at=world.now - timedelta(days=1))
    with_marks, blank = split(world)
    later, _other = actions.split_objective(
        objective=with_marks, parts=[Part("A", copy=True), Part("B", copy=False)], by=world.okafor, at=world.now
    )
    (result,) = sent(world, made_before(world))
    assert result.status == 201
    for objective in (world.objectives[0], with_marks, later):
        found = cell(world, objective)
        assert found is not None
        assert (found.step, found.judged_at) == (world.steps["S"].pk, world.now - timedelta(minutes=5))
    assert cell(world, blank) is None
    assert Judgement.objects.filter(copied_from__isnull=True, objective=world.objectives[0]).count() == 2


def test_a_mark_made_before_a_merge_and_sent_after_it_stands_if_it_was_made_last(world: World) -> None:
    a_judgement(world, objective=world.objectives[1], letter="D", at=world.now - timedelta(minutes=3))
    both = merge(world, 0, 1)
    sent(world, made_before(world, "B"))
    found = cell(world, both)
    assert found is not None
    assert found.step == world.steps["D"].pk
    sent(world, made_before(world, "G", minutes=2))
    found = cell(world, both)
    assert found is not None
    assert found.step == world.steps["G"].pk


def test_one_that_meets_a_colleagues_on_the_new_objective_is_kept_beside_it(world: World) -> None:
    both = merge(world, 0, 1)
    a_judgement(world, objective=both, letter="D", by=a_teacher(world, of=world.hazel), at=world.now)
    sent(world, made_before(world, "G"))
    found = cell(world, both)
    assert found is not None
    assert (found.step, found.two_views) == (world.steps["D"].pk, True)


def test_late_marks_cost_the_same_whatever_their_number(world: World) -> None:
    split(world)
    pupils = [world.amina, *enrol(world, world.hazel, pupils=5)]
    items = [replace(made_before(world), pupil=pupil.pk) for pupil in pupils]
    counts = []
    for batch in (items[:1], items[1:]):
        with CaptureQueriesContext(connection) as asked:
            sent(world, *batch)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_mark_that_comes_after_it_is_refused_with_the_reason(world: World) -> None:
    merge(world, 0, 1)
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="judgement",
        pupil=world.amina.pk,
        objective=world.objectives[0].pk,
        value={"step": world.steps["S"].pk},
        base=None,
        made_at=world.now,
        seq=1,
    )
    (result,) = judge([item], school=world.ashgrove, by=world.okafor, at=world.now)
    assert result.status == 410


def test_cut_off_in_the_middle_nothing_is_seen_and_it_is_swept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    enrol(world, world.hazel, pupils=30)
    for pupil in Pupil.objects.filter(school=world.ashgrove):
        mark(world, "S", pupil=pupil)
    monkeypatch.setattr(bending, "FIRST_BATCH", 5)
    write, batches = bending.write, []

    def killed_at_the_third(*given_to: object) -> None:
        batches.append(1)
        if len(batches) == 3:
            raise KeyboardInterrupt
        write(*given_to)  # type: ignore[arg-type]

    monkeypatch.setattr(bending, "write", killed_at_the_third)
    monkeypatch.setattr(bending, "SHORT", 0)
    with pytest.raises(KeyboardInterrupt):
        merge(world, 0, 1)
    monkeypatch.undo()
    assert Judgement.objects.filter(copied_from__isnull=False).count() == 10
    live = Objective.objects.live().filter(strand=world.number)
    assert {row.pk for row in live} == {row.pk for row in world.objectives}
    assert Objective.objects.seen().filter(strand=world.number).count() == len(world.objectives)
    assert [one.code for one in actions.known_objectives(world.framework)] == ["N1", "N2", "N3", "N4"]
    with purpose().using(Purpose.MAINTENANCE, Shows.NOTHING):
        assert sweep(world.now + timedelta(hours=2)) == "1 swept"
        assert sweep(world.now + timedelta(hours=2)) == "0 swept"
    made = merge(world, 0, 1)
    assert code_in(world, world.amina, made) == "S"


def test_undone_the_old_ones_are_back_and_later_marks_are_kept_and_counted(world: World) -> None:
    mark(world, "S", on=0, days_ago=9)
    made = merge(world, 0, 1)
    change_set = ChangeSet.objects.get(kind="curriculum:objectives-merged")
    assert resting_since(change_set, [made.pk]).marks == 0
    a_judgement(world, objective=made, letter="G", at=world.now + timedelta(minutes=1))
    assert resting_since(change_set, [made.pk]).marks == 1
    undo(change_set=change_set, by=world.okafor, at=world.now + timedelta(days=29))
    made.refresh_from_db()
    assert made.retired_at is not None
    assert Objective.objects.live().filter(pk__in=[row.pk for row in world.objectives]).count() == 4
    assert code_in(world, world.amina, made) == "G"
    assert code_in(world, world.amina, world.objectives[0]) == "S"


def test_one_entry_of_history_names_the_pupils(world: World) -> None:
    mark(world, "S", on=0)
    merge(world, 0, 1)
    assert HistoryEntry.objects.filter(chain=world.ashgrove.pk).count() == 1
    assert verify.verify().sound


# -- splitting -------------------------------------------------------------------------------------------------------


def test_a_part_begins_with_the_marks_or_blank(world: World) -> None:
    mark(world, "S", days_ago=9)
    with_marks, blank = split(world)
    assert (code_in(world, world.amina, with_marks), code_in(world, world.amina, blank)) == ("S", "")
    assert [row.wording for row in Objective.objects.live().filter(strand=world.number).in_order()][:2] == [
        "Part 0",
        "Part 1",
    ]


@pytest.mark.parametrize("copy", [(True,), (True,) * 13], ids=["one part", "too many"])
def test_an_objective_is_split_into_two_parts_or_more(world: World, copy: tuple[bool, ...]) -> None:
    with pytest.raises(actions.CannotBend, match="two parts or more"):
        split(world, copy=copy)
    assert not ChangeSet.objects.filter(kind="curriculum:objective-split").exists()


def test_only_those_who_may_change_the_curriculum_split_and_merge(world: World) -> None:
    with pytest.raises(NotTheirSchool):
        actions.merge_objectives(
            objectives=world.objectives[:2], wording="Both", by=world.birchwood_teacher, at=world.now
        )
    with pytest.raises(OtherSchool):
        actions.merge_objectives(
            objectives=[world.objectives[0], world.birchwood_objective], wording="Both", by=world.both, at=world.now
        )


def test_marks_are_counted_without_clearings(world: World) -> None:
    mark(world, "S", days_ago=3)
    mark(world, "-", days_ago=2)
    mark(world, " ", days_ago=1)
    mark(world, "D", pupil=world.ben)
    found = resting_on([world.objectives[0].pk])
    assert (found.marks, found.pupils) == (3, 2)


# -- split, then merge -----------------------------------------------------------------------------------------------

LETTERS = st.sampled_from([*"BDSG", "-", "=", " "])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    histories=st.lists(st.lists(st.tuples(LETTERS, st.integers(0, 40)), max_size=4), min_size=3, max_size=3),
    parts=st.integers(2, 4),
    rule=st.sampled_from([Rule.HIGHEST, Rule.LOWEST, Rule.LATEST]),
    ask_at=st.integers(0, 45),
)
def test_split_then_merge_loses_no_judgement(
    world: World, histories: list[list[tuple[str, int]]], parts: int, rule: Rule, ask_at: int
) -> None:
    objective = Objective.objects.create(
        school=world.ashgrove, strand=world.number, code="P", wording="To be split", position=9
    )
    pupils = [world.amina, world.ben, *enrol_once(world)]
    for pupil, history in zip(pupils, histories, strict=True):
        for letter, days_ago in history:
            at = world.now - timedelta(days=days_ago)
            a_judgement(
                world,
                pupil=pupil,
                objective=objective,
                letter=letter,
                kind=STATES.get(letter, Judgement.Kind.STEP),
                at=at,
            )
    made = actions.split_objective(
        objective=objective, parts=[Part(f"Part {n}") for n in range(parts)], by=world.okafor, at=world.now
    )
    again = actions.merge_objectives(objectives=made, wording="Whole again", rule=rule, by=world.okafor, at=world.now)
    for then in (None, world.now - timedelta(days=ask_at)):
        before = [code_in(world, pupil, objective, then) for pupil in pupils]
        assert [code_in(world, pupil, again, then) for pupil in pupils] == before
    assert list(said(objective)) == list(said(again))


def enrol_once(world: World) -> list[Pupil]:
    """One more pupil of 3 Hazel, the same in every example."""
    found = list(Pupil.objects.filter(school=world.ashgrove).exclude(pk__in=[world.amina.pk, world.ben.pk])[:1])
    return found or enrol(world, world.hazel, pupils=1)


def said(objective: Objective) -> list[tuple[object, ...]]:
    """Everything ever said of it, in the order it was recorded for each pupil."""
    rows = Judgement.objects.filter(objective=objective).order_by("pupil", "pk")
    return list(rows.values_list("pupil", "kind", "step", "judged_at", "judged_by"))


def test_a_note_is_read_with_the_objective_it_became(world: World) -> None:
    Note.objects.create(
        school=world.ashgrove,
        pupil=world.amina,
        objective=world.objectives[0],
        text="Counts the stairs aloud",
        written_at=world.now,
        recorded_at=world.now,
        written_by=world.okafor,
        change_set=a_change_set(world),
    )
    merged = merge(world, 0, 1)
    part, _other = actions.split_objective(
        objective=merged, parts=[Part("One"), Part("Two")], by=world.okafor, at=world.now
    )
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        history = cell_history(world.amina, part, school=world.ashgrove)
    assert [entry.note for entry in history.entries] == ["Counts the stairs aloud"]
