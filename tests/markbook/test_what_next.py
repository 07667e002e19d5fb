"""What comes next: what a class lacks and who, the group made of it, and what a pupil learns next."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from muster.curriculum.models import Objective
from muster.markbook.models import Following, Judgement, ObjectiveRead, Taught
from muster.markbook.rules.what_next import Standing, biggest_first, gap_in, next_for, plain_sentence
from muster.people.access import Permission
from muster.people.doors import purpose
from muster.people.models import ChangeSet, ClassMembership, Pupil, SchoolClass
from muster.people.purposes import Purpose, Shows
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import NOW, World, a_change_set, a_class, a_judgement, a_pupil, an_objective, enrol

S = Standing


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """What these tests look up afterwards, they read to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


def href(world: World, **query: Any) -> str:
    ending = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/ashgrove/classes/{world.hazel.pk}/next/" + (f"?{ending}" if ending else "")


def teach(world: World, objective: Objective, *, on: date = date(2026, 2, 2)) -> Taught:
    """Say that 3 Hazel was taught an objective."""
    return Taught.objects.create(
        school=world.ashgrove,
        school_class=world.hazel,
        objective=objective,
        taught_on=on,
        said_at=NOW,
        recorded_at=NOW,
        by=world.okafor,
        change_set=a_change_set(world),
    )


# -- the rules ------------------------------------------------------------------------------------------------------


@pytest.mark.pure
def test_the_population_adds_up() -> None:
    standings = dict(enumerate([S.SECURE] * 9 + [S.LACKING] * 9 + [S.ABSENT] * 2 + [S.NOT_TAUGHT] + [S.BLANK] * 7))
    found = gap_in(1, standings, taught=True)
    population = found.population
    assert (population.judged, population.absent, population.not_taught, population.blank) == (18, 2, 1, 7)
    assert population.everybody == 28
    assert (len(found.lacking), len(found.absent)) == (9, 2)


@pytest.mark.pure
@given(st.lists(st.sampled_from(Standing), max_size=40))
def test_the_parts_are_always_the_whole(each: list[Standing]) -> None:
    found = gap_in(1, dict(enumerate(each)), taught=False)
    assert found.population.everybody == len(each)
    assert len(found.lacking) + each.count(S.SECURE) == found.population.judged


@pytest.mark.pure
def test_taught_ones_come_first_then_the_most_pupils_then_the_order_of_learning() -> None:
    gaps = [
        gap_in(1, {1: S.LACKING}, taught=True),
        gap_in(2, {1: S.LACKING, 2: S.LACKING, 3: S.LACKING}, taught=False),
        gap_in(3, {1: S.LACKING, 2: S.LACKING}, taught=True),
        gap_in(4, {1: S.SECURE, 2: S.BLANK}, taught=True),
        gap_in(5, {2: S.LACKING}, taught=True),
    ]
    assert [gap.objective for gap in biggest_first(gaps)] == [3, 1, 5, 2]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("standings", "taught", "now", "following"),
    [
        pytest.param({}, (), (), (1, 2), id="nothing said yet"),
        pytest.param({1: S.SECURE, 2: S.LACKING}, (1, 2), (2,), (3, 4), id="begun comes before new"),
        pytest.param({1: S.ABSENT}, (1,), (1,), (2, 3), id="missed counts as begun"),
        pytest.param({1: S.NOT_TAUGHT}, (), (), (2, 3), id="not for this pupil is neither"),
        pytest.param({}, (4,), (), (4, 1), id="what was taught is next"),
        pytest.param(dict.fromkeys((1, 2, 3, 4), S.SECURE), (), (), (), id="all secure"),
    ],
)
def test_what_is_next_for_a_pupil(
    standings: dict[int, Standing], taught: tuple[int, ...], now: tuple[int, ...], following: tuple[int, ...]
) -> None:
    found = next_for([1, 2, 3, 4], standings, taught, most=2)
    assert (found.now, found.following) == (now, following)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("wording", "sentence"),
    [
        ("adds two  numbers", "Adds two numbers."),
        ("Counts on\nand back;", "Counts on and back."),
        ("Why does it float?", "Why does it float?"),
        ("", ""),
    ],
)
def test_wording_becomes_a_sentence(wording: str, sentence: str) -> None:
    assert plain_sentence(wording) == sentence


# -- the page of a class --------------------------------------------------------------------------------------------


def test_the_class_sees_what_is_lacked_by_whom_and_of_how_many(client: PageClient, world: World) -> None:
    others = enrol(world, world.hazel, pupils=4)
    first, second, *_rest = world.objectives
    teach(world, second)
    a_judgement(world, objective=first, letter="D")
    for pupil, letter in zip(others[:2], "DS", strict=True):
        a_judgement(world, pupil=pupil, objective=second, letter=letter)
    a_judgement(world, pupil=others[2], objective=second, letter=None, kind=Judgement.Kind.ABSENT)
    a_judgement(world, pupil=others[3], objective=second, letter=None, kind=Judgement.Kind.NOT_TAUGHT)
    client.force_login(world.okafor)
    page = client.get(href(world)).content.decode()
    assert page.index(second.wording) < page.index(first.wording), "what was taught comes first"
    assert "2 of 5 judged; absent 1; not taught 1; blank 1" in page
    assert "1 of 5 judged; absent 0; not taught 0; blank 4" in page
    assert f'{others[0].name} <span class="chip" title="Developing">D</span></label>' in page
    assert "not taught yet" in page
    assert "Ben Carter" not in page


