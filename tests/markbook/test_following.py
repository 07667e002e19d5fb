"""Out of year: any pupil, any subject, up or down, from any date; in the same grid, apart in every number."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.curriculum.models import Framework, Objective, Scale, Stage, Strand, Subject
from muster.markbook.actions import judge
from muster.markbook.follow import CannotFollow, end_following, follow, take_back_following
from muster.markbook.following import followings
from muster.markbook.models import Following, Judgement
from muster.people.actions.changes import CannotUndo, undo
from muster.people.actions.reach import NotTheirPupil, OtherSchool
from muster.people.doors import purpose
from muster.people.models import Pupil
from muster.people.purposes import Purpose, Shows
from tests.markbook.test_judging import an_item
from tests.markbook.test_pages import a_mark, send, unit_href
from tests.markbook.test_taught import a_year_below, was_taught
from tests.support.client import PageClient
from tests.world import NOW, TODAY, World, a_judgement, a_pupil, a_scale, an_objective, enrol


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """Every test here reads records to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


@pytest.fixture
def below(world: World) -> list[Objective]:
    """Two objectives of Years 1 and 2 in Number."""
    return a_year_below(world)


def years_1_and_2(world: World) -> Stage:
    return Stage.objects.get(school=world.ashgrove, name="Years 1 and 2")


def amina_follows(world: World, **also: Any) -> Any:
    """Amina follows Years 1 and 2 in Maths from today."""
    usual: dict[str, Any] = {
        "pupil": world.amina,
        "instead_of": world.maths,
        "subject": world.maths,
        "stage": years_1_and_2(world),
        "starts_on": TODAY,
        "by": world.okafor,
        "at": NOW,
    }
    return follow(**usual | also)


def follows_on(world: World, day: date, pupil: Pupil | None = None) -> list[str]:
    """What a pupil follows on a day, by its tag."""
    return [each.tag for each in followings([(pupil or world.amina).pk], day=day).get((pupil or world.amina).pk, [])]


@pytest.mark.usefixtures("below")
def test_a_pupil_follows_another_years_objectives_from_a_day(world: World) -> None:
    amina_follows(world, starts_on=TODAY)
    assert follows_on(world, TODAY) == ["Years 1 and 2"]
    assert follows_on(world, TODAY - timedelta(days=1)) == []


@pytest.mark.usefixtures("below")
def test_it_ends_and_the_end_is_a_row_of_its_own(world: World) -> None:
    amina_follows(world, starts_on=TODAY - timedelta(days=30))
    end_following(following=Following.objects.get(), ends_on=TODAY, by=world.okafor, at=NOW)
    assert Following.objects.count() == 2
    assert follows_on(world, TODAY) == ["Years 1 and 2"]
    assert follows_on(world, TODAY + timedelta(days=1)) == []


@pytest.mark.usefixtures("below")
def test_taken_back_it_never_was(world: World) -> None:
    amina_follows(world)
    take_back_following(following=Following.objects.get(), by=world.okafor, at=NOW)
    assert follows_on(world, TODAY) == []


@pytest.mark.usefixtures("below")
def test_what_is_begun_ends_what_was_followed_unless_it_comes_besides(world: World) -> None:
    other = Stage.objects.create(school=world.ashgrove, framework=world.framework, name="Years 5 and 6", position=3)
    amina_follows(world, starts_on=TODAY - timedelta(days=30))
    amina_follows(world, stage=other)
    assert follows_on(world, TODAY) == ["Years 5 and 6"]
    assert follows_on(world, TODAY - timedelta(days=1)) == ["Years 1 and 2"]
    amina_follows(world, starts_on=TODAY, besides=True)
    assert sorted(follows_on(world, TODAY)) == ["Years 1 and 2", "Years 5 and 6"]


