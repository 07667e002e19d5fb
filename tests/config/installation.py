"""An installation as a school has it, on the encrypted file, made by the commands themselves; and a way to break it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from muster.privacy.keys import KeyRing
from muster.privacy.sqlcipher import opening
from tests.support.environment import ROOT

HOST = "muster.ashgrove.example"


@dataclass(frozen=True)
class Installation:
    """Folders of one installation, and what its environment file would say."""

    folder: Path
    port: int = 8443
    more: tuple[tuple[str, str], ...] = ()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def tls(self) -> Path:
        return self.folder / "tls"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
        return {
            **kept,
            "MUSTER_ENVIRONMENT": "",
            "MUSTER_HOST": HOST,
            "MUSTER_PORT": str(self.port),
            "MUSTER_DATA": str(self.data),
            "MUSTER_KEYS": str(self.keys),
            "MUSTER_BACKUPS": str(self.folder / "backups"),
            "MUSTER_TLS_CERTIFICATE": str(self.tls / "server.pem"),
            "MUSTER_TLS_KEY": str(self.tls / "server.key"),
            **dict(self.more),
        }

    def having(self, **more: str) -> "Installation":
        """The same, with other variables."""
        return replace(self, more=(*self.more, *more.items()))

    def muster(self, *arguments: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        done = subprocess.run(
            [ROOT / ".venv/bin/muster", *arguments],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert bool(done.returncode) == fails, (
            f"muster {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done

    def doctor(self, before: str = "") -> dict[str, tuple[bool, str]]:
        """What the doctor says, by the name of the line; `before` is Python run in its process first."""
        code = f"import sys\n{before}\nfrom muster.config.cli import main\nsys.exit(main(['doctor', '--json']))"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.stdout, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (0 if told["sound"] else 1)
        return {line["name"]: (line["ok"], line["says"]) for line in told["lines"]}

    @contextmanager
    def database(self) -> Iterator[Any]:
        """The data file, opened past everything that guards it."""
        with opening.maintenance(self.data / "muster.sqlite3", KeyRing(self.keys).text("data")) as connection:
            yield connection
            connection.commit()

    def copy_to(self, folder: Path) -> "Installation":
        """Another one like it."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("run"))
        return replace(self, folder=folder)


def made(folder: Path) -> Installation:
    """A new installation: keys, certificate, tables, first administrator, a backup."""
    new = Installation(folder)
    new.data.mkdir(parents=True)
    new.muster("keys")
    new.muster("certificate", "--host", HOST, "--folder", str(new.tls))
    new.muster("upgrade")
    new.muster("user", "head@ashgrove.example", "--first-administrator", "--name", "Grace Holt", "--school", "ashgrove")
    new.muster("backup")
    return new
