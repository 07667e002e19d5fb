"""The one background process, which `muster serve` starts: it does the regular work of every app.

It ends when it is told to (SIGTERM, SIGINT) and when the process that started it is gone: the pipe to it then closes.
"""

import logging
import os
import select
import signal
import sys
import time
from datetime import UTC, datetime
from types import FrameType

log = logging.getLogger("muster.background")
EVERY = 1.0
"""Seconds between two looks at what is due: somebody may be waiting for a file to be read."""


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def main() -> int:
    """Run until told to end."""
    reading, writing = os.pipe()

    def end(number: int, frame: FrameType | None) -> None:
        os.write(writing, b"x")

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    from muster.config import surroundings

    surroundings.set_up()
    from django.db import DatabaseError, close_old_connections

    from muster.people import schedule

    log.info("background process started", extra={"fields": {"jobs": sorted(schedule.offered)}})
    begun = False
    while True:
        close_old_connections()
        try:
            if not begun:
                schedule.begin(now())
                begun = True
            schedule.tick(now(), now)
        except DatabaseError:
            # A full disk or a database that is starting again: say so, and look again in a moment.
            log.exception("regular work could not be looked at")
        if told_to_end(reading, EVERY):
            break
    schedule.end(now())
    log.info("background process ended")
    return 0


def told_to_end(reading: int, seconds: float) -> bool:
    """Wait; answer whether a signal came or whoever started this process has gone."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([reading, sys.stdin.fileno()], [], [], left)
        if reading in ready:
            return True
        if ready and not os.read(sys.stdin.fileno(), 1):
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
