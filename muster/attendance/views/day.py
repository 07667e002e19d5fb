"""How the day runs, cover and trips."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from muster.attendance.actions.timetable import call_off, plan_day, plan_trip, set_cover
from muster.attendance.days import plan_on
from muster.attendance.forms import CoverForm, DayPlanForm, TripForm
from muster.attendance.models import Cover, DayPlan, Trip
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Pupil
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import done, page, refused, taken
from muster.people.views.found import number

EDIT = Permission.TIMETABLE_EDIT
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def school_day(request: SchoolRequest) -> HttpResponse:
    """How the day runs, from which day on."""
    plan = plan_on(request.school, request.today)
    initial = {
        "starts_on": request.today + timedelta(days=1),
        "codes": plan.codes.name,
        "morning": plan.hours.morning,
        "afternoon": plan.hours.afternoon,
        "ends": plan.hours.ends,
        "open_minutes": plan.hours.open_minutes,
        "lessons": plan.lessons,
        "outdoors": ", ".join(plan.outdoors),
    }
    form = DayPlanForm(request.POST or None, initial=initial)
    said: dict[str, Any] = {"school": request.school, "by": request.account, "at": request.now}
    if form.is_bound and form.is_valid() and taken(form, lambda: plan_day(**said, **form.cleaned_data)):
        return done(request, _("The day runs so from then on."), "school-day")
    later = DayPlan.objects.at(request.school).filter(starts_on__gt=request.today).order_by("starts_on")
    return page(request, "attendance/school_day.html", {"plan": plan, "later": later}, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def cover(request: SchoolRequest) -> HttpResponse:
    """Who takes which class instead, and where, on a day."""
    form = CoverForm(request.POST or None, request=request, initial={"on": request.today})
    said: dict[str, Any] = {"by": request.account, "at": request.now, "period": None}
    if form.is_bound and form.is_valid() and taken(form, lambda: set_cover(**said, **form.cleaned_data)):
        return done(request, _("Kept."), "cover")
    rows = (
        Cover.objects.at(request.school)
        .filter(on__gte=request.today)
        .select_related("school_class", "adult", "period")
        .order_by("on", "school_class__name")
    )
    return page(request, "attendance/cover.html", {"rows": rows}, form=form)


@GET_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NAMES)
def trips(request: SchoolRequest) -> HttpResponse:
    """Trips to come and under way, and one more."""
    inside = Pupil.objects.visible_to(request.viewer, may=Permission.EXPECTED_VIEW).filter(school=request.school)
    pupils = by_name(inside.on_roll(request.today))
    form = TripForm(request.POST or None, request=request, pupils=pupils, initial={"day": request.today})
    if form.is_bound and form.is_valid() and taken(form, lambda: trip_of(request, form)):
        return done(request, _("Planned. Registers show it."), "trips")
    rows = (
        Trip.objects.at(request.school)
        .filter(back_at__gt=request.now, called_off_at__isnull=True)
        .select_related("leader")
        .order_by("leaves_at")
    )
    return page(request, "attendance/trips.html", {"rows": rows}, form=form)


def trip_of(request: SchoolRequest, form: TripForm) -> None:
    """Enter the trip as typed: the whole class, and whoever goes by name."""
    given, zone = form.cleaned_data, request.school.zone
    inside = Pupil.objects.visible_to(request.viewer, may=Permission.EXPECTED_VIEW).filter(school=request.school)
    on_roll = inside.on_roll(given["day"])
    going = set(on_roll.filter(pk__in=given["pupils"]))
    if given["school_class"]:
        going |= set(on_roll.in_class(given["school_class"], given["day"]))
    plan_trip(
        school=request.school,
        **{name: given[name] for name in ("name", "place", "code", "leader")},
        leaves_at=datetime.combine(given["day"], given["leaves"], zone),
        back_at=datetime.combine(given["day"], given["back"], zone),
        pupils=sorted(going, key=lambda each: each.pk),
        by=request.account,
        at=request.now,
    )


@require_POST
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def trip_end(request: SchoolRequest, trip_id: int) -> HttpResponse:
    """Call a trip off."""
    trip = get_object_or_404(Trip.objects.at(request.school), pk=number(trip_id))
    try:
        call_off(trip=trip, by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "trips")
    return done(request, _("Called off."), "trips")
