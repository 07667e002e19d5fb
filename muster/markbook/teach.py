"""Saying what was taught, and taking it back. Every saying is a row of its own; the one said last speaks."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from muster.curriculum.models import Objective
from muster.markbook.items import Item
from muster.markbook.models import Taught
from muster.markbook.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo
from muster.people.merging import stands_for
from muster.people.models import Account, ChangeSet, ClassMembership, Pupil, School, SchoolClass
from muster.people.outbox import Result
from muster.people.purposes import Purpose, Shows
from muster.people.undoing import offer
from muster.privacy import history


@doors.reads(Purpose.TEACH)
@transaction.atomic(savepoint=False)
def teach(items: Sequence[Item], *, school: School, by: Account, at: datetime) -> list[Result]:
    """Say, for each item, on which day its objective was taught to its class (`value`: {"on": day or None}).

    None says that it was not taught after all. With a pupil: that what was taught before they came counts for that
    pupil too, from that day's saying on, or no longer. A repeat of what was saved changes nothing and says so; of two
    items with one id the first counts. One made over another (`base`) is later than that, however slowly that one came
    here. Constant statements whatever the batch.
    """
    history.hold(school)
    merged = stands_for({item.pupil for item in items if item.pupil})
    classes = {
        row.pk: row
        for row in SchoolClass.objects.visible_to(by.viewer(at), may=Permission.MARKBOOK_JUDGE)
        .filter(school=school, pk__in={item.school_class for item in items if item.school_class})
        .select_related("year")
    }
    objectives = dict(
        Objective.objects.at(school)
        .to_learn()
        .filter(pk__in={item.objective for item in items})
        .values_list("pk", "retired_at")
    )
    pupils = {merged.get(item.pupil, item.pupil) for item in items if item.pupil}
    mine = Pupil.objects.visible_to(by.viewer(at), may=Permission.MARKBOOK_JUDGE).filter(school=school, pk__in=pupils)
    places = set(
        ClassMembership.objects.filter(pupil__in=mine, school_class__in=classes).values_list("school_class", "pupil")
    )
    bases = {item.base for item in items if item.base is not None}
    saved = list(Taught.objects.filter(Q(device_key__in=[item.id for item in items]) | Q(pk__in=bases, by=by)))
    known = {row.device_key: row for row in saved}
    over: dict[tuple[int | None, ...], datetime] = {
        (row.pk, row.school_class_id, row.objective_id): row.said_at + timedelta(microseconds=1) for row in saved
    }
    results: dict[uuid.UUID, Result] = {}
    rows: dict[uuid.UUID, Taught] = {}
    for item in items:
        if item.id in results or item.id in rows:
            continue
        pupil = merged.get(item.pupil, item.pupil) or None
        result, on = read(item, pupil, classes=classes, objectives=objectives, places=places, today=school.day(at))
        if result is None and item.id in known:
            result = repeated(item, known[item.id], pupil=pupil, on=on, by=by, merged=merged)
        if result is not None:
            results[item.id] = result
            continue
        rows[item.id] = Taught(
            school=school,
            device_key=item.id,
            school_class=classes[item.school_class or 0],
            objective_id=item.objective,
            pupil_id=pupil,
            taught_on=on,
            said_at=max(item.made_at, over.get((item.base, item.school_class, item.objective), item.made_at)),
            recorded_at=at,
            by=by,
        )
    if not rows:
        return list(results.values())
    change_set = ChangeSet.objects.create(
        school=school, kind="taught", by=by, at=at, finished_at=at, summary={"taught": len(rows)}
    )
    for row in rows.values():
        row.change_set = change_set
    Taught.objects.bulk_create(rows.values())
    results |= {row.device_key: Result(row.device_key, 201, row.pk, shown=said(row.taught_on)) for row in rows.values()}
    doors.record(
        Verb.TAUGHT_SAID,
        school=school,
        by=by,
        at=at,
        about=change_set,
        pupils=sorted({row.pupil_id for row in rows.values() if row.pupil_id}),
        details={
            "taught": [
                [
                    row.pk,
                    row.school_class_id,
                    row.objective_id,
                    row.pupil_id,
                    row.taught_on and row.taught_on.isoformat(),
                ]
                for row in rows.values()
            ]
        },
    )
    return list(results.values())


@offer("taught", permission=Permission.MARKBOOK_JUDGE)
def turn_back(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Say again what was said before it. Raises `CannotUndo` where something else was said since."""
    with doors.purpose().using(Purpose.TEACH, Shows.RECORD):
        rows = list(Taught.objects.filter(change_set=change_set))
        others = Taught.objects.filter(
            school_class__in={row.school_class_id for row in rows}, objective__in={row.objective_id for row in rows}
        ).exclude(change_set=change_set)
        before: dict[tuple[int, int, int | None], Taught] = {}
        for row in others.order_by("said_at", "device_key"):
            before[cell_of(row)] = row
        made = ChangeSet.objects.create(school=change_set.school, kind="taught", by=by, at=at, finished_at=at)
        for row in rows:
            was = before.get(cell_of(row))
            if was is not None and was.said_at > row.said_at:
                raise CannotUndo(_("Something else has been said of this since. Change it by hand."))
            Taught.objects.create(
                school=row.school,
                device_key=uuid.uuid4(),
                school_class_id=row.school_class_id,
                objective_id=row.objective_id,
                pupil_id=row.pupil_id,
                taught_on=was.taught_on if was else None,
                said_at=max(at, row.said_at),
                recorded_at=at,
                by=by,
                change_set=made,
            )
        return sorted({row.pupil_id for row in rows if row.pupil_id})


