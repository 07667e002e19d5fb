"""The environment a command works in, made before Django reads its settings. Imports no Django, so that it is quick.

A service gets its variables from systemd. Somebody who types a command gets the same ones, because they are read from
the same file, unless a variable is set already.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from muster.config.refusals import Refused

FILE = Path("/etc/muster/muster.env")
"""Where an installation keeps its variables; MUSTER_ENVIRONMENT names another file."""


def read_file() -> None:
    """Set every variable of the environment file that is not set already. Where there is no file, nothing happens."""
    named = os.environ.get("MUSTER_ENVIRONMENT")
    path = Path(named) if named is not None else FILE
    if named == "":
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except PermissionError:
        raise Refused(
            f"You may not read {path}. Run this as the user muster: sudo -u muster muster …", code=2
        ) from None
    except OSError:
        if named is None:
            return
        raise Refused(f"MUSTER_ENVIRONMENT names {path}, which cannot be read.", code=2) from None
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise Refused(f"Line {number} of {path} is not NAME=value.", code=2)
        os.environ.setdefault(name.strip(), value.strip().strip('"'))


def choose(choices: Mapping[str, str | None]) -> None:
    """Set what was given on the command line, which counts more than the environment."""
    os.environ.update({name: value for name, value in choices.items() if value is not None})


def set_up() -> None:
    """Let Django read its settings and load the apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.config.settings")
    import django

    django.setup()


def is_installed() -> bool:
    """Whether there is anything here to work in: a data file, or a database that is named."""
    named = os.environ.get("MUSTER_DATA")
    data = Path(named) if named else Path(__file__).resolve().parents[2] / "var" / "muster"
    return bool(os.environ.get("MUSTER_DATABASE_URL")) or (data / "muster.sqlite3").exists()


@contextlib.contextmanager
def scratch(*, wanted: bool) -> Iterator[bool]:
    """An empty folder with throw-away keys to work in, where one is `wanted` and nothing is installed; says whether.

    Nothing is written there but the keys, and the folder goes with the command.
    """
    if not wanted or is_installed():
        yield False
        return
    with tempfile.TemporaryDirectory(prefix="muster-") as folder:
        for name in ("MUSTER_KEYS", "MUSTER_DATABASE_URL"):
            os.environ.pop(name, None)
        from muster.privacy.keys import KeyRing

        KeyRing.make(Path(folder) / "keys", data=folder, demo=True)
        os.environ.update({"MUSTER_DEMO": "1", "MUSTER_DATA": folder})
        yield True
