"""By teacher, the expected line, and sums across: none is there, until a school switches it on and says why."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from muster.markbook.golden_figures import expected_by_now
from muster.markbook.golden_rules import Rule, switch
from muster.markbook.models import Taught
from muster.markbook.rules.depth import Depth
from muster.people.doors import purpose
from muster.people.models import AcademicYear
from muster.people.purposes import Purpose, Shows
from tests.markbook.test_golden_rules import a_follower
from tests.support.client import PageClient
from tests.world import NOW, World, a_change_set, a_judgement

REASON = "The governors asked for it this once."


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """What these tests look up afterwards, they read to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


@pytest.fixture
def marked(world: World) -> World:
    """One thing taught to 3 Hazel and secure for Amina, one begun."""
    Taught.objects.create(
        school=world.ashgrove,
        school_class=world.hazel,
        objective=world.objectives[0],
        taught_on=date(2026, 2, 2),
        said_at=NOW,
        recorded_at=NOW,
        by=world.okafor,
        change_set=a_change_set(world),
    )
    a_judgement(world, letter="S")
    a_judgement(world, objective=world.objectives[1], letter="D")
    return world


def switched_on(world: World, rule: Rule) -> None:
    switch(rule=rule, on=True, reason=REASON, school=world.ashgrove, by=world.head, at=NOW)


def page(client: PageClient, world: World, path: str) -> str:
    client.force_login(world.head)
    answer = client.get(f"/ashgrove/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_no_page_groups_by_teacher_until_it_is_switched_on(client: PageClient, marked: World) -> None:
    where = f"year-groups/{marked.year_3.pk}/next/"
    before = page(client, marked, where)
    assert "By teacher" not in before
    assert "Ada Okafor" not in before
    switched_on(marked, Rule.BY_TEACHER)
    after = page(client, marked, where)
    assert (
        '<tr><th scope="row">Ada Okafor</th><td class="number">1</td><td class="number">0</td><td class="number">1 of 1</td></tr>'
        in after
    )
    assert REASON in after
    assert "By teacher" not in page(client, marked, f"classes/{marked.hazel.pk}/next/"), "a class has one place only"


def test_no_page_draws_an_expected_line_until_it_is_switched_on(client: PageClient, marked: World) -> None:
    where = f"pupils/{marked.amina.pk}/learning/"
    assert "learnt evenly" not in page(client, marked, where)
    switched_on(marked, Rule.EXPECTED_LINE)
    after = page(client, marked, where)
    assert "If the year were learnt evenly: 2 of 4 by now." in after
    assert REASON in after


def test_no_page_adds_up_over_subjects_until_it_is_switched_on(client: PageClient, marked: World) -> None:
    where = f"classes/{marked.hazel.pk}/learning/"
    before = page(client, marked, where)
    assert "all together" not in before
    assert "Nothing is added up over subjects." in before
    switched_on(marked, Rule.SUMS_ACROSS)
    after = page(client, marked, where)
    assert "Subjects, all together" in after
    assert "Nothing is added up over subjects." not in after
    assert REASON in after
    assert "0 on their own objectives in a subject" in after
    assert "all together" not in page(client, marked, f"{where}?at=2026-03-01"), "a past page is what was shown then"
    a_follower(marked)
    assert "1 on their own objectives in a subject" in page(client, marked, where)


def test_by_teacher_prints_apart_who_is_in_no_number(client: PageClient, marked: World) -> None:
    switched_on(marked, Rule.BY_TEACHER)
    a_follower(marked)
    where = f"year-groups/{marked.year_3.pk}/next/"
    row = page(client, marked, where).split('<th scope="row">Ada Okafor</th>')[1].split("</tr>")[0]
    assert re.findall(r">(\d[^<]*)<", row) == ["1", "1", "1 of 1"]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2025, 8, 1), 0, id="before the year"),
        pytest.param(date(2025, 9, 1), 0, id="its first day"),
        pytest.param(date(2026, 3, 2), 15, id="its middle"),
        pytest.param(date(2026, 8, 31), 30, id="its last day"),
        pytest.param(date(2027, 1, 1), 30, id="after it"),
    ],
)
def test_the_expected_line_is_even_over_the_year(day: date, expected: int) -> None:
    year = AcademicYear(first_day=date(2025, 9, 1), last_day=date(2026, 8, 31))
    assert expected_by_now(Depth(30, {}, 0, 0), year, day).part == expected
