"""Marks when objectives and steps change: how many there are, and how they are carried over.

Nothing is rewritten. A mark that goes on standing on a new objective is another row there, with the person and the time
of the original; the original stays where it was made.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from statistics import median
from time import monotonic, sleep
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from muster.curriculum import carrying
from muster.curriculum.carrying import Carriage, Differing, Disagreements, Resting
from muster.curriculum.models import Objective, Step
from muster.curriculum.readings import readings
from muster.curriculum.rules.bending import Standing, chosen, differ, unanswered
from muster.markbook.models import Judgement, ObjectiveRead, Taught
from muster.people import doors
from muster.people.access import Permission
from muster.people.merging import stands_for
from muster.people.models import ChangeSet, Pupil, School
from muster.people.models.accounts import Viewer
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose

FIRST_BATCH = 200
SHORT = 0.04
"""Seconds below which the next transaction takes on more."""
LONG = 0.08
"""Seconds above which it takes on less. None may hold others up for a quarter of a second."""
PAUSE = 0.03
"""Seconds between two transactions: who waits to write on SQLite asks every 20 ms (privacy/sqlcipher/base.py)."""
SHOWN_AT_MOST = 300
"""Pupils whose differing marks one page asks about."""
ENOUGH = 500
"""Marks from which a school's own pace is told."""
LOOKED_AT = 5_000
"""The newest marks the pace is worked out from."""
ONE_SITTING = 60
"""Seconds after which the next mark is taken for another sitting."""


class Mark(NamedTuple):
    """One judgement, as far as carrying it over needs it."""

    pk: int
    pupil: int
    objective: int
    kind: str
    step: int | None
    judged_at: datetime
    judged_by: int
    over: int | None
    beside: int | None
    earlier_at: datetime | None


COLUMNS = ("pk", "pupil", "objective", "kind", "step", "judged_at", "judged_by", "over", "beside", "earlier_at")
STATES = {Judgement.Kind.ABSENT: _("absent when taught"), Judgement.Kind.NOT_TAUGHT: _("not taught")}


def said(rows: QuerySet[Judgement]) -> QuerySet[Judgement]:
    """Those that say something: clearing a cell is no mark."""
    return rows.exclude(kind=Judgement.Kind.CLEAR)


@doors.reads(Purpose.TEACH)
def count(objectives: Collection[int]) -> Resting:
    """Marks on these objectives, the pupils they are of, and the terms in which somebody read about them."""
    if not objectives:
        return Resting()
    found = said(Judgement.objects.filter(objective__in=objectives)).aggregate(
        marks=Count("pk"), pupils=Count("pupil", distinct=True)
    )
    reads = ObjectiveRead.objects.filter(objective__in=objectives).aggregate(terms=Count("term", distinct=True))
    return Resting(found["marks"], found["pupils"], reads["terms"])


@doors.reads(Purpose.TEACH)
def count_each(objectives: Collection[int]) -> Mapping[int, Resting]:
    """The same for each objective."""
    rows = said(Judgement.objects.filter(objective__in=objectives)).values("objective")
    marks = rows.annotate(marks=Count("pk"), pupils=Count("pupil", distinct=True))
    terms = ObjectiveRead.objects.filter(objective__in=objectives).values("objective").annotate(terms=Count("term"))
    reads = {row["objective"]: row["terms"] for row in terms}
    found = {row["objective"]: Resting(row["marks"], row["pupils"]) for row in marks}
    return {pk: found.get(pk, Resting()) + Resting(reads=reads.get(pk, 0)) for pk in found.keys() | reads.keys()}


@doors.reads(Purpose.TEACH)
def count_by_step(steps: Collection[int], objectives: QuerySet[Objective] | None) -> Mapping[int, Resting]:
    """Marks on each of these steps."""
    rows = Judgement.objects.filter(step__in=steps)
    if objectives is not None:
        rows = rows.filter(objective__in=objectives)
    found = rows.values("step").annotate(marks=Count("pk"), pupils=Count("pupil", distinct=True))
    return {row["step"]: Resting(row["marks"], row["pupils"]) for row in found.values("step", "marks", "pupils")}


