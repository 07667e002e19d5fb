"""Proving history: walk every chain and say, in sentences, what was changed, removed, replaced, reordered or rolled back.

A chain proves itself only up to its own end: whoever can rewrite the file can also rewrite every hash. So the key store,
another file with another key, keeps anchors of where each chain stood. Whatever happened to the file since the last
anchor was written (a minute, while the server runs) is the limit of what can be proved on one machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import DatabaseError, connection
from django.utils import timezone

from muster.people.models import School
from muster.privacy import append_only, history, sealing
from muster.privacy.keys import KeyProblem
from muster.privacy.keystore import Anchor, KeyStore, KeyStoreProblem
from muster.privacy.soundness import Finding
from muster.privacy.sqlcipher import opening
from muster.privacy.sqlcipher.opening import driver

Rows = Callable[[str], Iterable[tuple[Any, ...]]]
"""Runs a statement without parameters and gives its rows."""

_ENDS = "SELECT chain, MAX(seq) FROM privacy_historyentry GROUP BY chain"
_AT_ONCE = 5_000
_ENOUGH = 20
"""Problems told of one chain; a rewritten chain would otherwise fill pages."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a chain, at or after one of its entries."""

    chain: int
    seq: int
    sentence: str


@dataclass
class Report:
    """What a verification found. `sound` is the answer; the rest says why."""

    chains: int = 0
    entries: int = 0
    erased: int = 0
    """Entries about one pupil whose key was destroyed: unreadable on purpose."""
    ended: int = 0
    """Entries of months whose secret was destroyed: past their time."""
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def sentence(self) -> str:
        """The whole in one sentence."""
        if not self.sound:
            return f"History is not whole: {self.problems[0].sentence}"
        return f"History is whole: {self.entries} entries in {self.chains} chains."


@dataclass(frozen=True)
class _Entry:
    seq: int
    previous: bytes
    hash: bytes
    kind: str
    at: datetime
    month: int
    tag: bytes
    body: bytes


def anchor(at: datetime | None = None) -> None:
    """Write into the key store where every chain stands. Called each minute, when the server stops, and by backups."""
    at = timezone.now() if at is None else at
    chains = [history.INSTALLATION, *School.objects.values_list("pk", flat=True)]
    sealing.store().anchor(heads(_rows_of_django, chains, at))
    opening.flush_log()


def heads(rows: Rows, chains: Iterable[int], at: datetime) -> list[Anchor]:
    """Where each of `chains` ends; those without entries are left out."""
    found = []
    for chain in chains:
        statement = f"SELECT seq, hash FROM privacy_historyentry WHERE chain = {int(chain)} ORDER BY seq DESC LIMIT 1"  # noqa: S608  a number
        found += [Anchor(chain, seq, bytes(digest), at) for seq, digest in rows(statement)]
    return found


def verify(rows: Rows | None = None, store: KeyStore | None = None) -> Report:
    """Check every chain against itself, the keys and the anchors.

    Of another database where `rows` reads one, and against another key store where one is given: a restored copy.
    """
    report = Report()
    if rows is None:
        rows = _rows_of_django
        if gone := append_only.missing(connection):
            report.problems.append(Problem(0, 0, f"the database no longer refuses changes: {', '.join(gone)} missing."))
    try:
        store = sealing.store() if store is None else store
        anchors: dict[int, dict[int, Anchor]] = {}
        for each in store.anchors():
            anchors.setdefault(each.chain, {})[each.seq] = each
        # What is added from here on, while the server runs, is for the next time: its keys and sets are not read now.
        ends = {int(chain): int(seq) for chain, seq in rows(_ENDS)}
        marks = _Marks(rows, store, report)
        for lost, when in store.lost():
            report.notes.append(
                f"On {when:%d %B %Y} an older copy of the data was put back: chain {lost.chain} had come to "
                f"entry {lost.seq} by {lost.at:%d %B %Y %H:%M} UTC."
            )
        for chain in sorted(set(ends) | set(anchors)):
            report.chains += 1
            _walk(chain, _entries(rows, chain, upto=ends.get(chain, 0)), anchors.get(chain, {}), marks, report)
    except (KeyStoreProblem, KeyProblem, driver.Error) as problem:
        report.problems.append(Problem(0, 0, f"the key store cannot be used: {problem}"))
    except DatabaseError as problem:
        report.problems.append(Problem(0, 0, f"the database cannot be read: {problem}"))
    return report


def history_is_whole() -> Finding:
    """One finding for `muster doctor`."""
    report = verify()
    return Finding(report.sound, "history", report.sentence())


