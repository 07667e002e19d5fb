"""`muster` on another day: python -m tests.support.another_day 2027-02-10T09:00:00+00:00 demo --port 8000.

The clock goes on from the given instant; the workers that the server forks have it from their parent.
"""

import sys
from datetime import datetime

import time_machine


def main() -> None:
    instant = datetime.fromisoformat(sys.argv.pop(1))
    time_machine.travel(instant, tick=True).start()
    from muster.config.cli import main as muster

    sys.exit(muster())


if __name__ == "__main__":
    main()