@doors.reads(Purpose.TEACH)
def since(change_set: ChangeSet, objectives: Collection[int]) -> Resting:
    """Marks on these objectives that did not come with `change_set`."""
    rows = said(Judgement.objects.filter(objective__in=objectives)).exclude(change_set=change_set)
    found = rows.aggregate(marks=Count("pk"), pupils=Count("pupil", distinct=True))
    return Resting(found["marks"], found["pupils"])


# -- which of a pupil's marks stands ---------------------------------------------------------------------------------


def marks_on(objectives: Iterable[int], *, after: int = 0) -> list[Mark]:
    """Every judgement on these objectives recorded after the row `after`, oldest first. One statement."""
    rows = Judgement.objects.filter(objective__in=list(objectives), pk__gt=after).order_by("pk")
    return [Mark(*row) for row in rows.values_list(*COLUMNS)]


def standing_of(marks: Iterable[Mark], *, scale: int, school: School) -> dict[int, list[Standing]]:
    """What stands for each pupil on each objective, records joined to another under the one that was kept."""
    newest: dict[tuple[int, int], Mark] = {}
    rows = list(marks)
    merged = stands_for({mark.pupil for mark in rows})
    for mark in rows:
        cell = (merged.get(mark.pupil, mark.pupil), mark.objective)
        if cell not in newest or (newest[cell].judged_at, newest[cell].pk) <= (mark.judged_at, mark.pk):
            newest[cell] = mark
    read = readings(school)
    places = dict(Step.objects.filter(scale=scale).values_list("pk", "position"))
    found: dict[int, list[Standing]] = defaultdict(list)
    for (pupil, objective), mark in newest.items():
        if mark.kind == Judgement.Kind.CLEAR:
            continue
        step = read.of(mark.step, scale)
        rank = None if step is None else places.get(step)
        found[pupil].append(
            Standing(objective, str(step or mark.kind), rank, mark.earlier_at or mark.judged_at, mark.pk)
        )
    return found


@doors.reads(Purpose.TEACH)
def not_answered(objectives: Sequence[int], answers: Mapping[int, int], *, scale: int, school: School) -> int:
    """How many pupils' marks differ without an answer."""
    return len(unanswered(standing_of(marks_on(objectives), scale=scale, school=school), answers))


@doors.reads(Purpose.TEACH)
def disagreements(objectives: Sequence[int], *, scale: int, school: School, viewer: Viewer) -> Disagreements:
    """The pupils whose marks differ: all counted, and by name those whose marks the person may see."""
    cells = {
        pupil: standing
        for pupil, standing in standing_of(marks_on(objectives), scale=scale, school=school).items()
        if differ(standing)
    }
    seen = Pupil.objects.visible_to(viewer, may=Permission.MARKBOOK_VIEW).filter(school=school, pk__in=list(cells))
    pupils = by_name(seen[:SHOWN_AT_MOST])
    words = dict(
        Step.objects.filter(
            pk__in={int(one.said) for pupil in pupils for one in cells[pupil.pk] if one.said.isdecimal()}
        ).values_list("pk", "word")
    )
    order = {objective: place for place, objective in enumerate(objectives)}

    def word(one: Standing) -> str:
        return words[int(one.said)] if one.said.isdecimal() else str(STATES[Judgement.Kind(one.said)])

    return Disagreements(
        len(cells),
        tuple(
            Differing(
                pupil,
                tuple(
                    (one.objective, word(one), one.judged_at)
                    for one in sorted(cells[pupil.pk], key=lambda one: order[one.objective])
                ),
            )
            for pupil in pupils
        ),
    )


# -- carrying over ---------------------------------------------------------------------------------------------------


def wanted(carriage: Carriage) -> list[list[Mark]]:
    """The cells to be carried, each with its whole history in the order it was recorded.

    Where several objectives become one, each pupil's whole history on the objective whose mark stands: so what was
    known on an earlier day, and where two people differ, are the same afterwards.
    """
    marks = marks_on(carriage.onto)
    carriage.read_to = marks[-1].pk if marks else 0
    cells: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in marks:
        cells[mark.pupil, mark.objective].append(mark)
    if len(carriage.onto) == 1:
        return list(cells.values())
    school = carriage.change_set.school
    merged = stands_for({mark.pupil for mark in marks})
    standing = standing_of(marks, scale=carriage.scale, school=school)
    # Where all a pupil's marks were cleared again, the history of the newest is carried.
    made_last = sorted(marks, key=lambda mark: (mark.judged_at, mark.pk))
    picked = {merged.get(mark.pupil, mark.pupil): mark.objective for mark in made_last}
    for pupil, all_of in standing.items():
        picked[pupil] = chosen(all_of, carriage.rule, carriage.answers.get(pupil))
    return [rows for (pupil, objective), rows in cells.items() if picked.get(merged.get(pupil, pupil)) == objective]


