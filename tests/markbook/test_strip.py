"""The learning strip on a pupil's page: how much is secure, and what is next."""

from typing import Any

import pytest

from muster.markbook.models import Judgement
from tests.support.client import PageClient
from tests.world import World, a_judgement, a_pupil, an_objective


def panel(client: PageClient, world: World) -> str:
    page = client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
    return page[page.find("<h2>Learning</h2>") :] if "<h2>Learning</h2>" in page else ""


def test_a_teacher_sees_what_is_secure_and_what_is_next(world: World, client: PageClient) -> None:
    first, second, third, _fourth = world.objectives
    a_judgement(world, objective=first, letter="G")
    a_judgement(world, objective=second, letter="D")
    a_judgement(world, objective=third, letter=None, kind=Judgement.Kind.ABSENT)
    client.force_login(world.okafor)
    said = panel(client, world)
    assert "Maths" in said
    assert "1 of 4 secure" in said
    assert second.wording in said
    assert "not yet marked 2" in said


def test_marks_of_a_second_record_count_once_it_is_joined(world: World, client: PageClient) -> None:
    twin = a_pupil(world, name="Amina Alli", in_class=world.hazel)
    a_judgement(world, pupil=twin, letter="S")
    client.force_login(world.okafor)
    assert "0 of 4 secure" in panel(client, world)
    twin.merged_into = world.amina
    twin.save()
    assert "1 of 4 secure" in panel(client, world)


@pytest.mark.parametrize(("who", "shown"), [("okafor", True), ("head", True), ("senco", True), ("office", False)])
def test_marks_are_shown_to_those_who_may_see_them(world: World, client: PageClient, who: str, shown: bool) -> None:
    client.force_login(world.cast[who])
    assert bool(panel(client, world)) is shown


def test_the_strip_costs_the_same_however_much_there_is(
    world: World, client: PageClient, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.okafor)
    panel(client, world)
    with django_assert_max_num_queries(60) as few:
        panel(client, world)
    for number in range(5, 25):
        a_judgement(world, objective=an_objective(world, code=f"N{number}", wording=f"Objective {number}"))
    with django_assert_max_num_queries(60) as many:
        assert "20 of 24 secure" in panel(client, world)
    assert len(few) == len(many)
