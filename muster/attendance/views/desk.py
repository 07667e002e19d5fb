"""The desk: signing pupils in late and out early."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.attendance.actions.desk import arrival, sign_in, sign_out
from muster.attendance.forms import SignInForm, SignOutForm, today_at
from muster.attendance.models import DeskEntry
from muster.attendance.words import code_word
from muster.pages.formatting import clock
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Pupil
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.views.answers import done, page, taken
from muster.people.views.found import pupil_of
from muster.people.views.pupils import matching
from muster.people.views.sought import search_is_posted, sought

KEEP = Permission.LATE_DESK_KEEP
MOST_FOUND = 12


@require_http_methods(["GET", "HEAD", "POST"])
@requires(KEEP, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
@search_is_posted
def desk(request: SchoolRequest) -> HttpResponse:
    """Who passed the desk today, and a box to find somebody by name."""
    entries = list(
        DeskEntry.objects.at(request.school)
        .filter(passed_at__gte=request.school.midnight(request.today))
        .select_related("pupil")
        .order_by("-passed_at", "-pk")
    )
    text = sought(request) or ""
    found: list[Pupil] = []
    if text.strip():
        mine = Pupil.objects.visible_to(request.viewer, may=KEEP).filter(school=request.school).on_roll(request.today)
        found = matching(by_name(mine), text)[:MOST_FOUND]
    by_name(entry.pupil for entry in entries)
    request.look_at([entry.pupil_id for entry in entries])
    return TemplateResponse(request, "attendance/desk.html", {"entries": entries, "found": found, "sought": text})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(KEEP, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def desk_pupil(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """One pupil at the desk: sign in, or sign out."""
    pupil = pupil_of(request, pupil_id, KEEP)
    request.look_at([pupil])
    now = clock(request.now, request.school.zone)
    going = "out" in request.POST
    way_in = SignInForm(request.POST if "in" in request.POST else None, initial={"arrived": now}, prefix="in")
    way_out = SignOutForm(request.POST if going else None, initial={"left": now}, prefix="out")
    if way_in.is_bound and way_in.is_valid() and taken(way_in, lambda: came(request, pupil, way_in)):
        return done(request, _("Signed in."), "desk")
    if way_out.is_bound and way_out.is_valid() and taken(way_out, lambda: went(request, pupil, way_out)):
        return done(request, _("Signed out."), "desk")
    found = arrival(pupil, arrived_at=request.now)
    entries = DeskEntry.objects.filter(pupil=pupil, passed_at__gte=request.school.midnight(request.today))
    context = {
        "child": pupil,
        "code": found.code,
        "code_word": code_word(found.codes, found.code),
        "way_in": way_in,
        "way_out": way_out,
        "entries": entries.order_by("-passed_at"),
    }
    return page(request, "attendance/desk_pupil.html", context, form=way_out if going else way_in)


def came(request: SchoolRequest, pupil: Pupil, form: SignInForm) -> None:
    """Sign in as typed."""
    given = form.cleaned_data
    arrived_at = today_at(request, given["arrived"])
    sign_in(pupil=pupil, arrived_at=arrived_at, reason=given["reason"], by=request.account, at=request.now)


def went(request: SchoolRequest, pupil: Pupil, form: SignOutForm) -> None:
    """Sign out as typed."""
    given = form.cleaned_data
    sign_out(
        pupil=pupil,
        left_at=today_at(request, given["left"]),
        reason=given["reason"],
        collected_by=given["collected_by"],
        by=request.account,
        at=request.now,
    )
