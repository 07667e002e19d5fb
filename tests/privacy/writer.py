"""A program that writes until it is killed, for the tests of durability. Run: python -m tests.privacy.writer WHAT …

Every transaction is one row and the entry of history that tells of it. A line is printed only once the commit has
returned: that is the acknowledgement nobody may lose.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402  the settings come first
from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, connection, transaction  # noqa: E402

from muster.people import doors  # noqa: E402
from muster.people.models import Timer  # noqa: E402


class Verb(StrEnum):
    """What is recorded."""

    WRITTEN = "row.written"


def say(line: str) -> None:
    """In one system call, so that a kill leaves a whole line or none."""
    os.write(1, f"{line}\n".encode())


def write(name: str) -> None:
    with transaction.atomic():
        Timer.objects.create(name=name, due_at=datetime(2026, 3, 4, tzinfo=UTC), outcome="x" * 100)
        doors.record(Verb.WRITTEN, school=None, by=None, at=datetime(2026, 3, 4, tzinfo=UTC), details={"name": name})


def write_until_killed(name: str, begun: int) -> None:
    """One row after the other; the first is told of on `begun` too."""
    number = 0
    while True:
        write(f"{name}-{number}")
        say(f"saved {name}-{number}")
        if not number:
            os.write(begun, b".")
        number += 1


def killed(rounds: int, writers: int) -> None:
    """Start writers, let them write, kill them outright, and again. This process itself never opens the database."""
    chance = random.Random(rounds)
    for turn in range(rounds):
        children = []
        begun, begins = os.pipe()
        for each in range(writers):
            child = os.fork()
            if not child:
                try:
                    write_until_killed(f"{turn}-{each}", begins)
                finally:
                    os._exit(1)
            children.append(child)
        os.close(begins)
        # However busy the machine is, each has written something before it is killed; one that ends by itself says nothing.
        for _each in children:
            os.read(begun, 1)
        os.close(begun)
        time.sleep(chance.random() * 0.4)
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            status = os.waitpid(child, 0)[1]
            if not os.WIFSIGNALED(status):
                say(f"failed {turn}")


def filled(how: str) -> None:
    """Write until the disk is full, then go on once there is room."""
    write("before")
    say("saved before")
    with connection.cursor() as cursor:
        if how == "pages":
            cursor.execute("PRAGMA page_count")
            room = cursor.fetchone()[0] + 40
            cursor.execute(f"PRAGMA max_page_count = {room}")
    if how == "file":
        size = max(file.stat().st_size for file in Path(settings.DATA).glob("muster.sqlite3*"))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 200_000, resource.RLIM_INFINITY))
    number, refusals = 0, 0
    while refusals < 5:
        try:
            write(f"full-{number}")
            say(f"saved full-{number}")
        except DatabaseError as problem:
            refusals += 1
            say(f"refused {problem}")
        number += 1
    if how == "pages":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1000000")
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for number in range(20):
        write(f"after-{number}")
        say(f"saved after-{number}")


def steady(times: int) -> None:
    """Write so often, and say after each commit how long the log was: that much of it has reached the disk."""
    with connection.cursor() as cursor:
        # A log that is never begun anew, so that its beginning stays what it was.
        cursor.execute("PRAGMA wal_autocheckpoint = 0")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log = Path(f"{settings.DATABASES['default']['NAME']}-wal")
    for number in range(times):
        write(f"steady-{number}")
        say(f"saved steady-{number} {log.stat().st_size}")
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare"]:
            call_command("migrate", verbosity=0)
            doors.sealer().new_keys(1)
            write("first")
            Timer.objects.all().delete()
        case ["killed", rounds, writers]:
            killed(int(rounds), int(writers))
        case ["filled", how]:
            filled(how)
        case ["steady", times]:
            steady(int(times))
        case _:
            sys.exit("prepare | killed ROUNDS WRITERS | filled pages|file | steady TIMES")
