"""One pupil and all of a unit: what the page shows, to whom, and what its form saves without a script."""

import html
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.markbook.follow import follow
from muster.markbook.models import Judgement
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows
from muster.privacy.models import HistoryEntry
from tests.markbook.test_following import years_1_and_2
from tests.markbook.test_pages import unit_href
from tests.markbook.test_taught import a_year_below
from tests.support.client import PageClient
from tests.world import NOW, TODAY, World, a_judgement, a_pupil, an_objective, enrol


def href(world: World) -> str:
    """The pupils of 3 Hazel in Maths, Number, one after the other."""
    return f"{unit_href(world)}pupils/"


def children(page: str) -> list[dict[str, Any]]:
    """The class as the script of the page reads it."""
    found = re.search(r'data-children="([^"]*)"', page)
    assert found
    told: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return told


def test_it_shows_one_pupil_and_every_objective_with_its_mark(client: PageClient, world: World) -> None:
    a_judgement(world, pupil=world.amina)
    client.force_login(world.okafor)
    page = client.get(href(world)).content.decode()
    assert page.count("<li id=") == len(world.objectives)
    assert page.count(f'data-s="{world.steps["S"].pk}"') == 1
    assert re.search(r'aria-label="S, Secure" aria-pressed="true"', page)
    (amina,) = children(page)
    assert (amina["id"], amina["name"], amina["tag"]) == (world.amina.pk, world.amina.name, "")
    assert amina["cells"][0][0] == str(world.steps["S"].pk)
    assert {cell[0] for cell in amina["cells"][1:]} <= {""}


def test_previous_and_next_lead_through_the_class(client: PageClient, world: World) -> None:
    enrol(world, world.hazel, pupils=2)
    client.force_login(world.okafor)
    first = client.get(href(world)).content.decode()
    names = [each["name"] for each in children(first)]
    assert len(names) == 3
    second = re.search(r'data-after href="(\?pupil=\d+)"', first)
    assert second
    page = client.get(href(world) + second[1]).content.decode()
    assert f"<span data-child>{html.escape(names[1])}</span>" in page
    assert children(page) == children(first)


def test_what_a_pupil_follows_instead_takes_the_place_of_the_classs(client: PageClient, world: World) -> None:
    below = a_year_below(world)
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        follow(
            pupil=world.amina, instead_of=world.maths, subject=world.maths, stage=years_1_and_2(world), starts_on=TODAY,
            by=world.okafor, at=NOW,
        )  # fmt: skip
    client.force_login(world.okafor)
    page = client.get(href(world)).content.decode()
    (amina,) = children(page)
    assert amina["tag"] == "Years 1 and 2"
    assert [cell is not None for cell in amina["cells"]].count(True) == len(below)
    assert page.count("hidden aria-readonly") == len(amina["cells"]) - len(below)


def test_a_name_can_end_nothing(client: PageClient, world: World) -> None:
    a_pupil(world, name='"><script>alert(1)</script>', in_class=world.hazel)
    client.force_login(world.okafor)
    page = client.get(href(world)).content.decode()
    assert "<script>alert" not in page
    assert any("<script>" in each["name"] for each in children(page))


def test_the_form_saves_one_mark_and_comes_back_to_the_pupil(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    aim = world.objectives[0]
    answer = client.post(f"{href(world)}?pupil={world.amina.pk}", {"mark": f"{aim.pk}:{world.steps['S'].pk}"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{href(world)}?pupil={world.amina.pk}#")
    saved = Judgement.objects.get(judged_by=world.okafor)
    assert (saved.pupil_id, saved.objective_id, saved.step_id) == (world.amina.pk, aim.pk, world.steps["S"].pk)
    assert "1 mark saved." in client.get(href(world)).content.decode()


@pytest.mark.parametrize("mark", ["", "x", "1", ":3", "999999:3", "{aim}:", "{aim}"])
def test_a_form_that_says_no_mark_saves_none(client: PageClient, world: World, mark: str) -> None:
    client.force_login(world.okafor)
    answer = client.post(href(world), {"mark": mark.format(aim=world.objectives[0].pk)})
    assert answer.status_code == 404
    assert not Judgement.objects.filter(judged_by=world.okafor).exists()


def test_a_step_of_another_scale_is_refused_in_words(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    client.post(href(world), {"mark": f"{world.objectives[0].pk}:987654"})
    assert "This mark is not one of the words used for this objective." in client.get(href(world)).content.decode()
    assert not Judgement.objects.filter(judged_by=world.okafor).exists()


@pytest.mark.parametrize("asked", ["999999", "x", "-1", "9" * 30])
def test_somebody_who_is_not_in_the_class_is_not_found(client: PageClient, world: World, asked: str) -> None:
    client.force_login(world.okafor)
    assert client.get(f"{href(world)}?pupil={asked}").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("okafor", 200), ("reyes", 404), ("head", 200), ("office", 403), ("birchwood_senco", 404), ("both", 404)],
)
def test_who_may_open_it(client: PageClient, world: World, who: str, status: int) -> None:
    client.force_login(world.cast[who])
    assert client.get(href(world)).status_code == status


def test_who_may_only_look_has_nothing_to_press(client: PageClient, world: World) -> None:
    client.force_login(world.cast["head"])
    page = client.get(href(world)).content.decode()
    assert 'name="mark"' not in page
    assert "mark-list.js" not in page


def test_opening_it_is_one_look(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    before = HistoryEntry.objects.count()
    client.get(href(world))
    assert HistoryEntry.objects.count() == before + 1


def test_it_costs_the_same_whatever_the_class(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    client.get(href(world))
    with CaptureQueriesContext(connection) as few:
        client.get(href(world))
    enrol(world, world.hazel, pupils=29)
    for n in range(10):
        an_objective(world, code=f"X{n}", wording=f"Another thing to learn, number {n}")
    client.get(href(world))
    with CaptureQueriesContext(connection) as many:
        page = client.get(href(world)).content.decode()
    assert len(children(page)) == 30
    assert len(few) == len(many), "\n".join(query["sql"][:120] for query in many)
