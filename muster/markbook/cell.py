"""The history of one cell."""

from dataclasses import dataclass
from datetime import datetime

from muster.curriculum.lineage import forebears
from muster.curriculum.models import Objective
from muster.markbook.as_at import AsAt
from muster.markbook.models import Judgement, Note
from muster.people.merging import one_child
from muster.people.models import Pupil, School, Staff


@dataclass(frozen=True)
class Entry:
    """One thing that was said about the cell. With `earlier_at` an undo put back what had been judged then."""

    who: str
    at: datetime
    recorded_at: datetime
    word: str
    code: str
    fill: str
    step: int | None
    state: str
    note: str
    earlier_at: datetime | None = None


@dataclass(frozen=True)
class CellHistory:
    """Everything said about one pupil and one objective, newest first; `views` are the two that differ, if any."""

    entries: tuple[Entry, ...]
    views: tuple[Entry, ...]
    version: int | None


def cell_history(pupil: Pupil, objective: Objective, *, school: School, as_at: AsAt | None = None) -> CellHistory:
    """The history, records merged into the pupil's included; what was said by a past moment with `as_at`.

    Notes on an objective it came out of, by a split or a merge, are among them; marks were carried over. Five statements.
    """
    ids = one_child([pupil.pk])
    marked, written = {}, {}
    if as_at is not None:
        marked = {"recorded_at__lte" if as_at.recorded else "judged_at__lte": as_at.at}
        written = {"recorded_at__lte" if as_at.recorded else "written_at__lte": as_at.at}
    judgements = list(
        Judgement.objects.filter(pupil__in=ids, objective=objective, **marked)
        .select_related("step", "judged_by", "beside__step", "beside__judged_by")
        .order_by("-judged_at", "-pk")
    )
    notes = list(
        Note.objects.filter(pupil__in=ids, objective__in=[objective.pk, *forebears(objective)], **written)
        .select_related("pupil", "written_by")
        .order_by("-written_at", "-pk")
    )
    short = dict(
        Staff.objects.filter(
            school=school, account__in={row.judged_by_id for row in judgements} | {n.written_by_id for n in notes}
        ).values_list("account", "name")
    )

    def said(row: Judgement) -> Entry:
        return Entry(
            who=short.get(row.judged_by_id, row.judged_by.name),
            at=row.judged_at,
            recorded_at=row.recorded_at,
            word=row.step.word if row.step else "",
            code=row.step.code if row.step else "",
            fill=row.step.fill if row.step else "",
            step=row.step_id,
            state="" if row.step else row.kind,
            note="",
            earlier_at=row.earlier_at,
        )

    entries = [said(row) for row in judgements] + [
        Entry(
            who=short.get(note.written_by_id, note.written_by.name),
            at=note.written_at,
            recorded_at=note.recorded_at,
            word="",
            code="",
            fill="",
            step=None,
            state="",
            note=note.text,
        )
        for note in notes
    ]
    last = max(judgements, key=lambda row: row.pk, default=None)
    views: tuple[Entry, ...] = ()
    if last is not None and last.beside is not None:
        views = tuple(sorted((said(last), said(last.beside)), key=lambda entry: entry.at, reverse=True))
    return CellHistory(
        tuple(sorted(entries, key=lambda entry: entry.at, reverse=True)), views, last.pk if last else None
    )
