"""Marks said of an earlier day than the one they were made on: those of the sheet of a past snapshot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.curriculum.models import Objective
from muster.markbook.actions import judge
from muster.markbook.items import Item
from muster.markbook.rules.snapshots import end_of
from muster.people.models import AcademicYear, Account, School
from muster.people.outbox import Result


@transaction.atomic(savepoint=False)
def judge_each_day(items: Sequence[Item], *, school: School, by: Account, at: datetime) -> list[Result]:
    """`judge`, where some items say a day. Those are judged at the end of it, never after they were made.

    Only lines that sum a subject up are judged of a past day, and only of the school year in which the mark was made:
    earlier years stay as they are. A day that has not passed is today. Constant statements for each day.
    """
    of_a_day = [item for item in items if item.on is not None]
    if not of_a_day:
        return judge(items, school=school, by=by, at=at)
    lines = set(
        Objective.objects.at(school)
        .summing_up()
        .filter(pk__in={item.objective for item in of_a_day})
        .values_list("pk", flat=True)
    )
    begins = list(AcademicYear.objects.at(school).values_list("first_day", flat=True))
    results: list[Result] = []
    groups: dict[datetime | None, list[Item]] = {}
    for item in items:
        if item.on is None:
            groups.setdefault(None, []).append(item)
            continue
        made_on = school.day(item.made_at)
        if item.objective not in lines:
            reason = _("Only a line of the summative sheet can be marked for another day.")
            results.append(Result(item.id, 422, reason=reason))
        elif item.on < year_begun(made_on, begins):
            reason = _("This day is of an earlier school year, whose marks stay as they are.")
            results.append(Result(item.id, 422, reason=reason))
        elif item.on >= made_on:
            groups.setdefault(None, []).append(item)
        else:
            end = end_of(item.on, school.midnight)
            groups.setdefault(end, []).append(replace(item, made_at=end))
    for until, group in groups.items():
        results += judge(group, school=school, by=by, at=at, until=until)
    return results


def year_begun(day: date, begins: Sequence[date]) -> date:
    """The first day of the school year that `day` lies in, or in a holiday of the one before it; itself without years."""
    return max((first for first in begins if first <= day), default=day)
