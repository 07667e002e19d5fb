"""A whole installation with its server, as somebody would run it: planted once a session, copied for each test."""

import contextlib
import ctypes
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.support.another_day import SINCE
from tests.support.environment import ROOT
from tests.support.postgres import free_port

PUPILS = 60
"""How many the demo of a journey has: two schools and a full class."""
A_SCHOOL_MORNING = datetime(2026, 11, 19, 10, 10, tzinfo=UTC)
"""When journeys take place, whatever the day and hour they run at: a Thursday in the middle of a term."""
ON_ANOTHER_DAY = [sys.executable, "-m", "tests.support.another_day"]

SIGN_IN = re.compile(r"^[ ]*(\S.*?)[ ]{2,}(\S+@\S+)[ ]{2,}(\S.*?)[ ]*$", re.MULTILINE)
"""A line of the demo's table: role, address, password."""


class DidNotServe(AssertionError):
    """The server did not answer in time; the message has what it said."""


@dataclass(frozen=True)
class SignIn:
    """One line of the table that the demo prints."""

    role: str
    address: str
    password: str


def descendants(process: int) -> list[int]:
    """Every process started by this one, and by those."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if parent == process:
                found += [int(each.name), *descendants(int(each.name))]
    return found


@dataclass
class Site:
    """An installation and, once started, its server. `url` is what a browser types.

    `day` is what its clock said at `since` (seconds of the machine's own clock), and goes on from there over every
    start; None leaves the server on the clock of the machine. `more` is added to its environment.
    """

    folder: Path
    database_url: str = ""
    day: datetime | None = None
    more: dict[str, str] = field(default_factory=dict)
    since: float = field(default_factory=time.time)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def output(self) -> str:
        """Everything the server printed and logged, over all its starts."""
        file = self.folder / "output.log"
        return file.read_text(errors="replace") if file.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
        return kept | {
            "MUSTER_DATA": str(self.data),
            "MUSTER_DATABASE_URL": self.database_url,
            "MUSTER_ENVIRONMENT": "",
            "MUSTER_DEMO": "1",
            "MUSTER_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
            SINCE: str(self.since),
            **self.more,
        }

    @property
    def now(self) -> datetime:
        """What the installation's clock says."""
        if self.day is None:
            return datetime.now(UTC)
        return self.day + timedelta(seconds=time.time() - self.since)

    @property
    def program(self) -> list[str | Path]:
        """What is run: the command a school has, or the same on another day."""
        if self.day is None:
            return [ROOT / ".venv/bin/muster"]
        return [*ON_ANOTHER_DAY, self.day.isoformat()]

    def start(self, *options: str, seconds: float = 300) -> "Site":
        """Start the server and wait until it answers. Raises `DidNotServe`."""
        assert self.process is None
        self.folder.mkdir(parents=True, exist_ok=True)
        said_before = len(self.output)
        with (self.folder / "output.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.program, "demo", "--port", str(self.port), "--data", self.data, *options],
                env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
                preexec_fn=_ends_with_parent,  # noqa: PLW1509 -- no thread of ours is running
            )  # fmt: skip
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                raise DidNotServe(f"The server ended with {self.process.returncode}:\n{self.output[-4000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:  # noqa: S310 -- our own address
                    # It answers a moment before it prints who may sign in.
                    if answer.status == 200 and SIGN_IN.search(self.output[said_before:]):
                        return self
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(0.05)
        self.kill()
        raise DidNotServe(f"The server did not answer within {seconds:.0f} seconds:\n{self.output[-4000:]}")

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C does, and wait for everything it started."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it and all it started with -9, as a power cut would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        group = self.process.pid
        if self.process.poll() is None:
            if how == signal.SIGKILL:
                os.killpg(group, how)
            else:
                self.process.send_signal(how)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(group, signal.SIGKILL)
            self.process.wait()
        # Whatever was left behind goes too; a clean end leaves nobody.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        self.process = None

    @property
    def sign_ins(self) -> list[SignIn]:
        """The table of sign-ins that the demo printed, in its order."""
        found = SIGN_IN.finditer(self.output)
        return list(dict.fromkeys(SignIn(match[1], match[2], match[3]) for match in found))

    def sign_in_of(self, role: str, *, school: int = 0) -> SignIn:
        """The sign-in whose role begins with `role`; of the second school's with `school=1`."""
        fitting = [one for one in self.sign_ins if one.role.casefold().startswith(role.casefold())]
        assert len(fitting) > school, f"The demo printed no sign-in for {role!r}: {self.sign_ins}"
        return fitting[school]

    def muster(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another `muster` command on this installation."""
        return subprocess.run(
            [*self.program, *arguments],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    def python(self, program: str) -> str:
        """Let Python change the installation, by its clock and with Django set up. What the program prints."""
        clock = [sys.executable] if self.day is None else [*ON_ANOTHER_DAY, self.day.isoformat()]
        done = subprocess.run(
            [*clock, "-c", f"import django; django.setup()\n{program}"],
            env=self.environment | {"DJANGO_SETTINGS_MODULE": "muster.config.settings"},
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def copy_to(self, folder: Path) -> "Site":
        """Another installation with everything this one holds; this one must not be running."""
        assert self.process is None
        folder.mkdir(parents=True)
        shutil.copytree(self.data, folder / "data", ignore=shutil.ignore_patterns("run"))
        shutil.copy(self.folder / "output.log", folder / "output.log")
        return replace(
            self,
            folder=folder,
            database_url=copy_of_database(self.database_url),
            port=free_port(),
            more=dict(self.more),
        )

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.database_url:
            drop_database(self.database_url)


def _ends_with_parent() -> None:
    """In the child: ask Linux to end it should the tests be killed outright."""
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)


def _named(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def _say(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(_named(url, "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def new_database(url: str) -> str:
    """An empty database on the server of `url`, and its address."""
    name = f"site_{secrets.token_hex(6)}"
    _say(url, f"CREATE DATABASE {name}")
    return _named(url, name)


def copy_of_database(url: str) -> str:
    """A copy of the database at `url`, made by PostgreSQL as a template, and its address; nothing for no address."""
    if not url:
        return ""
    name = f"site_{secrets.token_hex(6)}"
    _say(url, f"CREATE DATABASE {name} TEMPLATE {urlsplit(url).path.lstrip('/')}")
    return _named(url, name)


def drop_database(url: str) -> None:
    _say(url, f"DROP DATABASE IF EXISTS {urlsplit(url).path.lstrip('/')} WITH (FORCE)")
