"""A practice class: a teacher's own class with its marks as they stood, to try everything on. None of it counts.

Nothing is copied. Its page shows the real marks as they stood when practice began, and over them rows of a table of
their own, which nothing else reads. So no number, export, count or page of anybody else can know of it.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from muster.curriculum.models import Objective, Step
from muster.markbook.items import Item
from muster.markbook.models import Judgement, Practice, PracticeMark
from muster.markbook.newest import Newest
from muster.people import doors
from muster.people.access import Permission
from muster.people.models import Account, Pupil, School, SchoolClass
from muster.people.outbox import Result
from muster.people.purposes import Purpose
from muster.people.refusals import Refused

UNUSED_FOR = timedelta(days=14)
NOTED_USE = timedelta(hours=1)
"""Use is written down at most this often: a page that is read needs no row written each time."""
STATES = {kind.value for kind in Judgement.Kind} - {"step"}


class NotTheirClass(Refused):
    """The person does not mark this class, so has nothing to practise on."""


@transaction.atomic
def begin(*, school_class: SchoolClass, by: Account, at: datetime) -> Practice:
    """The practice of `by` for one of their classes: the one there is, else a new one with the marks as they now stand.

    Raises `NotTheirClass`. It is in no history, as nothing has happened.
    """
    mine = SchoolClass.objects.visible_to(by.viewer(at), may=Permission.MARKBOOK_JUDGE)
    if not mine.contains(school_class):
        raise NotTheirClass(_("You can practise on a class that you mark."))
    found, _made = Practice.objects.get_or_create(
        school=school_class.school, account=by, school_class=school_class, defaults={"made_at": at, "used_at": at}
    )
    return found


def use(practice: Practice, *, at: datetime) -> None:
    """Note that it is in use, so that it stays."""
    if at - practice.used_at >= NOTED_USE:
        Practice.objects.filter(pk=practice.pk, used_at__lt=at).update(used_at=at)


@transaction.atomic
def discard(*, practice: Practice) -> None:
    """Throw a practice class away with everything marked in it."""
    PracticeMark.objects.filter(practice=practice).delete()
    Practice.objects.filter(pk=practice.pk).delete()


@transaction.atomic
def sweep(at: datetime) -> str:
    """Throw away what nobody has used for 14 days."""
    gone = list(Practice.objects.filter(used_at__lte=at - UNUSED_FOR).values_list("pk", flat=True))
    PracticeMark.objects.filter(practice__in=gone).delete()
    Practice.objects.filter(pk__in=gone).delete()
    return f"{len(gone)} discarded"


def practised(practice: Practice, merged: Mapping[int, int]) -> dict[tuple[int, int], Newest]:
    """What was marked in practice, by (pupil, objective): the last mark of each. `merged`: records joined to others."""
    marks: dict[tuple[int, int], Newest] = {}
    rows = PracticeMark.objects.filter(practice=practice).order_by("judged_at", "pk")
    for pk, pupil, objective, kind, step, judged_at in rows.values_list(
        "pk", "pupil", "objective", "kind", "step", "judged_at"
    ):
        cell = (merged.get(pupil, pupil), objective)
        marks[cell] = Newest(kind, step, judged_at, practice.account_id, pk, False, judged_at)
    return marks


@doors.reads(Purpose.TEACH)
@transaction.atomic(savepoint=False)
def mark(items: Sequence[Item], *, school: School, by: Account, at: datetime) -> list[Result]:
    """Save the marks of practice classes; a repeat changes nothing. Constant statements whatever the batch.

    The marks of a practice that was discarded, or is somebody else's, are refused for good: their device lets them go.
    """
    numbers = {item.practice for item in items if item.practice is not None}
    mine = {practice.pk: practice for practice in Practice.objects.at(school).filter(account=by, pk__in=numbers)}
    pupils = set(
        Pupil.objects.visible_to(by.viewer(at), may=Permission.MARKBOOK_JUDGE)
        .filter(school=school, pk__in={item.pupil for item in items})
        .values_list("pk", flat=True)
    )
    objectives = set(
        Objective.objects.at(school).filter(pk__in={item.objective for item in items}).values_list("pk", flat=True)
    )
    wanted = {step for item in items if isinstance(step := item.value.get("step"), int)}
    steps = set(Step.objects.at(school).live().filter(pk__in=wanted).values_list("pk", flat=True))
    known = {row.device_key: row for row in PracticeMark.objects.filter(device_key__in=[item.id for item in items])}
    results: dict[uuid.UUID, Result] = {}
    rows: dict[uuid.UUID, PracticeMark] = {}
    for item in items:
        if item.id in results or item.id in rows:
            continue
        practice = mine.get(item.practice or 0)
        said = kind_and_step(item, steps)
        if practice is None:
            reason = _("This practice class has been discarded, and what was marked in it with it.")
            results[item.id] = Result(item.id, 410, reason=reason)
        elif item.pupil not in pupils or item.objective not in objectives:
            results[item.id] = Result(item.id, 404, reason=_("This is not in a class that you mark."))
        elif said is None:
            reason = _("This mark is not one of the words used for this objective.")
            results[item.id] = Result(item.id, 422, reason=reason)
        elif item.id in known:
            results[item.id] = repeated(item, known[item.id], said)
        else:
            rows[item.id] = PracticeMark(
                school=school,
                device_key=item.id,
                practice=practice,
                pupil_id=item.pupil,
                objective_id=item.objective,
                kind=said[0],
                step_id=said[1],
                judged_at=item.made_at,
            )
    saved = PracticeMark.objects.bulk_create(sorted_by_making(items, rows))
    Practice.objects.filter(pk__in={row.practice_id for row in saved}, used_at__lt=at).update(used_at=at)
    for row in saved:
        value = {"step": row.step_id} if row.kind == "step" else {"state": row.kind}
        results[row.device_key] = Result(row.device_key, 201, row.pk, value)
    return list(results.values())


def kind_and_step(item: Item, steps: set[int]) -> tuple[str, int | None] | None:
    """What an item says; None when it is no mark."""
    step, state = item.value.get("step"), item.value.get("state")
    if isinstance(state, str) and state in STATES and step is None:
        return state, None
    if isinstance(step, int) and not isinstance(step, bool) and state is None and step in steps:
        return "step", step
    return None


def repeated(item: Item, saved: PracticeMark, said: tuple[str, int | None]) -> Result:
    """The answer to an id that was saved before: fine when it says the same."""
    same = (saved.practice_id, saved.pupil_id, saved.objective_id, saved.kind, saved.step_id)
    if same != (item.practice, item.pupil, item.objective, *said):
        return Result(item.id, 422, reason=_("This change carries the number of another one. It was not saved."))
    return Result(item.id, 200, saved.pk, item.value)


def sorted_by_making(items: Sequence[Item], rows: Mapping[uuid.UUID, PracticeMark]) -> list[PracticeMark]:
    """The new rows in the order in which they were made, so that the last made is the last row."""
    order = {item.id: (item.made_at, item.seq) for item in reversed(items)}
    return [rows[key] for key in sorted(rows, key=lambda each: order[each])]
