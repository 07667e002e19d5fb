"""Changes to the markbook. Everything is added; nothing is overwritten."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from muster.curriculum.lineage import heirs
from muster.curriculum.models import Objective, Step
from muster.curriculum.readings import Readings, readings
from muster.markbook.items import Item
from muster.markbook.models import Following, Judgement, Note
from muster.markbook.newest import Newest, gathered, newest
from muster.markbook.rules.views import Said, differing
from muster.markbook.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.merging import stands_for
from muster.people.models import Account, ChangeSet, Pupil, School
from muster.people.outbox import Result
from muster.people.prepared import Prepared
from muster.people.purposes import Purpose
from muster.privacy import history

STATES = {kind.value for kind in Judgement.Kind} - {"step"}
PUT_BACK = "put-back"
"""The state of a mark that is an undo: what stood in the cell when the row `over` was its last stands again."""
LONGEST_NOTE = 4_000
UNSAVED = 2**63
"""From here on are the ids of judgements that have none yet: later than any row's."""


def not_yours(item: Item) -> Result:
    """The same answer whether the pupil does not exist or is not theirs to mark."""
    return Result(item.id, 404, reason=_("This pupil is not in a class that you mark."))


def value_of(kind: str, step: int | None) -> dict[str, Any]:
    """A judgement as a device reads it."""
    return {"step": step} if kind == "step" else {"state": kind}


def shown(cell: Newest | None) -> dict[str, Any] | None:
    """What a cell shows. What an undo put back was faint before, as of an earlier term, and is faint again."""
    if cell is None:
        return None
    return value_of(cell.kind, cell.step) | ({"state": "earlier"} if cell.judged_at != cell.said_at else {})


_saved = Prepared(
    lambda keys: Judgement.objects.filter(device_key__in=keys).values_list(
        "device_key", "pupil", "objective", "kind", "step", "judged_by", "pk"
    )
)


@doors.reads(Purpose.TEACH)
@transaction.atomic(savepoint=False)
def judge(
    items: Sequence[Item], *, school: School, by: Account, at: datetime, until: datetime | None = None
) -> list[Result]:
    """Add the judgements of one batch, `recorded_at` `at`; answer for each, and refuse what cannot be.

    A constant number of statements whatever the batch, one more where a device did not know the last row of a cell.
    Of two with one id the first counts; a repeat of one that was saved changes nothing and says so. A judgement made
    without knowing of somebody else's newer one is kept beside it. Pupils are those `by` may mark at `school`; steps
    those of the scale that the pupil and the objective are judged on. A mark made for a record that has been joined to
    another since goes to the one that was kept.

    With `until`, the cells are those of a sheet of a past day: what was judged after that instant is not in them, so
    nobody is said to have met what the sheet does not show.
    """
    history.hold(school)
    mine, merged = to_mark({item.pupil for item in items}, school=school, by=by, at=at)
    items = [replace(item, pupil=merged[item.pupil]) if item.pupil in merged else item for item in items]
    words = words_for(items, school=school)
    known = {row[0]: (row[0], merged.get(row[1], row[1]), *row[2:]) for row in _saved(keys=[item.id for item in items])}
    joined = [gone for gone, kept in merged.items() if kept in mine]
    cells = gathered(newest(pupils=[*mine, *joined], objectives=words.objectives, until=until), merged)

    before = put_back(items, merged, until=until)

    results: dict[uuid.UUID, Result] = {}
    wanted: dict[uuid.UUID, tuple[Item, str, int | None]] = {}
    for item in items:
        if item.id in wanted or item.id in results:
            continue
        if item.id in known:
            results[item.id] = repeated(item, known[item.id], cells, by)
            continue
        kind, step, refusal = read_value(item, words=words, mine=mine, before=before)
        if refusal:
            results[item.id] = refusal
        else:
            wanted[item.id] = (item, kind, step)
    if not wanted:
        return list(results.values())

    unknown = told_apart(
        {
            cell
            for item, _kind, _step in wanted.values()
            if (last := cells.get(cell := (item.pupil, item.objective))) is not None and item.base != last.version
        },
        merged,
        until=until,
    )
    change_set = ChangeSet.objects.create(
        school=school, kind="marks", by=by, at=at, finished_at=at, summary={"marks": len(wanted)}
    )
    rows = [
        Judgement(
            school_id=school.pk,
            device_key=item.id,
            act=item.act,
            pupil_id=item.pupil,
            objective_id=item.objective,
            kind=kind,
            step_id=step,
            earlier_at=before[item.id].at_most(where["judged_at"]) if item.id in before else None,
            recorded_at=at,
            judged_by_id=by.pk,
            change_set_id=change_set.pk,
            **where,
        )
        for item, kind, step in sorted(wanted.values(), key=lambda each: (each[0].made_at, each[0].seq))
        for cell in ((item.pupil, item.objective),)
        for where in (placed(item, (kind, step), cells.get(cell), unknown.get(cell), by),)
    ]
    Judgement.objects.bulk_create(rows)
    carried = carried_on([row for row in rows if words.objectives[row.objective_id][1] is not None], merged, school)
    for row in rows:
        cell = (row.pupil_id, row.objective_id)
        stood = cells.get(cell)
        own = Newest(row.kind, row.step_id, row.earlier_at or row.judged_at, by.pk, 0, False, row.judged_at)
        stands = stood if stood and stood.said_at > row.judged_at else own
        cells[cell] = stands._replace(version=row.pk, two_views=row.beside_id is not None)
    for row in rows:
        cell_now = cells[row.pupil_id, row.objective_id]
        results[row.device_key] = Result(row.device_key, 201, cell_now.version, shown(cell_now), cell_now.two_views)
    doors.record(
        Verb.JUDGEMENTS_ADDED,
        school=school,
        by=by,
        at=at,
        about=change_set,
        pupils=sorted({row.pupil_id for row in rows}),
        details={
            "judgements": [[row.pk, row.pupil_id, row.objective_id, row.kind, row.step_id] for row in [*rows, *carried]]
        },
    )
    return list(results.values())