def _walk(chain: int, entries: Iterator[_Entry], anchors: Mapping[int, Anchor], marks: _Marks, report: Report) -> None:
    told = 0

    def tell(seq: int, sentence: str) -> None:
        nonlocal told
        told += 1
        if told <= _ENOUGH:
            report.problems.append(Problem(chain, seq, f"chain {chain}, {sentence}"))

    last_seq, last_hash = 0, history.BEGINNING
    for entry in entries:
        report.entries += 1
        if entry.seq != last_seq + 1:
            gone = (
                f"entry {last_seq + 1} is"
                if entry.seq == last_seq + 2
                else f"entries {last_seq + 1} to {entry.seq - 1} are"
            )
            tell(entry.seq, f"{gone} gone.")
        elif entry.previous != last_hash:
            tell(
                entry.seq,
                f"entry {entry.seq} does not follow entry {last_seq}: one was replaced, or their order changed.",
            )
        computed = history.hash_of(chain, entry.previous, entry.seq, entry.kind, entry.at, entry.tag, entry.body)
        if computed != entry.hash or entry.month != entry.at.year * 100 + entry.at.month:
            tell(entry.seq, f"entry {entry.seq} was changed.")
        else:
            marks.check(chain, entry, tell)
        anchored = anchors.get(entry.seq)
        if anchored is not None and anchored.hash != entry.hash:
            tell(
                entry.seq,
                f"entry {entry.seq} is not the one that stood there on {anchored.at:%d %B %Y}: history was rewritten.",
            )
        last_seq, last_hash = entry.seq, entry.hash
    furthest = max(anchors.values(), key=lambda each: each.seq, default=None)
    if furthest is not None and furthest.seq > last_seq:
        tell(
            last_seq,
            f"it had come to entry {furthest.seq} by {furthest.at:%d %B %Y %H:%M} UTC and now ends at entry {last_seq}: "
            "entries were removed from its end, or an older copy was put back.",
        )
    if told > _ENOUGH:
        report.problems.append(Problem(chain, last_seq, f"chain {chain}, and {told - _ENOUGH} more problems."))


class _Marks:
    """Who each entry's tag stands for, and so which key opens its body."""

    def __init__(self, rows: Rows, store: KeyStore, report: Report) -> None:
        self._store = store
        self._ciphers: dict[tuple[UUID | None, int], AESGCM] = {}
        self._alive = self._store.all_keys()
        self._damaged = frozenset(self._store.damaged(self._alive))
        if self._damaged:
            report.problems.append(
                Problem(0, 0, f"damaged keys in the key store: {len(self._damaged)}. What they sealed cannot be read.")
            )
        self._erased = frozenset(self._store.erased())
        self._ended = {month for month, ended in self._store.months().items() if ended is not None}
        self._report = report
        self._sets: dict[int, list[str]] = {}
        self._of_month: dict[int, dict[bytes, UUID | None]] = {}
        for digest, chain, members in rows("SELECT digest, chain, members FROM privacy_subjectset"):
            ids = _numbers(members)
            if history.set_digest(chain, ids) != digest:
                report.problems.append(Problem(chain, 0, f"chain {chain}, the pupils in set {digest} were changed."))
            self._sets.setdefault(chain, []).append(digest)

    def check(self, chain: int, entry: _Entry, tell: Callable[[int, str], None]) -> None:
        if entry.month in self._ended:
            self._report.ended += 1
            return
        key: UUID | None = None
        if entry.tag:
            known = self._marks(entry.month)
            if entry.tag not in known:
                tell(
                    entry.seq,
                    f"entry {entry.seq} is about somebody the key store does not know: it is older, or another.",
                )
                return
            key = known[entry.tag]
            if key is not None and key in self._erased:
                self._report.erased += 1
                return
            if key in self._damaged:
                return
        sealed = entry.body
        try:
            cipher = self._ciphers.get((key, entry.month))
            if cipher is None:
                cipher = self._ciphers[key, entry.month] = history.cipher_for(key, entry.month, self._store)
            cipher.decrypt(sealed[1:13], sealed[13:], history.place(chain, entry.seq, entry.kind))
        except (InvalidTag, ValueError):
            tell(entry.seq, f"entry {entry.seq} cannot be opened: it was not written by this installation.")

    def _marks(self, month: int) -> dict[bytes, UUID | None]:
        found = self._of_month.get(month)
        if found is None:
            secret = self._store.month_secret(month)
            found = {history.tag(secret, key): key for key in (*self._alive, *self._erased)}
            found |= {history.tag(secret, digest): None for digests in self._sets.values() for digest in digests}
            self._of_month[month] = found
        return found


def _entries(rows: Rows, chain: int, *, upto: int) -> Iterator[_Entry]:
    after = 0
    while True:
        part = 0
        for seq, previous, digest, kind, at, month, tag, body in rows(
            "SELECT seq, previous, hash, kind, at, month, tag, body FROM privacy_historyentry "  # noqa: S608  numbers
            f"WHERE chain = {int(chain)} AND seq > {int(after)} AND seq <= {int(upto)} ORDER BY seq LIMIT {_AT_ONCE}"
        ):
            part += 1
            after = seq
            yield _Entry(seq, bytes(previous), bytes(digest), kind, _moment(at), month, bytes(tag), bytes(body))
        if part < _AT_ONCE:
            return


def _rows_of_django(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _moment(at: Any) -> datetime:
    found: datetime = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _numbers(members: Any) -> list[int]:
    found: list[int] = json.loads(members) if isinstance(members, str) else list(members)
    return found
