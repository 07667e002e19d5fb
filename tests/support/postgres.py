"""A private PostgreSQL for tests and benchmarks: its own folder, a free port on loopback, gone at the end."""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

OLDEST = 15


class NotInstalled(Exception):
    """There is no PostgreSQL on this machine that is new enough."""


def programs() -> Path:
    """The folder with `initdb` and `postgres`: the newest of Debian's, else the one on PATH. Raises `NotInstalled`."""
    versions = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    versions = [folder for folder in versions if folder.parent.name.isdigit() and int(folder.parent.name) >= OLDEST]
    if versions:
        return max(versions, key=lambda folder: int(folder.parent.name))
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise NotInstalled(f"PostgreSQL {OLDEST} or later is not installed (on Debian: apt install postgresql)")


def server_user() -> pwd.struct_passwd | None:
    """Who the server runs as: PostgreSQL refuses root, so root borrows somebody; anybody else is themselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NotInstalled("PostgreSQL refuses to run as root and there is no user `postgres` or `nobody` to run it as")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def ends_with_parent() -> None:
    """In the child: ask Linux to interrupt it (a clean shutdown, to PostgreSQL) should its parent be killed outright."""
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGINT)


TRIES = 4


class PostgreSQL:
    """A server under `folder`. `durable=False` trades safety in a power cut, which no test relies on, for speed."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Make the cluster, start it and answer the address of an empty database. Raises `NotInstalled`."""
        binaries = programs()
        user = server_user()
        uid, gid = (user.pw_uid, user.pw_gid) if user else (None, None)
        groups: list[int] | None = [] if user else None
        self.folder.mkdir(parents=True)
        password = secrets.token_hex(16)
        (self.folder / "password").write_text(password)
        if user:
            for path in (self.folder, self.folder / "password"):
                os.chown(path, user.pw_uid, user.pw_gid)
            # The folders above are root's and private; the server only has to pass through them.
            for above in self.folder.parents:
                if above.stat().st_uid == 0 and not above.stat().st_mode & 0o001:
                    above.chmod(above.stat().st_mode | 0o011)
        made = subprocess.run(
            [binaries / "initdb", "-D", self.folder / "data", "-U", "muster", "--pwfile", self.folder / "password",
             "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            cwd="/", capture_output=True, text=True, check=False,
            user=uid, group=gid, extra_groups=groups,
        )  # fmt: skip
        if made.returncode:
            raise NotInstalled(f"PostgreSQL could not be set up: {made.stderr.strip()}")
        port = self._launch(binaries, user)
        url = f"postgres://muster:{password}@127.0.0.1:{port}/postgres"
        return self._ordinary_user(url, port)

    def _launch(self, binaries: Path, user: pwd.struct_passwd | None) -> int:
        """Start the server and answer its port. A port that was free may be taken by the time it is asked for."""
        uid, gid = (user.pw_uid, user.pw_gid) if user else (None, None)
        groups: list[int] | None = [] if user else None
        ending: Callable[[], None] = ends_with_parent
        for _attempt in range(TRIES):
            port = free_port()
            options = {
                "listen_addresses": "127.0.0.1",
                "port": str(port),
                "unix_socket_directories": "",
                "max_connections": "100",
                "shared_buffers": "128MB",
                "timezone": "UTC",
                "lc_messages": "C",
            }
            if not self.durable:
                options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
            settings = [f"--{name}={it}" for name, it in options.items()]
            with (self.folder / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    [binaries / "postgres", "-D", self.folder / "data", *settings],
                    cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                    preexec_fn=ending,  # noqa: PLW1509 -- no thread is running this early
                    user=uid, group=gid, extra_groups=groups,
                )  # fmt: skip
            if self._answers(port):
                return port
        said = (self.folder / "log").read_text(errors="replace")
        self.stop()
        raise NotInstalled(f"PostgreSQL did not start: {said[-500:]}")

    def _answers(self, port: int) -> bool:
        """Wait until the server takes connections; False when it ended instead, or took too long."""
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            assert self.process
            if self.process.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return True
            except OSError:
                time.sleep(0.02)
        return False

    def _ordinary_user(self, url: str, port: int) -> str:
        """As a school would: the product owns its database and is no superuser, so row-level security counts."""
        import psycopg

        password = secrets.token_hex(16)
        limit = time.monotonic() + 30
        while True:
            try:
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(f"CREATE ROLE school LOGIN CREATEDB PASSWORD '{password}'")
                    connection.execute("GRANT pg_checkpoint TO school")
                    connection.execute("CREATE DATABASE muster OWNER school")
                    return f"postgres://school:{password}@127.0.0.1:{port}/muster"
            except psycopg.OperationalError:
                # The port answers a moment before the server does.
                if time.monotonic() > limit:
                    raise
                time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to finish at once, and remove its folder."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT if not self.durable else signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)
