"""What runs: one server for each data folder, its workers, and the background process beside them.

Everything started here is stopped here. A worker or background process whose parent was killed ends by itself.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from muster.config.refusals import Refused

BACKGROUND = [sys.executable, "-m", "muster.config.background"]


def folder(data: Path) -> Path:
    """Where a running server leaves word of itself."""
    made = data / "run"
    made.mkdir(parents=True, exist_ok=True)
    return made


def hear_signals() -> None:
    """Let Ctrl-C and SIGTERM end what runs. A shell starts what it puts in the background deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextlib.contextmanager
def the_only_one(data: Path, site: str) -> Iterator[None]:
    """Hold the data folder for one server. Raises `Refused` where another has it.

    The lock is the file's, not the number in it: it goes with the process, however that ends.
    """
    path = folder(data) / "serving.lock"
    with path.open("a+", encoding="utf-8") as file:
        # A server that was killed a moment ago may still have a worker on its way out.
        for tries_left in range(20, -1, -1):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not tries_left:
                    file.seek(0)
                    raise Refused(already(data, file.read())) from None
                file.seek(0)
                if alive(file.read()):
                    file.seek(0)
                    raise Refused(already(data, file.read())) from None
                time.sleep(0.1)
        file.truncate(0)
        json.dump({"process": os.getpid(), "site": site}, file)
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def alive(said: str) -> bool:
    """Whether the process that wrote the lock file is still there."""
    try:
        os.kill(int(json.loads(said)["process"]), 0)
    except (ValueError, KeyError, TypeError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def already(data: Path, said: str) -> str:
    """The sentence for somebody who starts a second server on one folder."""
    try:
        other = json.loads(said)
        where = f" at {other['site']} (process {other['process']})"
    except (ValueError, KeyError, TypeError):
        where = ""
    return (
        f"Muster is already being served{where} from {data}. Use that one, stop it with Ctrl-C where it was "
        "started, or choose another folder with --data."
    )


def server_of(data: Path) -> tuple[int, str] | None:
    """The process and address of the server that has this data folder now, or None."""
    path = data / "run" / "serving.lock"
    try:
        with path.open("r", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                said = json.loads(file.read())
                return int(said["process"]), str(said["site"])
    except (OSError, ValueError, KeyError):
        return None
    return None


def refuse_taken_port(address: str, port: int) -> None:
    """Raise `Refused` where something else listens at the port, with one that is free."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError:
            raise Refused(
                f"Only an administrator may listen at port {port}. Choose one above 1023 with --port, or give the "
                "service the right to (AmbientCapabilities=CAP_NET_BIND_SERVICE, as in the unit that comes with Muster)."
            ) from None
        except OSError:
            free = next((each for each in range(port + 1, port + 200) if is_free(address, each)), None)
            choose = f" Choose another, for instance --port {free}." if free else " Choose another with --port."
            raise Refused(f"Another program is using port {port}.{choose}") from None


def is_free(address: str, port: int) -> bool:
    """Whether nothing listens at the port."""
    if port > 65535:
        return False
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


class Background:
    """The background process, started again if it should end by itself."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None

    def start(self) -> None:
        """Start it and watch over it."""
        self._spawn()
        self._watcher = threading.Thread(target=self._watch, name="background-watcher", daemon=True)
        self._watcher.start()

    def _spawn(self) -> None:
        # Its end of the pipe closes when this process ends, in whatever way, and that tells it to end too.
        with self._lock:
            if not self._ending.is_set():
                self._process = subprocess.Popen(BACKGROUND, stdin=subprocess.PIPE, start_new_session=True)

    def _watch(self) -> None:
        pause = 1.0
        while not self._ending.is_set():
            process, begun = self._process, time.monotonic()
            if process is None:
                return
            process.wait()
            if self._ending.is_set():
                return
            from logging import getLogger

            getLogger("muster.serve").error("background process ended", extra={"fields": {"code": process.returncode}})
            pause = 1.0 if time.monotonic() - begun > 60 else min(pause * 2, 60)
            self._ending.wait(pause)
            self._spawn()

    def stop(self) -> None:
        """End it: ask, wait, then insist."""
        self._ending.set()
        with self._lock:
            process = self._process
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def tell_systemd(state: str) -> None:
    """Tell systemd, where it started this, that the service is up (sd_notify(3))."""
    place = os.environ.get("NOTIFY_SOCKET")
    if not place:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaking, contextlib.suppress(OSError):
        speaking.connect("\0" + place[1:] if place.startswith("@") else place)
        speaking.sendall(state.encode())


def end_with_parent(parent: int) -> None:
    """In a worker: end when the process that started it is gone, so that a killed server leaves nothing behind."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watcher", daemon=True).start()
