"""What every page leads to: Today, the jump box, help, and the choice of schools."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.people.access import Role
from muster.people.views.help import USING, as_html
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import World, a_pupil, an_account, enrol


def test_one_school_opens_at_once(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    assert client.get("/").headers["Location"] == "/ashgrove/"


def test_two_schools_are_a_choice(client: PageClient, world: World) -> None:
    client.force_login(world.both)
    page = client.get("/").content.decode()
    assert "Ashgrove Primary School" in page
    assert "Birchwood School" in page


def test_today_leads_to_the_class_in_one_step(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    page = client.get("/ashgrove/").content.decode()
    assert f'href="/ashgrove/classes/{world.hazel.pk}/markbook/"' in page
    assert "4 Rowan" not in page
    assert "Wednesday 4 March" in page


def test_today_carries_on_where_the_teacher_left_off(client: PageClient, world: World) -> None:
    from tests.world import a_judgement

    enrol(world, world.hazel, pupils=29)
    a_judgement(world, letter="S")
    client.force_login(world.okafor)
    page = client.get("/ashgrove/").content.decode()
    assert "Carry on marking" in page
    assert "1 of 30 marked." in page


def test_today_offers_the_office_what_it_most_often_comes_for(client: PageClient, world: World) -> None:
    client.force_login(world.office)
    page = client.get("/ashgrove/").content.decode()
    for address in ("pupils/new/", "day-passes/", "imports/new/", "accounts/"):
        assert f'href="/ashgrove/{address}"' in page


def test_today_shows_no_pupil_and_is_no_look(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    before = HistoryEntry.objects.count()
    assert "Amina" not in client.get("/ashgrove/").content.decode()
    assert HistoryEntry.objects.count() == before


@pytest.mark.parametrize(
    "who", ["duty", "governor", "dpo", "it", "guardian", "amina_herself", "office", "head", "senco"]
)
def test_today_has_something_kind_for_everybody(client: PageClient, world: World, who: str) -> None:
    client.force_login(world.cast[who])
    assert client.get("/ashgrove/").status_code == 200
    assert client.get("/ashgrove/more/").status_code == 200


@pytest.mark.parametrize(
    ("letters", "finds"),
    [
        pytest.param("am", True, id="two letters of the first name"),
        pytest.param("ali", True, id="the surname"),
        pytest.param("AL am", True, id="both, in any order and case"),
        pytest.param("min", False, id="the middle of a name"),
        pytest.param("ben", False, id="a colleague's pupil"),
        pytest.param("cora", False, id="a child of the other school"),
    ],
)
def test_letters_reach_own_pupils_only(client: PageClient, world: World, letters: str, finds: bool) -> None:
    client.force_login(world.okafor)
    answer = client.post("/ashgrove/jump/", {"q": letters}, headers={"Accept": "application/json"})
    assert [found["label"] for found in answer.json()["results"]] == (["Amina Ali"] if finds else [])


def test_accents_are_found_without_them(client: PageClient, world: World) -> None:
    a_pupil(world, name="Zoë Núñez-Østby", in_class=world.hazel)
    client.force_login(world.okafor)
    for letters in ("zoe", "nunez", "zoe nu"):
        answer = client.post("/ashgrove/jump/", {"q": letters}, headers={"Accept": "application/json"})
        assert [found["label"] for found in answer.json()["results"]] == ["Zoë Núñez-Østby"]


def test_names_in_the_jump_box_are_no_look(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    before = HistoryEntry.objects.count()
    client.post("/ashgrove/jump/", {"q": "am"}, follow=True)
    assert HistoryEntry.objects.count() == before


def test_the_jump_box_costs_the_same_whatever_the_school(client: PageClient, world: World) -> None:
    enrol(world, world.hazel, pupils=1)
    client.force_login(world.office)
    client.post("/ashgrove/jump/", {"q": "pupil"}, follow=True)
    with CaptureQueriesContext(connection) as few:
        client.post("/ashgrove/jump/", {"q": "pupil"}, follow=True)
    enrol(world, world.hazel, pupils=60)
    with CaptureQueriesContext(connection) as many:
        page = client.post("/ashgrove/jump/", {"q": "pupil"}, follow=True).content.decode()
    assert page.count("Member") == 61
    assert len(few) == len(many)


def test_the_jump_box_finds_pages_and_classes(client: PageClient, world: World) -> None:
    client.force_login(world.head)
    page = client.post("/ashgrove/jump/", {"q": "hazel"}, follow=True).content.decode()
    assert f"/ashgrove/classes/{world.hazel.pk}/markbook/" in page
    assert "/ashgrove/settings/" in client.post("/ashgrove/jump/", {"q": "settings"}, follow=True).content.decode()


@pytest.mark.parametrize("role", [pytest.param(role, id=role.value) for role in Role])
def test_every_role_has_its_page_of_help(role: Role) -> None:
    text = (USING / f"{role.value}.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "<h2>" in as_html(text)


def test_help_shows_the_page_of_the_role_and_whom_to_ask(client: PageClient, world: World) -> None:
    world.ashgrove.help_person = "Olive Marsh, office"
    world.ashgrove.save()
    client.force_login(world.okafor)
    page = client.get("/ashgrove/help/").content.decode()
    assert "Marking a class" in page
    assert "Olive Marsh, office" in page


@pytest.mark.pure
def test_help_text_is_escaped_and_structured() -> None:
    html = as_html("# A <b> heading\n\nText with **strong** and `Ctrl`.\n\n1. one\n2. two\n\n- red\n- blue")
    assert html == (
        "<h2>A &lt;b&gt; heading</h2>\n<p>Text with <strong>strong</strong> and <kbd>Ctrl</kbd>.</p>\n"
        "<ol><li>one</li><li>two</li></ol>\n<ul><li>red</li><li>blue</li></ul>"
    )


def test_a_guardian_sees_their_own_child_and_it_is_a_look(client: PageClient, world: World) -> None:
    client.force_login(world.guardian)
    before = HistoryEntry.objects.count()
    page = client.get("/ashgrove/own/").content.decode()
    assert "Amina" in page
    assert "Ben" not in page
    assert HistoryEntry.objects.count() == before + 1


def test_a_guardian_under_a_court_order_sees_nothing(client: PageClient, world: World) -> None:
    world.amina.guardianships.update(no_contact=True)
    client.force_login(world.guardian)
    assert "Amina" not in client.get("/ashgrove/own/").content.decode()


def test_somebody_without_a_post_is_told_whom_to_ask(client: PageClient, world: World) -> None:
    client.force_login(an_account(name="No Post"))
    assert client.get("/ashgrove/").status_code in {302, 404}


@pytest.mark.parametrize(
    ("page", "place", "how"),
    [
        ("", "Today", "page"),
        ("mark/", "Mark", "true"),
        ("classes/{hazel}/next/", "Mark", "true"),
        ("classes/{hazel}/learning/", "Mark", "true"),
        ("cells/{amina}/{aim}/", "Mark", "true"),
        ("registers/", "Register", "true"),
        ("classes/", "Class", "page"),
        ("pupils/{amina}/", "Class", "true"),
        ("more/", "More", "page"),
        ("frameworks/", "More", "true"),
        ("help/", None, None),
    ],
)
def test_every_page_says_which_place_it_is_in(
    client: PageClient, world: World, page: str, place: str | None, how: str | None
) -> None:
    client.force_login(world.okafor)
    answer = client.get(
        f"/ashgrove/{page.format(hazel=world.hazel.pk, amina=world.amina.pk, aim=world.objectives[0].pk)}", follow=True
    )
    bar = answer.text.split('class="places"')[1].split("</nav>", maxsplit=1)[0]
    found = re.findall(r'aria-current="(\w+)">.*?<span>(\w+)</span>', bar, re.DOTALL)
    assert found == ([(how, place)] if place else [])
