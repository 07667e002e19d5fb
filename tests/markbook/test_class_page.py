"""How a class stands: strand by strand, out of year apart, nothing added up over subjects."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.curriculum.models import Subject
from muster.markbook.models import Following, Judgement, ObjectiveRead, Taught
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows
from tests.support.client import PageClient
from tests.world import NOW, World, a_change_set, a_judgement, a_pupil, an_objective, enrol


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """What these tests look up afterwards, they read to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


def opened(client: PageClient, world: World, *, subject: Any = None, also: str = "", who: str = "okafor") -> str:
    client.force_login(world.cast[who])
    query = "&".join(part for part in (f"subject={subject}" if subject else "", also) if part)
    answer = client.get(f"/ashgrove/classes/{world.hazel.pk}/learning/" + (f"?{query}" if query else ""))
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_subject_strand_by_strand(client: PageClient, world: World) -> None:
    others = enrol(world, world.hazel, pupils=3)
    first, second, *_rest = world.objectives
    Taught.objects.create(
        school=world.ashgrove,
        school_class=world.hazel,
        objective=first,
        taught_on=date(2026, 2, 2),
        said_at=NOW,
        recorded_at=NOW,
        by=world.okafor,
        change_set=a_change_set(world),
    )
    a_judgement(world, objective=first, letter="S")
    a_judgement(world, pupil=others[0], objective=first, letter="D")
    a_judgement(world, pupil=others[1], objective=first, letter=None, kind=Judgement.Kind.ABSENT)
    a_judgement(world, objective=second, letter="S")
    page = opened(client, world, subject=world.maths.pk)
    assert "2 of 4 judged; absent 1; not taught 0; blank 1" in page
    assert "3 of 16 judged; absent 1; not taught 0; blank 12" in page, "a strand is the sum of its objectives"
    assert "<dt>Secure of what was taught</dt><dd>1 of 4" in page
    assert "1 judged ahead of teaching, 1 of them secure. They are outside these shares." in page
    look = page[page.index("Look at first") : page.index("<table")]
    assert others[0].name in look
    assert "1 missed" in look
    assert "Amina" not in look


def test_out_of_year_is_printed_apart_and_in_no_number(client: PageClient, world: World) -> None:
    infants = world.framework.stages.create(school=world.ashgrove, name="Year 2", position=0)
    an_objective(world, code="E1", wording="Counts in twos").stages.set([infants])
    apart = a_pupil(world, name="Dilys Evans", in_class=world.hazel)
    a_judgement(world, pupil=apart, letter="B")
    Following.objects.create(
        school=world.ashgrove,
        pupil=apart,
        instead_of=world.maths,
        subject=world.maths,
        stage=infants,
        starts_on=date(2026, 1, 5),
        recorded_at=NOW,
        by=world.okafor,
        change_set=a_change_set(world),
    )
    for page in (opened(client, world), opened(client, world, subject=world.maths.pk)):
        assert "1 pupils; 1 on their own objectives, in no number here." in page
        assert "0 of 4 secure" in page
    assert "0 of 1 judged" in page
    assert 'Dilys Evans <span class="tag">Year 2</span>' in page


def test_all_subjects_are_lines_and_never_a_sum(client: PageClient, world: World) -> None:
    reading = Subject.objects.create(school=world.ashgrove, framework=world.framework, name="Reading", position=2)
    strand = reading.strands.create(school=world.ashgrove, name="Stories", position=1)
    objective = an_objective(world, code="R1", wording="Retells a story")
    objective.strand = strand
    objective.save()
    a_judgement(world, objective=objective, letter="S")
    page = opened(client, world)
    assert "1 of 1 secure" in page
    assert "0 of 4 secure" in page
    assert "1 of 5" not in page, "nothing is added up over subjects"


def test_opening_it_reads_every_objective_it_names_and_all_subjects_reads_none(
    client: PageClient, world: World
) -> None:
    opened(client, world)
    assert not ObjectiveRead.objects.exists()
    opened(client, world, subject=world.maths.pk)
    assert ObjectiveRead.objects.count() == 4


def test_as_at_a_past_day(client: PageClient, world: World) -> None:
    a_judgement(world, letter="S", at=NOW.replace(year=2025, month=11))
    a_judgement(world, objective=world.objectives[1], letter="S")
    page = opened(client, world, subject=world.maths.pk, also="at=2025-12-01&as=recorded")
    assert "1 of 4 secure" in page
    assert "As recorded then" in page


@pytest.mark.parametrize("subject", ["0", "x", "99999999999999999999"])
def test_a_subject_that_is_not_there(client: PageClient, world: World, subject: str) -> None:
    client.force_login(world.okafor)
    assert client.get(f"/ashgrove/classes/{world.hazel.pk}/learning/?subject={subject}").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("okafor", 200), ("reyes", 404), ("head", 200), ("tutor", 200), ("office", 403), ("birchwood_senco", 404)],
)
def test_who_may_open_it(client: PageClient, world: World, who: str, status: int) -> None:
    client.force_login(world.cast[who])
    assert client.get(f"/ashgrove/classes/{world.hazel.pk}/learning/").status_code == status


@pytest.mark.parametrize("one", [True, False])
def test_it_costs_the_same_whatever_the_class(client: PageClient, world: World, one: bool) -> None:
    subject = world.maths.pk if one else None
    opened(client, world, subject=subject)
    with CaptureQueriesContext(connection) as few:
        opened(client, world, subject=subject)
    for pupil in enrol(world, world.hazel, pupils=20):
        a_judgement(world, pupil=pupil, letter="D")
    for number in range(20):
        an_objective(world, code=f"X{number}", wording=f"Thing {number}")
    opened(client, world, subject=subject)
    with CaptureQueriesContext(connection) as many:
        assert "of 504 secure" in opened(client, world, subject=subject)
    assert len(few) == len(many)