@pytest.mark.usefixtures("below")
def test_each_act_can_be_undone_and_undo_of_a_beginning_brings_back_what_it_ended(world: World) -> None:
    first = amina_follows(world, starts_on=TODAY - timedelta(days=30))
    other = Stage.objects.create(school=world.ashgrove, framework=world.framework, name="Years 5 and 6", position=3)
    second = amina_follows(world, stage=other)
    with pytest.raises(CannotUndo):
        undo(change_set=first, by=world.okafor, at=NOW)
    undo(change_set=second, by=world.okafor, at=NOW)
    assert follows_on(world, TODAY) == ["Years 1 and 2"]


@pytest.mark.usefixtures("below")
def test_refusals_say_why_and_write_nothing(world: World) -> None:
    amina_follows(world)
    foreign = Stage.objects.create(school=world.birchwood, framework=world.framework, name="Theirs", position=9)
    cases: list[tuple[dict[str, Any], type[Exception]]] = [
        ({}, CannotFollow),
        ({"by": world.reyes}, NotTheirPupil),
        ({"by": world.birchwood_senco}, NotTheirPupil),
        ({"stage": foreign}, OtherSchool),
        ({"stage": None, "starts_on": date(1990, 1, 1)}, CannotFollow),
        ({"stage": None, "starts_on": date(2046, 1, 1)}, CannotFollow),
    ]
    for values, refusal in cases:
        with pytest.raises(refusal) as told:
            amina_follows(world, **values)
        assert str(told.value).endswith(".")
    assert Following.objects.count() == 1


def grid(client: PageClient, world: World, end: str = "") -> str:
    client.force_login(world.okafor)
    return client.get(unit_href(world) + end).content.decode()


def hatched(page: str) -> int:
    return len(re.findall(r'<td[^>]*class="[^"]*hatch', page))


def row_of(page: str, pupil: Pupil) -> str:
    return page.split(f'<tr data-pupil="{pupil.pk}">')[1].split("</tr>", maxsplit=1)[0]


def test_their_own_columns_stand_in_the_same_grid_with_a_tag_and_no_warning(
    client: PageClient, world: World, below: list[Objective]
) -> None:
    other = a_pupil(world, name="Zed Young", in_class=world.hazel)
    amina_follows(world)
    a_judgement(world, objective=below[0], letter="B")
    page = grid(client, world)
    hers, his = row_of(page, world.amina), row_of(page, other)
    assert '<small class="year-tag">Years 1 and 2</small>' in hers
    assert "year-tag" not in his
    assert hers.count("not for this pupil") == 4
    assert his.count("not for this pupil") == 2
    assert ">B</td>" in hers
    assert "1 of 2" in hers
    assert 'class="bands"' in page
    assert '<th scope="colgroup" colspan="2" class="own">Maths, Years 1 and 2</th>' in page
    assert "below" not in hers


def test_a_mark_made_before_still_stands_and_says_it_is_not_for_this_pupil(client: PageClient, world: World) -> None:
    a_year_below(world)
    a_judgement(world, letter="S")
    amina_follows(world)
    assert 'aria-label="S, Secure, not for this pupil">S</td>' in row_of(grid(client, world), world.amina)


def test_another_framework_with_a_scale_of_its_own_stands_beside(client: PageClient, world: World) -> None:
    small = a_scale(world.ashgrove, name="Small steps")
    framework = Framework.objects.create(school=world.ashgrove, name="Small steps", scale=small)
    subject = Subject.objects.create(school=world.ashgrove, framework=framework, name="Early maths", position=1)
    strand = Strand.objects.create(school=world.ashgrove, subject=subject, name="Counting", position=1)
    aim = an_objective(world, strand=strand, code="C1", wording="Counts to five", stages=[])
    follow(
        pupil=world.amina,
        instead_of=world.maths,
        subject=subject,
        stage=None,
        starts_on=TODAY,
        by=world.okafor,
        at=NOW,
    )
    page = grid(client, world)
    assert f'data-objective="{aim.pk}" data-title="Counts to five" data-scale="{small.pk}"' in page
    assert f'<div class="palette-scale" data-scale="{small.pk}" hidden>' in page
    step = small.steps.get(code="S")
    (result,) = judge(
        [an_item(world, objective=aim.pk, value={"step": step.pk})], school=world.ashgrove, by=world.okafor, at=NOW
    )
    assert result.status == 201


