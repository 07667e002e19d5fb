"""`muster keys`, `backup`, `restore` and `verify`: what keeps an installation from being lost."""

import argparse
import json
import os
from pathlib import Path

from muster.config import running
from muster.config.refusals import Refused


def make_keys(asked: argparse.Namespace) -> int:
    """Make the keys of a new installation in MUSTER_KEYS."""
    from muster.privacy.keys import NAMES, KeyRing

    folder = Path(os.environ.get("MUSTER_KEYS", "/etc/muster/keys"))
    data = Path(os.environ.get("MUSTER_DATA", "var/muster"))
    try:
        KeyRing.make(folder, data=data, demo=os.environ.get("MUSTER_DEMO") == "1")
    except PermissionError:
        raise Refused(f"You may not write in {folder}. Run this as the user who owns it.") from None
    print(
        f"Made {len(NAMES)} keys in {folder}. Print the recovery sheet now, twice, and keep both away from this machine: "
        "without these keys no backup can be read.\n"
    )
    for name in NAMES:
        print(f"    {name:8} {KeyRing(folder).text(name)}")
    return 0


def back_up(asked: argparse.Namespace) -> int:
    """Make one backup now."""
    from muster.privacy import backup, soundness

    soundness.refuse_unsound()
    try:
        made = backup.back_up(into=Path(asked.to).resolve() if asked.to else None)
    except backup.BackupProblem as problem:
        raise Refused(str(problem)) from None
    except OSError as problem:
        raise Refused(f"The backup could not be written: {problem.strerror}. Nothing was left behind.") from None
    told = {
        "data": str(made.data),
        "key_store": str(made.keystore),
        "bytes": made.size,
        "made_at": made.made_at.isoformat(),
    }
    if asked.json:
        print(json.dumps(told))
    else:
        print(
            f"Made a backup of {made.size / 1024**2:.1f} MB.\n    data       {made.data}\n    key store  {made.keystore}\n"
            "Copy both to another place. The keys are not in them: they are on the recovery sheet."
        )
    return 0


def restore(asked: argparse.Namespace) -> int:
    """Put a backup into an empty data folder."""
    from django.conf import settings

    from muster.privacy import backup

    into = Path(asked.into).resolve() if asked.into else Path(settings.DATA)
    refuse_while_served(into)
    data = Path(asked.backup).resolve()
    if not (data / "manifest.json").exists() and (data / "data").is_dir():
        data = backup.newest(data)
    try:
        done = backup.restore(data, into, keystore=Path(asked.key_store).resolve() if asked.key_store else None)
    except backup.BackupProblem as problem:
        raise Refused(str(problem)) from None
    if asked.json:
        print(
            json.dumps(
                {"into": str(into), "made_at": done.made_at.isoformat(), "entries": done.entries, "notes": done.notes}
            )
        )
    else:
        print(
            f"Put back the backup of {done.made_at:%d %B %Y %H:%M} UTC into {into}: "
            f"{sum(done.counts.values())} rows, and history is whole ({done.entries} entries)."
        )
        for note in done.notes:
            print(f"  {note}")
        print("Start Muster as usual. If it is a newer version than the backup, run first: muster upgrade")
    return 0


def verify(asked: argparse.Namespace) -> int:
    """Prove that history is whole."""
    from muster.privacy import soundness
    from muster.privacy import verify as proving

    # Whoever changed history will have taken its triggers away first: that is for the report to say.
    soundness.refuse_unsound(but={"append-only"})
    report = proving.verify()
    if asked.json:
        print(
            json.dumps(
                {
                    "sound": report.sound,
                    "chains": report.chains,
                    "entries": report.entries,
                    "erased": report.erased,
                    "ended": report.ended,
                    "problems": [
                        {"chain": each.chain, "entry": each.seq, "says": each.sentence} for each in report.problems
                    ],
                    "notes": report.notes,
                }
            )
        )
    else:
        print(report.sentence())
        for problem in report.problems:
            print(f"  {problem.sentence}")
        for note in report.notes:
            print(f"  {note}")
    return 0 if report.sound else 1


def refuse_while_served(data: Path) -> None:
    """Raise `Refused` while a server has the data folder."""
    server = running.server_of(data)
    if server is not None:
        process, site = server
        raise Refused(
            f"Muster is being served from {data} at {site} (process {process}). Stop it first: systemctl stop muster, or "
            "Ctrl-C where it was started."
        )