def carried_on(rows: Sequence[Judgement], merged: Mapping[int, int], school: School) -> list[Judgement]:
    """Marks on objectives that were split or merged before the marks could be sent, carried over as the others were.

    None where nothing was; else four statements, and as many again where what came out of it was split or merged too.
    """
    made: list[Judgement] = []
    while rows:
        onto = heirs({row.objective_id for row in rows}, school=school)
        going = [(row, objective) for row in rows for objective in onto.get(row.objective_id, ())]
        copies = {
            (original, objective): pk
            for original, objective, pk in Judgement.objects.filter(
                copied_from__in={row.over_id for row in rows if row.over_id},
                objective__in={objective for _row, objective in going},
            ).values_list("copied_from", "objective", "pk")
        }
        said = told_apart({(row.pupil_id, objective) for row, objective in going}, merged)
        rows = Judgement.objects.bulk_create(
            Judgement(
                school_id=row.school_id,
                act=row.act,
                pupil_id=row.pupil_id,
                objective_id=objective,
                kind=row.kind,
                step_id=row.step_id,
                judged_at=row.judged_at,
                earlier_at=row.earlier_at,
                recorded_at=row.recorded_at,
                judged_by_id=row.judged_by_id,
                change_set_id=row.change_set_id,
                over_id=over,
                beside_id=beside(cell, (row.kind, row.step_id), row.judged_at, over, row.judged_by_id),
                copied_from_id=row.pk,
            )
            for row, objective in going
            for cell in (said[row.pupil_id, objective],)
            for over in (copies.get((row.over_id, objective)),)
        )
        made += rows
    return made


def to_mark(pupils: set[int], *, school: School, by: Account, at: datetime) -> tuple[set[int], dict[int, int]]:
    """Those of `pupils` that `by` may mark at `school`, and every record joined to another (gone: kept) they meet.

    One statement; two more only where an id is none of theirs, because it may be of a record joined to one that is.
    """
    visible = Pupil.objects.visible_to(by.viewer(at), may=Permission.MARKBOOK_JUDGE).filter(school=school)
    found = set(visible.filter(pk__in=pupils).values_list("pk", "merged"))
    merged: dict[int, int] = {}
    if others := pupils - {kept for kept, _gone in found} - {gone for _kept, gone in found}:
        merged = stands_for(others)
        found |= set(visible.filter(pk__in=set(merged.values())).values_list("pk", "merged"))
    return {kept for kept, _gone in found}, merged | {gone: kept for kept, gone in found if gone is not None}