def test_a_pupil_with_a_scale_of_their_own_is_judged_on_it(
    client: PageClient, world: World, below: list[Objective]
) -> None:
    own: Scale = a_scale(world.ashgrove, name="Two words")
    amina_follows(world, scale=own)
    step = own.steps.get(code="G")
    assert f'data-scale="{own.pk}"' in row_of(grid(client, world), world.amina)
    item = an_item(world, objective=below[0].pk, value={"step": step.pk})
    (result,) = judge([item], school=world.ashgrove, by=world.okafor, at=NOW)
    assert result.status == 201
    other = a_pupil(world, name="Zed Young", in_class=world.hazel)
    item = an_item(world, pupil=other, objective=below[0].pk, value={"step": step.pk})
    (result,) = judge([item], school=world.ashgrove, by=world.okafor, at=NOW)
    assert result.status == 422
    assert Judgement.objects.count() == 1


def test_the_gap_list_and_the_shares_print_them_apart(client: PageClient, world: World, below: list[Objective]) -> None:
    amina_follows(world)
    other = a_pupil(world, name="Zed Young", in_class=world.hazel)
    a_judgement(world, pupil=other, letter="B")
    for objective in (*world.objectives[:2], below[0]):
        was_taught(world, objective)
    a_judgement(world, objective=below[0], letter="S")
    page = grid(client, world)
    assert "2 of 4 objectives taught" in page
    assert "Secure of what was taught: 0 of 2" in page
    assert "Amina Ali (Years 1 and 2), counted apart:" in page
    assert "1 of 2 taught, secure in 1 of 1 of them." in page
    gaps = client.get(f"{unit_href(world)}objectives/{world.objectives[0].pk}/gaps/").content.decode()
    assert "Zed Young" in gaps
    assert "On objectives of their own, counted apart:" in gaps
    assert gaps.count("Amina Ali") == 1


def test_today_counts_them_apart_and_the_grid_hatches_what_is_not_theirs(
    client: PageClient, world: World, below: list[Objective]
) -> None:
    a_pupil(world, name="Zed Young", in_class=world.hazel)
    a_judgement(world, letter="S")
    client.force_login(world.okafor)
    of_all = client.get("/ashgrove/").content.decode()
    assert "1 of 2 marked." in of_all
    assert "not counted" not in of_all
    assert not hatched(grid(client, world))
    amina_follows(world)
    today = client.get("/ashgrove/").content.decode()
    assert "0 of 1 marked. 1 on their own objectives, not counted." in today
    assert hatched(grid(client, world)) == len(world.objectives) + len(below), (
        "hers of the class's, and the class's of hers"
    )


def test_the_page_of_their_objective_shows_them_and_folds_the_others_away(
    client: PageClient, world: World, below: list[Objective]
) -> None:
    amina_follows(world)
    a_pupil(world, name="Zed Young", in_class=world.hazel)
    client.force_login(world.okafor)
    answer = client.get(f"{unit_href(world)}objectives/{below[0].pk}/")
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert f'<li data-row data-pupil="{world.amina.pk}"' in page
    assert page.count("<li data-row") == 1
    assert "Zed Young" in page


def test_from_the_grids_menu_one_pupil_gets_another_years_objectives(
    client: PageClient, world: World, below: list[Objective]
) -> None:
    """Out of year, the pupil, the stage."""
    page = grid(client, world)
    assert "Out of year" in page
    address = f"{unit_href(world)}following/"
    form = client.get(address).content.decode()
    value = f"{world.maths.pk}.{years_1_and_2(world).pk}"
    assert f'name="follow" value="{value}">Years 1 and 2</button>' in form
    answer = client.post(
        address, {"pupil": world.amina.pk, "follow": value, "starts_on": TODAY.isoformat(), "scale": ""}
    )
    assert answer.status_code == 302
    assert follows_on(world, TODAY) == ["Years 1 and 2"]


