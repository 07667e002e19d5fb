"""The tablet on the door: what somebody who stands there can do, and everything that they cannot."""

from typing import Any

import pytest
from django.urls import reverse

from muster.attendance.actions.visitors import NotHere, come, leave, leave_as, sign_as
from muster.attendance.models import StaffSigning, Visit
from muster.attendance.rules.names import matching
from muster.people.signin.verbs import Verb
from muster.privacy import history
from muster.privacy.models import HistoryEntry
from tests.attendance.marking import at
from tests.house.test_access import address
from tests.house.test_routes import routes
from tests.support.client import PageClient
from tests.world import PASSWORD, World

DOOR = "/ashgrove/door/"


def on_the_door(world: World, client: PageClient) -> PageClient:
    client.force_login(world.office)
    assert client.post("/ashgrove/door-mode/").headers["Location"] == DOOR
    return client


def a_visitor(world: World, name: str = "Vera Plum") -> Visit:
    said: dict[str, Any] = {"organisation": "", "kind": "visitor", "host": None}
    return come(school=world.ashgrove, name=name, **said, by=world.office, at=world.now)


def test_a_device_on_the_door_reaches_nothing_else(world: World, client: PageClient) -> None:
    on_the_door(world, client)
    allowed = {"door", "door-arrival", "door-departure", "door-staff", "account_reauthenticate"}
    wrong, walked = [], set()
    for route in routes():
        where = address(route, world)
        for send in (client.get, client.post):
            answer = send(where)
            walked.add(route.name)
            if route.name in allowed:
                if answer.status_code not in {200, 405, 422}:
                    wrong.append(f"{where}: {answer.status_code}, though it is of the door")
            elif answer.headers.get("Location") != DOOR:
                wrong.append(f"{where}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert allowed <= walked
    assert len(walked) > 100


def test_a_script_on_the_door_is_refused_in_words(world: World, client: PageClient) -> None:
    on_the_door(world, client)
    answer = client.get("/ashgrove/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["why"]) == (403, "door")


def test_signing_in_somewhere_else_over_it_is_refused(world: World, client: PageClient) -> None:
    on_the_door(world, client)
    said = {"login": world.okafor.email, "password": PASSWORD}
    assert client.post(reverse("account_login"), said).headers["Location"] == DOOR
    assert client.post(reverse("account_logout")).headers["Location"] == DOOR
    assert client.get(DOOR).status_code == 200


def test_only_a_proof_made_since_takes_it_off(world: World, client: PageClient) -> None:
    world.office.set_password(PASSWORD)
    world.office.save()
    client.force_login(world.office)
    proof = reverse("account_reauthenticate")
    # Proved a moment before: whoever walks up next must gain nothing by it.
    assert client.post(proof, {"password": PASSWORD, "next": "/ashgrove/visitors/"}).status_code == 302
    client.post("/ashgrove/door-mode/")
    assert client.get("/ashgrove/visitors/").headers["Location"] == DOOR
    assert client.post(proof, {"password": "not that", "next": "/ashgrove/visitors/"}).status_code == 422
    assert client.get("/ashgrove/visitors/").headers["Location"] == DOOR
    answer = client.post(proof, {"password": PASSWORD, "next": "/ashgrove/visitors/"})
    assert answer.headers["Location"] == "/ashgrove/visitors/"
    assert client.get("/ashgrove/visitors/").status_code == 200
    assert client.get(DOOR).headers["Location"] == "/ashgrove/visitors/"
    newest = HistoryEntry.objects.filter(chain=world.ashgrove.pk).order_by("-seq")[:2]
    assert [history.read(entry, None)["verb"] for entry in newest] == [Verb.DOOR_ENDED, Verb.DOOR_BEGAN]


def test_the_page_says_nothing_of_who_put_it_there(world: World, client: PageClient) -> None:
    a_visitor(world)
    on_the_door(world, client)
    for where in (DOOR, DOOR + "arrival/", DOOR + "departure/", DOOR + "staff/"):
        said = client.get(where).content.decode()
        assert str(world.office.uuid) not in said
        assert not [name for name in (world.office.name, world.okafor.name, "Vera Plum") if name in said]
        assert '<meta name="account" content="">' in said


def test_a_visitor_comes_and_goes_by_badge(world: World, client: PageClient) -> None:
    on_the_door(world, client)
    said = {"name": "Vera Plum", "organisation": "Plum Pipes", "kind": "contractor", "whom": "okaf"}
    assert client.post(DOOR + "arrival/", said).status_code == 302
    visit = Visit.objects.get()
    assert (visit.kind, visit.host and visit.host.account_id) == ("contractor", world.okafor.pk)
    assert str(visit.badge) in client.get(DOOR).content.decode()
    assert str(visit.badge) not in client.get(DOOR).content.decode()
    assert client.post(DOOR + "departure/", {"typed": str(visit.badge)}).status_code == 302
    visit.refresh_from_db()
    assert visit.left_at is not None
    assert client.post(DOOR + "departure/", {"typed": str(visit.badge)}).status_code == 422


@pytest.mark.parametrize(
    ("whom", "problem"),
    [
        pytest.param("ok", "Nobody here has a name like that", id="two letters list nobody"),
        pytest.param("zzzz", "Nobody here has a name like that", id="nobody"),
    ],
)
def test_a_host_who_is_not_found_is_said(world: World, client: PageClient, whom: str, problem: str) -> None:
    on_the_door(world, client)
    answer = client.post(DOOR + "arrival/", {"name": "Vera", "kind": "visitor", "whom": whom})
    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert not Visit.objects.exists()


def test_leaving_by_name_needs_the_whole_name_once(world: World) -> None:
    a_visitor(world, "Véra Plum")
    a_visitor(world, "Ada Stone")
    a_visitor(world, "Ada Stone")
    said: dict[str, Any] = {"school": world.ashgrove, "by": world.office, "at": world.now}
    for typed in ("Vera", "Ada Stone", "", "0", "٣", "No Body"):
        with pytest.raises(NotHere):
            leave_as(typed=typed, **said)
    leave_as(typed=" plum, VERA ", **said)
    assert [each.name for each in Visit.objects.filter(left_at__isnull=False)] == ["Véra Plum"]


def test_a_badge_is_free_again_once_its_visitor_left(world: World) -> None:
    first, second = a_visitor(world), a_visitor(world)
    assert first.badge != second.badge
    leave(visit=first, by=world.office, at=world.now)
    with pytest.raises(NotHere):
        leave_as(school=world.ashgrove, typed=str(first.badge), by=world.office, at=world.now)


def test_saying_twice_that_one_came_changes_nothing(world: World, client: PageClient) -> None:
    said: dict[str, Any] = {"school": world.ashgrove, "typed": world.okafor.name, "by": world.office}
    sign_as(**said, coming=True, at=at(world, "08:00"))
    sign_as(**said, coming=True, at=at(world, "08:05"))
    sign_as(**said, coming=False, at=at(world, "16:00"))
    sign_as(**said, coming=False, at=at(world, "16:01"))
    (signing,) = StaffSigning.objects.all()
    assert (signing.came_at, signing.left_at) == (at(world, "08:00"), at(world, "16:00"))
    on_the_door(world, client)
    assert client.post(DOOR + "staff/", {"typed": world.okafor.name, "way": "in"}).status_code == 302
    assert client.post(DOOR + "staff/", {"typed": "Nobody Here", "way": "in"}).status_code == 422


@pytest.mark.pure
def test_letters_find_names_and_a_whole_name_finds_itself() -> None:
    names = {1: "Ms Ngozi Okafor", 2: "Okafor", 3: "Éva Ócsai"}
    assert matching("oka", names) == [1, 2]
    assert matching("Okafor", names) == [2]
    assert matching("ngo oka", names) == [1]
    assert matching("ngo oka", names, whole=True) == []
    assert matching("ocsai eva", names, whole=True) == [3]
    assert matching("o k", names) == []
