"""Measure one module on one database, alone in its process: python -m bench.one NAME DATABASE. Prints JSON lines."""

import dataclasses
import importlib
import json
import os
import signal
import sys

from bench import Database
from tests.support.environment import Surroundings


def main(name: str, database: str) -> int:
    """3 when the database is not installed on this machine."""
    # PostgreSQL is measured as it would be run: no promise to the disk is skipped.
    surroundings = Surroundings(database, durable=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        surroundings.prepare()
        if surroundings.without:
            print(surroundings.without, file=sys.stderr)
            return 3
        # Files are served as in a school, gathered and fingerprinted.
        del os.environ["MUSTER_RELOAD"]
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        folder = surroundings.folder / "bench"
        folder.mkdir()
        for figure in importlib.import_module(f"bench.{name}").measure(Database(database, folder)):
            print(json.dumps(dataclasses.asdict(figure)), flush=True)
    finally:
        surroundings.clear()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
