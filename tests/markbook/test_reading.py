"""Objectives nobody has read: counts a term, and never a reader."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.markbook.models import ObjectiveRead
from muster.markbook.reading import noted_as_read, unread_of
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows
from tests.support.client import PageClient
from tests.world import NOW, World, a_judgement, a_pupil


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """What these tests look up afterwards, they read to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


def where(world: World) -> str:
    return f"/ashgrove/frameworks/{world.framework.pk}/unread/"


def test_only_what_was_marked_and_named_by_no_page_is_unread(world: World) -> None:
    first, second, third, _fourth = world.objectives
    a_judgement(world, objective=first)
    a_judgement(world, objective=second)
    a_judgement(world, objective=second, pupil=a_pupil(world, in_class=world.hazel))
    a_judgement(world, objective=third, at=NOW.replace(year=2025, month=11))
    noted_as_read([first.pk], school=world.ashgrove, term=world.spring)
    found = unread_of(world.framework, world.spring)
    assert (found.marked, [(each.objective, each.marks) for each in found.unread]) == (2, [(second, 2)])
    assert [each.objective for each in unread_of(world.framework, world.autumn).unread] == [third]


def test_reading_twice_costs_one_statement_and_no_row(world: World) -> None:
    ids = [objective.pk for objective in world.objectives]
    noted_as_read(ids, school=world.ashgrove, term=world.spring)
    with CaptureQueriesContext(connection) as again:
        noted_as_read(ids, school=world.ashgrove, term=world.spring)
    assert (len(again), ObjectiveRead.objects.count()) == (1, 4)


def test_before_the_first_term_nothing_is_noted(world: World) -> None:
    noted_as_read([world.objectives[0].pk], school=world.ashgrove, term=None)
    assert not ObjectiveRead.objects.exists()


def test_a_gap_list_that_is_opened_is_read(client: PageClient, world: World) -> None:
    a_judgement(world)
    client.force_login(world.okafor)
    unit = f"{world.maths.pk}/{world.lower_juniors.pk}/{world.number.pk}"
    client.get(f"/ashgrove/classes/{world.hazel.pk}/markbook/{unit}/objectives/{world.objectives[0].pk}/gaps/")
    assert ObjectiveRead.objects.get().objective == world.objectives[0]


def test_the_page_counts_and_names_nobody(client: PageClient, world: World) -> None:
    a_judgement(world)
    client.force_login(world.okafor)
    page = client.get(where(world)).content.decode()
    assert "Spring: 1 of 1 objectives with marks." in page
    assert world.objectives[0].wording in page
    for name in ("Amina", "Okafor</td>"):
        assert name not in page[page.index("<main") : page.index("</main>")]
    earlier = client.get(f"{where(world)}?term={world.autumn.pk}").content.decode()
    assert "Autumn: none." in earlier


@pytest.mark.parametrize("term", ["0", "x", "99999999999999999999"])
def test_a_term_that_is_not_there_is_the_last_begun(client: PageClient, world: World, term: str) -> None:
    client.force_login(world.okafor)
    assert b"Spring" in client.get(f"{where(world)}?term={term}").content


@pytest.mark.parametrize(
    ("who", "status"), [("okafor", 200), ("office", 200), ("head", 200), ("governor", 403), ("birchwood_senco", 404)]
)
def test_who_may_open_it(client: PageClient, world: World, who: str, status: int) -> None:
    client.force_login(world.cast[who])
    assert client.get(where(world)).status_code == status


def test_another_schools_framework_is_not_there(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    theirs = world.birchwood_number.subject.framework_id
    assert client.get(f"/ashgrove/frameworks/{theirs}/unread/").status_code == 404
