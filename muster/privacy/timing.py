"""How long is spent inside the doors, for the benchmark. Costs one look-up a call when nobody measures."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Spent:
    """What was measured: seconds inside the doors, and how often one was entered."""

    seconds: float = 0.0
    calls: int = 0
    inside: bool = False


_spent: ContextVar[Spent | None] = ContextVar("time_inside_doors", default=None)


@contextlib.contextmanager
def measured() -> Iterator[Spent]:
    """Measure every door entered within the context, each moment once however doors nest."""
    spent = Spent()
    token = _spent.set(spent)
    try:
        yield spent
    finally:
        _spent.reset(token)


def door(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function as a door."""

    @functools.wraps(function)
    def through(*args: P.args, **kwargs: P.kwargs) -> R:
        spent = _spent.get()
        if spent is None or spent.inside:
            return function(*args, **kwargs)
        spent.inside = True
        spent.calls += 1
        began = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent.seconds += time.perf_counter() - began
            spent.inside = False

    return through
