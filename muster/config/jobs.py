"""The regular work of the installation itself, done by the background process."""

import logging
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from muster.people import schedule
from muster.people.models import ChangeSet
from muster.privacy import backup, verify

log = logging.getLogger("muster.jobs")
LEFT_BEHIND_AFTER = timedelta(hours=1)
"""A change set still unfinished after this long was cut off: the largest import takes minutes."""

EVERY_TABLE_THAT_GREW = "0x10002"
"""Whether or not this connection has read it (SQLite, "PRAGMA optimize"): the background process reads few."""


def offer() -> None:
    """Put the jobs on the schedule."""
    schedule.offer("anchor history", anchor, every=timedelta(minutes=1), at_start=True, at_end=True)
    schedule.offer("sweep unfinished changes", sweep, daily=time(1, 30), at_start=True)
    schedule.offer("end old sessions", end_old_sessions, daily=time(1, 40))
    schedule.offer("count rows", count_rows, daily=time(1, 50))
    schedule.offer("verify history", verify_history, daily=time(2, 0))
    if not settings.DEMO:
        schedule.offer("back up", back_up, every=timedelta(hours=1))


def anchor(at: datetime) -> None:
    """Write down, in the key store, where each chain of history stands."""
    verify.anchor(at)


def back_up(at: datetime) -> str:
    """Make a backup, and delete those past their time."""
    made = backup.back_up(at=at)
    gone = backup.prune(now=at)
    return f"{made.size // 1024} KB; {len(gone)} old ones deleted"


def verify_history(at: datetime) -> str:
    """Prove that history is whole; the log and `muster doctor` say where it is not."""
    report = verify.verify()
    if not report.sound:
        log.error("history is not whole", extra={"fields": {"problems": len(report.problems)}})
        return f"history is not whole: {len(report.problems)} problems"
    return f"{report.entries} entries whole"


def end_old_sessions(at: datetime) -> None:
    """Forget sessions that have ended."""
    call_command("clearsessions")


def count_rows(at: datetime) -> None:
    """Have SQLite note how many rows its tables and indexes hold, which is what it chooses its way through them by.

    What it noted of a table that has grown tenfold since is wrong enough to read a whole table for each row of another.
    PostgreSQL does the same by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA optimize = {EVERY_TABLE_THAT_GREW}")


def sweep(at: datetime) -> str:
    """Put away change sets that were cut off before they were finished. No query has ever seen what is in them.

    What they wrote is about pupils and nobody may delete it, nor read it here; the change set stays unfinished for good
    and says when it was put away.
    """
    swept = 0
    for change_set in ChangeSet.objects.filter(finished_at__isnull=True, at__lt=at - LEFT_BEHIND_AFTER):
        if "swept_at" in change_set.summary:
            continue
        change_set.summary = {**change_set.summary, "swept_at": at.isoformat()}
        change_set.save(update_fields=["summary"])
        swept += 1
    return f"{swept} swept"
