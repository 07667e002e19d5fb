"""A pupil's learning on one page: how each subject stands, what comes next, and as at a past moment."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.curriculum.models import Objective, StepMapping
from muster.markbook.models import Following, Taught
from muster.markbook.rules.coverage import Coverage
from muster.markbook.rules.depth import DepthStep, Part, depth_of, four_shares
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import NOW, World, a_change_set, a_judgement, a_pupil, an_objective

AUTUMN = NOW.replace(year=2025, month=11, day=10)


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """What these tests look up afterwards, they read to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


def opened(client: PageClient, world: World, query: str = "", *, who: str = "okafor") -> str:
    client.force_login(world.cast[who])
    answer = client.get(f"/ashgrove/pupils/{world.amina.pk}/learning/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def teach(world: World, objective: Objective, *, on: date = date(2026, 2, 2), at: datetime = NOW) -> None:
    Taught.objects.create(
        school=world.ashgrove,
        school_class=world.hazel,
        objective=objective,
        taught_on=on,
        said_at=at,
        recorded_at=at,
        by=world.okafor,
        change_set=a_change_set(world),
    )


SCALE = {
    1: DepthStep(1, 1, 1, secure=False),
    2: DepthStep(2, 1, 2, secure=True),
    3: DepthStep(3, 1, 3, secure=True),
    9: DepthStep(9, 2, 7, secure=True),
}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("steps", "secure", "deeper"),
    [
        pytest.param([], 0, 0, id="nothing"),
        pytest.param([1, 1], 0, 0, id="none secure"),
        pytest.param([1, 2, 2], 2, 0, id="secure, not deeper"),
        pytest.param([2, 3, 3], 3, 2, id="deeper counts as secure too"),
        pytest.param([9], 1, 0, id="the only secure step of another scale is not deeper"),
        pytest.param([77], 0, 0, id="a step nobody knows"),
    ],
)
def test_secure_and_deeper_stand_beside_each_other(steps: list[int], secure: int, deeper: int) -> None:
    found = depth_of(10, steps, SCALE)
    assert (found.secure, found.deeper, found.not_marked) == (secure, deeper, 10 - len(steps))


@pytest.mark.pure
def test_the_four_shares_are_never_one_another() -> None:
    shares = four_shares(Coverage(own=30, taught=12, judged=10, secure=7, ahead=1, absent=1, not_taught=0, blank=1))
    assert (shares.secure_of_taught, shares.judged_of_taught) == (Part(7, 12), Part(10, 12))
    assert (shares.taught_of_own, shares.secure_of_own) == (Part(12, 30), Part(7, 30))
    assert [Part(1, 2).percent, Part(1, 8).percent, Part(0, 0).percent] == [50, 13, None]


def test_the_page_says_how_each_subject_stands_and_what_comes_next(client: PageClient, world: World) -> None:
    first, second, third, _fourth = world.objectives
    for objective in (first, second, third):
        teach(world, objective)
    a_judgement(world, objective=first, letter="G")
    a_judgement(world, objective=second, letter="D")
    page = opened(client, world)
    assert "1 of 4 secure, 1 of them deeper" in page
    assert "<dt>Secure of what was taught</dt><dd>1 of 3" in page
    assert "<dt>Judged of what was taught</dt><dd>2 of 3" in page
    assert "<dt>Taught so far</dt><dd>3 of 4" in page
    assert "<dt>Secure of all objectives</dt><dd>1 of 4" in page
    now = page[page.index("Working on now") : page.index("What comes next")]
    assert "Says what each digit of a three-digit number is worth." in now
    assert "Adds two three-digit numbers in columns." in page[page.index("What comes next") :]


def test_a_parent_reads_no_code_no_level_and_no_below(client: PageClient, world: World) -> None:
    a_judgement(world, letter="B")
    page = opened(client, world)
    inside = page[page.index("Working on now") : page.index('class="seen-by"')].lower()
    assert world.objectives[0].code.lower() not in inside
    for word in ("below", "level", "behind", "expected", "target"):
        assert word not in inside


def test_nothing_taught_is_said_and_is_no_nought(client: PageClient, world: World) -> None:
    page = opened(client, world)
    assert "Nothing taught yet." in page
    assert "0%" not in page


def test_out_of_year_it_is_their_own_set_under_its_name(client: PageClient, world: World) -> None:
    infants = world.framework.stages.create(school=world.ashgrove, name="Year 2", position=0)
    an_objective(world, code="E1", wording="Counts in twos").stages.set([infants])
    a_judgement(world, letter="B")
    Following.objects.create(
        school=world.ashgrove,
        pupil=world.amina,
        instead_of=world.maths,
        subject=world.maths,
        stage=infants,
        starts_on=date(2026, 1, 5),
        recorded_at=NOW,
        by=world.okafor,
        change_set=a_change_set(world),
    )
    page = opened(client, world)
    assert 'Maths <span class="tag">Year 2</span>' in page
    assert "0 of 1 secure" in page
    assert "Counts in twos." in page
    assert world.objectives[0].wording not in page


