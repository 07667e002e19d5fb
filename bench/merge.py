"""Merging two objectives with 10,000 marks against a bare insert of as many rows, and a page view meanwhile."""

import gc
import json
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median

import django
from django.db import transaction

if __name__ == "__main__":
    django.setup()

from bench import Database, Figure
from bench.grid import signed_in_as
from bench.school import Grown, a_judgement, a_school, now
from bench.timing import milliseconds
from muster.curriculum import actions
from muster.curriculum.models import Objective
from muster.curriculum.rules.bending import Rule
from muster.markbook.models import Judgement
from muster.people.doors import purpose
from muster.people.models import Account
from muster.people.purposes import Purpose, Shows

LONG = True
PUPILS = 5_000
ROUNDS = 3
"""Merges timed alone; one more is timed with somebody looking at a page all the while."""
ALONE = 2
"""Seconds of looking with no merge going on, to compare with."""


def merge(grown: Grown, number: int) -> Objective:
    """The merge of one pair of objectives, as its page does it."""
    return actions.merge_objectives(
        objectives=grown.objectives[2 * number : 2 * number + 2],
        wording=f"Pair {number}",
        rule=Rule.HIGHEST,
        by=grown.teacher,
        at=now(),
    )


def rows_of(objective: Objective) -> int:
    """How many rows a merge wrote."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        return Judgement.objects.filter(objective=objective).count()


def merge_into(made: list[Objective], grown: Grown, number: int) -> None:
    """The same, with what came of it put into `made`."""
    made.append(merge(grown, number))


def bare(grown: Grown, onto: Objective, count: int) -> None:
    """As many rows by bulk_create in one transaction, onto an objective nobody reads."""
    at = now()
    with transaction.atomic():
        Judgement.objects.bulk_create(
            [a_judgement(grown, grown.pupils[n % len(grown.pupils)], onto, at, n) for n in range(count)]
        )


@contextmanager
def somebody_looking(grown: Grown) -> Iterator[list[float]]:
    """A teacher opening the grid again and again for the time of the context, in a worker of its own as a school has.

    What is yielded holds afterwards how many milliseconds each page view took.
    """
    waits: list[float] = []
    worker = [sys.executable, "-m", "bench.merge", grown.unit, str(grown.teacher.pk)]
    with subprocess.Popen(worker, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        if reader.stdin is None or reader.stdout is None or reader.stdout.readline() != "ready\n":
            raise RuntimeError("The page could not be opened.")
        yield waits
        reader.stdin.close()
        waits += json.loads(reader.stdout.read())


def look(unit: str, teacher: int) -> None:
    """Open a grid until there is nothing more to read; then tell how long each time took."""
    client = signed_in_as(Account.objects.get(pk=teacher))

    def page() -> None:
        if client.get(unit, secure=True).status_code != 200:
            raise RuntimeError("The grid could not be opened.")

    page()
    print("ready", flush=True)
    waits = []
    while not select.select([sys.stdin], [], [], 0)[0]:
        waits.append(milliseconds(page))
    print(json.dumps(waits), flush=True)


def measure(db: Database) -> list[Figure]:
    """The ratio, both times, and the longest wait."""
    grown = a_school(PUPILS, objectives=2 * (ROUNDS + 1) + 2)
    # A server has not a whole school's rows in its memory, which the collector would walk through in mid-transaction.
    gc.collect()
    gc.freeze()
    whole, work, written = [], [], 0
    for number in range(ROUNDS):
        made: list[Objective] = []
        whole.append(milliseconds(partial(merge_into, made, grown, number)))
        written = rows_of(made[0])
        work.append(milliseconds(partial(bare, grown, grown.objectives[-1], written)))
    with somebody_looking(grown) as alone:
        time.sleep(ALONE)
    with somebody_looking(grown) as waits:
        merge(grown, ROUNDS)
    return [
        Figure("milliseconds", median(whole), "ms"),
        Figure("bare", median(work), "ms"),
        Figure("rows", written, "rows"),
        Figure("times_bare", median(whole) / median(work), "x"),
        Figure("longest_wait", max(waits), "ms"),
        Figure("longest_alone", max(alone), "ms"),
    ]


if __name__ == "__main__":
    look(sys.argv[1], int(sys.argv[2]))
