"""Regular work: apps offer jobs, the one background process runs those that are due.

When each is next due stands in the database (`Timer`), so that a restart forgets nothing and no two processes do one job
at once: the process whose conditional update counts is the one that runs it. A job that fails is tried again at its next
time, its error is in the log by name, and the others are not held up.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from muster.people.doors import purpose
from muster.people.models import Timer
from muster.people.purposes import Purpose, Shows

log = logging.getLogger("muster.schedule")
Job = Callable[[datetime], str | None]
"""Takes the time it runs at; may answer a few words on how it went, which name nobody."""

STUCK_AFTER = timedelta(hours=6)
"""A job that began this long ago and never ended was cut off with its process."""


@dataclass(frozen=True)
class Regular:
    """A job and when it is done: every so often, or each day at an hour (UTC)."""

    name: str
    job: Job
    every: timedelta | None = None
    daily: time | None = None
    at_start: bool = False
    at_end: bool = False

    def next_after(self, at: datetime) -> datetime:
        """When it is due again once it has run at `at` (aware)."""
        if self.every is not None:
            return at + self.every
        hour = self.daily or time(2)
        today = datetime.combine(at.astimezone(UTC).date(), hour, UTC)
        return today if today > at else today + timedelta(days=1)


offered: dict[str, Regular] = {}


def offer(
    name: str,
    job: Job,
    *,
    every: timedelta | None = None,
    daily: time | None = None,
    at_start: bool = False,
    at_end: bool = False,
) -> None:
    """Have `job` run regularly under `name`: `every` so often or `daily` at an hour (UTC).

    `at_start` and `at_end` have it run also when the background process starts and ends.
    """
    if (every is None) == (daily is None):
        raise ValueError("A job runs either every so often or daily at an hour.")
    offered[name] = Regular(name, job, every, daily, at_start, at_end)


def soon(name: str, at: datetime) -> None:
    """Have the job done at the next look, because somebody waits for it."""
    Timer.objects.filter(name=name).update(due_at=at)


def begin(at: datetime) -> None:
    """When the background process starts: make the rows of new jobs, and have the work of starting done at once."""
    for regular in offered.values():
        due = at if regular.at_start else regular.next_after(at)
        timer, made = Timer.objects.get_or_create(name=regular.name, defaults={"due_at": due})
        if not made and regular.at_start:
            Timer.objects.filter(pk=timer.pk).update(due_at=at)


def end(at: datetime) -> None:
    """When the background process ends: what is to be done last."""
    for regular in offered.values():
        if regular.at_end:
            run(regular, at)


def tick(at: datetime, clock: Callable[[], datetime]) -> list[str]:
    """Run every job that is due at `at`; answers the names of those that ran here. `clock` tells when each ended."""
    ran = []
    due = Timer.objects.filter(due_at__lte=at, name__in=list(offered)).order_by("due_at", "pk")
    for timer in list(due):
        regular = offered[timer.name]
        won = Timer.objects.filter(pk=timer.pk, due_at=timer.due_at).update(
            due_at=regular.next_after(at), began_at=at, ended_at=None, outcome=""
        )
        if not won:
            continue
        outcome = run(regular, at)
        Timer.objects.filter(pk=timer.pk).update(ended_at=clock(), outcome=outcome[:200])
        ran.append(timer.name)
    return ran


def run(regular: Regular, at: datetime) -> str:
    """Do one job for the purpose of maintenance, and answer how it went."""
    try:
        with purpose().using(Purpose.MAINTENANCE, Shows.NOTHING):
            said = regular.job(at) or "done"
    except Exception as problem:
        log.exception("job failed", extra={"fields": {"job": regular.name}})
        return f"failed: {type(problem).__name__}"
    return said


def late(at: datetime) -> list[Timer]:
    """Jobs more than a little overdue, or begun long ago and never ended: the background process is not at work."""
    overdue = Timer.objects.filter(name__in=list(offered), due_at__lt=at - timedelta(minutes=10))
    cut_off = Timer.objects.filter(name__in=list(offered), ended_at__isnull=True, began_at__lt=at - STUCK_AFTER)
    return sorted({*overdue, *cut_off}, key=lambda timer: timer.name)
