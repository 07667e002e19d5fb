"""The tablet on the door: visitors, contractors and staff sign themselves in and out, and see nobody else's name."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.attendance.actions import visitors as act
from muster.attendance.forms_door import ArrivalForm, DepartureForm, StaffForm
from muster.attendance.views.visitors import SIGN
from muster.people.gates import SchoolRequest, requires
from muster.people.purposes import Purpose, Shows
from muster.people.signin import door as mode
from muster.people.signin.door import at_the_door
from muster.people.views.answers import attempt, page, taken

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
NOBODY: dict[str, Any] = {"account": None, "schools": (), "places": ()}
"""What the page around says of who is signed in: at the door nobody is, and what the browser kept of pages goes."""


@require_POST
@requires(SIGN, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def door_mode(request: SchoolRequest) -> HttpResponse:
    """Put this device on the door."""
    first = reverse("door", args=[request.school.slug])
    mode.begin(request, first=first, school=request.school, by=request.account, at=request.now)
    response = redirect(first)
    # Pages looked at before are not to come back with the Back button.
    response["Clear-Site-Data"] = '"cache"'
    return response


def to_office(request: SchoolRequest) -> HttpResponse | None:
    """A device that is not on the door has the office's page instead: nobody shall think it is locked."""
    return None if mode.home(request.session) else redirect("visitors", request.school.slug)


@at_the_door
@require_safe
@requires(SIGN, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def door(request: SchoolRequest) -> HttpResponse:
    """What somebody who stands there can do."""
    leaving = f"{reverse('account_reauthenticate')}?next={reverse('visitors', args=[request.school.slug])}"
    return to_office(request) or TemplateResponse(request, "attendance/door.html", {**NOBODY, "leaving": leaving})


@at_the_door
@GET_POST
@requires(SIGN, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def door_arrival(request: SchoolRequest) -> HttpResponse:
    """A visitor signs themselves in, and is given a badge number."""
    if away := to_office(request):
        return away
    form = ArrivalForm(request.POST or None, request=request)
    if form.is_bound and form.is_valid():
        visit = attempt(form, lambda: act.come(school=request.school, **form.said, by=request.account, at=request.now))
        if visit is not None:
            said = _("You are signed in. Your badge number is %(badge)s.") % {"badge": visit.badge}
            return home(request, said)
    return page(request, "attendance/door_arrival.html", NOBODY, form=form)


@at_the_door
@GET_POST
@requires(SIGN, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def door_departure(request: SchoolRequest) -> HttpResponse:
    """A visitor signs themselves out by badge number or name."""
    if away := to_office(request):
        return away
    form = DepartureForm(request.POST or None)
    said: dict[str, Any] = {"school": request.school, "by": request.account, "at": request.now}
    if form.is_bound and form.is_valid() and taken(form, lambda: act.leave_as(**said, **form.cleaned_data)):
        return home(request, _("You are signed out. Goodbye."))
    return page(request, "attendance/door_departure.html", NOBODY, form=form)


@at_the_door
@GET_POST
@requires(SIGN, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def door_staff(request: SchoolRequest) -> HttpResponse:
    """A member of staff signs themselves in or out by name."""
    if away := to_office(request):
        return away
    form = StaffForm(request.POST or None)
    coming = request.POST.get("way") != "out"
    said: dict[str, Any] = {"school": request.school, "coming": coming, "by": request.account, "at": request.now}
    if form.is_bound and form.is_valid() and taken(form, lambda: act.sign_as(**said, **form.cleaned_data)):
        return home(request, _("You are signed in.") if coming else _("You are signed out. Goodbye."))
    return page(request, "attendance/door_staff.html", NOBODY, form=form)


def home(request: SchoolRequest, said: str) -> HttpResponse:
    """Back to the first page, with a word for whoever stands there. It holds no name."""
    messages.success(request, said)
    return redirect("door", request.school.slug)
