"""The markbook's pages: what they show, to whom, and what they cost."""

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.markbook.models import Judgement
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import NOW, World, a_judgement, an_objective, enrol


def unit_href(world: World) -> str:
    """The grid of 3 Hazel, Maths, Number."""
    return f"/ashgrove/classes/{world.hazel.pk}/markbook/{world.maths.pk}/{world.lower_juniors.pk}/{world.number.pk}/"


def send(client: PageClient, world: World, *items: dict[str, Any], **also: Any) -> Any:
    """POST a batch as Okafor's tablet does."""
    batch = {"device": str(uuid.uuid4()), "account": str(world.okafor.uuid), "sent_at": NOW.isoformat(), "items": items}
    return client.post("/ashgrove/sync/", json.dumps(batch | also), content_type="application/json")


def a_mark(world: World, **also: Any) -> dict[str, Any]:
    """A good mark of Amina."""
    return {
        "id": str(uuid.uuid4()),
        "act": str(uuid.uuid4()),
        "kind": "judgement",
        "target": {"pupil": world.amina.pk, "objective": world.objectives[0].pk},
        "value": {"step": world.steps["S"].pk},
        "base": None,
        "at": NOW.isoformat(),
        "seq": 1,
    } | also


def test_the_grid_shows_the_class_in_the_schools_words(client: PageClient, world: World) -> None:
    a_judgement(world, letter="S")
    client.force_login(world.okafor)
    page = client.get(unit_href(world)).content.decode()
    assert "Amina Ali" in page
    assert 'aria-label="S, Secure">S</td>' in page
    assert 'aria-label="not yet marked"></td>' in page
    assert "Ben Carter" not in page
    assert "1 of 4" in page


def test_an_earlier_terms_mark_is_faint_and_counts_as_nothing(client: PageClient, world: World) -> None:
    a_judgement(world, letter="S", at=NOW.replace(year=2025, month=11))
    client.force_login(world.okafor)
    page = client.get(unit_href(world)).content.decode()
    assert 'class="faint"' in page
    assert "0 of 4" in page