def test_a_pupil_out_of_year_is_apart_with_their_own_next(client: PageClient, world: World) -> None:
    infants = world.framework.stages.create(school=world.ashgrove, name="Year 2", position=0)
    easier = an_objective(world, code="E1", wording="Counts in twos")
    easier.stages.set([infants])
    apart = a_pupil(world, name="Dilys Evans", in_class=world.hazel)
    a_judgement(world, pupil=apart, objective=world.objectives[0], letter="B")
    a_judgement(world, objective=world.objectives[0], letter="D")
    Following.objects.create(
        school=world.ashgrove,
        pupil=apart,
        instead_of=world.maths,
        subject=world.maths,
        stage=infants,
        starts_on=date(2026, 1, 5),
        recorded_at=NOW,
        by=world.okafor,
        change_set=a_change_set(world),
    )
    client.force_login(world.okafor)
    page = client.get(href(world)).content.decode()
    assert "1 of 1 judged; absent 0; not taught 0; blank 0" in page, "they are in no number of the class"
    assert 'Dilys Evans <span class="tag">Year 2</span>' in page
    assert "Counts in twos." in page
    assert f'value="{apart.pk}"' not in page


def test_the_page_costs_the_same_whatever_the_class(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    a_judgement(world, letter="D")
    client.get(href(world))
    with CaptureQueriesContext(connection) as few:
        client.get(href(world))
    pupils = enrol(world, world.hazel, pupils=29)
    for n in range(20):
        objective = an_objective(world, code=f"X{n}", wording=f"Thing {n}")
        for pupil in pupils[:5]:
            a_judgement(world, pupil=pupil, objective=objective, letter="D")
    client.get(href(world))
    with CaptureQueriesContext(connection) as many:
        page = client.get(href(world)).content.decode()
    assert page.count('class="card gap"') == 10
    assert len(few) == len(many), "\n".join(query["sql"][:160] for query in many)


def test_more_than_ten_go_over_several_pages(client: PageClient, world: World) -> None:
    for n in range(12):
        a_judgement(world, objective=an_objective(world, code=f"X{n}", wording=f"Thing {n}"), letter="D")
    client.force_login(world.okafor)
    first = client.get(href(world)).content.decode()
    assert "from=10" in first
    rest = client.get(href(world, subject=world.maths.pk, **{"from": 10})).content.decode()
    assert rest.count('class="card gap"') == 2


@pytest.mark.parametrize("asked", ["from=999", "from=-1", "from=x", "from=99999999999999999999"])
def test_a_page_that_is_not_there_is_the_first(client: PageClient, world: World, asked: str) -> None:
    a_judgement(world, letter="D")
    client.force_login(world.okafor)
    answer = client.get(f"{href(world)}?{asked}")
    assert (answer.status_code, b'class="card gap"' in answer.content) == (200, True)


@pytest.mark.parametrize(
    "subject", ["0", "x", "99999999999999999999", pytest.param("theirs", id="a subject of the next school")]
)
def test_a_subject_that_is_not_the_classs_is_not_there(client: PageClient, world: World, subject: str) -> None:
    client.force_login(world.okafor)
    wanted = world.birchwood_objective.strand.subject_id if subject == "theirs" else subject
    assert client.get(href(world, subject=wanted)).status_code == 404


@pytest.mark.parametrize(
    ("who", "status", "groups"),
    [
        ("okafor", 200, True),
        ("reyes", 404, False),
        ("cover", 200, False),
        ("tutor", 200, False),
        ("head", 200, True),
        ("senco", 200, False),
        ("office", 403, False),
        ("governor", 403, False),
        ("birchwood_senco", 404, False),
        ("both", 404, False),
    ],
)
def test_who_may_see_what_a_class_lacks(client: PageClient, world: World, who: str, status: int, groups: bool) -> None:
    a_judgement(world, letter="D")
    client.force_login(world.cast[who])
    answer = client.get(href(world))
    assert answer.status_code == status
    assert (b"Make the group" in answer.content) is groups


def test_opening_it_is_a_look_and_names_no_reader(client: PageClient, world: World) -> None:
    a_judgement(world, letter="D")
    client.force_login(world.okafor)
    looks = HistoryEntry.objects.filter(kind="look").count()
    client.get(href(world))
    client.get(href(world))
    assert HistoryEntry.objects.filter(kind="look").count() == looks + 2
    read = ObjectiveRead.objects.get()
    assert (read.objective_id, read.term_id) == (world.objectives[0].pk, world.spring.pk)
    assert {field.name for field in ObjectiveRead._meta.concrete_fields} == {"id", "school", "objective", "term"}


def test_a_class_nobody_is_in_says_so(client: PageClient, world: World) -> None:
    world.amina.memberships.update(ends_on=world.year.first_day)
    client.force_login(world.okafor)
    assert "Nothing to say yet" in client.get(href(world)).content.decode()


# -- a year group ---------------------------------------------------------------------------------------------------


def test_a_year_group_is_everybody_in_it_whom_one_may_see(client: PageClient, world: World) -> None:
    second = a_class(world, name="3 Birch", year_group=world.year_3)
    other = a_pupil(world, name="Dilys Evans", in_class=second)
    for pupil in (world.amina, other):
        a_judgement(world, pupil=pupil, letter="D")
    where = f"/ashgrove/year-groups/{world.year_3.pk}/next/"
    client.force_login(world.head)
    page = client.get(where).content.decode()
    assert "2 of 2 judged" in page
    assert "Dilys Evans" in page
    client.force_login(world.okafor)
    page = client.get(where).content.decode()
    assert "1 of 1 judged" in page
    assert "Dilys Evans" not in page
    client.force_login(world.reyes)
    assert client.get(where).status_code == 404


def test_the_year_group_of_another_school_is_not_there(client: PageClient, world: World) -> None:
    client.force_login(world.both)
    assert client.get(f"/birchwood/year-groups/{world.year_3.pk}/next/").status_code == 404
    assert client.get("/ashgrove/year-groups/99999999999999999999/next/").status_code == 404


# -- the group ------------------------------------------------------------------------------------------------------


def send(client: PageClient, world: World, **also: Any) -> Any:
    body = {"class": world.hazel.pk, "name": "Number, 4 March", "pupil": [world.amina.pk]} | also
    return client.post("/ashgrove/teaching-groups/", body)


def test_one_click_makes_a_group_and_another_undoes_it(client: PageClient, world: World) -> None:
    a_judgement(world, letter="D")
    client.force_login(world.okafor)
    page = client.get(href(world)).content.decode()
    assert 'value="Number, 4 March"' in page
    answer = send(client, world)
    group = SchoolClass.objects.get(kind="teaching")
    assert answer.headers["Location"] == f"/ashgrove/classes/{group.pk}/"
    inside = ClassMembership.objects.get(school_class=group)
    assert (inside.pupil_id, inside.ends_on) == (world.amina.pk, world.spring.last_day)
    assert 'value="Number, 4 March (2)"' in client.get(href(world)).content.decode()
    made = ChangeSet.objects.get(kind="teaching-group:made")
    assert client.post(f"/ashgrove/changes/{made.pk}/undo/").status_code == 302
    assert not SchoolClass.objects.filter(kind="teaching").exists()


@pytest.mark.parametrize(
    ("also", "says"),
    [
        pytest.param(lambda w: {"pupil": []}, "Choose at least one", id="nobody ticked"),
        pytest.param(lambda w: {"name": "3 Hazel"}, "There is a class called", id="a name that is taken"),
        pytest.param(lambda w: {"name": ""}, "Give the group a name", id="no name"),
        pytest.param(lambda w: {"name": "x" * 500}, "Give the group a name", id="a long name"),
        pytest.param(lambda w: {"pupil": [w.amina.pk, w.ben.pk]}, "not in a class of yours", id="another's pupil"),
        pytest.param(lambda w: {"pupil": [w.cora.pk]}, "not in a class of yours", id="another school's"),
        pytest.param(lambda w: {"pupil": [10**15]}, "not in a class of yours", id="no such pupil"),
        pytest.param(lambda w: {"pupil": ["x"]}, "Choose at least one", id="no number"),
    ],
)
def test_a_group_that_cannot_be_made_says_why(client: PageClient, world: World, also: Any, says: str) -> None:
    client.force_login(world.okafor)
    answer = send(client, world, **also(world))
    page = answer.content.decode()
    assert (answer.status_code, says in page) == (422, True)
    assert "Ben Carter" not in page
    assert "Cora" not in page
    assert not SchoolClass.objects.filter(kind="teaching").exists()


def test_a_group_made_in_the_holidays_stands_until_the_year_ends(client: PageClient, world: World) -> None:
    world.spring.last_day = NOW.date() - timedelta(days=1)
    world.spring.save()
    client.force_login(world.okafor)
    send(client, world)
    assert ClassMembership.objects.get(school_class__kind="teaching").ends_on == world.year.last_day


def test_the_group_opens_the_same_pupils_and_no_more(client: PageClient, world: World) -> None:
    enrol(world, world.hazel, pupils=3)
    client.force_login(world.okafor)
    before = set(
        Pupil.objects.visible_to(world.okafor.viewer(NOW), may=Permission.PUPIL_VIEW).values_list("pk", flat=True)
    )
    send(client, world)
    after = set(
        Pupil.objects.visible_to(world.okafor.viewer(NOW), may=Permission.PUPIL_VIEW).values_list("pk", flat=True)
    )
    assert before == after
