"""A program that moves the log into the file again and again, as a busy server does after every thousand pages.

Run: python -m tests.privacy.power.checkpoints KEYS FILE=KEY …, until its input is closed.
"""

import random
import select
import sys
from pathlib import Path

from muster.privacy.keys import KeyRing
from muster.privacy.sqlcipher import opening

HOW = ("PASSIVE", "PASSIVE", "FULL", "RESTART", "TRUNCATE")


def main(keys: Path, files: list[str]) -> int:
    """Do so at chance moments, in every way SQLite knows."""
    ring, chance = KeyRing(keys), random.Random(7)
    connections = [
        opening.open_file(path, ring.text(name), timeout=0.05)
        for path, _, name in (file.rpartition("=") for file in files)
    ]
    while not select.select([sys.stdin], [], [], chance.uniform(0.01, 0.12))[0]:
        # One that finds the file in use does what it can and says so, which is no fault.
        chance.choice(connections).execute(f"PRAGMA wal_checkpoint({chance.choice(HOW)})").fetchall()
    for connection in connections:
        connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
