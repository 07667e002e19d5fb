"""How marks are read after steps were merged or a subject went over to another scale, now and as at a past moment."""

from datetime import timedelta

import pytest

from muster.curriculum import actions
from muster.curriculum.models import Scale, Step, StepMapping
from muster.curriculum.readings import Words, readings, words_at
from muster.curriculum.rules.readings import Mapped, Readings, readings_from
from muster.people.actions.changes import undo
from muster.people.models import ChangeSet
from tests.world import World, a_change_set

DEPTH, OTHER = 10, 20
"""Two scales. Steps of the first are 11, 12, 13; of the second 21, 22."""


def made(*pairs: tuple[int, int]) -> Readings:
    return readings_from(Mapped(old, old // 10 * 10, new, new // 10 * 10) for old, new in pairs)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("pairs", "step", "scale", "read"),
    [
        pytest.param([], 11, DEPTH, 11, id="nothing was ever changed"),
        pytest.param([], None, DEPTH, None, id="a mark without a step"),
        pytest.param([(11, 12)], 11, DEPTH, 12, id="merged into another"),
        pytest.param([(11, 12)], 12, DEPTH, 12, id="the one it was merged into"),
        pytest.param([(11, 12), (12, 13)], 11, DEPTH, 13, id="merged twice"),
        pytest.param([(11, 21)], 11, OTHER, 21, id="gone over to another scale"),
        pytest.param([(11, 21)], 11, DEPTH, 11, id="where the old scale is still in use"),
        pytest.param([(11, 21)], 12, OTHER, 12, id="no way there: it keeps its own word"),
        pytest.param([(11, 12), (12, 21)], 11, OTHER, 21, id="merged, then gone over"),
        pytest.param([(11, 21), (21, 22)], 11, OTHER, 22, id="gone over, then merged"),
        pytest.param([(11, 21), (21, 12)], 11, DEPTH, 11, id="there and back again"),
        pytest.param([(11, 21), (21, 12)], 21, DEPTH, 12, id="made there, read back here"),
        pytest.param([(11, 31), (31, 21)], 11, OTHER, 21, id="by way of a third scale"),
        pytest.param([(11, 12), (12, 11)], 11, DEPTH, 12, id="a circle ends"),
        pytest.param([(11, 21), (11, 22)], 11, OTHER, 22, id="the mapping made last"),
        pytest.param([(11, 21)], 11, None, 11, id="no scale in use"),
    ],
)
def test_a_mark_is_read_on_the_scale_in_use(
    pairs: list[tuple[int, int]], step: int | None, scale: int | None, read: int | None
) -> None:
    assert made(*pairs).of(step, scale) == read


def mapping(world: World, old: Step, new: Step, *, days_ago: int, ended_days_ago: int | None = None) -> StepMapping:
    return StepMapping.objects.create(
        school=world.ashgrove,
        old=old,
        new=new,
        made_at=world.now - timedelta(days=days_ago),
        ended_at=None if ended_days_ago is None else world.now - timedelta(days=ended_days_ago),
        change_set=a_change_set(world),
    )


def test_a_mapping_counts_from_when_it_was_made_until_it_ended(world: World, django_assert_num_queries: object) -> None:
    beginning, developing, secure = (world.steps[code] for code in "BDS")
    mapping(world, beginning, developing, days_ago=20, ended_days_ago=10)
    mapping(world, beginning, secure, days_ago=5)

    def read(days_ago: int | None) -> int | None:
        at = None if days_ago is None else world.now - timedelta(days=days_ago)
        with django_assert_num_queries(1):  # type: ignore[operator]
            found = readings(world.ashgrove, at=at)
        return found.of(beginning.pk, world.scale.pk)

    assert [read(days) for days in (30, 20, 11, 10, 6, 5, None)] == [
        beginning.pk, developing.pk, developing.pk, beginning.pk, beginning.pk, secure.pk, secure.pk,
    ]  # fmt: skip


def test_no_school_reads_by_another_schools_mappings(world: World) -> None:
    mapping(world, world.steps["B"], world.steps["D"], days_ago=1)
    assert readings(world.birchwood) == Readings()


def test_earlier_words_hold_until_the_instant_of_the_change(world: World) -> None:
    objective = world.objectives[0]
    for days_ago, wording in ((20, "First change"), (10, "Second change")):
        at = world.now - timedelta(days=days_ago)
        stages = [world.lower_juniors]
        actions.change_objective(objective=objective, wording=wording, code="N1", stages=stages, by=world.okafor, at=at)
    wordings = [
        words_at([objective.pk, world.objectives[1].pk], world.now - timedelta(days=days)) for days in (30, 20, 11, 10)
    ]
    assert wordings == [
        {objective.pk: Words("N1", "Counts on and back in steps of 4, 8, 50 and 100")},
        {objective.pk: Words("N1", "First change")},
        {objective.pk: Words("N1", "First change")},
        {},
    ]


def test_undoing_a_rename_keeps_the_words_it_had_between(world: World) -> None:
    objective, then = world.objectives[0], world.now - timedelta(days=9)
    actions.change_objective(
        objective=objective, wording="Counts", code="C1", stages=[world.lower_juniors], by=world.okafor, at=then
    )
    undo(change_set=ChangeSet.objects.latest("pk"), by=world.okafor, at=world.now)
    assert words_at([objective.pk], world.now) == {}
    assert words_at([objective.pk], world.now - timedelta(days=1)) == {objective.pk: Words("C1", "Counts")}
    assert words_at([objective.pk], world.now - timedelta(days=10))[objective.pk].code == "N1"


def test_a_scale_of_a_subject_or_objective_comes_before_the_frameworks(world: World) -> None:
    other = Scale.objects.create(school=world.ashgrove, name="Effort")
    world.objectives[0].scale = other
    world.objectives[0].save()
    rows = type(world.objectives[0]).objects.filter(strand=world.number).with_scale().order_by("position")
    assert [row.judged_on for row in rows[:2]] == [other.pk, world.scale.pk]  # type: ignore[attr-defined]
