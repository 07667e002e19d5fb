"""One act on a curriculum, written down so that it can be turned back.

Every action notes what each row was and is. The note stands in the summary of the change set, and
`turning_back` reads it. Rows that were made are retired by undo, never deleted.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from django.db.models import Model

from muster.curriculum.models import (
    EarlierWords,
    Framework,
    Objective,
    Pace,
    Scale,
    Snapshot,
    Stage,
    Step,
    StepMapping,
    Strand,
    Subject,
)
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import require
from muster.people.models import Account, ChangeSet, School

Row: TypeAlias = Framework | Objective | Pace | Scale | Snapshot | Stage | Step | Strand | Subject
MODELS: dict[str, type[Row]] = {
    model.__name__.lower(): model
    for model in (Framework, Objective, Pace, Scale, Snapshot, Stage, Step, Strand, Subject)
}
WORDS = frozenset({"wording", "code"})
"""What an objective is called: what it was called before is kept, for pages as at a past day."""
MANY = 10_000
"""Rows named in one statement."""
LINKS = {"stages": Objective, "year_groups": Stage}
"""Fields that hold many rows; noted as sorted ids."""


def plain(value: Any) -> Any:
    """`value` as JSON can hold it."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Decimal):
        # 2 as typed and 2.00 as the database gives it back are one number.
        return format(value.normalize(), "f")
    if value is None or isinstance(value, bool | int | str | list):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)


def now_of(row: Row, name: str) -> Any:
    """What field `name` of `row` holds, as the note has it."""
    if name in LINKS:
        return sorted(getattr(row, name).values_list("pk", flat=True))
    return plain(getattr(row, name))


class Changes:
    """Collects what one act does. Use inside one transaction and end with `finish`."""

    def __init__(self, school: School, kind: StrEnum, *, by: Account | None, at: datetime) -> None:
        """Begin an act of `kind` in `school`. Raises `NotTheirSchool` unless a post of `by` there allows it."""
        require(Permission.CURRICULUM_EDIT, school=school, by=by, at=at)
        self.school, self.kind, self.by, self.at = school, kind, by, at
        self.made_rows: dict[str, list[int]] = {}
        self.changed: list[dict[str, Any]] = []
        self.earlier: list[EarlierWords] = []
        self.read_as: dict[int, Step | None] = {}

    def made(self, *rows: Row) -> None:
        """Note rows that have just been saved for the first time."""
        for row in rows:
            self.made_rows.setdefault(type(row).__name__.lower(), []).append(row.pk)

    def change(self, row: Row, **values: Any) -> bool:
        """Give fields of `row` new values, save what differs and note it. Whether anything differed."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        columns: list[str] = []
        for name, value in values.items():
            was = now_of(row, name)
            if name in LINKS:
                wanted = sorted({one.pk for one in value})
                if wanted == was:
                    continue
                getattr(row, name).set(wanted)
                after[name] = wanted
            else:
                setattr(row, name, value)
                after[name] = now_of(row, name)
                if after[name] == was:
                    continue
                columns.append(name)
            before[name] = was
        after = {name: after[name] for name in before}
        if columns:
            row.save(update_fields=columns)
        if before:
            self.note(row, before, after)
        return bool(before)

    def change_all(self, rows: Iterable[Row], **values: Any) -> None:
        """`change` for many rows of one kind that get the same values: one statement for ten thousand of them."""
        differing: list[Row] = []
        for row in rows:
            before = {name: now_of(row, name) for name in values}
            for name, value in values.items():
                setattr(row, name, value)
            after = {name: now_of(row, name) for name in values}
            if after != before:
                self.note(row, before, after)
                differing.append(row)
        for place in range(0, len(differing), MANY):
            part = differing[place : place + MANY]
            type(part[0])._default_manager.filter(pk__in=[row.pk for row in part]).update(**values)

    def note(self, row: Row, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Note a change that was saved elsewhere, for instance in bulk."""
        if isinstance(row, Objective) and WORDS & before.keys():
            was = {"wording": row.wording, "code": row.code, **before}
            self.earlier.append(
                EarlierWords(
                    school_id=row.school_id,
                    objective=row,
                    code=was["code"],
                    wording=was["wording"],
                    changed_at=self.at,
                )
            )
        self.changed.append({"of": type(row).__name__.lower(), "pk": row.pk, "before": before, "after": after})

    def place(self, rows: Iterable[Row]) -> None:
        """Number `rows` from 1 in the order given."""
        for position, row in enumerate(rows, start=1):
            if getattr(row, "position", None) != position:
                self.change(row, position=position)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done."""
        return not self.made_rows and not self.changed and not self.read_as

    def read(self, old: Step, new: Step | None) -> None:
        """Have marks on `old` read as `new` from now on, where the scale of `new` is in use. None: in their own word."""
        self.read_as[old.pk] = new

    def write_mappings(self, change_set: ChangeSet) -> None:
        """Write how steps are read from now on. A step is read in one way on one scale: what was said before ends."""
        if not self.read_as:
            return
        scales = {new.scale_id for new in self.read_as.values() if new is not None}
        before = StepMapping.objects.filter(school=self.school, old__in=list(self.read_as), ended_at__isnull=True)
        same: set[tuple[int, int]] = set()
        ended = []
        for mapping in before.filter(new__scale__in=scales):
            new = self.read_as[mapping.old_id]
            if new is not None and new.pk == mapping.new_id:
                same.add((mapping.old_id, mapping.new_id))
            elif new is None or new.scale_id in scales:
                ended.append(mapping.pk)
        StepMapping.objects.filter(pk__in=ended).update(ended_at=self.at)
        StepMapping.objects.bulk_create(
            StepMapping(school=self.school, old_id=old, new=new, made_at=self.at, change_set=change_set)
            for old, new in self.read_as.items()
            if new is not None and (old, new.pk) not in same
        )
        if ended:
            change_set.summary["mappings_ended"] = ended
            change_set.save(update_fields=["summary"])

    def keep_earlier_words(self) -> None:
        """Keep what objectives were called until now. Of two changes at one instant the first knows it."""
        EarlierWords.objects.bulk_create(self.earlier, ignore_conflicts=True)
        self.earlier.clear()

    def finish(
        self, verb: StrEnum, about: Row, *, also: Callable[[ChangeSet], object] | None = None, **details: Any
    ) -> ChangeSet:
        """Write the change set, what `also` makes with it and, last of all, history."""
        self.keep_earlier_words()
        change_set = ChangeSet.objects.create(
            school=self.school,
            kind=self.kind.value,
            by=self.by,
            at=self.at,
            finished_at=self.at,
            summary={"made": self.made_rows, "changed": self.changed},
        )
        self.write_mappings(change_set)
        if also:
            also(change_set)
        counts = {name: len(pks) for name, pks in self.made_rows.items()}
        doors.record(
            verb,
            school=self.school,
            by=self.by,
            at=self.at,
            about=about,
            details={
                "act": self.kind.value,
                "change_set": str(change_set.uuid),
                **({"made": counts} if counts else {}),
                **({"changed": len(self.changed)} if self.changed else {}),
                **details,
            },
        )
        return change_set
