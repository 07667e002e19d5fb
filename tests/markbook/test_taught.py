"""Taught so far: facts with a date, what counts for whom, and the shares that rest on them."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.curriculum.models import Objective
from muster.markbook.as_at import AsAt, Mode
from muster.markbook.coverage import Covered, coverage_of
from muster.markbook.models import Following, Judgement, Taught
from muster.people.doors import purpose
from muster.people.models import ClassMembership, Pupil
from muster.people.purposes import Purpose, Shows
from tests.world import NOW, TODAY, World, a_change_set, a_judgement, a_pupil, enrol


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """Every test here reads records to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


def was_taught(
    world: World,
    objective: Objective,
    *,
    on: date | None = TODAY,
    pupil: Pupil | None = None,
    recorded_at: datetime | None = None,
) -> Taught:
    """A row written straight into the table: what stood there before the test began. Each is said after the last."""
    recorded_at = recorded_at or NOW + timedelta(seconds=Taught.objects.count())
    return Taught.objects.create(
        school=world.ashgrove,
        device_key=uuid.uuid4(),
        school_class=world.hazel,
        objective=objective,
        pupil=pupil,
        taught_on=on,
        said_at=recorded_at,
        recorded_at=recorded_at,
        by=world.okafor,
        change_set=a_change_set(world),
    )


def covered(world: World, *pupils: Pupil, day: date = TODAY, as_at: AsAt | None = None) -> Covered:
    """The coverage of some pupils of 3 Hazel in Maths."""
    chosen = [pupil.pk for pupil in pupils or (world.amina,)]
    return coverage_of(
        world.ashgrove, chosen, subjects=[world.maths.pk], stages=[world.lower_juniors], day=day, as_at=as_at
    )


def test_the_shares_of_a_pupil_rest_on_what_her_class_was_taught(world: World) -> None:
    first, second, third, _fourth = world.objectives
    was_taught(world, first)
    was_taught(world, second)
    a_judgement(world, objective=first, letter="S")
    a_judgement(world, objective=second, letter="B")
    a_judgement(world, objective=third, letter="G")
    found = covered(world).of[world.amina.pk, world.maths.pk]
    assert (found.own, found.taught, found.judged, found.secure, found.ahead) == (4, 2, 2, 1, 1)
    assert found.secure_of_taught == Fraction(1, 2)


def test_what_was_taken_back_was_not_taught(world: World) -> None:
    was_taught(world, world.objectives[0])
    was_taught(world, world.objectives[0], on=None)
    assert covered(world).of[world.amina.pk, world.maths.pk].secure_of_taught is None


def test_what_is_taught_later_is_not_taught_yet(world: World) -> None:
    was_taught(world, world.objectives[0], on=TODAY)
    assert covered(world, day=TODAY - timedelta(days=1)).of[world.amina.pk, world.maths.pk].taught == 0


def test_teaching_counts_for_those_who_were_there_and_for_whom_the_teacher_says_so(world: World) -> None:
    joiner = a_pupil(world, name="Idris Jones")
    ClassMembership.objects.create(
        school=world.ashgrove, pupil=joiner, school_class=world.hazel, starts_on=date(2026, 2, 1)
    )
    was_taught(world, world.objectives[0], on=date(2025, 10, 1))
    was_taught(world, world.objectives[1], on=date(2026, 2, 1))
    assert covered(world, joiner).of[joiner.pk, world.maths.pk].taught == 1
    was_taught(world, world.objectives[0], on=TODAY, pupil=joiner)
    assert covered(world, joiner).of[joiner.pk, world.maths.pk].taught == 2
    was_taught(world, world.objectives[0], on=None, pupil=joiner)
    assert covered(world, joiner).of[joiner.pk, world.maths.pk].taught == 1


def test_not_taught_to_one_pupil_leaves_that_pupils_taught_ones(world: World) -> None:
    for objective in world.objectives[:2]:
        was_taught(world, objective)
    a_judgement(world, objective=world.objectives[0], kind=Judgement.Kind.NOT_TAUGHT)
    found = covered(world).of[world.amina.pk, world.maths.pk]
    assert (found.taught, found.not_taught, found.blank) == (1, 1, 1)


def test_those_on_objectives_of_their_own_stand_apart(world: World) -> None:
    other = a_pupil(world, name="Idris Jones", in_class=world.hazel)
    theirs = a_year_below(world)
    follows(world, other)
    for objective in (*world.objectives, *theirs):
        was_taught(world, objective)
    a_judgement(world, pupil=other, objective=theirs[0], letter="S")
    found = covered(world, world.amina, other)
    own = found.of[other.pk, world.maths.pk]
    assert (own.own, own.taught, own.secure) == (2, 2, 1)
    assert found.together(world.maths.pk).own == 4
    assert found.others(world.maths.pk) == 1


def test_coverage_as_recorded_and_as_known(world: World) -> None:
    was_taught(world, world.objectives[0], on=TODAY - timedelta(days=9), recorded_at=NOW)
    earlier = NOW - timedelta(days=5)
    recorded, known = AsAt(earlier, Mode.RECORDED), AsAt(earlier, Mode.KNOWN)
    day = world.ashgrove.day(earlier)
    assert covered(world, day=day, as_at=recorded).of[world.amina.pk, world.maths.pk].taught == 0
    assert covered(world, day=day, as_at=known).of[world.amina.pk, world.maths.pk].taught == 1


def test_coverage_costs_the_same_whatever_the_class(world: World) -> None:
    with CaptureQueriesContext(connection) as few:
        covered(world)
    pupils = enrol(world, world.hazel, pupils=20)
    a_year_below(world)
    for pupil in pupils[:3]:
        follows(world, pupil)
    for objective in world.objectives:
        was_taught(world, objective)
    with CaptureQueriesContext(connection) as many:
        covered(world, world.amina, *pupils)
    assert len(few) == len(many) == 8, "\n".join(query["sql"][:120] for query in many)


def a_year_below(world: World) -> list[Objective]:
    """Two objectives of Maths in a stage below the class's."""
    from muster.curriculum.models import Stage
    from tests.world import an_objective

    stage, _made = Stage.objects.get_or_create(
        school=world.ashgrove, framework=world.framework, name="Years 1 and 2", defaults={"position": 0}
    )
    return [
        an_objective(world, code=code, wording=wording, stages=[stage])
        for code, wording in (("I1", "Counts to a hundred"), ("I2", "Knows pairs that make ten"))
    ]


def follows(world: World, pupil: Pupil, *, starts_on: date = date(2026, 1, 5)) -> Following:
    """`pupil` follows Years 1 and 2 in Maths."""
    from muster.curriculum.models import Stage

    return Following.objects.create(
        school=world.ashgrove,
        pupil=pupil,
        instead_of=world.maths,
        subject=world.maths,
        stage=Stage.objects.get(school=world.ashgrove, name="Years 1 and 2"),
        starts_on=starts_on,
        recorded_at=NOW,
        by=world.okafor,
        change_set=a_change_set(world),
    )
