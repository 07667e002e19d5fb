"""Telling a browser that has been signed in before from one that has not.

A browser that completed a sign-in is given a signed cookie naming the accounts it did so for. Wrong guesses from it are
counted apart from everybody else's, so a prankster guessing from another device cannot slow the teacher's own down.
The cookie lets nobody in.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from muster.people.models import Account

COOKIE = "__Host-muster-device" if settings.SESSION_COOKIE_SECURE else "muster-device"
SALT = "muster.people.signin.devices"
KEPT_FOR = 180 * 24 * 60 * 60
MOST_ACCOUNTS = 12
"""A class tablet is passed round; the oldest names fall off."""


@dataclass(frozen=True)
class Device:
    """A browser, by a random number, and the accounts that have signed in on it (their UUIDs, newest first).

    `passes` are the day passes it was opened with; `passkey` says whether the last to sign in used one.
    """

    number: str
    accounts: tuple[str, ...] = ()
    passes: tuple[int, ...] = ()
    passkey: bool = False

    def knows(self, account: Account) -> bool:
        """Whether `account` has signed in here."""
        return str(account.uuid) in self.accounts


def device_of(request: HttpRequest) -> Device | None:
    """The device that sent the request, or None for one never seen."""
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_FOR)
        return Device(str(said["d"]), tuple(map(str, said["a"])), tuple(map(int, said["p"])), bool(said["k"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def known_here(request: HttpRequest) -> frozenset[UUID]:
    """The accounts that have signed in on the device the request came from, and the one that is signed in on it now."""
    device = device_of(request)
    found = {UUID(each) for each in device.accounts} if device else set()
    if request.user.is_authenticated:
        found.add(request.user.uuid)
    return frozenset(found)


def remember(
    request: HttpRequest,
    response: HttpResponseBase,
    account: Account,
    *,
    day_pass: int | None = None,
    passkey: bool = False,
) -> None:
    """Have the browser remember that `account` signed in on it, and by which day pass if by one."""
    before = device_of(request) or Device(secrets.token_urlsafe(12))
    own = str(account.uuid)
    accounts = (own, *(each for each in before.accounts if each != own))[:MOST_ACCOUNTS]
    passes = before.passes if day_pass is None else (day_pass, *before.passes)[:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps({"d": before.number, "a": accounts, "p": passes, "k": passkey}, salt=SALT),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
