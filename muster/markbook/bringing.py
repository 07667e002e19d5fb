"""What a pupil brings along from another school of the trust: marks, notes and their pictures.

Frameworks shared in a trust share the numbers of their objectives. A mark on a shared objective counts here, on the step
of the same word; every other is kept to be read, in the words it was made with.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from muster.curriculum.models import Objective, Step
from muster.markbook.models import Brought, Judgement, Note, Picture
from muster.people import doors
from muster.people.merging import one_child
from muster.people.models import Account, ChangeSet, Pupil, School
from muster.people.purposes import Purpose
from muster.people.transferring import offer


@dataclass(frozen=True)
class Shared:
    """Objectives and steps of the new school by those of the old one they are the same as."""

    objectives: Mapping[int, int]
    steps: Mapping[tuple[int, int], int]

    def place(self, row: Judgement) -> tuple[int, int | None] | None:
        """Objective and step a mark has here; None where it has none."""
        objective = self.objectives.get(row.objective_id)
        if objective is None or row.step_id is None:
            return None if objective is None else (objective, None)
        step = self.steps.get((objective, row.step_id))
        return None if step is None else (objective, step)


def shared(rows: list[Judgement], notes: list[Note], to: School) -> Shared:
    """What the two schools share of what these are about. Three statements."""
    old = {row.objective_id: row.objective.uuid for row in rows}
    old |= {note.objective_id: note.objective.uuid for note in notes}
    # Any: what is annotated is no attribute.
    here: dict[uuid.UUID, Any] = {
        each.uuid: each for each in Objective.objects.at(to).live().filter(uuid__in=old.values()).with_scale()
    }
    objectives = {pk: here[number].pk for pk, number in old.items() if number in here}
    words: dict[tuple[int, str], int] = {}
    scales = {each.pk: each.judged_on for each in here.values()}
    for pk, scale, word in (
        Step.objects.at(to).live().filter(scale__in=scales.values()).values_list("pk", "scale", "word")
    ):
        words[scale, word.casefold()] = pk
    steps = {}
    for row in rows:
        objective = objectives.get(row.objective_id)
        if objective is not None and row.step is not None:
            same = words.get((scales[objective], row.step.word.casefold()))
            if same is not None:
                steps[objective, row.step.pk] = same
    return Shared(objectives, steps)


def marks_of(pupil: Pupil) -> list[Judgement]:
    """Every mark of one child, oldest first, whichever of their joined records it was made on."""
    rows = Judgement.objects.filter(pupil__in=list(one_child([pupil.pk]))).order_by("pk")
    return list(rows.select_related("objective__strand__subject__framework", "step", "judged_by"))


def notes_of(pupil: Pupil) -> list[Note]:
    """Every note about one child."""
    rows = Note.objects.filter(pupil__in=list(one_child([pupil.pk]))).order_by("pk")
    return list(rows.select_related("objective__strand__subject__framework", "written_by", "pupil"))


class Learning:
    """What markbook offers when a pupil moves within the trust."""

    @doors.reads(Purpose.TEACH)
    def tell(self, pupil: Pupil, to: School) -> list[str]:
        """How many marks count here, and how many are kept to be read."""
        rows, notes = marks_of(pupil), notes_of(pupil)
        same = shared(rows, notes, to)
        count = sum(same.place(row) is not None for row in rows)
        return [
            _("%(count)d marks on objectives both schools have: they count.") % {"count": count},
            _("%(count)d other marks, in the words of the school they were made at.") % {"count": len(rows) - count},
            _("%(count)d notes.") % {"count": len(notes)},
        ]

    @doors.reads(Purpose.TEACH)
    def copy(self, old: Pupil, new: Pupil, *, change_set: ChangeSet, by: Account, at: datetime) -> None:
        """Add them all to the new record."""
        rows, notes = marks_of(old), notes_of(old)
        same = shared(rows, notes, new.school)
        copy_marks([row for row in rows if same.place(row)], same, new, change_set, at)
        kept = [note for note in notes if note.objective_id in same.objectives]
        copy_notes(kept, same, new, change_set, at)
        apart = [row for row in rows if same.place(row) is None]
        apart_notes = [note for note in notes if note.objective_id not in same.objectives]
        for_reading = [
            *(brought(row.objective, said_of(row), row.judged_at, row.judged_by) for row in apart),
            *(
                brought(note.objective, note.text, note.written_at, note.written_by, is_note=True)
                for note in apart_notes
            ),
        ]
        for row in for_reading:
            row.school, row.pupil, row.origin, row.change_set = new.school, new, old.school.name, change_set
        Brought.objects.bulk_create(for_reading)


def said_of(row: Judgement) -> str:
    """A mark as the school it was made at says it."""
    return row.step.word if row.step else str(Judgement.Kind(row.kind).label)


def brought(objective: Objective, said: str, at: datetime, who: Account, *, is_note: bool = False) -> Brought:
    """One mark or note about `objective` of the old school; whose it is comes after."""
    subject = objective.strand.subject
    return Brought(
        framework=subject.framework.name,
        subject=subject.name,
        wording=objective.wording,
        is_note=is_note,
        said=said,
        judged_at=at,
        judged_by=who.name,
    )


def copy_marks(rows: list[Judgement], same: Shared, new: Pupil, change_set: ChangeSet, at: datetime) -> None:
    """The marks, each cell's history in its order: the first of every cell, then every second one.

    A mark stands over, or beside, an earlier one of its own cell, whose copy must have its number by then.
    """
    cells: dict[int, list[Judgement]] = defaultdict(list)
    for row in rows:
        cells[row.objective_id].append(row)
    copies: dict[int, int] = {}
    act = uuid.uuid4()
    for place in range(max((len(cell) for cell in cells.values()), default=0)):
        due = [cell[place] for cell in cells.values() if place < len(cell)]
        made = []
        for row in due:
            objective, step = same.place(row) or (0, None)
            made.append(
                Judgement(
                    school=new.school,
                    act=act,
                    pupil=new,
                    objective_id=objective,
                    kind=row.kind,
                    step_id=step,
                    judged_at=row.judged_at,
                    earlier_at=row.earlier_at,
                    recorded_at=at,
                    judged_by_id=row.judged_by_id,
                    change_set=change_set,
                    over_id=copies.get(row.over_id or 0),
                    beside_id=copies.get(row.beside_id or 0),
                )
            )
        made = Judgement.objects.bulk_create(made)
        copies |= {row.pk: copy.pk for row, copy in zip(due, made, strict=True)}


def copy_notes(notes: list[Note], same: Shared, new: Pupil, change_set: ChangeSet, at: datetime) -> None:
    """Notes and their pictures, sealed anew with the key of the new record."""
    pictures = {row.note_id: row for row in Picture.objects.filter(note__in=notes).select_related("note__pupil")}
    for note in notes:
        made = Note(
            school=new.school,
            pupil=new,
            objective_id=same.objectives[note.objective_id],
            text=note.text,
            written_at=note.written_at,
            recorded_at=at,
            written_by_id=note.written_by_id,
            change_set=change_set,
        )
        made.save(force_insert=True)
        if (picture := pictures.get(note.pk)) is not None:
            Picture(
                school=new.school,
                note=made,
                image=picture.image,
                thumbnail=picture.thumbnail,
                width=picture.width,
                height=picture.height,
                added_at=picture.added_at,
                added_by_id=picture.added_by_id,
                change_set=change_set,
            ).save(force_insert=True)


offer(Learning())
