"""Passes: sending a pupil to another class, and who is out now. Nothing here is timed."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.attendance.actions.timetable import give_pass, take_pass_back
from muster.attendance.forms import PassForm
from muster.attendance.models import Pass
from muster.pages.forms import offer_rows, rows_of
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Pupil
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import done, page, refused, taken
from muster.people.views.found import class_of, number, pupil_of

TAKE = Permission.REGISTER_TAKE


@dataclass(frozen=True)
class Out:
    """Somebody who is out on a pass."""

    pupil: Pupil
    given: Pass


def out_now(request: SchoolRequest, pupils: list[Pupil] | None = None) -> list[Out]:
    """Who is out now of those whose registers this person takes, or of `pupils`; by name. Constant statements."""
    theirs = Pupil.objects.visible_to(request.viewer, may=TAKE).filter(school=request.school)
    if pupils is not None:
        theirs = theirs.filter(pk__in=[pupil.pk for pupil in pupils])
    rows = Pass.objects.at(request.school).filter(given_at__lte=request.now, ends_at__gt=request.now, pupil__in=theirs)
    # Of two passes the one given last is where they should be.
    held = {row.pupil_id: row for row in rows.select_related("to_class").order_by("given_at", "pk")}
    out = by_name(theirs.filter(pk__in=held).only("key", "names", "school", "merged_into"))
    return [Out(pupil, held[pupil.pk]) for pupil in out]


@require_safe
@requires(TAKE, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def passes(request: SchoolRequest) -> HttpResponse:
    """Everybody who is out on a pass now."""
    rows = out_now(request)
    request.look_at([row.pupil for row in rows])
    return page(request, "attendance/passes.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(TAKE, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def class_passes(request: SchoolRequest, class_id: int) -> HttpResponse:
    """Who of a class is out on a pass now, and one more."""
    school_class = class_of(request, class_id, TAKE)
    theirs = Pupil.objects.visible_to(request.viewer, may=TAKE).on_roll(request.today)
    inside = theirs.in_class(school_class, request.today).only("key", "names", "school", "merged_into")
    pupils = by_name(inside)
    request.look_at(pupils)
    form = PassForm(request.POST or None, request=request, pupils=pupils)
    offer_rows(form, "to_class", rows_of(form, "to_class").exclude(pk=school_class.pk))
    by_number = {pupil.pk: pupil for pupil in pupils}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        said = {"to_class": given["to_class"], "by": request.account, "at": request.now}
        if taken(form, lambda: give_pass(pupil=by_number[given["pupil"]], **said)):
            return done(request, _("Sent, until the lesson ends."), "class-passes", school_class.pk)
    context = {"rows": out_now(request, pupils), "school_class": school_class}
    return page(request, "attendance/passes.html", context, form=form)


@require_POST
@requires(TAKE, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def pupil_pass(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """Send a pupil to another class, from their own page."""
    pupil = pupil_of(request, pupil_id, TAKE)
    request.look_at([pupil])
    form = PassForm({"pupil": pupil.pk, "to_class": request.POST.get("to_class")}, request=request, pupils=[pupil])
    if not form.is_valid():
        return refused(request, Refused(_("Choose the class to go to.")), "pupil", pupil.pk)
    try:
        give_pass(pupil=pupil, to_class=form.cleaned_data["to_class"], by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "pupil", pupil.pk)
    return done(request, _("Sent, until the lesson ends."), "pupil", pupil.pk)


@require_POST
@requires(TAKE, purpose=Purpose.ATTENDANCE, shows=Shows.NAMES)
def pass_end(request: SchoolRequest, pupil_id: int, pass_id: int) -> HttpResponse:
    """Take a pass back before it ends. It shows nothing of the pupil, so it is no look either: a look has a time."""
    pupil = pupil_of(request, pupil_id, TAKE)
    try:
        take_pass_back(pupil=pupil, number=number(pass_id), by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "passes")
    return done(request, _("Taken back."), "passes")
