"""Last year's markbook after the year was turned: who opens it, and what the new teacher sees of it."""

from datetime import UTC, datetime

import time_machine

from muster.people.actions import next_year as act
from muster.people.coming_year import coming
from muster.people.models import Post, SchoolClass, YearGroup
from tests.support.client import PageClient
from tests.world import World, a_judgement, a_teacher

JULY = datetime(2026, 7, 10, 9, 0, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 9, 9, 0, tzinfo=UTC)


def turned(world: World) -> SchoolClass:
    """3 Hazel has a mark, and is 4 Hazel under Reyes from September."""
    YearGroup.objects.create(school=world.ashgrove, name="Year 5", code="5", position=5)
    a_judgement(world, letter="G")
    reyes = Post.objects.get(account=world.reyes).pk
    act.prepare(year=world.year, said={"teachers": {"4 hazel": reyes}}, by=world.office, at=JULY)
    act.turn_year(year=world.year, shown=coming(world.year).mark, by=world.office, at=JULY)
    return SchoolClass.objects.get(name="4 Hazel")


def grid(world: World, school_class: SchoolClass) -> str:
    unit = f"{world.maths.pk}/{world.lower_juniors.pk}/{world.number.pk}/"
    return f"/ashgrove/classes/{school_class.pk}/markbook/{unit}"


def marked(page: str) -> bool:
    """Whether the mark made last year stands in a cell, faintly: it is older than this term."""
    return 'class="faint"' in page and "G before this term" in page


def test_last_years_grid_opens_for_the_head_as_it_was_and_no_longer_for_its_teacher(
    world: World, client: PageClient
) -> None:
    turned(world)
    with time_machine.travel(JULY):
        client.force_login(world.okafor)
        assert "Amina" in client.get(grid(world, world.hazel)).text
    with time_machine.travel(SEPTEMBER):
        for who, status in ((world.okafor, 404), (world.reyes, 404), (world.office, 403), (world.birchwood_senco, 404)):
            client.force_login(who)
            assert client.get(grid(world, world.hazel)).status_code == status, who
        for who in (world.head, world.senco):
            client.force_login(who)
            page = client.get(grid(world, world.hazel)).text
            assert "Ali" in page, "last year's members, though they have gone up"
            assert marked(page)


def test_the_new_teacher_reads_the_earlier_marks_with_the_pupils(world: World, client: PageClient) -> None:
    hazel_now = turned(world)
    with time_machine.travel(JULY):
        client.force_login(world.reyes)
        assert client.get(f"/ashgrove/pupils/{world.amina.pk}/learning/").status_code == 404
    with time_machine.travel(SEPTEMBER):
        client.force_login(world.reyes)
        assert "1 of 4 secure" in client.get(f"/ashgrove/pupils/{world.amina.pk}/learning/").text
        page = client.get(grid(world, hazel_now)).text
        assert "Ali" in page
        assert marked(page)


def test_office_opens_the_list_of_who_was_in_it(world: World, client: PageClient) -> None:
    turned(world)
    with time_machine.travel(SEPTEMBER):
        client.force_login(world.office)
        assert f"?year={world.year.pk}" in client.get("/ashgrove/classes/").text
        assert "Ali, Amina" in client.get(f"/ashgrove/classes/{world.hazel.pk}/").text


def test_somebody_who_never_taught_them_gets_nothing(world: World, client: PageClient) -> None:
    turned(world)
    with time_machine.travel(SEPTEMBER):
        client.force_login(a_teacher(world, of=world.rowan))
        assert client.get(f"/ashgrove/pupils/{world.amina.pk}/learning/").status_code == 404
