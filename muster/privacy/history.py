"""History: every change and every look, one after the other in a chain nobody can rewrite unnoticed.

`record` writes a change as the last statement of the transaction that makes it: the head of the chain is read inside
that transaction, and the chain is held for the shortest time. If history cannot be written, nothing is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from muster.people.doors import CannotBeRead
from muster.people.models import Pupil
from muster.people.purposes import Purpose, Shows
from muster.privacy import fuse, sealing
from muster.privacy.keystore import KeyStore, KeyStoreProblem
from muster.privacy.models import HistoryEntry, SubjectSet
from muster.privacy.sqlcipher.opening import driver
from muster.privacy.timing import door

if TYPE_CHECKING:
    from muster.people.models import Account, School

INSTALLATION = 0
"""The chain of what belongs to no one school."""
BEGINNING = bytes(32)
"""What stands as the previous hash of a chain's first entry."""

_FORM = 1
_FORM_BYTE = bytes([_FORM])
_LOCKS = 0x4D55 << 48
"""Advisory locks on PostgreSQL: this, plus the chain."""

_held: dict[int, Callable[[], object]] = {}
"""For each chain, what stands for its lock in the list of what runs after a commit. It does nothing."""

_HEAD = "SELECT seq, hash FROM privacy_historyentry WHERE chain = %s ORDER BY seq DESC LIMIT 1"
_INSERT = (
    "INSERT INTO privacy_historyentry (chain, seq, previous, hash, kind, at, month, tag, body) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


class NotInATransaction(RuntimeError):
    """History was to be written outside the transaction of the change it tells of."""


class HistoryNotWritten(DatabaseError):
    """The entry could not be made, so the change or page it tells of may not be either."""


class NoSuchPupil(LookupError):
    """An entry names a pupil who has no row."""


class CannotRead(Exception):
    """The entry's body opens with no key given for it."""


@dataclass
class _Known:
    """What this process has seen committed. Filled only after a commit, so a rollback leaves nothing false behind."""

    sets: set[str] = field(default_factory=set)
    keys: dict[int, UUID] = field(default_factory=dict)
    ciphers: dict[tuple[UUID | None, int], AESGCM] = field(default_factory=dict)
    changes: int = -1


_known = _Known()


def forget() -> None:
    """Drop what this process remembers of the database, for instance when tests empty it."""
    global _known
    _known = _Known()


@door
def record(
    verb: StrEnum,
    *,
    school: School | None,
    by: Account | None,
    at: datetime,
    about: Model | None = None,
    pupils: Collection[int] = (),
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add to the chain of `school` (None: of the installation) that `by` did `verb` at `at` (aware).

    `pupils` are the ids of all it touches. Where that is one pupil, the entry can be read only as long as their key
    lives. Raises `NotInATransaction` outside `transaction.atomic`, and `HistoryNotWritten` when keys cannot be had.
    """
    body: dict[str, Any] = {"verb": verb.value, "by": None if by is None else by.pk}
    if about is not None:
        body["about"] = [about._meta.label_lower, about.pk]
    if details:
        body["details"] = dict(details)
    known = {about.pk: about.key} if isinstance(about, Pupil) else {}
    add(HistoryEntry.Kind.CHANGE, body, school=school, at=at, pupils=pupils, keys=known)


def add(
    kind: HistoryEntry.Kind,
    body: dict[str, Any],
    *,
    school: School | None,
    at: datetime,
    pupils: Collection[int],
    keys: Mapping[int, UUID] | None = None,
) -> None:
    """Add one entry. Two statements on SQLite, three on PostgreSQL; one more for pupils not met before."""
    if not connection.in_atomic_block:
        raise NotInATransaction("Write history inside the transaction of the change: @transaction.atomic.")
    if school is None and pupils:
        raise ValueError("An entry about pupils belongs to their school's chain.")
    chain = INSTALLATION if school is None else school.pk
    at = at.astimezone(UTC)
    month = at.year * 100 + at.month
    store = sealing.store()
    try:
        key = _key_held(pupils, keys or {}, month)
        if key is not None:
            body["pupils"] = list(pupils)
            marked = tag(store.month_secret(month), key)
        elif pupils:
            body["set"] = _interned(chain, pupils)
            marked = tag(store.month_secret(month), body["set"])
        else:
            marked = b""
        cipher = cipher_for(key, month)
    except (KeyStoreProblem, driver.Error) as problem:
        raise HistoryNotWritten(f"History could not be written: {problem}") from problem
    plain = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()
    # A statement of its own: the head must be read by a snapshot taken after the lock is held.
    _lock(chain)
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, (chain,))
        head = cursor.fetchone()
        seq, previous = (head[0] + 1, bytes(head[1])) if head else (1, BEGINNING)
        sealed = _seal(cipher, plain, place(chain, seq, kind))
        digest = hash_of(chain, previous, seq, kind, at, marked, sealed)
        moment = connection.ops.adapt_datetimefield_value(at)
        cursor.execute(_INSERT, (chain, seq, previous, digest, kind.value, moment, month, marked, sealed))


def hold(school: School) -> None:
    """Let no other transaction add to the chain of `school` before this one ends, so that what it reads now stays so.

    For an action that decides by what others have recorded. On SQLite whoever writes is alone already.
    """
    _lock(school.pk)


def _lock(chain: int) -> None:
    """On PostgreSQL, hold a chain until the transaction ends. What an action holds from its start is not locked again.

    That it is held is noted among what runs after the commit, because that list loses its entries exactly when the
    database lets go of the lock: with the transaction, and with the savepoint that is rolled back.
    """
    if connection.vendor != "postgresql":
        return
    held = _held.setdefault(chain, partial(int, chain))
    if any(noted[1] is held for noted in connection.run_on_commit):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCKS + chain,))
    transaction.on_commit(held)


def hash_of(chain: int, previous: bytes, seq: int, kind: str, at: datetime, marked: bytes, body: bytes) -> bytes:
    """The hash of one entry: SHA-256 over its parts, each with its length, so that none can run into the next."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = (f"{chain}".encode(), previous, f"{seq}".encode(), str(kind).encode(), moment.encode(), marked, body)
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


def tag(month_secret: bytes, subject: UUID | str) -> bytes:
    """What marks the entries of one pupil (by their key's id) or one set (by its digest) in one month."""
    name = b"key:" + subject.bytes if isinstance(subject, UUID) else b"set:" + subject.encode()
    return hmac.digest(month_secret, b"tag:" + name, hashlib.sha256)[:16]


def place(chain: int, seq: int, kind: str) -> bytes:
    """What a body is bound to."""
    return f"history:{chain}:{seq}:{kind}".encode()


def cipher_for(key: UUID | None, month: int, store: KeyStore | None = None) -> AESGCM:
    """The key of bodies about one pupil (`key`), or about none or several (None), in one month.

    Given another key store than the installation's, nothing is remembered.
    """
    if store is not None:
        return _derived(key, month, store)
    store = sealing.store()
    if _known.changes != (changes := store.changes):
        _known.ciphers.clear()
        _known.changes = changes
    found = _known.ciphers.get((key, month))
    if found is None:
        found = _known.ciphers[key, month] = _derived(key, month, store)
    return found


def _derived(key: UUID | None, month: int, store: KeyStore) -> AESGCM:
    secret = settings.KEYS.bytes("audit") if key is None else store.secret(key)
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=store.month_secret(month), info=b"muster history body")
    return AESGCM(derive.derive(secret))


def read(entry: HistoryEntry, key: UUID | None) -> dict[str, Any]:
    """The body of `entry`, opened with the pupil's key, or (None) the audit key.

    Raises `CannotRead` when it opens with another key or was changed, `MonthEnded` and `KeyDestroyed` as they say.
    """
    body = bytes(entry.body)
    if body[:1] != _FORM_BYTE:
        raise CannotRead("The entry is sealed in a form this version of Muster does not know.")
    try:
        plain = cipher_for(key, entry.month).decrypt(body[1:13], body[13:], place(entry.chain, entry.seq, entry.kind))
    except InvalidTag:
        raise CannotRead("The entry opens with another key, or was changed.") from None
    opened: dict[str, Any] = json.loads(plain)
    return opened


def set_digest(chain: int, members: list[int]) -> str:
    """The name of a set of pupils of one school: a keyed hash of their sorted ids."""
    return sealing.fingerprint("subject set", f"{chain}:{','.join(map(str, members))}").hex()[:32]


def months_between(first: datetime, last: datetime) -> list[int]:
    """The months, as 202609, that lie between two instants, both ends included."""
    day = first.astimezone(UTC).date().replace(day=1)
    found = []
    while day <= last.astimezone(UTC).date():
        found.append(day.year * 100 + day.month)
        day = (day + dt.timedelta(days=31)).replace(day=1)
    return found


def _seal(cipher: AESGCM, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(12)
    return _FORM_BYTE + nonce + cipher.encrypt(nonce, plain, bound)


def _key_of(pupil: int, given: Mapping[int, UUID]) -> UUID:
    key = given.get(pupil) or _known.keys.get(pupil)
    if key is None:
        with fuse.using(Purpose.MAINTENANCE, Shows.NAMES):
            key = Pupil.objects.filter(pk=pupil).values_list("key", flat=True).first()
        if key is None:
            raise NoSuchPupil(f"History names pupil {pupil}, who has no row.")
        found: UUID = key
        _after_commit(lambda: _known.keys.__setitem__(pupil, found))
    return key


def _interned(chain: int, pupils: Collection[int]) -> str:
    members = sorted(set(pupils))
    digest = set_digest(chain, members)
    if digest not in _known.sets:
        SubjectSet.objects.bulk_create([SubjectSet(digest=digest, chain=chain, members=members)], ignore_conflicts=True)
        _after_commit(lambda: _known.sets.add(digest))
    return digest


def _key_held(pupils: Collection[int], given: Mapping[int, UUID], month: int) -> UUID | None:
    """The key of the one pupil an entry is about. None where it is about none or several, or where that key is gone or
    damaged: then it is written like one about several, so that such a child can be ticked in a roll call all the same.
    """
    if len(pupils) != 1:
        return None
    (pupil,) = pupils
    key = _key_of(pupil, given)
    try:
        cipher_for(key, month)
    except CannotBeRead:
        return None
    return key


def _after_commit(remember: Callable[[], None]) -> None:
    transaction.on_commit(remember)