@doors.reads(Purpose.TEACH)
def carry_over(carriage: Carriage) -> None:
    """One short transaction after another."""
    size = FIRST_BATCH
    cells = wanted(carriage)
    if not any(carriage.onto.values()):
        return
    # Whoever waits is told how far it is.
    change_set = carriage.change_set
    change_set.summary["to_carry"] = sum(len(cell) * len(carriage.onto[cell[0].objective]) for cell in cells)
    change_set.save(update_fields=["summary"])
    while cells:
        batch: list[list[Mark]] = []
        rows = 0
        while cells and rows < size:
            batch.append(cells.pop())
            rows += len(batch[-1])
        began = monotonic()
        with transaction.atomic():
            write(batch, carriage)
        took = monotonic() - began
        let_others_in()
        size = size * 2 if took < SHORT else max(50, size // 2) if took > LONG else size


def let_others_in() -> None:
    """Leave the database and the processor to others for a moment, after each transaction of a long work.

    On SQLite one writes at a time, and whoever waits asks again only every so often: without a pause they would never
    find it free. PostgreSQL has them write beside each other, on the same few processors.
    """
    if not connection.in_atomic_block:
        sleep(PAUSE)


def write(cells: Sequence[list[Mark]], carriage: Carriage, copied: Mapping[tuple[int, int], int] | None = None) -> None:
    """Write copies of whole cells onto their new objectives. `copied` has those there already, by row and objective.

    The first mark of every cell comes first, then every second one: a mark stands over, or beside, an earlier one of
    its own cell, whose copy must have its number by then.
    """
    act, school = uuid.uuid4(), carriage.change_set.school_id
    for part in range(max((len(carriage.onto[cell[0].objective]) for cell in cells), default=0)):
        copies = dict(copied or {})
        targets = [(cell, carriage.onto[cell[0].objective]) for cell in cells]
        going = [(cell, onto[part].pk) for cell, onto in targets if part < len(onto)]
        for place in range(max((len(cell) for cell, _target in going), default=0)):
            due = [(cell[place], target) for cell, target in going if place < len(cell)]
            made = Judgement.objects.bulk_create(
                Judgement(
                    school_id=school,
                    act=act,
                    pupil_id=mark.pupil,
                    objective_id=target,
                    kind=mark.kind,
                    step_id=mark.step,
                    judged_at=mark.judged_at,
                    earlier_at=mark.earlier_at,
                    recorded_at=carriage.at,
                    judged_by_id=mark.judged_by,
                    change_set=carriage.change_set,
                    over_id=copies.get((mark.over or 0, target)),
                    beside_id=copies.get((mark.beside or 0, target)),
                    copied_from_id=mark.pk,
                )
                for mark, target in due
            )
            copies.update(((mark.pk, target), row.pk) for (mark, target), row in zip(due, made, strict=True))


@doors.reads(Purpose.TEACH)
def carried(change_set: ChangeSet) -> int:
    """How many marks came with `change_set` so far."""
    return Judgement.objects.filter(change_set=change_set).count()


@doors.reads(Purpose.TEACH)
def carry_the_last(carriage: Carriage) -> Collection[int]:
    """Carry the marks made while the others were carried, which are the newest word whatever the rule; and teaching."""
    copies = Judgement.objects.filter(change_set=carriage.change_set)
    late = marks_on(carriage.onto, after=carriage.read_to)
    if any(carriage.onto.values()) and late:
        late.sort(key=lambda mark: (mark.pupil, mark.objective, mark.pk))
        cells = [list(cell) for _key, cell in groupby(late, key=lambda mark: (mark.pupil, mark.objective))]
        earlier = {pk for mark in late for pk in (mark.over, mark.beside) if pk}
        known = copies.filter(copied_from__in=earlier).values_list("copied_from", "objective", "pk")
        write(cells, carriage, {(row, objective): pk for row, objective, pk in known if row})
    carry_teaching(carriage)
    return set(copies.values_list("pupil", flat=True).distinct())


def carry_teaching(carriage: Carriage) -> None:
    """What was taught of an old objective was taught of each new one that gets its marks, from the first day on."""
    said_last: dict[tuple[int, int, int | None], Taught] = {}
    for row in Taught.objects.filter(objective__in=list(carriage.onto)).order_by("said_at", "pk"):
        said_last[row.school_class_id, row.objective_id, row.pupil_id] = row
    first: dict[tuple[int, int | None, int], tuple[date, Taught]] = {}
    for row in said_last.values():
        if row.taught_on is None:
            continue
        for objective in carriage.onto[row.objective_id]:
            key = (row.school_class_id, row.pupil_id, objective.pk)
            if key not in first or row.taught_on < first[key][0]:
                first[key] = (row.taught_on, row)
    Taught.objects.bulk_create(
        Taught(
            school_id=carriage.change_set.school_id,
            school_class_id=row.school_class_id,
            objective_id=objective,
            pupil_id=row.pupil_id,
            taught_on=day,
            said_at=row.said_at,
            recorded_at=carriage.at,
            by_id=row.by_id,
            change_set=carriage.change_set,
        )
        for (_class, _pupil, objective), (day, row) in first.items()
    )


# -- how long a mark takes -------------------------------------------------------------------------------------------


@doors.reads(Purpose.TEACH)
def pace(school: School) -> tuple[int, Decimal | None]:
    """How many marks the school has made, and from 500 on the median of seconds between one and the next.

    Over the whole school, never for one person. Marks of one stroke are one, and a pause of a minute is another
    sitting.
    """
    rows = Judgement.objects.filter(school=school, copied_from__isnull=True)
    count = rows.count()
    if count < ENOUGH:
        return count, None
    acts = (
        rows.filter(pk__in=rows.order_by("-pk").values("pk")[:LOOKED_AT])
        .values("judged_by", "act")
        .annotate(at=Max("judged_at"), marks=Count("pk"))
        .order_by("judged_by", "at")
        .values_list("judged_by", "at", "marks")
    )
    gaps: list[float] = []
    before: tuple[int, datetime] | None = None
    for who, at, marks in acts:
        if before is not None and before[0] == who:
            seconds = (at - before[1]).total_seconds()
            if 0 < seconds <= ONE_SITTING:
                gaps += [seconds / marks] * marks
        before = (who, at)
    return count, round(Decimal(median(gaps)), 1) if gaps else None


class MarksOfObjectives:
    """What markbook offers to curriculum."""

    def count(self, objectives: Collection[int]) -> Resting:
        """Marks, pupils and readers."""
        return count(objectives)

    def count_each(self, objectives: Collection[int]) -> Mapping[int, Resting]:
        """Marks, pupils and readers of each."""
        return count_each(objectives)

    def count_by_step(self, steps: Collection[int], objectives: QuerySet[Objective] | None) -> Mapping[int, Resting]:
        """Marks on each step."""
        return count_by_step(steps, objectives)

    def since(self, change_set: ChangeSet, objectives: Collection[int]) -> Resting:
        """Later marks."""
        return since(change_set, objectives)

    def disagreements(self, objectives: Sequence[int], *, scale: int, school: School, viewer: Viewer) -> Disagreements:
        """Pupils whose marks differ."""
        return disagreements(objectives, scale=scale, school=school, viewer=viewer)

    def unanswered(self, objectives: Sequence[int], answers: Mapping[int, int], *, scale: int, school: School) -> int:
        """Those among them without an answer."""
        return not_answered(objectives, answers, scale=scale, school=school)

    def carry(self, carriage: Carriage) -> None:
        """In short transactions."""
        carry_over(carriage)

    def carried(self, change_set: ChangeSet) -> int:
        """So far."""
        return carried(change_set)

    def carry_the_last(self, carriage: Carriage) -> Collection[int]:
        """Inside the last one."""
        return carry_the_last(carriage)

    def pace(self, school: School) -> tuple[int, Decimal | None]:
        """Seconds for a mark."""
        return pace(school)


carrying.offer(MarksOfObjectives())
