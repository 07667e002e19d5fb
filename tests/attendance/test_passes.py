"""Passes: given in two actions, seen while they hold, taken back without a word of when."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.attendance.actions.timetable import BadDay, give_pass, take_pass_back
from muster.attendance.expected import expected_at
from muster.attendance.models import Pass
from muster.people.actions.reach import NotTheirPupil
from muster.people.doors import purpose
from muster.people.models import SchoolClass
from muster.people.purposes import Purpose, Shows
from muster.privacy import history
from muster.privacy.models import HistoryEntry
from tests.attendance.marking import at
from tests.support.client import PageClient
from tests.world import World, a_year, enrol


def a_pass(world: World, **how: Any) -> Pass:
    said: dict[str, Any] = {"pupil": world.amina, "to_class": world.rowan, "by": world.okafor, "at": world.now} | how
    return give_pass(**said)


def where(world: World) -> str:
    with purpose().using(Purpose.ATTENDANCE, Shows.RECORD):
        one = expected_at(world.ashgrove, world.now + timedelta(minutes=1)).of(world.amina.pk)
    assert one is not None
    return one.place.where


def test_a_pass_is_given_from_the_page_of_a_pupil(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    address = f"/ashgrove/pupils/{world.amina.pk}/"
    page = client.get(address).content.decode()
    assert "Give a pass" in page
    assert f'<option value="{world.hazel.pk}">' not in page
    assert client.post(f"{address}passes/", {"to_class": world.rowan.pk}).status_code == 302
    assert where(world) == "4 Rowan"
    assert "Sent there with a pass" in client.get(address).content.decode()
    assert client.post(f"{address}passes/", {"to_class": world.elm.pk}).status_code == 302
    assert client.post(f"{address}passes/", {}).status_code == 302
    assert Pass.objects.count() == 1


def test_a_pass_is_given_from_the_register_of_a_class_and_seen_until_it_ends(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    register = client.get(f"/ashgrove/classes/{world.hazel.pk}/registers/{world.today.isoformat()}/am/")
    address = f"/ashgrove/classes/{world.hazel.pk}/passes/"
    assert address in register.content.decode()
    assert "Nobody is out on a pass." in client.get(address).content.decode()
    assert client.post(address, {"pupil": world.ben.pk, "to_class": world.rowan.pk}).status_code == 422
    assert client.post(address, {"pupil": world.amina.pk}).status_code == 422
    assert client.post(address, {"pupil": world.amina.pk, "to_class": world.hazel.pk}).status_code == 422
    assert client.post(address, {"pupil": world.amina.pk, "to_class": world.rowan.pk}).status_code == 302
    assert "to 4 Rowan, until 13:10" in client.get(address).content.decode()
    assert "Amina" in client.get("/ashgrove/passes/").content.decode()
    client.force_login(world.reyes)
    assert "Amina" not in client.get("/ashgrove/passes/").content.decode()
    assert client.get(address).status_code == 404


def test_a_pass_taken_back_leaves_nothing_by_which_somebody_could_be_timed(world: World, client: PageClient) -> None:
    given = a_pass(world)
    before = HistoryEntry.objects.count()
    client.force_login(world.okafor)
    client.post(f"/ashgrove/pupils/{world.amina.pk}/passes/{given.pk}/end/")
    assert not Pass.objects.exists()
    assert where(world) == "3 Hazel"
    assert HistoryEntry.objects.count() == before + 1
    # One entry, so no look either; and in it neither the pupil nor the pass.
    newest = HistoryEntry.objects.filter(chain=world.ashgrove.pk).latest("seq")
    assert history.read(newest, None) == {
        "verb": "pass:taken-back",
        "by": world.okafor.pk,
        "about": ["people.school", world.ashgrove.pk],
    }
    again = client.post(f"/ashgrove/pupils/{world.amina.pk}/passes/{given.pk}/end/", follow=True)
    assert "This pass has ended already." in again.content.decode()


def test_only_whoever_takes_their_register_gives_a_pass_and_takes_it_back(world: World) -> None:
    given = a_pass(world)
    with pytest.raises(NotTheirPupil):
        take_pass_back(pupil=world.amina, number=given.pk, by=world.reyes, at=world.now)
    with pytest.raises(BadDay, match="ended"):
        take_pass_back(pupil=world.amina, number=given.pk, by=world.okafor, at=given.ends_at)
    with pytest.raises(BadDay, match="during the school day"):
        a_pass(world, at=at(world, "07:00"))
    last_year = a_year(world.ashgrove, name="2024/25", first_day=date(2024, 9, 1), last_day=date(2025, 8, 31))
    SchoolClass.objects.filter(pk=world.rowan.pk).update(year=last_year)
    with pytest.raises(BadDay, match="another school year"):
        a_pass(world, to_class=SchoolClass.objects.get(pk=world.rowan.pk))


def test_the_list_of_passes_costs_the_same_however_many_are_out(world: World, client: PageClient) -> None:
    client.force_login(world.office)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/ashgrove/passes/").content.decode()
        return len(asked), page.count("Take back")

    a_pass(world)
    cost()
    few = cost()
    for pupil in enrol(world, world.hazel, pupils=6):
        a_pass(world, pupil=pupil)
    assert cost() == (few[0], 7)
