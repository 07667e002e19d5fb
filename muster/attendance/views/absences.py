"""Following up absence: who is missing without a reason, what was done, marks put right, absences planned."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.attendance.actions.absences import amend, note_contact, plan_absence, take_back
from muster.attendance.days import plan_on
from muster.attendance.forms import WAYS, AmendForm, ContactForm, PlannedForm
from muster.attendance.marks import standing_on
from muster.attendance.models import ContactNote, PlannedAbsence, RegisterMark
from muster.attendance.rules.codes import Session
from muster.attendance.unexplained import unexplained
from muster.attendance.words import code_word, session_word
from muster.pages.formatting import full_moment
from muster.people.access import Permission, Role
from muster.people.gates import SchoolRequest, requires
from muster.people.merging import one_child
from muster.people.models import Pupil
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.roles import role_word
from muster.people.views.answers import done, page, refused, taken
from muster.people.views.found import number, pupil_of

AMEND = Permission.REGISTER_AMEND


def day_of(text: str, today: date) -> date:
    """A day of an address, up to today; 404 for none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if not date(2000, 1, 1) <= found <= today:
        raise Http404
    return found


@require_safe
@requires(AMEND, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def absences(request: SchoolRequest) -> HttpResponse:
    """Absences without a reason: today's, and earlier ones that wait."""
    rows = unexplained(request.school, on=request.today, today=request.today)
    request.look_at([row.pupil for row in rows])
    context = {
        "today_rows": [row for row in rows if row.on == request.today],
        "earlier": [row for row in rows if row.on != request.today],
        "day": request.today,
        "not_accepted": plan_on(request.school, request.today).codes.not_accepted,
    }
    return TemplateResponse(request, "attendance/absences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AMEND, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def absence(request: SchoolRequest, pupil_id: int, on: str) -> HttpResponse:
    """One pupil's day: every mark that was made, who was called, and the forms for both."""
    pupil = pupil_of(request, pupil_id, AMEND)
    day = day_of(on, request.today)
    request.look_at([pupil])
    amending = AmendForm(request.POST if "amend" in request.POST else None, request=request, on=day)
    contact = ContactForm(request.POST if "contact" in request.POST else None)
    said: dict[str, Any] = {"by": request.account, "at": request.now, "pupil": pupil, "on": day}
    if amending.is_bound and amending.is_valid():
        given = {name: amending.cleaned_data[name] for name in ("code", "adult", "reason")}
        if taken(amending, lambda: amend(**said, **given, sessions=amending.sessions)):
            return done(request, _("The mark is changed. The one before is kept."), "absence", pupil.pk, on)
    if contact.is_bound and contact.is_valid() and taken(contact, lambda: note_contact(**said, **contact.cleaned_data)):
        return done(request, _("Noted."), "absence", pupil.pk, on)
    context = day_context(request, pupil, day) | {"amending": amending, "contact": contact}
    return page(request, "attendance/absence.html", context, form=contact if contact.is_bound else amending)


def day_context(request: SchoolRequest, pupil: Pupil, day: date) -> dict[str, Any]:
    """Every mark of the day, newest first, those that stand, and the contacts."""
    codes = plan_on(request.school, day).codes
    zone = request.school.zone
    records = one_child([pupil.pk])
    stands = standing_on(request.school, day, pupils=[pupil.pk])
    marks = list(
        RegisterMark.objects.at(request.school)
        .filter(pupil__in=records, on=day, session__in=["am", "pm"])
        .select_related("pupil", "by")
        .order_by("-marked_at", "-pk")
    )
    notes = ContactNote.objects.at(request.school).filter(pupil__in=records, on=day).select_related("pupil", "by")
    ways = dict(WAYS)
    return {
        "child": pupil,
        "day": day,
        "standing": [
            {
                "label": session_word(session),
                "value": code_word(codes, mark.code)
                if (mark := stands.get((pupil.pk, session, None)))
                else _("No mark"),
            }
            for session in (Session.MORNING, Session.AFTERNOON)
        ],
        "marks": [
            {
                "what": _("%(session)s: %(word)s")
                % {
                    "session": session_word(Session(row.session)),
                    "word": code_word(codes, row.code) if row.code else _("mark taken back"),
                },
                "when": full_moment(row.marked_at, zone),
                "who": f"{row.by}, {role_word(Role(row.role))}",
                "text": row.reason or "",
            }
            for row in marks
        ],
        "contacts": [
            {
                "what": _("%(way)s, reached") % {"way": ways[row.way]}
                if row.reached
                else _("%(way)s, nobody reached") % {"way": ways[row.way]},
                "when": full_moment(row.at, zone),
                "who": str(row.by),
                "text": row.text or "",
            }
            for row in notes.order_by("-at")
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AMEND, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def planned_absences(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """Absences of a pupil that are known beforehand, and one more."""
    pupil = pupil_of(request, pupil_id, AMEND)
    request.look_at([pupil])
    form = PlannedForm(
        request.POST or None, request=request, initial={"first_day": request.today, "last_day": request.today}
    )
    said: dict[str, Any] = {"pupil": pupil, "by": request.account, "at": request.now}
    if form.is_bound and form.is_valid() and taken(form, lambda: plan_absence(**said, **form.cleaned_data)):
        return done(
            request,
            _("Planned. The register shows it; whoever takes the register marks it."),
            "planned-absences",
            pupil.pk,
        )
    known = PlannedAbsence.objects.at(request.school).filter(
        pupil__in=one_child([pupil.pk]), last_day__gte=request.today, taken_back_at__isnull=True
    )
    codes = plan_on(request.school, request.today).codes
    rows = [(row, code_word(codes, row.code)) for row in known.select_related("pupil").order_by("first_day")]
    return page(request, "attendance/planned.html", {"child": pupil, "rows": rows}, form=form)


@require_POST
@requires(AMEND, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def planned_end(request: SchoolRequest, planned_id: int) -> HttpResponse:
    """Take back a planned absence. It shows nobody."""
    request.look_at([])
    mine = Pupil.objects.visible_to(request.viewer, may=AMEND).filter(school=request.school)
    planned = get_object_or_404(
        PlannedAbsence.objects.filter(school=request.school, pupil__in=mine), pk=number(planned_id)
    )
    try:
        take_back(planned=planned, by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "planned-absences", planned.pupil_id)
    return done(request, _("Taken back."), "planned-absences", planned.pupil_id)
