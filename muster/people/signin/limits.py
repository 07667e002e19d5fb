"""Counting wrong guesses, and saying how long to wait.

By account and device first, then by address; passkeys are never counted and never wait, because nothing about them can
be guessed. Nobody sleeps in a thread: whoever is early is told when to come back (429 and Retry-After), and the guess is
not looked at. The counters lie in the cache all processes share.

Where an account is tried from a device it has signed in on before, only that device's own wrong guesses count. All
other devices count together, so a thousand browsers guess no faster than one.
"""

import ipaddress
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from muster.people.models import Account
from muster.people.rules import guessing
from muster.people.rules.guessing import Patience
from muster.people.signin.devices import device_of

FORGOTTEN_AFTER = 60 * 60
"""Seconds without a wrong guess after which the count begins again."""
ONE_AT_A_TIME = 10
"""Seconds after which a guess that never finished stops holding up the next one."""
ADDING_TRIES, ADDING_PAUSE = 200, 0.01
"""How often, and how many seconds apart, a wrong guess tries to be counted while others are."""


class TooSoon(Exception):
    """This guess came too early. `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        """`seconds` is at least one."""
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Counter:
    """One count of wrong guesses."""

    key: str
    patience: Patience

    def wrong(self) -> int:
        """How many wrong guesses stand against it."""
        return self._read()[0]

    def _read(self) -> tuple[int, float]:
        wrong, last = cache.get(self.key, (0, 0.0))
        return int(wrong), float(last)

    def wait(self) -> int:
        """Seconds until the next guess is looked at; 0 when it would be now."""
        wrong, last = self._read()
        left = last + self.patience.wait(wrong) - time.time()
        # A clock put back must not turn two seconds into a day.
        return max(0, min(math.ceil(left), self.patience.longest)) if left > 0 else 0

    def add(self) -> None:
        """One more wrong guess. Counted one after the other, or many at one moment would count as one."""
        with alone(f"{self.key}:adding"):
            wrong, _ = self._read()
            cache.set(self.key, (wrong + 1, time.time()), FORGOTTEN_AFTER)

    def clear(self) -> None:
        """Begin again from nothing."""
        cache.delete(self.key)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Have one process at a time do what is inside: whoever adds `name` to the shared cache, which is one statement.

    It takes a few thousandths of a second; whoever was stopped in the midst of it holds nobody up for long.
    """
    for _each in range(ADDING_TRIES):
        if cache.add(name, 1, ONE_AT_A_TIME):
            break
        time.sleep(ADDING_PAUSE)
    try:
        yield
    finally:
        cache.delete(name)


def counter(kind: str, *parts: str, patience: Patience) -> Counter:
    """The count of one kind of guess; what it counts by appears only as a digest."""
    return Counter(f"guess:{kind}:{sha256(chr(0).join(parts).encode()).hexdigest()[:40]}", patience)


def address_of(request: HttpRequest) -> str:
    """Where the request came from. The proxy's word is taken only from the proxy itself."""
    address = str(request.META.get("REMOTE_ADDR") or "")
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.BEHIND_PROXY and address == settings.BEHIND_PROXY and forwarded:
        address = forwarded.rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return "0.0.0.0"  # noqa: S104  stands for an address that cannot be read; nothing listens on it


def network_of(request: HttpRequest) -> str:
    """The address to count by: of IPv6 the /64 one household or school is given, since each device has many."""
    address = ipaddress.ip_address(address_of(request))
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)


class Guess:
    """One try at something secret. `wrong()` counts it; leaving without that forgives the account's count."""

    def __init__(self, own: Counter | None, shared: Counter | None) -> None:
        """`own` counts by account and device, `shared` by address."""
        self.own, self.shared = own, shared
        self.was_wrong = False

    def wrong(self) -> None:
        """The guess was wrong."""
        self.was_wrong = True


@contextmanager
def _guess(own: Counter | None, shared: Counter | None) -> Iterator[Guess]:
    for each in (own, shared):
        if each and (seconds := each.wait()):
            raise TooSoon(seconds)
    # Guesses sent at the same moment would all be looked at before the first was counted.
    turn = f"{own.key}:now" if own else None
    if turn and not cache.add(turn, 1, ONE_AT_A_TIME):
        raise TooSoon(1)
    guess = Guess(own, shared)
    try:
        yield guess
        if guess.was_wrong:
            for each in (own, shared):
                if each:
                    each.add()
        elif own and own.wrong():
            own.clear()
    finally:
        if turn:
            cache.delete(turn)


@contextmanager
def password_guess(request: HttpRequest, email: str) -> Iterator[Guess]:
    """A try at the password of whoever signs in as `email`, known to us or not. Raises `TooSoon`."""
    email = email.strip().lower()
    device = device_of(request)
    account = Account.objects.filter(email=email).only("uuid").first() if device else None
    if device and account and device.knows(account):
        own, shared = counter("password", email, device.number, patience=guessing.ACCOUNT), None
    else:
        own = counter("password", email, patience=guessing.ACCOUNT)
        shared = counter("address", network_of(request), patience=guessing.ADDRESS)
    with _guess(own, shared) as guess:
        yield guess


@contextmanager
def code_guess(account: Account) -> Iterator[Guess]:
    """A try at a one-time or recovery code, after the password was right. Raises `TooSoon`."""
    with _guess(counter("code", str(account.pk), patience=guessing.ACCOUNT), None) as guess:
        yield guess


@contextmanager
def pass_guess(request: HttpRequest) -> Iterator[Guess]:
    """A try at the code of a day pass. Raises `TooSoon`."""
    with _guess(None, counter("pass", network_of(request), patience=guessing.SHORT_CODE)) as guess:
        yield guess


def at_most_once(kind: str, *parts: str, seconds: int) -> bool:
    """Whether this is the first of its kind in so many seconds; asking counts."""
    return bool(cache.add(counter(kind, *parts, patience=guessing.ACCOUNT).key, 1, seconds))
