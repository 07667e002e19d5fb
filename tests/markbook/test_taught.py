"""Taught so far: facts with a date, what counts for whom, and the shares that rest on them."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.curriculum.models import Objective
from muster.markbook.as_at import AsAt, Mode
from muster.markbook.coverage import Covered, coverage_of
from muster.markbook.items import Item
from muster.markbook.models import Following, Judgement, Taught
from muster.markbook.teach import teach
from muster.markbook.teaching import teaching as read_teaching
from muster.people.actions.changes import undo
from muster.people.doors import purpose
from muster.people.models import ChangeSet, ClassMembership, Pupil
from muster.people.purposes import Purpose, Shows
from tests.markbook.test_pages import send, unit_href
from tests.support.client import PageClient
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


# -- said on a device, or on a form ----------------------------------------------------------------------------------


def a_saying(world: World, **also: Any) -> dict[str, Any]:
    """That 3 Hazel was taught the first objective today."""
    return {
        "id": str(uuid.uuid4()),
        "kind": "taught",
        "target": {"class": world.hazel.pk, "objective": world.objectives[0].pk},
        "value": {"on": "2026-03-04"},
        "base": None,
        "at": NOW.isoformat(),
        "seq": 1,
    } | also


def test_it_is_said_once_however_often_it_is_sent(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    saying = a_saying(world)
    first = send(client, world, saying).json()["results"][0]
    again = send(client, world, saying).json()["results"][0]
    assert (first["status"], again["status"]) == (201, 200)
    assert first["shown"] == {"on": "2026-03-04"}
    assert Taught.objects.count() == 1
    other = send(client, world, {**saying, "value": {"on": "2026-03-03"}}).json()["results"][0]
    assert other["status"] == 422


BAD: list[tuple[Callable[[World], dict[str, Any]], int]] = [
    (lambda w: a_saying(w, target={"class": w.rowan.pk, "objective": w.objectives[0].pk}), 404),
    (lambda w: a_saying(w, target={"class": w.elm.pk, "objective": w.objectives[0].pk}), 404),
    (lambda w: a_saying(w, target={"class": 10**9, "objective": w.objectives[0].pk}), 404),
    (lambda w: a_saying(w, target={"class": 10**40, "objective": w.objectives[0].pk}), 422),
    (lambda w: a_saying(w, target={"class": "x", "objective": w.objectives[0].pk}), 422),
    (lambda w: a_saying(w, target={"pupil": w.amina.pk, "objective": w.objectives[0].pk}), 404),
    (lambda w: a_saying(w, target={"class": w.hazel.pk, "objective": w.birchwood_objective.pk}), 404),
    (lambda w: a_saying(w, target={"class": w.hazel.pk, "objective": w.objectives[0].pk, "pupil": w.ben.pk}), 404),
    (lambda w: a_saying(w, target={"class": w.hazel.pk, "objective": w.objectives[0].pk, "pupil": w.cora.pk}), 404),
    (lambda w: a_saying(w, value={}), 422),
    (lambda w: a_saying(w, value={"on": "soon"}), 422),
    (lambda w: a_saying(w, value={"on": 20260304}), 422),
    (lambda w: a_saying(w, value={"on": "2026-03-05"}), 422),
    (lambda w: a_saying(w, value={"on": "2025-08-31"}), 422),
]


@pytest.mark.parametrize(("saying", "status"), BAD)
def test_a_bad_saying_is_refused_and_says_why(
    client: PageClient, world: World, saying: Callable[[World], dict[str, Any]], status: int
) -> None:
    client.force_login(world.okafor)
    (result,) = send(client, world, saying(world)).json()["results"]
    assert result["status"] == status
    assert result["reason"].endswith(".")
    assert not Taught.objects.exists()


def test_a_retired_objective_is_not_taught_any_more_but_can_be_taken_back(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    world.objectives[0].retired_at = NOW
    world.objectives[0].save(update_fields=["retired_at"])
    assert send(client, world, a_saying(world)).json()["results"][0]["status"] == 410
    assert send(client, world, a_saying(world, value={"on": None})).json()["results"][0]["status"] == 201


def test_undo_says_again_what_was_said_before(world: World) -> None:
    said(world, world.objectives[0], on=date(2026, 3, 2), at=NOW)
    said(world, world.objectives[0], on=date(2026, 3, 3), at=NOW + timedelta(minutes=1))
    last = ChangeSet.objects.filter(kind="taught").latest("pk")
    undo(change_set=last, by=world.okafor, at=NOW + timedelta(minutes=2))
    assert taught_to_hazel(world) == {world.objectives[0].pk: date(2026, 3, 2)}


def test_what_was_said_over_another_is_later_however_slowly_that_one_came(client: PageClient, world: World) -> None:
    """A tablet's time is uncertain by the time on the way: taken back at once, after one slow answer."""
    client.force_login(world.okafor)
    first = send(client, world, a_saying(world)).json()["results"][0]
    half_a_minute = (NOW - timedelta(seconds=30)).isoformat()
    back = a_saying(world, value={"on": None}, base=first["version"], at=half_a_minute)
    second = send(client, world, back).json()["results"][0]
    assert (second["status"], taught_to_hazel(world)) == (201, {})
    assert send(client, world, back).json()["results"][0]["version"] == second["version"]
    others = a_saying(world, base=Taught.objects.latest("pk").pk, at=half_a_minute)
    others["target"]["objective"] = world.objectives[1].pk
    send(client, world, others)
    first_row, _second, other_row = Taught.objects.order_by("pk")
    assert other_row.said_at < first_row.said_at, "a saying of another objective is nothing to be later than"


