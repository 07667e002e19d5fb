"""Marks for the school's MIS: everything said since the file before, and nothing twice."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from muster.attendance.models import MarksExport, RegisterMark
from muster.attendance.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import require
from muster.people.models import Account, School
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.privacy import history


class NothingNew(Refused):
    """No mark was made since the last file."""


@dataclass(frozen=True)
class MarksFile:
    """The marks of one file, in the order they were recorded."""

    export: MarksExport
    marks: list[RegisterMark]


@doors.reads(Purpose.ATTENDANCE)
@transaction.atomic
def export_marks(*, school: School, by: Account, at: datetime) -> MarksFile:
    """The next file: every morning and afternoon mark recorded since the one before, an amendment too, numbered.

    Marks are recorded one batch after another (each holds the school's chain), so a file misses nothing and repeats nothing.
    Raises `NotTheirSchool`, and `NothingNew` where there is nothing to send.
    """
    history.hold(school)
    require(Permission.REGISTER_AMEND, school=school, by=by, at=at)
    before = MarksExport.objects.at(school).order_by("-number").first()
    fresh = RegisterMark.objects.at(school).filter(pk__gt=before.upto if before else 0, session__in=["am", "pm"])
    last = fresh.aggregate(last=Max("pk"))["last"]
    if last is None:
        raise NothingNew(_("No mark was made since the last file."))
    marks = list(fresh.filter(pk__lte=last).select_related("pupil", "by", "adult").order_by("pk"))
    export = MarksExport.objects.create(
        school=school, number=before.number + 1 if before else 1, upto=last, rows=len(marks), made_at=at, made_by=by
    )
    doors.record(
        Verb.MARKS_EXPORTED,
        school=school,
        by=by,
        at=at,
        about=export,
        pupils=sorted({mark.pupil_id for mark in marks}),
        details={"number": export.number, "rows": len(marks)},
    )
    return MarksFile(export, marks)


@doors.reads(Purpose.ATTENDANCE)
def again(export: MarksExport) -> MarksFile:
    """The marks of a file that was made before, the same rows: a file can be lost on its way."""
    before = MarksExport.objects.at(export.school).filter(number=export.number - 1).first()
    marks = RegisterMark.objects.at(export.school).filter(
        pk__gt=before.upto if before else 0, pk__lte=export.upto, session__in=["am", "pm"]
    )
    return MarksFile(export, list(marks.select_related("pupil", "by", "adult").order_by("pk")))