def test_from_a_name_in_the_grid_it_takes_three_actions_in_any_subject(
    client: PageClient, world: World, below: list[Objective]
) -> None:
    """The name, Out of year beside the subject, the stage."""
    assert f'href="/ashgrove/pupils/{world.amina.pk}/"' in grid(client, world)
    address = f"/ashgrove/pupils/{world.amina.pk}/following/?instead={world.maths.pk}"
    assert f'href="{address}"' in client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
    value = f"{world.maths.pk}.{years_1_and_2(world).pk}"
    assert f'name="follow" value="{value}"' in client.get(address).content.decode()


def test_from_the_pupils_page_it_begins_ends_and_is_taken_back(
    client: PageClient, world: World, below: list[Objective]
) -> None:
    client.force_login(world.senco)
    address = f"/ashgrove/pupils/{world.amina.pk}/following/"
    value = f"{world.maths.pk}.{years_1_and_2(world).pk}"
    sent = {"instead": world.maths.pk, "follow": value, "starts_on": "2026-02-01"}
    assert client.post(address, sent).status_code == 302
    page = client.get(address).content.decode()
    assert "Maths, Years 1 and 2 instead of Maths, since 1 February 2026" in page
    row = Following.objects.standing().get()
    assert client.post(f"{address}{row.pk}/end/").status_code == 302
    assert follows_on(world, TODAY + timedelta(days=1)) == []
    row = Following.objects.standing().get()
    assert client.post(f"{address}{row.pk}/end/", {"taken_back": "1"}).status_code == 302
    assert follows_on(world, TODAY) == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("okafor", 200), ("reyes", 404), ("senco", 200), ("head", 200), ("cover", 403), ("birchwood_senco", 404)],
)
def test_who_may_set_a_pupil_apart(client: PageClient, world: World, who: str, status: int) -> None:
    client.force_login(world.cast[who])
    assert client.get(f"/ashgrove/pupils/{world.amina.pk}/following/").status_code == status
    assert client.get(f"{unit_href(world)}following/").status_code == status


def test_nothing_of_another_school_or_class_gets_through_the_forms(
    client: PageClient, world: World, below: list[Objective]
) -> None:
    client.force_login(world.okafor)
    theirs = Stage.objects.create(
        school=world.birchwood, framework=world.birchwood_number.subject.framework, name="Year 1", position=1
    )
    address = f"{unit_href(world)}following/"
    good = f"{world.maths.pk}.{years_1_and_2(world).pk}"
    cases: list[tuple[dict[str, Any], int]] = [
        ({"pupil": world.ben.pk, "follow": good}, 422),
        ({"pupil": world.cora.pk, "follow": good}, 422),
        ({"pupil": "x", "follow": good}, 422),
        ({"pupil": world.amina.pk, "follow": f"{world.birchwood_number.subject.pk}.0"}, 404),
        ({"pupil": world.amina.pk, "follow": f"{world.maths.pk}.{theirs.pk}"}, 404),
        ({"pupil": world.amina.pk, "follow": ""}, 404),
        ({"pupil": world.amina.pk, "follow": "9" * 30}, 404),
        ({"pupil": world.amina.pk, "follow": good, "starts_on": "soon"}, 422),
        ({"pupil": world.amina.pk, "follow": good, "starts_on": "0001-01-01"}, 422),
    ]
    for sent, status in cases:
        assert client.post(address, {"starts_on": TODAY.isoformat(), **sent}).status_code == status, sent
    hers = f"/ashgrove/pupils/{world.amina.pk}/following/"
    assert client.post(hers, {"instead": world.birchwood_number.subject.pk, "follow": good}).status_code == 404
    assert client.post(f"/ashgrove/pupils/{world.ben.pk}/following/", {"follow": good}).status_code == 404
    assert client.post(f"{hers}{2**70}/end/").status_code == 302
    assert not Following.objects.exists()


