"""Frameworks, scales and their words as they stood at a past moment, read back out of the notes of each act.

Every act on a curriculum notes what it made, and what each field was and became (changes.py); nothing is deleted. So
what stood at a moment is what stands now with every later act taken off again, the last one first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q

from muster.curriculum.changes import LINKS, Row
from muster.curriculum.kinds import Kind
from muster.curriculum.models import RETIRED, Strand
from muster.people.models import ChangeSet, School

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Earlier:
    """What differs between now and a past moment (aware, itself included)."""

    at: datetime
    made_since: frozenset[tuple[str, int]] = frozenset()
    was: Mapping[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)

    def as_then(self, rows: Iterable[R]) -> list[R]:
        """`rows` as they were then, those left out that had not been made or were retired. Not to be saved."""
        found = []
        for row in rows:
            if self._key(row) in self.made_since:
                continue
            for name, value in self.was.get(self._key(row), {}).items():
                if name not in LINKS:
                    column: Any = row._meta.get_field(name)
                    setattr(row, column.attname, column.to_python(value))
            retired_at = getattr(row, RETIRED)
            if retired_at is None or retired_at > self.at:
                found.append(row)
        return found

    def links(self, kind: type[Row], name: str) -> dict[int, frozenset[int]]:
        """What rows of `kind` were linked to by `name` then, where that differs from now."""
        label = kind.__name__.lower()
        return {pk: frozenset(was[name]) for (of, pk), was in self.was.items() if of == label and name in was}

    def differing(self, kind: type[Row], *names: str) -> set[int]:
        """Ids of the rows of `kind` of which any of the fields `names` was another then."""
        label = kind.__name__.lower()
        return {pk for (of, pk), was in self.was.items() if of == label and not was.keys().isdisjoint(names)}

    def name(self, kind: type[Row], pk: int | None, now: str) -> str:
        """What the row `pk` of `kind` was called then, which is called `now` today."""
        was: str = self.was.get((kind.__name__.lower(), pk or 0), {}).get("name", now)
        return was

    @staticmethod
    def _key(row: Row) -> tuple[str, int]:
        return type(row).__name__.lower(), row.pk


def earlier(school: School, at: datetime) -> Earlier:
    """What acts recorded after `at` changed at `school`. One statement."""
    kinds = [kind.value for kind in Kind]
    sets = (
        ChangeSet.objects.filter(Q(finished_at__gt=at) | Q(undone_by__at__gt=at), school=school, kind__in=kinds)
        .exclude(finished_at=None)
        .values_list("finished_at", "pk", "summary", "undone_by__at", "undone_by")
    )
    acts: list[tuple[datetime, int, Mapping[str, Any], bool]] = []
    for done_at, pk, summary, undone_at, undone_by in sets:
        if done_at is not None and done_at > at:
            acts.append((done_at, pk, summary, False))
        if undone_at is not None and undone_at > at:
            acts.append((undone_at, undone_by or pk, summary, True))
    made: set[tuple[str, int]] = set()
    was: dict[tuple[str, int], dict[str, Any]] = {}
    for _at, _pk, summary, turned_back in sorted(acts, key=lambda act: act[:2], reverse=True):
        notes = summary.get("changed", ())
        for note in notes if turned_back else reversed(notes):
            was.setdefault((note["of"], note["pk"]), {}).update(note["after" if turned_back else "before"])
        for of, pks in summary.get("made", {}).items():
            if turned_back:
                for pk in pks:
                    was.setdefault((of, pk), {})[RETIRED] = None
            else:
                made |= {(of, pk) for pk in pks}
    return Earlier(at, frozenset(made), was)


def strands_then(school: School, then: Earlier) -> dict[int, Strand]:
    """Every strand of `school` by id, with its subject and framework, as they stood at that moment. One statement.

    Those made since or retired by then too: what is in a strand says whether it was there.
    """
    strands = list(Strand.objects.at(school).select_related("subject__framework"))
    then.as_then(strands)
    then.as_then([strand.subject for strand in strands])
    then.as_then([strand.subject.framework for strand in strands])
    return {strand.pk: strand for strand in strands}
