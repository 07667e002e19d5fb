"""What comes next for a year group of 90 pupils and 100 objectives, against its one raw query."""

from datetime import timedelta

from django.db import connection
from django.test import Client

from bench import Database, Figure
from bench.grid import signed_in_as
from bench.school import Grown, a_school, now
from bench.timing import in_turn, statements
from muster.markbook.models import Taught
from muster.markbook.newest import statement
from muster.people.access import Role
from muster.people.doors import purpose
from muster.people.models import Account, Post, Pupil, Staff
from muster.people.purposes import Purpose, Shows

PUPILS = 90
OBJECTIVES = 100


def a_head(grown: Grown) -> Account:
    """Who may see the whole year."""
    head = Account.objects.create_user(f"head@{grown.school.slug}.example", None, name="Head")
    Staff.objects.create(school=grown.school, account=head, name="Head")
    begins = now().date() - timedelta(days=400)
    Post.objects.create(school=grown.school, account=head, role=Role.HEAD, starts_on=begins)
    return head


def taught(grown: Grown) -> None:
    """Half of the objectives were taught to the first class."""
    at = now()
    Taught.objects.bulk_create(
        Taught(
            school=grown.school,
            school_class=grown.school_class,
            objective=objective,
            taught_on=at.date() - timedelta(days=7),
            said_at=at,
            recorded_at=at,
            by=grown.teacher,
            change_set=grown.change_set,
        )
        for objective in grown.objectives[: OBJECTIVES // 2]
    )


def opened(client: Client, grown: Grown) -> bytes:
    """The whole request."""
    group = grown.school_class.year_group_id
    response = client.get(f"/{grown.school.slug}/year-groups/{group}/next/", secure=True)
    if response.status_code != 200 or b'class="card gap"' not in response.content:
        raise RuntimeError(f"What comes next answered {response.status_code}.")
    return bytes(response.content)


def raw(grown: Grown, pupils: list[int]) -> int:
    """The newest mark of every cell, as rows."""
    objectives = [objective.pk for objective in grown.objectives]
    with connection.cursor() as cursor:
        cursor.execute(statement(len(objectives), len(pupils)), [*objectives, *pupils])
        return len(cursor.fetchall())


def measure(db: Database) -> list[Figure]:
    """Statements, milliseconds, and how many times its raw query the page takes."""
    grown = a_school(PUPILS, objectives=OBJECTIVES)
    taught(grown)
    client = signed_in_as(a_head(grown))
    with purpose().using(Purpose.MAINTENANCE, Shows.NAMES):
        pupils = list(Pupil.objects.at(grown.school).values_list("pk", flat=True))
    opened(client, grown)
    cells = raw(grown, pupils)
    if cells != PUPILS * OBJECTIVES:
        raise RuntimeError(f"The year has {cells} cells.")
    whole, query = in_turn(lambda: opened(client, grown), lambda: raw(grown, pupils))
    return [
        Figure("statements", statements(lambda: opened(client, grown)), "statements"),
        Figure("milliseconds", whole, "ms"),
        Figure("raw", query, "ms"),
        Figure("times_raw", whole / query, "x"),
    ]