def test_the_grid_costs_the_same_however_many_are_set_apart(client: PageClient, world: World) -> None:
    below = a_year_below(world)
    was_taught(world, world.objectives[0])
    amina_follows(world)
    grid(client, world)
    with CaptureQueriesContext(connection) as few:
        grid(client, world)
    for pupil in enrol(world, world.hazel, pupils=12)[:6]:
        amina_follows(world, pupil=pupil)
        a_judgement(world, pupil=pupil, objective=below[0])
    grid(client, world)
    with CaptureQueriesContext(connection) as many:
        grid(client, world)
    assert len(few) == len(many), "\n".join(query["sql"][:120] for query in many)


# -- units beside the first ------------------------------------------------------------------------------------------


def a_unit(world: World, name: str) -> str:
    """One more strand with an objective, as an address names its unit."""
    strand = Strand.objects.create(school=world.ashgrove, subject=world.maths, name=name, position=len(name))
    an_objective(world, strand=strand, code=name[:3], wording=f"{name} to begin with")
    return f"{world.maths.pk}.{world.lower_juniors.pk}.{strand.pk}"


def test_a_unit_beside_the_first_is_marked_like_it(client: PageClient, world: World) -> None:
    beside = a_unit(world, "Shape")
    page = grid(client, world, f"?with={beside}")
    objective = Objective.objects.get(code="Sha")
    assert f'data-objective="{objective.pk}"' in page
    assert "Shape" in page
    assert ": take away" in page
    mark = a_mark(world, target={"pupil": world.amina.pk, "objective": objective.pk})
    assert send(client, world, mark).json()["results"][0]["status"] == 201
    row = row_of(grid(client, world, f"?with={beside}"), world.amina)
    assert row.count('aria-label="S, Secure"') == 1


def test_three_units_fit_beside_the_first_and_none_is_offered_after_them(client: PageClient, world: World) -> None:
    units = [a_unit(world, name) for name in ("Shape", "Measure", "Data", "Money")]
    page = grid(client, world, "?" + "&".join(f"with={each}" for each in units))
    assert page.count(": take away") == 3
    assert "Add beside" not in page
    assert "Add beside" in grid(client, world, f"?with={units[0]}")


@pytest.mark.parametrize("end", ["1.2", "x.y.z", "0.0.0", "1.2.3.4", f"{2**70}.1.1"])
def test_a_unit_that_is_none_is_not_found(client: PageClient, world: World, end: str) -> None:
    client.force_login(world.okafor)
    assert client.get(f"{unit_href(world)}?with={end}").status_code == 404


def test_a_unit_of_another_school_is_not_found(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    strand = world.birchwood_number
    framework = strand.subject.framework
    stage = Stage.objects.create(school=world.birchwood, framework=framework, name="Theirs", position=1)
    for place in (
        f"{strand.subject_id}.{stage.pk}.{strand.pk}",
        f"{world.maths.pk}.{world.lower_juniors.pk}.{strand.pk}",
        f"{world.maths.pk}.{stage.pk}.{world.number.pk}",
    ):
        assert client.get(f"{unit_href(world)}?with={place}").status_code == 404


def test_the_form_for_another_day_and_the_way_back_keep_the_units_beside(client: PageClient, world: World) -> None:
    first, second = a_unit(world, "Shape"), a_unit(world, "Measure")
    page = grid(client, world, f"?at={world.today - timedelta(days=1)}&with={first}&with={second}")
    assert f'href="?with={first}&amp;with={second}">Back to now' in page
    for each in (first, second):
        assert f'<input type="hidden" name="with" value="{each}">' in page