@dataclass(frozen=True)
class Words:
    """Which words a mark can have: the scale of each objective, with when it was retired; and the steps of scales.

    `steps` holds the scale of a step, and when it was retired. `own` holds, for a pupil and objective, the scales on
    which that pupil is judged instead.
    """

    objectives: Mapping[int, tuple[int, datetime | None]]
    steps: Mapping[int, tuple[int, datetime | None]]
    own: Mapping[tuple[int, int], frozenset[int]] = field(default_factory=dict)
    read: Readings = field(default_factory=Readings)

    def take(self, item: Item, step: int) -> bool:
        """Whether `step` can be said of the item's pupil and objective.

        A word that was taken out of use since the mark was made is taken: it is read as what it was made into. So is
        one of the objective's scale where the pupil has one of their own, because the mark may be older than that.
        """
        if step not in self.steps:
            return False
        scale, retired_at = self.steps[step]
        usual = self.objectives[item.objective][0]
        scales = {usual} | self.own.get((item.pupil, item.objective), frozenset())
        if scale in scales:
            return retired_at is None or item.made_at < retired_at
        return any(self.steps.get(self.read.of(step, each) or 0, (0, None))[0] == each for each in scales)


_judged_on = Prepared(
    lambda school, objectives: (
        Objective.objects.filter(school=school, pk__in=objectives)
        .values_list(
            "pk",
            "retired_at",
            "scale",
            "strand__subject__scale",
            "strand__subject__framework__scale",
            "strand__subject__framework__scale__steps",
            "strand__subject__framework__scale__steps__retired_at",
        )
        .order_by()
    )
)


def words_for(items: Sequence[Item], *, school: School) -> Words:
    """The words that the items can have. One statement; one more where an objective or its subject has a scale of its
    own; three more where a step is of another scale than its objective's.
    """
    steps: dict[int, tuple[int, datetime | None]] = {}
    scales: dict[int, tuple[int, datetime | None]] = {}
    found = _judged_on(school=school.pk, objectives={item.objective for item in items})
    for objective, retired_at, own, of_subject, of_framework, step, step_retired_at in found:
        scales[objective] = (own or of_subject or of_framework), retired_at
        if step is not None:
            steps[step] = of_framework, step_retired_at
    if missing := {scale for scale, _retired in scales.values()} - {scale for scale, _retired in steps.values()}:
        steps |= steps_of(school, scale__in=missing)
    words = Words(scales, steps)
    said = [(item, one) for item in items if isinstance(one := item.value.get("step"), int) and 0 < one < 2**62]
    strange = [(item, one) for item, one in said if item.objective in scales and not words.take(item, one)]
    if not strange:
        return words
    steps |= steps_of(school, pk__in={one for _item, one in strange})
    return Words(scales, steps, own_scales([item for item, _step in strange]), readings(school))


def steps_of(school: School, **chosen: Collection[int]) -> dict[int, tuple[int, datetime | None]]:
    """Steps of the school, each with its scale and when it was retired. One statement."""
    rows = Step.objects.at(school).filter(**chosen).values_list("pk", "scale", "retired_at")
    return {pk: (scale, retired_at) for pk, scale, retired_at in rows}


def own_scales(items: Sequence[Item]) -> dict[tuple[int, int], frozenset[int]]:
    """The scales on which some pupils are judged instead of the objective's, by pupil and objective. One statement."""
    rows = (
        Following.objects.standing()
        .of({item.pupil for item in items})
        .filter(
            Q(stage__isnull=True) | Q(stage__objectives=F("subject__strands__objectives")),
            scale__isnull=False,
            subject__strands__objectives__in={item.objective for item in items},
        )
    )
    found: dict[tuple[int, int], frozenset[int]] = {}
    for pupil, objective, scale in rows.values_list("pupil", "subject__strands__objectives", "scale"):
        found[pupil, objective] = found.get((pupil, objective), frozenset()) | {scale}
    return found


class Earlier(NamedTuple):
    """What stood in a cell before the mark that is taken back."""

    kind: str
    step: int | None
    judged_at: datetime

    def at_most(self, at: datetime) -> datetime | None:
        """When it was judged, never after `at`; None for a cleared cell, which counts as never judged."""
        return None if self.kind == Judgement.Kind.CLEAR else min(self.judged_at, at)


CLEARED = Earlier(Judgement.Kind.CLEAR.value, None, datetime.min.replace(tzinfo=UTC))