def test_the_grid_costs_the_same_whatever_the_class(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    client.get(unit_href(world))
    with CaptureQueriesContext(connection) as few:
        one = client.get(unit_href(world))
    pupils = enrol(world, world.hazel, pupils=29)
    for n in range(20):
        an_objective(world, code=f"X{n}", wording=f"Another thing to learn, number {n}")
    for pupil in pupils[:5]:
        a_judgement(world, pupil=pupil)
    client.get(unit_href(world))
    with CaptureQueriesContext(connection) as many:
        thirty = client.get(unit_href(world))
    assert one.content.count(b"<tr data-pupil") == 1
    assert thirty.content.count(b"<tr data-pupil") == 30
    assert len(few) == len(many), "\n".join(query["sql"][:120] for query in many)


def test_opening_the_grid_is_a_look_that_names_the_class(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    before = HistoryEntry.objects.count()
    client.get(unit_href(world))
    assert HistoryEntry.objects.count() == before + 1


def test_without_history_there_is_no_page(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_historyentry RENAME TO mislaid")
    response = client.get(unit_href(world))
    assert response.status_code == 503
    assert b"Amina" not in response.content


@pytest.mark.parametrize(
    ("who", "status"),
    [("okafor", 200), ("reyes", 404), ("head", 200), ("office", 403), ("birchwood_senco", 404), ("both", 404)],
)
def test_who_may_open_the_grid(client: PageClient, world: World, who: str, status: int) -> None:
    client.force_login(world.cast[who])
    assert client.get(unit_href(world)).status_code == status


def test_marks_arrive_through_the_outbox(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    answer = send(client, world, a_mark(world))
    (result,) = answer.json()["results"]
    assert (answer.status_code, result["status"], result["shown"]) == (200, 201, {"step": world.steps["S"].pk})
    assert Judgement.objects.filter(judged_by=world.okafor).values_list("step", flat=True).get() == world.steps["S"].pk


def test_a_tablet_whose_clock_is_a_year_out_is_believed_only_about_how_long_ago(
    client: PageClient, world: World
) -> None:
    client.force_login(world.okafor)
    wrong = NOW.replace(year=2031)
    send(client, world, a_mark(world, at=wrong.isoformat()), sent_at=wrong.replace(minute=52).isoformat())
    judged_at = Judgement.objects.values_list("judged_at", flat=True).get()
    assert judged_at.replace(second=0, microsecond=0) == NOW.replace(minute=32)


def test_a_class_without_pupils_says_what_is_missing(client: PageClient, world: World) -> None:
    world.amina.memberships.update(ends_on=world.year.first_day)
    client.force_login(world.okafor)
    page = client.get(unit_href(world)).content.decode()
    assert "Nothing to mark here yet" in page


def test_a_class_without_objectives_leads_to_making_some(client: PageClient, world: World) -> None:
    world.framework.retired_at = NOW
    world.framework.save()
    client.force_login(world.okafor)
    page = client.get(f"/ashgrove/classes/{world.hazel.pk}/markbook/").content.decode()
    assert "Add a framework" in page


def test_the_markbook_opens_on_the_unit_marked_last(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    answer = client.get(f"/ashgrove/classes/{world.hazel.pk}/markbook/")
    assert answer.headers["Location"] == unit_href(world)


def test_the_cell_tells_who_said_what_and_when(client: PageClient, world: World) -> None:
    a_judgement(world, letter="D", at=NOW.replace(day=1))
    a_judgement(world, letter="S")
    client.force_login(world.okafor)
    address = f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/"
    client.post(address, {"text": "Needs the number line."})
    page = client.get(address).content.decode()
    assert page.index("Needs the number line.") < page.index("Secure") < page.index("Developing")
    assert "Ada Okafor" in page
    part = client.get(address, headers={"X-Requested-With": "fetch"}).content.decode()
    assert "<html" not in part
    assert "Needs the number line." in part


def test_two_views_are_settled_without_a_script(client: PageClient, world: World) -> None:
    from tests.world import a_teacher

    first = a_judgement(world, letter="S")
    colleague = a_teacher(world, of=world.hazel)
    Judgement.objects.create(
        school=world.ashgrove,
        pupil=world.amina,
        objective=world.objectives[0],
        kind="step",
        step=world.steps["D"],
        act=uuid.uuid4(),
        judged_at=NOW,
        recorded_at=NOW,
        judged_by=colleague,
        change_set=first.change_set,
        beside=first,
    )
    client.force_login(world.okafor)
    assert ', two views"' in client.get(unit_href(world)).content.decode()
    address = f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/"
    page = client.get(address).content.decode()
    assert "Two of you marked this:" in page
    version = page.split('name="version" value="')[1].split('"')[0]
    client.post(address, {"settle": str(world.steps["S"].pk), "version": version})
    assert ', two views"' not in client.get(unit_href(world)).content.decode()


def test_the_gap_list_names_who_is_not_yet_secure(client: PageClient, world: World) -> None:
    from tests.world import a_pupil

    for name, letter in (("Dev Low", "D"), ("Gia High", "G")):
        a_judgement(world, pupil=a_pupil(world, name=name, in_class=world.hazel), letter=letter)
    client.force_login(world.okafor)
    page = client.get(f"{unit_href(world)}objectives/{world.objectives[0].pk}/gaps/").content.decode()
    assert "Dev Low" in page
    assert "Gia High" not in page
    assert "Amina Ali" in page.split("Not yet marked")[1]


def test_a_reader_of_the_markbook_gets_no_keys(client: PageClient, world: World) -> None:
    client.force_login(world.head)
    page = client.get(unit_href(world)).content.decode()
    assert "data-palette" not in page
    assert "grid.js" not in page


def test_todays_date_is_the_schools_own(client: PageClient, world: World) -> None:
    world.ashgrove.time_zone = "Pacific/Auckland"
    world.ashgrove.save()
    client.force_login(world.okafor)
    assert "Wednesday 4 March" in client.get("/ashgrove/").content.decode()
