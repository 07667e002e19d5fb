"""Merging two objectives with 10,000 marks against a bare insert of as many rows, and a page view meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from threading import Event, Thread

from django.db import connection, transaction

from bench import Database, Figure
from bench.grid import opened, signed_in
from bench.school import Grown, a_judgement, a_school, now
from bench.timing import milliseconds
from muster.curriculum import actions
from muster.curriculum.models import Objective
from muster.curriculum.rules.bending import Rule
from muster.markbook.models import Judgement
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows

PUPILS = 5_000
ROUNDS = 3
"""Merges timed alone; one more is timed with somebody looking at a page all the while."""


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


def bare(grown: Grown, onto: Objective, count: int) -> None:
    """As many rows by bulk_create in one transaction, onto an objective nobody reads."""
    at = now()
    with transaction.atomic():
        Judgement.objects.bulk_create(
            [a_judgement(grown, grown.pupils[n % len(grown.pupils)], onto, at, n) for n in range(count)]
        )


@dataclass
class Waits:
    """How long each page view took, in milliseconds, and what went wrong with one."""

    each: list[float] = field(default_factory=list)
    problems: list[Exception] = field(default_factory=list)


@contextmanager
def somebody_looking(grown: Grown) -> Iterator[Waits]:
    """A teacher on another connection opening the grid again and again for the time of the context."""
    waits, over, ready = Waits(), Event(), Event()

    def look() -> None:
        try:
            client = signed_in(grown)
            opened(client, grown)
            ready.set()
            while not over.is_set():
                waits.each.append(milliseconds(lambda: opened(client, grown)))
        except Exception as problem:  # noqa: BLE001  whatever it is, the thread that waits is to hear of it
            waits.problems.append(problem)
        finally:
            ready.set()
            connection.close()

    reader = Thread(target=look)
    reader.start()
    ready.wait()
    try:
        yield waits
    finally:
        over.set()
        reader.join()
    if waits.problems:
        raise waits.problems[0]


def measure(db: Database) -> list[Figure]:
    """The ratio, both times, and the longest wait."""
    grown = a_school(PUPILS, objectives=2 * (ROUNDS + 1) + 2)
    whole, work, written = [], [], 0
    for number in range(ROUNDS):
        made: list[Objective] = []
        whole.append(milliseconds(lambda number=number, made=made: made.append(merge(grown, number))))  # type: ignore[misc]
        written = rows_of(made[0])
        work.append(milliseconds(lambda written=written: bare(grown, grown.objectives[-1], written)))  # type: ignore[misc]
    with somebody_looking(grown) as waits:
        merge(grown, ROUNDS)
    return [
        Figure("milliseconds", median(whole), "ms"),
        Figure("bare", median(work), "ms"),
        Figure("rows", written, "rows"),
        Figure("times_bare", median(whole) / median(work), "x"),
        Figure("longest_wait", max(waits.each), "ms"),
    ]
