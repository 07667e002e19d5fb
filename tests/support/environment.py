"""The world a test process lives in: its own folders, keys and database, made before Django reads its settings.

Nothing here may import Django or Muster: the settings are read once, from what `prepare` leaves in the environment.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from tests.support.postgres import NotInstalled, PostgreSQL

KEYS = ("data", "store", "kek", "audit", "index", "backup", "signing")
ROOT = Path(__file__).resolve().parent.parent.parent


def make_keys(folder: Path) -> Path:
    """A folder of keys as an installation has them: one file a key, 64 hex digits, readable by its owner alone."""
    folder.mkdir(parents=True, mode=0o700)
    for name in KEYS:
        file = folder / f"{name}.key"
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32) + "\n")
    return folder


def make_folder(name: str = "muster-test-") -> Path:
    """A temporary folder that goes when the process does."""
    folder = Path(tempfile.mkdtemp(prefix=name))
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def variables(folder: Path, *, database_url: str = "") -> dict[str, str]:
    """What the environment of a production-like installation under `folder` says; its keys are made if it is new."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    if not (folder / "keys").exists():
        make_keys(folder / "keys")
    return {
        "DJANGO_SETTINGS_MODULE": "muster.config.settings",
        "MUSTER_DATA": str(folder / "data"),
        "MUSTER_KEYS": str(folder / "keys"),
        "MUSTER_DATABASE_URL": database_url,
        "MUSTER_DEMO": "",
        "MUSTER_HOST": "muster.ashgrove.example",
        "MUSTER_PORT": "8443",
        "MUSTER_BEHIND_PROXY": "127.0.0.1",
    }


class Surroundings:
    """What this process runs on. `without` says, in a sentence, why it cannot run at all."""

    def __init__(self, database: str, *, durable: bool = False) -> None:
        self.database = database
        self.durable = durable
        self.folder = make_folder()
        self.without = ""
        self.server: PostgreSQL | None = None

    def prepare(self) -> None:
        """Fill the environment; start a private PostgreSQL where one is wanted and no address is given."""
        url = os.environ.get("MUSTER_TEST_POSTGRES", "")
        if self.database == "postgresql" and not url:
            try:
                self.server = PostgreSQL(self.folder / "postgresql", durable=self.durable)
                url = self.server.start()
            except NotInstalled as absent:
                self.without = str(absent)
        # Tests that start a server of their own (and workers of pytest-xdist) ask for databases here.
        os.environ["MUSTER_TEST_POSTGRES"] = url
        for name in [name for name in os.environ if name.startswith("MUSTER_") and not name.startswith("MUSTER_TEST")]:
            del os.environ[name]
        # Static files are served from where they were written, so no test needs them gathered first.
        os.environ["MUSTER_RELOAD"] = "1"
        os.environ.update(
            variables(self.folder / "installation", database_url=url if self.database == "postgresql" else "")
        )

    def clear(self) -> None:
        """Stop what `prepare` started and remove its folders."""
        if self.server:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
