"""Whether the server answers, asked as anybody would ask it.

Over TLS a process of its own asks. Asking goes through OpenSSL, and the workers are forked from the server's process, at
the start and whenever one has to be replaced: one that is forked while another thread is inside OpenSSL inherits a lock
that nobody ever opens, and hangs at its first handshake. So the process that forks never speaks TLS.
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
    there = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(place.address, place.address)  # noqa: S104
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


def wait(place: Place, *, within: float, stopping: threading.Event) -> bool:
    """Wait until the server answers; False when it has not by then, or is told to stop."""
    if place.tls:
        return wait_elsewhere(place, within=within, stopping=stopping)
    until = time.monotonic() + within
    while not answers(place):
        if time.monotonic() > until or stopping.wait(EVERY):
            return False
    return True


def wait_elsewhere(place: Place, *, within: float, stopping: threading.Event) -> bool:
    """The same, asked by a process that ends with its answer, or when its input is closed."""
    command = [sys.executable, "-m", "muster.config.ready", json.dumps([asdict(place), within])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as asking:
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