def test_the_last_words_of_summing_up_stand_with_their_day(client: PageClient, world: World) -> None:
    line = Objective.objects.create(
        school=world.ashgrove, strand=world.number, code="", wording="Attainment", position=99, sums_up=True
    )
    a_judgement(world, objective=line, letter="S", at=AUTUMN)
    page = opened(client, world)
    assert 'Attainment: <b>Secure</b> <span class="soft small">10 November</span>' in page
    assert "0 of 4 secure" in page, "a line of the sheet is nothing to be learnt"


def test_as_recorded_and_as_known_are_told_apart(client: PageClient, world: World) -> None:
    first, second, *_rest = world.objectives
    a_judgement(world, objective=first, letter="S", at=AUTUMN)
    a_judgement(world, objective=second, letter="S", at=AUTUMN + timedelta(days=60))
    then = opened(client, world, "?at=2025-12-01&as=recorded")
    assert "1 of 4 secure" in then
    assert "As recorded then" in then
    assert "Back to now" in then
    known = opened(client, world, "?at=2025-12-01&as=known")
    assert "As now known" in known
    assert "2 of 4 secure" in opened(client, world)


@pytest.mark.parametrize("query", ["?at=nonsense", "?at=2031-01-01", "?at=2025-12-01&as=guess"])
def test_a_moment_that_cannot_be_is_said_to_be_so(client: PageClient, world: World, query: str) -> None:
    client.force_login(world.okafor)
    answer = client.get(f"/ashgrove/pupils/{world.amina.pk}/learning/{query}", follow=True)
    assert answer.redirect_chain[-1][0] == f"/ashgrove/pupils/{world.amina.pk}/learning/"
    assert answer.status_code == 200


def test_previous_and_next_are_those_of_the_class(client: PageClient, world: World) -> None:
    before = a_pupil(world, name="Aaron Aker", in_class=world.hazel)
    after = a_pupil(world, name="Dilys Evans", in_class=world.hazel)
    page = opened(client, world, "?at=2025-12-01&as=known")
    assert f'rel="prev" href="/ashgrove/pupils/{before.pk}/learning/?at=2025-12-01&amp;as=known"' in page
    assert f'rel="next" href="/ashgrove/pupils/{after.pk}/learning/?at=2025-12-01&amp;as=known"' in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("okafor", 200),
        ("reyes", 404),
        ("cover", 200),
        ("tutor", 200),
        ("senco", 200),
        ("head", 200),
        ("office", 403),
        ("guardian", 403),
        ("birchwood_senco", 404),
        ("both", 404),
    ],
)
def test_who_may_open_it(client: PageClient, world: World, who: str, status: int) -> None:
    client.force_login(world.cast[who])
    assert client.get(f"/ashgrove/pupils/{world.amina.pk}/learning/").status_code == status


def test_it_is_a_look_and_costs_the_same_whatever_there_is(client: PageClient, world: World) -> None:
    opened(client, world)
    looks = HistoryEntry.objects.filter(kind="look").count()
    with CaptureQueriesContext(connection) as few:
        opened(client, world)
    assert HistoryEntry.objects.filter(kind="look").count() == looks + 1
    for number in range(30):
        a_judgement(world, objective=an_objective(world, code=f"X{number}", wording=f"Thing {number}"), letter="D")
    opened(client, world)
    with CaptureQueriesContext(connection) as many:
        assert "of 34 secure" in opened(client, world)
    assert len(few) == len(many)


def test_marks_count_as_the_step_they_are_read_as(client: PageClient, world: World) -> None:
    a_judgement(world, letter="B")
    assert "0 of 4 secure" in opened(client, world)
    StepMapping.objects.create(
        school=world.ashgrove,
        old=world.steps["B"],
        new=world.steps["S"],
        made_at=NOW,
        change_set=a_change_set(world),
    )
    assert "1 of 4 secure" in opened(client, world)


def test_what_has_come_since_the_term_began_leaves_what_is_new_out_of_the_mean(
    client: PageClient, world: World
) -> None:
    first, second, third, _fourth = world.objectives
    autumn = NOW - timedelta(days=120)
    a_judgement(world, objective=first, letter="D", at=autumn)
    a_judgement(world, objective=second, letter="D", at=autumn)
    assert "0 newly secure since 5 January; 2 judged before and now, +0.0 steps on average." in opened(client, world)
    a_judgement(world, objective=first, letter="S")
    before = "1 newly secure since 5 January; 2 judged before and now, +0.5 steps on average"
    assert f"{before}." in opened(client, world)
    a_judgement(world, objective=third, letter="B")
    assert f"{before}; 1 new beside." in opened(client, world)
    assert "since 1 September" in opened(client, world, "?at=2025-11-30&as=known")


def test_nothing_is_said_of_a_subject_in_which_nothing_was_judged(client: PageClient, world: World) -> None:
    assert "newly secure" not in opened(client, world)