def cell_of(row: Taught) -> tuple[int, int, int | None]:
    """What a saying is about: class and objective, and the pupil where it is about one."""
    return row.school_class_id, row.objective_id, row.pupil_id


def said(on: date | None) -> dict[str, str | None]:
    """What was said, as a device reads it."""
    return {"on": on.isoformat() if on else None}


def read(
    item: Item,
    pupil: int | None,
    *,
    classes: Mapping[int, SchoolClass],
    objectives: Mapping[int, datetime | None],
    places: set[tuple[int, int]],
    today: date,
) -> tuple[Result | None, date | None]:
    """The day that an item says, or why it is refused."""
    school_class = classes.get(item.school_class or 0)
    if school_class is None:
        return Result(item.id, 404, reason=_("This is not a class that you mark.")), None
    if item.objective not in objectives:
        return Result(item.id, 404, reason=_("This objective is not one of this school's.")), None
    if pupil is not None and (school_class.pk, pupil) not in places:
        return Result(item.id, 404, reason=_("This pupil is not in a class that you mark.")), None
    said_on = item.value.get("on")
    if said_on is None and "on" in item.value:
        return None, None
    if objectives[item.objective] is not None:
        reason = _("This objective has been retired, so it is not taught any more.")
        return Result(item.id, 410, reason=reason), None
    try:
        on = date.fromisoformat(said_on if isinstance(said_on, str) else "")
    except ValueError:
        return Result(item.id, 422, reason=_("Say the day it was taught, such as 2026-03-04.")), None
    if on > today:
        return Result(item.id, 422, reason=_("That day is still to come. Say it once it has been taught.")), None
    if not school_class.year.first_day <= on <= school_class.year.last_day:
        return Result(item.id, 422, reason=_("That day is not in the school year of this class.")), None
    return None, on


def repeated(
    item: Item, row: Taught, *, pupil: int | None, on: date | None, by: Account, merged: Mapping[int, int]
) -> Result:
    """The answer to an id that was saved before: fine when it says the same."""
    of = merged.get(row.pupil_id, row.pupil_id) if row.pupil_id else None
    same = (row.school_class_id, row.objective_id, of, row.taught_on, row.by_id)
    if same == (item.school_class, item.objective, pupil, on, by.pk):
        return Result(item.id, 200, row.pk, shown=said(on))
    return Result(item.id, 422, reason=_("This change carries the number of another one. It was not saved."))
