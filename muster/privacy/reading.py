"""History as a person reads it: what was done, by whom, when, about how many. Never about whom.

Entries about one pupil open with that pupil's key alone; which key that is, the entry's tag tells whoever holds the
month's secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from muster.people import told
from muster.people.models import Account, Pupil, School
from muster.people.purposes import Purpose, Shows
from muster.privacy import fuse, history, sealing
from muster.privacy.keystore import KeyStoreProblem, MonthEnded
from muster.privacy.models import HistoryEntry, SubjectSet

PURPOSE_WORDS: dict[str, Promise] = {
    Purpose.TEACH: gettext_lazy("teaching"),
    Purpose.COVER: gettext_lazy("covering a class"),
    Purpose.PASTORAL: gettext_lazy("pastoral care"),
    Purpose.ADMINISTER: gettext_lazy("the office’s work"),
    Purpose.SEN: gettext_lazy("special needs"),
    Purpose.SAFEGUARDING: gettext_lazy("safeguarding"),
    Purpose.OWN_RECORD: gettext_lazy("their own record"),
    Purpose.RIGHTS_REQUEST: gettext_lazy("a request for somebody’s data"),
    Purpose.MAINTENANCE: gettext_lazy("upkeep"),
}


@dataclass(frozen=True)
class Line:
    """One entry. `what` says what was done or looked at; "" where the entry can no longer be read."""

    seq: int
    at: datetime
    what: str
    who: str
    pupils: int
    purpose: str


def lines(school: School, *, kind: str = "", before: int | None = None, most: int = 50) -> list[Line]:
    """The newest entries of the school's chain before place `before`, of one kind or of both."""
    entries = HistoryEntry.objects.filter(chain=school.pk)
    if kind:
        entries = entries.filter(kind=kind)
    if before is not None:
        entries = entries.filter(seq__lt=before)
    rows = list(entries.order_by("-seq")[:most])
    keys = keys_by_tag(school, rows)
    bodies = [opened(row, keys.get(bytes(row.tag))) for row in rows]
    names = dict(
        Account.objects.filter(pk__in={body["by"] for body in bodies if body and body.get("by")}).values_list(
            "pk", "name"
        )
    )
    sizes = {
        each.digest: len(each.members)
        for each in SubjectSet.objects.filter(digest__in={body["set"] for body in bodies if body and "set" in body})
    }
    return [line(row, body, names, sizes) for row, body in zip(rows, bodies, strict=True)]


def keys_by_tag(school: School, rows: Sequence[HistoryEntry]) -> dict[bytes, UUID]:
    """Whose key opens the entries about one pupil."""
    store = sealing.store()
    found: dict[bytes, UUID] = {}
    with fuse.using(Purpose.MAINTENANCE, Shows.NAMES):
        # A key's number tells nothing of whose it is; the page shows neither.
        keys = list(Pupil.objects.filter(school=school).values_list("key", flat=True))
    for month in {row.month for row in rows}:
        try:
            secret = store.month_secret(month)
        except MonthEnded:
            continue
        found |= {history.tag(secret, key): key for key in keys}
    return found


def opened(row: HistoryEntry, key: UUID | None) -> dict[str, Any] | None:
    """The body of an entry, or None where its key or its month has gone."""
    try:
        return history.read(row, key)
    except (history.CannotRead, KeyStoreProblem):
        return None


def line(row: HistoryEntry, body: dict[str, Any] | None, names: dict[int, str], sizes: dict[str, int]) -> Line:
    """One entry in words."""
    body = body or {}
    what = told.sentence(body["verb"]) if "verb" in body else told.page(body["page"]) if "page" in body else ""
    return Line(
        seq=row.seq,
        at=row.at,
        what=what,
        who=names.get(body.get("by") or 0, ""),
        pupils=len(body["pupils"]) if "pupils" in body else sizes.get(body.get("set", ""), 0),
        purpose=str(PURPOSE_WORDS.get(body.get("purpose") or "", "")),
    )


LOOKED_THROUGH = 500
"""The newest changes of a school among which one is looked for."""


def changed_last(about: Model) -> tuple[Account, datetime] | None:
    """Who last changed `about`, and when: an entry about just that row, or about that one pupil.

    None where it is not among the newest changes of its school, or cannot be read any more.
    """
    school = about.pk if isinstance(about, School) else about.school_id  # type: ignore[attr-defined]  # every row has one
    row_said = [about._meta.label_lower, about.pk]
    pupil = about if isinstance(about, Pupil) else None
    tags: dict[int, bytes] = {}
    entries = HistoryEntry.objects.filter(chain=school, kind=HistoryEntry.Kind.CHANGE).order_by("-seq")
    for entry in entries[:LOOKED_THROUGH]:
        if pupil is not None and entry.month not in tags:
            tags[entry.month] = tag_of(pupil, entry.month)
        theirs = pupil is not None and bytes(entry.tag) == tags[entry.month] != b""
        body = opened(entry, pupil.key if pupil is not None and theirs else None)
        if body is not None and (theirs or body.get("about") == row_said):
            by = Account.objects.filter(pk=body.get("by") or 0).first()
            return None if by is None else (by, entry.at)
    return None


def tag_of(pupil: Pupil, month: int) -> bytes:
    """What stands on entries of a month about this pupil alone; b"" where the month has ended."""
    try:
        return history.tag(sealing.store().month_secret(month), pupil.key)
    except MonthEnded:
        return b""
