"""Second factors: passkeys, authenticator apps and recovery codes. allauth keeps them; what counts is here."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.db import transaction

from muster.people import doors
from muster.people.models import Account
from muster.people.signin.verbs import Verb

PERIOD = 30
STEPS = (0, -1, 1)
"""Codes of the step before and after count too: phones and school servers keep slightly different time."""
Type = Authenticator.Type
IN_MAKING = "second_factor_in_making"
COUNTING = (Type.TOTP, Type.WEBAUTHN)
"""What makes an account one with a second factor; recovery codes alone do not."""


class LastFactor(Exception):
    """Staff keep at least one second factor; this is the last."""


@dataclass(frozen=True)
class Factors:
    """The second factors of one account."""

    passkeys: tuple[Authenticator, ...]
    authenticator: Authenticator | None
    recovery: Authenticator | None

    @property
    def count(self) -> int:
        """How many count as a second factor."""
        return len(self.passkeys) + (self.authenticator is not None)

    @property
    def codes_left(self) -> int:
        """How many recovery codes have not been used."""
        return len(self.recovery.wrap().get_unused_codes()) if self.recovery else 0


def factors_of(account: Account) -> Factors:
    """What `account` has set up. One query."""
    rows = list(Authenticator.objects.filter(user_id=account.pk).order_by("pk"))
    return Factors(
        tuple(row for row in rows if row.type == Type.WEBAUTHN),
        next((row for row in rows if row.type == Type.TOTP), None),
        next((row for row in rows if row.type == Type.RECOVERY_CODES), None),
    )


def has_second_factor(account: Account) -> bool:
    """Whether `account` has one that counts. One query."""
    return bool(Authenticator.objects.filter(user_id=account.pk, type__in=COUNTING).exists())


def with_second_factor(accounts: Iterable[Account]) -> set[int]:
    """The ids of those of `accounts` that have one. One query."""
    rows = Authenticator.objects.filter(user_id__in=[account.pk for account in accounts], type__in=COUNTING)
    return set(rows.values_list("user_id", flat=True))


def step_of(secret: str, code: str, *, now: float) -> int | None:
    """The time step whose code `code` is, or None."""
    current = int(now) // PERIOD
    for step in (current + each for each in STEPS):
        if compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step))):
            return step
    return None


def secret_in_making(session: SessionBase, account: Account, *, begin: bool, at: datetime) -> str:
    """The secret of an app that is being set up; a new one where `begin`, or where none waits.

    Between showing it and its first code it waits in the session, covered: a session is no place for a secret.
    """
    what = f"second-factor-in-making:{account.uuid}"
    waiting = None if begin else session.get(IN_MAKING)
    secret = doors.sealer().uncover(what, waiting, at=at) if waiting else None
    if secret is None:
        made: str = totp.generate_totp_secret()
        session[IN_MAKING] = doors.sealer().cover(what, made, at=at)
        return made
    return secret


def use_step(account: Account, step: int) -> bool:
    """Take a one-time code's step for use; False when it has been used before, in whatever process."""
    kept = PERIOD * (len(STEPS) + 1)
    return bool(cache.add(f"totp-used:{account.pk}:{step}", 1, kept))


def authenticator_for(account: Account, code: str) -> Authenticator | None:
    """The authenticator app or recovery codes that `code` is right for, used up by asking; None when it is wrong."""
    found = factors_of(account)
    if found.authenticator:
        step = step_of(totp.decrypt(found.authenticator.data["secret"]), code, now=time.time())
        if step is not None:
            return found.authenticator if use_step(account, step) else None
    if found.recovery and found.recovery.wrap().validate_code(code):
        return found.recovery
    return None


# -- changes ---------------------------------------------------------------------------------------


@transaction.atomic
def add_passkey(*, account: Account, name: str, credential: dict[str, Any], by: Account, at: datetime) -> Authenticator:
    """Keep a passkey whose ceremony has been checked."""
    added: Authenticator = WebAuthn.add(account, name, credential).instance
    doors.record(Verb.PASSKEY_ADDED, school=None, by=by, at=at, about=account, details={"passkey": added.pk})
    return added


@transaction.atomic
def add_authenticator(*, account: Account, secret: str, by: Account, at: datetime) -> Authenticator:
    """Keep an authenticator app whose first code was right; it takes the place of the one before."""
    Authenticator.objects.filter(user_id=account.pk, type=Type.TOTP).delete()
    added: Authenticator = totp.TOTP.activate(account, secret).instance
    doors.record(Verb.AUTHENTICATOR_ADDED, school=None, by=by, at=at, about=account)
    return added


@transaction.atomic
def make_recovery_codes(*, account: Account, by: Account, at: datetime) -> list[str]:
    """Ten new recovery codes; those before stop working. They can be shown only now."""
    Authenticator.objects.filter(user_id=account.pk, type=Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(account).generate_codes()
    doors.record(Verb.RECOVERY_CODES_MADE, school=None, by=by, at=at, about=account)
    return codes


@transaction.atomic
def remove_factor(*, account: Account, factor: Authenticator, by: Account, at: datetime) -> None:
    """Take away a passkey or the authenticator app. Raises `LastFactor` where staff would be left with none."""
    needed = settings.SECOND_FACTOR_REQUIRED and account.viewer(at).is_staff
    if needed and factors_of(account).count <= 1:
        raise LastFactor
    verb = Verb.PASSKEY_REMOVED if factor.type == Type.WEBAUTHN else Verb.AUTHENTICATOR_REMOVED
    details = {"passkey": factor.pk} if factor.type == Type.WEBAUTHN else None
    factor.delete()
    if not has_second_factor(account):
        # Recovery codes recover a second factor; without one they would be a second password.
        Authenticator.objects.filter(user_id=account.pk).delete()
    doors.record(verb, school=None, by=by, at=at, about=account, details=details)


def forget_all(account: Account) -> None:
    """Take away every second factor. Part of a reset, which writes the history."""
    Authenticator.objects.filter(user_id=account.pk).delete()
