"""A program that opens what power cuts left, as Muster does, and says what is wrong with it.

Run in the environment of an installation: python -m tests.privacy.power.checker RECORD BEFORE TIMES SEED [FILE …]
The files are rebuilt into the installation's own folders. Syncs of the files named last are taken for empty promises.
For every cut it prints one JSON object: the moment, whether within a checkpoint, how much was there, what is wrong.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  the settings come first
from django.db import connection, connections  # noqa: E402

from muster.people.models import Pupil  # noqa: E402
from muster.people.purposes import Purpose, Shows  # noqa: E402
from muster.privacy import fuse, history, sealing  # noqa: E402
from muster.privacy.sqlcipher import opening  # noqa: E402
from muster.privacy.verify import verify  # noqa: E402
from tests.privacy.power.recorder import FILES  # noqa: E402
from tests.privacy.power.replay import cuts  # noqa: E402


def places() -> dict[str, Path]:
    """Where each of the four files belongs."""
    data, store = Path(str(settings.DATABASES["default"]["NAME"])), Path(settings.KEYSTORE)
    return dict(zip(FILES, (data, Path(f"{data}-wal"), store, Path(f"{store}-wal")), strict=True))


def lay_out(files: dict[str, bytes]) -> None:
    """Have these files there, and nothing that a running server kept beside them in memory."""
    connections.close_all()
    sealing.forget()
    history.forget()
    for name, path in places().items():
        Path(f"{path}-shm").unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        if name in files:
            path.write_bytes(files[name])


def damage(execute: Any) -> list[str]:
    """What SQLite and SQLCipher find wrong with a file, its log moved into it first."""
    execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    found = [str(row[0]) for row in execute("PRAGMA cipher_integrity_check").fetchall()]
    return found + [str(row[0]) for row in execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"]


def wrong(told: list[str]) -> tuple[int, list[str]]:
    """How many marks are there, and what is wrong with the installation for those who were `told` something."""
    problems = []
    connection.ensure_connection()
    problems += [f"data file: {each}" for each in damage(connection.connection.execute)]
    store = opening.open_file(settings.KEYSTORE, settings.KEYS.text("store"))
    problems += [f"key store: {each}" for each in damage(store.execute)]
    store.close()
    report = verify()
    problems += [problem.sentence for problem in report.problems]
    with connection.cursor() as cursor:
        cursor.execute("SELECT device_key FROM markbook_judgement")
        marks = {str(row[0]) for row in cursor.fetchall()}
        cursor.execute(
            "SELECT c.id, c.summary, COUNT(j.id) FROM people_changeset c "
            "LEFT JOIN markbook_judgement j ON j.change_set_id = c.id WHERE c.kind = 'marks' GROUP BY c.id, c.summary"
        )
        halves = [pk for pk, summary, count in cursor.fetchall() if json.loads(summary)["marks"] != count]
    problems += [f"change {pk} is there by half" for pk in halves]
    with fuse.using(Purpose.MAINTENANCE, Shows.RECORD):
        names = {pupil.names["forenames"] for pupil in Pupil.objects.all()}
    there = {f"mark {mark}" for mark in marks} | {f"pupil {name}" for name in names}
    problems += [f"lost: {one}" for one in told if one not in there]
    return len(marks), problems


def main(record: Path, before: Path, times: int, seed: int, ignored: list[str]) -> int:
    """Print what became of each cut."""
    files = {name: (before / name).read_bytes() for name in FILES if (before / name).exists()}
    ignoring = frozenset(FILES.index(name) for name in ignored)
    for moment, within, found, told in cuts(record, files, times=times, seed=seed, ignoring=ignoring):
        lay_out(found)
        try:
            marks, problems = wrong(told)
        except Exception as problem:  # noqa: BLE001  whatever it is, it is what was asked for
            marks, problems = 0, [f"{type(problem).__name__}: {problem}"]
        print(
            json.dumps({"moment": moment, "within": within, "told": len(told), "marks": marks, "wrong": problems[:5]}),
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]))
