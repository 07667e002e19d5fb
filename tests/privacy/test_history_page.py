"""The page of history: what was done, by whom and about how many; never about whom."""

import uuid

import pytest
from django.db import transaction

from muster.markbook.actions import judge
from muster.markbook.items import Item
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows
from muster.privacy import sealing
from tests.support.client import PageClient
from tests.world import NOW, World


def mark_amina(world: World) -> None:
    """One mark by Okafor."""
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="judgement",
        pupil=world.amina.pk,
        objective=world.objectives[0].pk,
        value={"step": world.steps["S"].pk},
        base=None,
        made_at=NOW,
        seq=0,
    )
    with purpose().using(Purpose.TEACH, Shows.NOTHING):
        judge([item], school=world.ashgrove, by=world.okafor, at=NOW)


def test_a_change_and_a_look_are_told_without_the_name(client: PageClient, world: World) -> None:
    mark_amina(world)
    client.force_login(world.okafor)
    client.get(f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/")
    client.force_login(world.dpo)
    page = client.get("/ashgrove/history/").content.decode()
    assert "Marks were made." in page
    assert "Ada Okafor" in page
    assert "Looked at a pupil’s marks in one objective." in page
    assert "teaching" in page
    assert "judgements:added" not in page
    assert "Amina" not in page


@pytest.mark.parametrize(("kind", "shows"), [("look", False), ("change", True), ("nonsense", True)])
def test_kinds_are_told_apart(client: PageClient, world: World, kind: str, shows: bool) -> None:
    mark_amina(world)
    client.force_login(world.head)
    page = client.get("/ashgrove/history/", {"kind": kind}).content.decode()
    assert ("Marks were made." in page) is shows


def test_older_entries_are_a_page_away(client: PageClient, world: World) -> None:
    for _ in range(52):
        mark_amina(world)
    client.force_login(world.head)
    first = client.get("/ashgrove/history/").content.decode()
    older = first.split('href="?before=')[1].split('"')[0]
    assert first.count("Marks were made.") == 50
    assert client.get("/ashgrove/history/", {"before": older}).content.decode().count("Marks were made.") == 2
    assert client.get("/ashgrove/history/", {"before": "x" * 99}).status_code == 200


@pytest.mark.usefixtures("own_key_store")
def test_an_erased_pupils_entries_stay_and_cannot_be_read(client: PageClient, world: World) -> None:
    mark_amina(world)
    sealing.store().destroy(world.amina.key, at=NOW)
    client.force_login(world.dpo)
    page = client.get("/ashgrove/history/").content.decode()
    assert "Its key has been destroyed." in page
    assert "Marks were made." not in page


@pytest.mark.parametrize(("who", "status"), [("dpo", 200), ("head", 200), ("okafor", 403), ("birchwood_senco", 404)])
def test_who_may_read_history(client: PageClient, world: World, who: str, status: int) -> None:
    client.force_login(world.cast[who])
    assert client.get("/ashgrove/history/").status_code == status


@pytest.mark.parametrize("before", ["²", "٣", "9" * 40, "-1", "x"])
def test_a_place_that_is_none_shows_the_newest(client: PageClient, world: World, before: str) -> None:
    mark_amina(world)
    client.force_login(world.dpo)
    assert "Marks were made." in client.get("/ashgrove/history/", {"before": before}).content.decode()


def test_what_this_version_does_not_know_is_shown_as_it_was_written(client: PageClient, world: World) -> None:
    from enum import StrEnum

    from muster.people import doors

    class Later(StrEnum):
        KITE_FLOWN = "kite:flown"

    with transaction.atomic():
        doors.record(Later.KITE_FLOWN, school=world.ashgrove, by=world.head, at=NOW)
    client.force_login(world.dpo)
    assert "kite:flown" in client.get("/ashgrove/history/").content.decode()
