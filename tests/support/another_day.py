"""`muster` on another day: python -m tests.support.another_day 2027-02-10T09:00:00+00:00 demo --port 8000.

The clock goes on from the given instant. The workers that the server forks have it from their parent; the background
process, which is a program of its own, is started through this one. `-c PROGRAM` runs Python on that day instead.
"""

import os
import sys
import time
from datetime import datetime, timedelta

import time_machine

SINCE = "ANOTHER_DAY_SINCE"
"""Names in the environment when the other day began by the clock of the machine: programs started later are as far on."""
IN_BACKGROUND = "in-background"


def main() -> None:
    given = sys.argv.pop(1)
    since = float(os.environ.setdefault(SINCE, str(time.time())))
    time_machine.travel(datetime.fromisoformat(given) + timedelta(seconds=time.time() - since), tick=True).start()
    if sys.argv[1:2] == ["-c"]:
        exec(sys.argv[2], {"__name__": "__main__"})  # noqa: S102 -- the test's own program
        return
    if sys.argv[1:] == [IN_BACKGROUND]:
        from muster.config.background import main as regular_work

        sys.exit(regular_work())
    from muster.config import running
    from muster.config.cli import main as muster

    running.BACKGROUND[:] = [sys.executable, "-m", "tests.support.another_day", given, IN_BACKGROUND]
    sys.exit(muster())


if __name__ == "__main__":
    main()