def said(world: World, objective: Objective, *, on: date | None, at: datetime, number: uuid.UUID | None = None) -> None:
    """Okafor says it at `at`."""
    teach([saying_of(world, objective, on=on, at=at, number=number)], school=world.ashgrove, by=world.okafor, at=at)


def saying_of(
    world: World, objective: Objective, *, on: date | None, at: datetime, number: uuid.UUID | None = None
) -> Item:
    """A saying as a tablet sends it."""
    return Item(
        id=number or uuid.uuid4(),
        act=uuid.uuid4(),
        kind="taught",
        pupil=0,
        objective=objective.pk,
        value={"on": on.isoformat() if on else None},
        base=None,
        made_at=at,
        seq=0,
        school_class=world.hazel.pk,
    )


def taught_to_hazel(world: World) -> dict[int, date]:
    """What 3 Hazel was taught by today."""
    objectives = [objective.pk for objective in world.objectives]
    return read_teaching([world.hazel.pk], objectives, day=TODAY).of_class(world.hazel.pk)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_order_and_repetition_of_sayings_gives_one_state(world: World, data: st.DataObject) -> None:
    says = data.draw(
        st.lists(st.tuples(st.integers(0, 3), st.sampled_from([None, 1, 2, 3])), min_size=1, max_size=6), label="says"
    )
    items = [
        saying_of(
            world,
            world.objectives[which],
            on=None if day is None else date(2026, 3, day),
            at=NOW - timedelta(minutes=len(says) - place),
        )
        for place, (which, day) in enumerate(says)
    ]
    sent = data.draw(st.permutations(items * 2), label="sent")
    states = []
    for order in (items, sent):
        with transaction.atomic():
            for item in order:
                teach([item], school=world.ashgrove, by=world.okafor, at=NOW)
            states.append(taught_to_hazel(world))
            transaction.set_rollback(True)
    assert states[0] == states[1]


def test_the_form_without_a_script_says_it_takes_it_back_and_counts_it_for_a_joiner(
    client: PageClient, world: World
) -> None:
    joiner = a_pupil(world, name="Idris Jones")
    ClassMembership.objects.create(school=world.ashgrove, pupil=joiner, school_class=world.hazel, starts_on=TODAY)
    client.force_login(world.okafor)
    address = f"{unit_href(world)}objectives/{world.objectives[0].pk}/"
    assert client.post(address, {"taught": "", "taught_on": "2026-03-02"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Taught on 2 March." in page
    assert "Count it for Idris Jones too" in page
    assert covered(world, joiner).of[joiner.pk, world.maths.pk].taught == 0
    client.post(address, {"too": joiner.pk})
    assert covered(world, joiner).of[joiner.pk, world.maths.pk].taught == 1
    client.post(address, {"not_too": joiner.pk})
    assert covered(world, joiner).of[joiner.pk, world.maths.pk].taught == 0
    client.post(address, {"taught": "none"})
    assert "Not taught yet." in client.get(address).content.decode()
    for bad in ({"taught": ""}, {"taught": "soon"}, {"taught": "2030-01-01"}):
        client.post(address, bad)
    assert "Not taught yet." in client.get(address).content.decode()


def test_who_only_reads_cannot_say_it(client: PageClient, world: World) -> None:
    client.force_login(world.senco)
    client.post(f"{unit_href(world)}objectives/{world.objectives[0].pk}/", {"taught": "2026-03-02"})
    assert not Taught.objects.exists()


def test_the_head_says_what_was_taught_and_the_bar_counts_that(client: PageClient, world: World) -> None:
    for objective in world.objectives[:2]:
        a_judgement(world, objective=objective)
    client.force_login(world.okafor)
    before = client.get(unit_href(world)).content.decode()
    assert "2 of 4" in before
    assert "untaught" not in before
    was_taught(world, world.objectives[0])
    page = client.get(unit_href(world)).content.decode()
    assert 'data-taught="2026-03-04"' in page
    assert 'aria-label="N1, taught 4 Mar"' in page
    assert 'aria-label="N2, not taught yet"' in page
    assert page.count('<col class="untaught">') == 3
    assert "1 of 1</span>" in page
    assert "1 of 4 objectives taught" in page
