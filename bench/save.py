"""Saving thirty marks with their history, against a bare insert of the same rows."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import Database, Figure
from bench.grid import signed_in
from bench.school import Grown, a_judgement, a_school, now
from bench.timing import in_turn, statements
from muster.markbook.models import Judgement
from muster.people.purposes import Purpose, Shows
from muster.privacy import fuse

PUPILS = 200
COLUMNS = 100
"""Objectives with a long history: each is marked once, by a tablet that knows what stands there."""


def known(grown: Grown) -> dict[tuple[int, int], int]:
    """The last row of every cell of the class, as its grid was given them."""
    with fuse.using(Purpose.TEACH, Shows.RECORD):
        rows = Judgement.objects.filter(pupil__in=grown.pupils).order_by("pk").values_list("pupil", "objective", "pk")
        return {(pupil, objective): pk for pupil, objective, pk in rows}


def sent(client: Client, grown: Grown, objective: int, last: dict[tuple[int, int], int]) -> None:
    """One batch of thirty marks, as a tablet sends it that knows the `last` row of each cell."""
    at = now()
    items: list[dict[str, Any]] = [
        {
            "id": str(uuid.uuid4()),
            "act": str(uuid.uuid4()),
            "kind": "judgement",
            "target": {"pupil": pupil.pk, "objective": grown.objectives[objective].pk},
            "value": {"step": grown.steps[2].pk},
            "base": last.get((pupil.pk, grown.objectives[objective].pk)),
            "at": at.isoformat(),
            "seq": n,
        }
        for n, pupil in enumerate(grown.pupils)
    ]
    batch = {"device": "bench", "account": str(grown.teacher.uuid), "sent_at": at.isoformat(), "items": items}
    answer = client.post(f"/{grown.school.slug}/sync/", json.dumps(batch), content_type="application/json", secure=True)
    results = answer.json()["results"]
    if [result["status"] for result in results] != [201] * len(items):
        raise RuntimeError(f"The marks were answered {answer.status_code}.")


def bare(grown: Grown, objective: int) -> None:
    """The same rows by bulk_create in one transaction on the same connection."""
    at = now() + timedelta(seconds=1)
    with transaction.atomic():
        Judgement.objects.bulk_create(
            [a_judgement(grown, pupil, grown.objectives[objective], at, 0) for pupil in grown.pupils]
        )


def transactions(work: Callable[[], object]) -> int:
    """How many transactions `work` commits."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum(1 for query in captured.captured_queries if query["sql"].startswith("COMMIT"))


def measure(db: Database) -> list[Figure]:
    """Ratio, time and statements, with a long history behind the cells and with none."""
    long, none = a_school(PUPILS, objectives=COLUMNS), a_school(PUPILS, marked=False, slug="fresh")
    client, fresh = signed_in(long), signed_in(none)
    last, nothing = known(long), known(none)
    # Each time another objective is marked, so that what lies behind a cell stays two years of marks.
    columns = count()
    sent(client, long, next(columns), last)
    sent(fresh, none, 0, nothing)
    with_history = statements(lambda: sent(client, long, next(columns), last))
    without = statements(lambda: sent(fresh, none, 1, nothing))
    committed = transactions(lambda: sent(client, long, next(columns), last))
    whole, work = in_turn(
        lambda: sent(client, long, next(columns), last),
        lambda: bare(long, next(columns)),
        rounds=40,
    )
    return [
        Figure("milliseconds", whole, "ms"),
        Figure("bare", work, "ms"),
        Figure("times_bare", whole / work, "x"),
        Figure("statements", with_history, "statements"),
        Figure("transactions", committed, "transactions"),
        Figure("statements_growth", with_history - without, "statements"),
    ]