def put_back(items: Sequence[Item], merged: Mapping[int, int], *, until: datetime | None) -> dict[uuid.UUID, Earlier]:
    """What each undo among the items puts back: what stood when the row it names was the last of its cell.

    With `until` nothing judged after that instant. One statement, and none where nothing is put back.
    """
    asked = {
        item.id: (item, over)
        for item in items
        if item.value.get("state") == PUT_BACK and type(over := item.value.get("over")) is int and 0 < over < 2**62
    }
    if not asked:
        return {}
    kept = {item.pupil for item, _over in asked.values()}
    rows = Judgement.objects.filter(
        pupil__in=[*kept, *(gone for gone, stays in merged.items() if stays in kept)],
        objective__in={item.objective for item, _over in asked.values()},
        pk__lte=max(over for _item, over in asked.values()),
        **({} if until is None else {"judged_at__lte": until}),
    ).order_by("judged_at", "pk")
    histories: dict[tuple[int, int], list[tuple[int, Earlier]]] = {}
    for pk, pupil, objective, kind, step, at, earlier_at in rows.values_list(
        "pk", "pupil", "objective", "kind", "step", "judged_at", "earlier_at"
    ):
        said = Earlier(kind, step, earlier_at or at)
        histories.setdefault((merged.get(pupil, pupil), objective), []).append((pk, said))
    return {
        number: next(
            (said for pk, said in reversed(histories.get((item.pupil, item.objective), [])) if pk <= over), CLEARED
        )
        for number, (item, over) in asked.items()
    }


def read_value(
    item: Item, *, words: Words, mine: set[int], before: Mapping[uuid.UUID, Earlier]
) -> tuple[str, int | None, Result | None]:
    """Kind and step of a judgement, or why it is refused; of one that puts back, those of what stood before."""
    if item.pupil not in mine:
        return "", None, not_yours(item)
    if item.objective not in words.objectives:
        return "", None, Result(item.id, 404, reason=_("This objective is not one of this school's."))
    retired_at = words.objectives[item.objective][1]
    if retired_at is not None and item.made_at >= retired_at:
        return "", None, Result(item.id, 410, reason=_("This objective has been retired, so it takes no new marks."))
    if item.id in before:
        return before[item.id].kind, before[item.id].step, None
    step, state = item.value.get("step"), item.value.get("state")
    if isinstance(state, str) and state in STATES and step is None:
        return state, None, None
    if isinstance(step, int) and not isinstance(step, bool) and state is None and words.take(item, step):
        return "step", step, None
    return "", None, Result(item.id, 422, reason=_("This mark is not one of the words used for this objective."))


def repeated(item: Item, saved: tuple[Any, ...], cells: Mapping[tuple[int, int], Newest], by: Account) -> Result:
    """The answer to an id that is already in the book: fine when it says the same, refused when it does not.

    It is fine also when the pupil has moved to another class since: the mark was saved, and the device must hear so.
    """
    _id, pupil, objective, kind, step, judged_by, pk = saved
    said = item.value.get("step") if kind == "step" else item.value.get("state")
    said = (step or kind) if item.value.get("state") == PUT_BACK else said
    if (pupil, objective, judged_by, step or kind) != (item.pupil, item.objective, by.pk, said):
        return Result(item.id, 422, reason=_("This change carries the number of another one. It was not saved."))
    cell = cells.get((item.pupil, item.objective))
    return Result(item.id, 200, cell.version if cell else pk, shown(cell), bool(cell and cell.two_views))


def told_apart(
    cells: Collection[tuple[int, int]], merged: Mapping[int, int], *, until: datetime | None = None
) -> dict[tuple[int, int], list[Said]]:
    """Every row of these cells in the order of recording. One statement, and none without a cell.

    Only a mark whose device did not know the cell's last row asks for it. With `until` nothing judged after it.
    """
    found: dict[tuple[int, int], list[Said]] = {cell: [] for cell in cells}
    if not cells:
        return found
    kept = {pupil for pupil, _objective in cells}
    rows = Judgement.objects.filter(
        pupil__in=[*kept, *(gone for gone, stays in merged.items() if stays in kept)],
        objective__in={objective for _pupil, objective in cells},
        **({} if until is None else {"judged_at__lte": until}),
    ).order_by("pk")
    for pk, pupil, objective, kind, step, by, at, over in rows.values_list(
        "pk", "pupil", "objective", "kind", "step", "judged_by", "judged_at", "over"
    ):
        if (cell := (merged.get(pupil, pupil), objective)) in found:
            found[cell].append(Said(pk, by, (kind, step), at, over or 0))
    return found


