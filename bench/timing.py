"""Measuring fairly: warm first, take turns, tell the median."""

import gc
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def a_client() -> Client:
    """Opens pages in process as the school's own host; give `secure=True` with each request.

    Django's own set-up for tests is left out: it listens to every template, which costs what is to be measured.
    """
    return Client(SERVER_NAME=settings.HOST)


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call of `work` takes."""
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1000


def in_turn(*works: Callable[[], object], rounds: int = 30, warm: int = 3) -> list[float]:
    """The median milliseconds of each of `works`, called one after the other in every round.

    Taking turns is what makes their ratio fair: whatever else the machine does falls on all of them alike.
    """
    for _ in range(warm):
        for work in works:
            work()
    took: list[list[float]] = [[] for _ in works]
    gc.collect()
    with without_collector():
        for _ in range(rounds):
            for work, times in zip(works, took, strict=True):
                times.append(milliseconds(work))
    return [statistics.median(times) for times in took]


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the garbage collector from charging one work with another's rubbish."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def statements(work: Callable[[], object]) -> int:
    """How many statements `work` sends to the database."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
