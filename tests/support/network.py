"""No test reaches past this machine: a connection to anywhere else raises, naming the address."""

import socket
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class NetworkUsed(RuntimeError):
    """A test tried to leave this machine."""


def _guard(one: socket.socket, address: Any) -> None:
    if one.family in {socket.AF_INET, socket.AF_INET6}:
        host = str(address[0])
        if not (host.startswith("127.") or host in {"::1", "localhost", ""}):
            raise NetworkUsed(f"A test tried to connect to {host}. Tests use this machine only.")


def block() -> None:
    """From now on in this process, sockets reach loopback only."""

    def connect(self: socket.socket, address: Any) -> None:
        _guard(self, address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _guard(self, address)
        return _connect_ex(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign, assignment]
