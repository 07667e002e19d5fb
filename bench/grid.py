"""The markbook's grid, 30 x 60 with two years of marks behind it, against its bare work."""

import gzip
from collections.abc import Sequence
from functools import partial
from html import escape

from django.db import connection
from django.test import Client

from bench import Database, Figure
from bench.school import Grown, a_school, now, widened
from bench.timing import a_client, in_turn, statements
from muster.curriculum.models import Objective
from muster.markbook.newest import statement
from muster.people.models import Account
from muster.people.signin import sessions
from muster.privacy.timing import measured

SIZES = (200, 1_000, 5_000)


def bare(grown: Grown, beside: Sequence[Objective] = ()) -> str:
    """One raw query for the newest marks, and the same cells written by escaped f-strings."""
    objectives = [objective.pk for objective in (*grown.objectives, *beside)]
    pupils = [pupil.pk for pupil in grown.pupils]
    steps = {step.pk: step for step in grown.steps}
    with connection.cursor() as cursor:
        cursor.execute(statement(len(objectives), len(pupils)), [*objectives, *pupils])
        cells = {(row[0], row[1]): row for row in cursor.fetchall()}
    rows = []
    for pupil in pupils:
        row = []
        for objective in objectives:
            mark = cells.get((pupil, objective))
            if mark is None:
                row.append(f'<td aria-label="{escape("not yet marked")}">{escape("")}</td>')
                continue
            step = steps.get(mark[3], grown.steps[0])
            row.append(
                f'<td class="fill-{escape(step.fill)}" data-s="{escape(str(step.pk))}" data-v="{escape(str(mark[6]))}"'
                f' aria-label="{escape(step.code)}, {escape(step.word)}">{escape(step.code)}</td>'
            )
        rows.append(f'<tr data-pupil="{escape(str(pupil))}">{"".join(row)}</tr>')
    return "".join(rows)


def opened(client: Client, grown: Grown) -> bytes:
    """The whole request."""
    response = client.get(grown.unit, secure=True)
    if response.status_code != 200 or response.content.count(b"<tr data-pupil") != len(grown.pupils):
        raise RuntimeError(f"The grid answered {response.status_code}.")
    return bytes(response.content)


def signed_in(grown: Grown) -> Client:
    """A client signed in as the teacher."""
    return signed_in_as(grown.teacher)


def signed_in_as(account: Account) -> Client:
    """A client signed in with a second factor, as outside the demo."""
    client = a_client()
    client.force_login(account)
    session = client.session
    sessions.begin(session, at=now(), second_factor=True)
    session.save()
    return client


def measure_wide(grown: Grown, client: Client, size: int) -> list[Figure]:
    """The same grid with what was taught, and with three pupils who follow another framework beside it."""
    beside = widened(grown)
    if b'class="bands"' not in opened(client, grown):
        raise RuntimeError("The grid shows no second framework.")
    whole, work = in_turn(lambda: opened(client, grown), lambda: bare(grown, beside))
    return [
        Figure(f"wide_statements.{size}", statements(lambda: opened(client, grown)), "statements"),
        Figure(f"wide_milliseconds.{size}", whole, "ms"),
        Figure(f"wide_bare.{size}", work, "ms"),
        Figure(f"wide_times_bare.{size}", whole / work, "x"),
        Figure(f"wide_compressed.{size}", len(gzip.compress(opened(client, grown), 6)) / 1024, "KB"),
    ]


def measure(db: Database) -> list[Figure]:
    """Statements, times, ratios, bytes and the share of the doors."""
    figures: list[Figure] = []
    counted: dict[int, int] = {}
    for size in SIZES:
        grown = a_school(size)
        client = signed_in(grown)
        opened(client, grown)
        page = partial(opened, client, grown)
        counted[size] = statements(page)
        whole, work = in_turn(page, partial(bare, grown))
        with measured() as spent:
            (timed,) = in_turn(page, rounds=20, warm=0)
        figures += [
            Figure(f"statements.{size}", counted[size], "statements"),
            Figure(f"milliseconds.{size}", whole, "ms"),
            Figure(f"bare.{size}", work, "ms"),
            Figure(f"times_bare.{size}", whole / work, "x"),
            Figure(f"doors.{size}", 100 * spent.seconds * 1000 / 20 / timed, "%"),
        ]
        if size == SIZES[0]:
            figures.append(Figure("compressed", len(gzip.compress(opened(client, grown), 6)) / 1024, "KB"))
        figures += measure_wide(grown, client, size)
    figures.append(Figure("statements_growth", counted[SIZES[-1]] - counted[SIZES[0]], "statements"))
    return figures
