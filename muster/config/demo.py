"""`muster demo`: an invented trust, planted once and served; the development server too.

The first run makes keys and an encrypted database in the data folder; later ones find them there. A folder that holds
anything but a demo is never touched.
"""

import json
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from muster.config import running, surroundings
from muster.config.planting import cast
from muster.config.refusals import Refused

PUPILS = 210
MARK = "demo.json"
"""Written before anything else, so that a folder whose making was cut short is known for what it is."""


def run(*, port: int, data: str | None, pupils: int | None, reload: bool) -> int:
    """Make what is missing, serve, and print where and as whom to sign in."""
    begun = time.monotonic()
    running.hear_signals()
    folder = Path(data or os.environ.get("MUSTER_DATA") or "var/demo").resolve()
    refuse_foreign_folder(folder)
    for name in [name for name in os.environ if name.startswith("MUSTER_") and name != "MUSTER_DATABASE_URL"]:
        del os.environ[name]
    surroundings.choose(
        {
            "MUSTER_DEMO": "1",
            "MUSTER_DATA": str(folder),
            "MUSTER_KEYS": str(folder / "keys"),
            "MUSTER_PORT": str(port),
            "MUSTER_RELOAD": "1" if reload else "",
        }
    )
    site = f"http://localhost:{port}"
    with running.the_only_one(folder, site):
        running.refuse_taken_port("127.0.0.1", port)
        make(folder, pupils)
        from muster.config import serve

        serve.check_and_gather()

        def ready() -> None:
            print(
                f"\nMuster's demo is ready after {time.monotonic() - begun:.1f} seconds. Everybody in it is invented.\n"
                f"\n    {site}\n\n{cast.table()}\n\nCtrl-C stops it. Its data is in {folder}; delete that to begin again.",
                flush=True,
            )

        return serve.until_stopped(workers=1, ready=ready, reload=reload)


def refuse_foreign_folder(folder: Path) -> None:
    """Raise `Refused` where the folder holds something that no demo made."""
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is a file. Name a folder with --data.", code=2)
    if folder.exists() and not (folder / MARK).exists() and any(each.name != "run" for each in folder.iterdir()):
        raise Refused(
            f"{folder} holds something that no demo made. Choose an empty folder with --data; this one is left alone.",
            code=2,
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Refused(f"{folder} cannot be made: {problem.strerror}. Choose another with --data.", code=2) from None
    if not os.access(folder, os.W_OK):
        raise Refused(f"You may not write in {folder}. Choose another folder with --data.", code=2)


def make(folder: Path, pupils: int | None) -> None:
    """Have keys, tables and the trust in `folder`; does only what is missing."""
    mark = folder / MARK
    known = read(mark)
    if known.get("planted") and not os.environ.get("MUSTER_DATABASE_URL") and not (folder / "muster.sqlite3").exists():
        known = {"planted": False}
    if known.get("planted"):
        if pupils is not None and pupils != known.get("pupils"):
            raise Refused(
                f"The demo in {folder} was planted with {known.get('pupils')} pupils. For {pupils}, choose another "
                f"folder with --data, or delete this one first.",
                code=2,
            )
    else:
        if known:
            print("The last start was cut short; making the demo again from the beginning.", flush=True)
            clear(folder)
        mark.write_text(json.dumps({"pupils": pupils or PUPILS, "planted": False}), encoding="utf-8")
    make_keys(folder)
    surroundings.set_up()
    from django.core.management import call_command
    from django.db import connection

    from muster.privacy import soundness

    begun = time.monotonic()
    if not known.get("planted") or not soundness.migrations_are_done(connection).ok:
        print("Making the tables of the encrypted database.", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        print(f"  {time.monotonic() - begun:.1f} s", flush=True)
    if not known.get("planted"):
        from muster.config.planting import plant

        begun = time.monotonic()
        count = pupils or PUPILS
        print(f"Planting the invented trust: {count} pupils and two terms of marks.", flush=True)
        planted = plant.plant(pupils=count, at=datetime.now(UTC))
        seconds = time.monotonic() - begun
        print(f"  {seconds:.1f} s, {planted.judgements} marks", flush=True)
        mark.write_text(json.dumps({"pupils": count, "planted": True, "seconds": round(seconds, 2)}), encoding="utf-8")


def make_keys(folder: Path) -> None:
    """Make the demo's keys, beside its invented data, if it has none."""
    from muster.privacy.keys import NAMES, KeyRing

    ring = KeyRing(folder / "keys", data=folder, demo=True)
    there = [name for name in NAMES if ring.path(name).exists()]
    if len(there) < len(NAMES):
        if there:
            raise Refused(
                f"Some of the demo's keys are missing from {folder / 'keys'}. Delete {folder} to begin again."
            )
        KeyRing.make(folder / "keys", data=folder, demo=True)


def read(mark: Path) -> dict[str, object]:
    """What the mark says; nothing where there is none or it was cut short."""
    try:
        known = json.loads(mark.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"planted": False}
    return known if isinstance(known, dict) else {"planted": False}


def clear(folder: Path) -> None:
    """Take away what a start that was cut short left behind."""
    for each in folder.iterdir():
        if each.name == "run" or each.name == MARK:
            continue
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
