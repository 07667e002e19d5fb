"""Sealing a value under one pupil's key, so that destroying the key erases it everywhere.

A sealed value is: a version byte, a nonce of 12 bytes, and AES-256-GCM's ciphertext and tag. What it belongs to (model,
field, row) goes in as additional data, so that a value moved to another place no longer opens.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from muster.people.doors import CannotBeRead
from muster.people.purposes import Purpose, Shows
from muster.privacy.keystore import KeyStore
from muster.privacy.timing import door

VERSION = 1
COVERED_FOR = timedelta(hours=12)
"""How long a covered text opens: as long as a session lasts."""
_VERSION_BYTE = bytes([VERSION])


class Unreadable(CannotBeRead):
    """The value was changed, belongs to another place, or was sealed in a form this version does not know."""


@functools.cache
def store() -> KeyStore:
    """The installation's key store."""
    return KeyStore(settings.KEYSTORE, settings.KEYS, may_make=_nothing_is_sealed_yet)


def _nothing_is_sealed_yet() -> bool:
    """Whether this is a new installation. Anywhere else a missing key store is a loss, and a new one would hide it."""
    from muster.people.models import Pupil
    from muster.privacy import fuse
    from muster.privacy.models import HistoryEntry

    with fuse.using(Purpose.MAINTENANCE, Shows.NOTHING):
        return not HistoryEntry.objects.exists() and not Pupil.objects.exists()


def forget() -> None:
    """Close the key store and open it again when next needed, for instance after a restore."""
    if store.cache_info().currsize:
        store().close()
    store.cache_clear()
    _index_key.cache_clear()
    _cover_key.cache_clear()


@door
def new_key() -> UUID:
    """Make a key in the key store."""
    return store().new_key()


@door
def new_keys(count: int) -> list[UUID]:
    """Make `count` keys in the key store, in one commit."""
    return store().new_keys(count)


@door
def warm(keys: Iterable[UUID]) -> None:
    """Load many keys with one read of the key store."""
    store().warm(keys)


@door
def seal(key: UUID, aad: str, plain: bytes) -> bytes:
    """Encrypt `plain` under `key`, bound to `aad`. Raises `KeyDestroyed` or `KeyUnknown`."""
    nonce = os.urandom(12)
    return _VERSION_BYTE + nonce + store().cipher(key).encrypt(nonce, plain, aad.encode())


@door
def unseal(key: UUID, aad: str, sealed: bytes) -> bytes:
    """Decrypt what `seal` gave. Raises `Unreadable`, `KeyDestroyed` or `KeyUnknown`."""
    if sealed[:1] != _VERSION_BYTE:
        raise Unreadable("This value is sealed in a form this version of Muster does not know.")
    try:
        return store().cipher(key).decrypt(sealed[1:13], sealed[13:], aad.encode())
    except (InvalidTag, ValueError):
        raise Unreadable("This value was changed, or moved here from another place.") from None


@functools.cache
def _index_key() -> bytes:
    key: bytes = settings.KEYS.bytes("index")
    return key


@door
def fingerprint(kind: str, text: str) -> bytes:
    """HMAC-SHA256 of `text` under the index key, 32 bytes, for exact match; `kind` keeps different things apart.

    The text is taken as it stands: whoever asks settles case and spaces first.
    """
    return hmac.digest(_index_key(), kind.encode() + b"\x00" + text.encode(), hashlib.sha256)


@functools.cache
def _cover_key() -> bytes:
    return hmac.digest(settings.KEYS.bytes("signing"), b"covered in an address", hashlib.sha256)


@door
def cover(what: str, text: str, *, at: datetime) -> str:
    """`text` as it may stand in an address: sealed for this `what`, and readable for a few hours from `at`."""
    nonce = os.urandom(12)
    plain = int(at.timestamp()).to_bytes(8, "big") + text.encode("utf-8", "replace")
    return urlsafe_b64encode(nonce + AESGCM(_cover_key()).encrypt(nonce, plain, what.encode())).decode().rstrip("=")


@door
def uncover(what: str, covered: str, *, at: datetime) -> str | None:
    """What was covered for the same `what`; None for anything else, and for what is past its time."""
    try:
        sealed = urlsafe_b64decode(covered + "=" * (-len(covered) % 4))
        plain = AESGCM(_cover_key()).decrypt(sealed[:12], sealed[12:], what.encode())
    except (InvalidTag, ValueError):
        return None
    age = at.timestamp() - int.from_bytes(plain[:8], "big")
    return plain[8:].decode() if age < COVERED_FOR.total_seconds() else None