def placed(
    item: Item, value: tuple[str, int | None], last: Newest | None, said: list[Said] | None, by: Account
) -> dict[str, Any]:
    """When a new judgement was made, what its author knew of, and whose it is beside.

    It was made when its device says, and never before what it was knowingly made over: the time on the way to the
    school is all that makes a device's time uncertain, and one slow answer is longer than the time between a mark and
    its correction. `said` has the rows of a cell whose last one its author did not know of, and takes in the new one.
    """
    if last is None:
        return {"judged_at": item.made_at}
    if said is None:
        return {"judged_at": max(item.made_at, last.said_at), "over_id": last.version}
    known = [each for each in said if each.id <= min(item.base or 0, last.version)]
    at = max([item.made_at, *(each.at for each in known)])
    # Of two people's marks of one moment, neither knowing of the other, that of the later account stands, whichever
    # tablet sends first: the other counts as made a microsecond before.
    while any(each.at == at and each.by > by.pk for each in said[len(known) :]):
        at -= timedelta.resolution
    over = known[-1].id if known else None
    return {"judged_at": at, "over_id": over, "beside_id": beside(said, value, at, over, by.pk)}


def beside(said: list[Said], value: tuple[str, int | None], at: datetime, over: int | None, by: int) -> int | None:
    """Take a new judgement into `said`; the row of somebody else that leaves the cell with two views, if one does."""
    saved = [each for each in said if each.id < UNSAVED]
    said.append(Said(UNSAVED + len(said), by, value, at, over or 0))
    return next((each.id for each in differing(said) or () if each in saved), None)


def whole_letters(text: object) -> object:
    """`text` with a question mark for half a letter, such as a device leaves where it cut one in two.

    Half a letter has no bytes, and a note that cannot be saved would hold up every mark sent with it.
    """
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


@doors.reads(Purpose.TEACH)
@transaction.atomic
def write_notes(items: Sequence[Item], *, school: School, by: Account, at: datetime) -> list[Result]:
    """Add notes; refuse what cannot be. A repeat of a saved note changes nothing. Joined records are as in `judge`."""
    history.hold(school)
    merged = stands_for({item.pupil for item in items})
    items = [replace(item, pupil=merged[item.pupil]) if item.pupil in merged else item for item in items]
    mine = {
        pupil.pk: pupil
        for pupil in Pupil.objects.visible_to(by.viewer(at), may=Permission.MARKBOOK_JUDGE).filter(
            school=school, pk__in={item.pupil for item in items}
        )
    }
    objectives = set(
        Objective.objects.filter(school=school, pk__in={item.objective for item in items}).values_list("pk", flat=True)
    )
    known = {
        note.device_key: note
        for note in Note.objects.filter(device_key__in=[item.id for item in items]).select_related("pupil")
    }
    results: list[Result] = []
    wanted: dict[uuid.UUID, tuple[Item, str]] = {}
    for item in items:
        text = whole_letters(item.value.get("text"))
        if item.pupil not in mine:
            results.append(not_yours(item))
        elif item.objective not in objectives:
            results.append(Result(item.id, 404, reason=_("This objective is not one of this school's.")))
        elif not isinstance(text, str) or not text.strip():
            results.append(Result(item.id, 422, reason=_("The note is empty. Write something, or leave it out.")))
        elif len(text) > LONGEST_NOTE:
            results.append(
                Result(item.id, 422, reason=_("The note is too long. Keep it under %d characters.") % LONGEST_NOTE)
            )
        elif item.id in known:
            saved = known[item.id]
            pupil = merged.get(saved.pupil_id, saved.pupil_id)
            same = (pupil, saved.objective_id, saved.written_by_id) == (item.pupil, item.objective, by.pk)
            if same and saved.text == text.strip():
                results.append(Result(item.id, 200))
            else:
                reason = _("This change carries the number of another one. It was not saved.")
                results.append(Result(item.id, 422, reason=reason))
        else:
            wanted.setdefault(item.id, (item, text.strip()))
    if not wanted:
        return results
    change_set = ChangeSet.objects.create(
        school=school, kind="notes", by=by, at=at, finished_at=at, summary={"notes": len(wanted)}
    )
    rows = [
        Note(
            school=school,
            device_key=item.id,
            pupil=mine[item.pupil],
            objective_id=item.objective,
            text=text,
            written_at=item.made_at,
            recorded_at=at,
            written_by=by,
            change_set=change_set,
        )
        for item, text in wanted.values()
    ]
    doors.sealer().warm(row.pupil.key for row in rows)
    Note.objects.bulk_create(rows)
    results += [Result(row.device_key, 201) for row in rows]
    doors.record(
        Verb.NOTES_ADDED,
        school=school,
        by=by,
        at=at,
        about=change_set,
        pupils=sorted({row.pupil_id for row in rows}),
        details={"notes": [row.pk for row in rows]},
    )
    return results
