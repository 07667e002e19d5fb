"""Whether the server answers, asked as anybody would ask it, by a process of its own.

The workers are forked from the server's process, at the start and whenever one has to be replaced, and a fork takes along
whatever another thread is in the middle of: a lock inside OpenSSL that nobody ever opens, or the open end of a pipe that
somebody waits to see closed. So nothing is asked in that process, and the one that asks is begun before the first fork.
"""

import http.client
import json
import os
import select
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass

EVERY = 0.1


@dataclass(frozen=True)
class Place:
    """Where the server listens, and the name it answers to."""

    address: str
    port: int
    host: str
    tls: bool


def answers(place: Place) -> bool:
    """Whether the server there says that it and its database answer."""
    there = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(place.address, place.address)  # noqa: S104  compared, not listened on
    if place.tls:
        # It asks its own address whether it is up; whom the certificate names is the doctor's question.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        asking: http.client.HTTPConnection = http.client.HTTPSConnection(there, place.port, timeout=5, context=context)
    else:
        asking = http.client.HTTPConnection(there, place.port, timeout=5)
    try:
        asking.request("GET", "/health", headers={"Host": place.host, "X-Forwarded-Proto": "https"})
        return asking.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


def begin(place: Place, *, within: float) -> "subprocess.Popen[bytes]":
    """Start asking. Call it from the thread that forks the workers, before it does."""
    command = [sys.executable, "-m", "muster.config.ready", json.dumps([asdict(place), within])]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def wait(asking: "subprocess.Popen[bytes]", *, stopping: threading.Event) -> bool:
    """Wait until the server answers; False when it has not in time, or is told to stop."""
    with asking:
        while asking.poll() is None:
            if stopping.wait(EVERY / 2):
                asking.terminate()
                return False
    return asking.returncode == 0


def main(said: str) -> int:
    """In the process that asks: 0 once the server answers, 1 when it does not in time or has gone."""
    place, within = json.loads(said)
    until = time.monotonic() + within
    while not answers(Place(**place)):
        if time.monotonic() > until:
            return 1
        heard, _, _ = select.select([sys.stdin.fileno()], [], [], EVERY)
        if heard and not os.read(sys.stdin.fileno(), 1):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
