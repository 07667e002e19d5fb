"""Visitors, contractors and staff: the office's list, and the tablet on the door."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from muster.attendance.actions import visitors as act
from muster.attendance.at_the_door import staff_of_today
from muster.attendance.forms import VisitForm
from muster.attendance.models import StaffSigning, Visit
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Staff
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import done, page, refused, taken
from muster.people.views.found import number

SIGN = Permission.VISITOR_SIGN
"""Who may sign visitors in and out, and put a tablet on the door."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SIGN, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def visitors(request: SchoolRequest) -> HttpResponse:
    """Who is here, who forgot to sign out yesterday, and one more."""
    form = VisitForm(request.POST or None, request=request)
    if form.is_bound and form.is_valid() and taken(form, lambda: came(request, form)):
        return done(request, _("Signed in."), "visitors")
    here = list(Visit.objects.at(request.school).here(request.now).select_related("host").order_by("came_at", "pk"))
    signed = StaffSigning.objects.at(request.school).filter(left_at__isnull=True).values_list("adult", "came_at")
    inside = {adult: at for adult, at in signed if request.school.day(at) == request.today}
    today = staff_of_today(request.school, request.now).keys()
    context = {
        "here": [visit for visit in here if request.school.day(visit.came_at) == request.today],
        "forgotten": [visit for visit in here if request.school.day(visit.came_at) != request.today],
        "staff": [
            (each, inside.get(each.pk))
            for each in Staff.objects.at(request.school).filter(pk__in=today | inside.keys()).order_by("name")
        ],
    }
    return page(request, "attendance/visitors.html", context, form=form)


def came(request: SchoolRequest, form: VisitForm) -> None:
    """Sign in whoever filled in the form."""
    act.come(school=request.school, **form.cleaned_data, by=request.account, at=request.now)


def visit_of(request: SchoolRequest, visit_id: int) -> Visit:
    """A visit of this school, by number."""
    return get_object_or_404(Visit.objects.at(request.school), pk=number(visit_id))


@require_POST
@requires(SIGN, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def visit_departure(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Sign a visitor out."""
    visit = visit_of(request, visit_id)
    try:
        act.leave(visit=visit, by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "visitors")
    return done(request, _("Signed out."), "visitors")


@require_POST
@requires(SIGN, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def visit_clearance(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Say that a visitor of an earlier day is gone."""
    visit = visit_of(request, visit_id)
    try:
        act.clear(visit=visit, by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "visitors")
    return done(request, _("Cleared, with your name."), "visitors")


@require_POST
@requires(SIGN, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def staff_signing(request: SchoolRequest, staff_id: int) -> HttpResponse:
    """Sign one of the staff in, or out."""
    adult = get_object_or_404(Staff.objects.at(request.school), pk=number(staff_id))
    act.sign_staff(adult=adult, by=request.account, at=request.now)
    return redirect("visitors", request.school.slug)
