"""Attendance between two days, who is often absent, and the files for the school's MIS."""

from datetime import date
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.attendance.actions.exports import MarksFile, again, export_marks
from muster.attendance.days import plan_on
from muster.attendance.models import MarksExport
from muster.attendance.rules.codes import Session
from muster.attendance.summary import OfGroup, noticed, summary
from muster.attendance.words import WEEKDAYS
from muster.pages.sheets import separated
from muster.people.access import Permission
from muster.people.calendar import year_at
from muster.people.gates import SchoolRequest, requires
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import refused

VIEW, AMEND = Permission.ATTENDANCE_VIEW, Permission.REGISTER_AMEND


def percent(share: Fraction | None) -> str:
    """A share as a page says it, with one decimal: the only place it is rounded."""
    return _("none possible") if share is None else f"{float(round(share * 1000) / Fraction(10)):.1f}%"


def days_asked(request: SchoolRequest) -> tuple[date, date]:
    """From and until when: as asked, else the school year so far."""
    year = year_at(request.school, request.today)
    first = year.first_day if year else request.today

    def asked(name: str, otherwise: date) -> date:
        try:
            return date.fromisoformat(request.GET.get(name, ""))
        except ValueError:
            return otherwise

    first, last = asked("from", min(first, request.today)), asked("until", request.today)
    return (first, last) if first <= last else (last, first)


@require_safe
@requires(VIEW, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def attendance(request: SchoolRequest) -> HttpResponse:
    """Rates by pupil, class, year group and key group; who is persistently or severely absent; what stands out."""
    first, last = days_asked(request)
    found = summary(request.school, request.viewer, first=first, last=last, today=request.today)
    request.look_at([row.pupil for row in found.pupils])
    seen = {row.pupil.pk: row for row in found.pupils}
    lead = request.may(Permission.ATTENDANCE_LEAD)
    codes = plan_on(request.school, last).codes
    stands_out = noticed(request.school, first=first, last=last, today=request.today, codes=codes)
    context = {
        "first": first,
        "last": last,
        "every": said(found.every),
        "tables": [
            (label, [said(each) for each in groups])
            for label, groups in (
                (_("By class"), found.classes),
                (_("By year"), found.years),
                (_("By group"), found.groups),
            )
            if groups
        ],
        "persistent": [pupil_said(row) for row in found.persistent],
        "severe": {row.pupil.pk for row in found.severe},
        "pupils": [pupil_said(row) for row in found.pupils],
        "patterns": [(seen[pk], pattern_said(pattern)) for pk, pattern in stands_out.patterns.items() if pk in seen],
        "ten": [(seen[pk], on) for pk, on in stands_out.ten.items() if pk in seen] if lead else [],
        "is_lead": lead,
        "may_export": request.may(AMEND),
    }
    return TemplateResponse(request, "attendance/attendance.html", context)


def said(group: OfGroup) -> dict[str, Any]:
    """A group as a row of a table."""
    tally = group.tally
    return {
        "name": group.name,
        "pupils": group.pupils,
        "attendance": percent(tally.attendance),
        "authorised": percent(Fraction(tally.authorised, tally.possible) if tally.possible else None),
        "unauthorised": percent(Fraction(tally.unauthorised, tally.possible) if tally.possible else None),
        "late": tally.late,
        "unmarked": tally.unmarked,
    }


def pupil_said(row: Any) -> dict[str, Any]:
    """A pupil as a row of a table."""
    return {
        "pk": row.pupil.pk,
        "name": row.pupil.formal_name,
        "school_class": row.school_class,
        "attendance": percent(row.tally.attendance),
        "absent": row.tally.absent,
        "possible": row.tally.possible,
        "late": row.tally.late,
    }


def pattern_said(found: Any) -> str:
    """A pattern in a sentence."""
    parts = [
        _("%(times)s of %(days)s %(weekday)ss") % {"times": times, "days": days, "weekday": WEEKDAYS[weekday]}
        for weekday, times, days in found.weekdays
    ]
    if found.broken_weeks * 2 >= max(found.weeks, 1):
        parts.append(_("%(broken)s of %(weeks)s weeks broken") % {"broken": found.broken_weeks, "weeks": found.weeks})
    return ", ".join(parts)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AMEND, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def mis_files(request: SchoolRequest) -> HttpResponse:
    """The files made for the school's MIS, and the next one."""
    if request.method == "POST":
        try:
            made = export_marks(school=request.school, by=request.account, at=request.now)
        except Refused as refusal:
            return refused(request, refusal, "mis-files")
        return file_of(request, made)
    request.look_at([])
    files = MarksExport.objects.at(request.school).select_related("made_by").order_by("-number")[:30]
    return TemplateResponse(request, "attendance/mis_files.html", {"files": files})


@require_safe
@requires(AMEND, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def mis_file(request: SchoolRequest, number: int) -> HttpResponse:
    """A file that was made before, once more."""
    if number >= 2**31:
        raise Http404
    export = get_object_or_404(MarksExport.objects.at(request.school), number=number)
    return file_of(request, again(export))


def file_of(request: SchoolRequest, made: MarksFile) -> HttpResponse:
    """The file, with who made it and when in its name's place: its first row says so."""
    pupils = {row.pk: row for row in by_name(mark.pupil for mark in made.marks)}
    request.look_at(pupils)
    headings = [
        "File", "UPN", "Surname", "Forenames", "Date", "Session", "Code", "Minutes late", "Change", "Marked at",
        "Marked by", "Supervised by",
    ]  # fmt: skip
    rows = [
        [
            made.export.number,
            mark.pupil.upn or "",
            mark.pupil.surname,
            mark.pupil.forenames,
            mark.on.isoformat(),
            "AM" if mark.session == Session.MORNING else "PM",
            mark.code,
            mark.minutes_late if mark.minutes_late is not None else "",
            "taken back" if not mark.code else "amended" if mark.over_id else "new",
            mark.marked_at.astimezone(request.school.zone).strftime("%Y-%m-%d %H:%M"),
            str(mark.by),
            str(mark.adult) if mark.adult else "",
        ]
        for mark in made.marks
    ]
    response = HttpResponse(separated(headings, rows), content_type="text/csv; charset=utf-8")
    name = f"attendance-{request.school.slug}-{made.export.number:05}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
