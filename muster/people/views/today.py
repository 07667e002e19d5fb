"""Today: first after signing in. One card for what is next, then what other apps offer."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.pages import panels
from muster.people.access import STAFF_ROLES, Permission, Role
from muster.people.gates import AccountRequest, SchoolRequest, requires, signed_in
from muster.people.models import Pupil, SchoolClass
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows


@require_safe
@signed_in
def front(request: AccountRequest) -> HttpResponse:
    """The top of the site: to the only school, else a choice of schools."""
    schools = request.viewer.schools
    if len(schools) == 1:
        return redirect("today", schools[0].slug)
    return TemplateResponse(request, "people/schools.html", {"schools": schools})


@require_safe
@requires(Permission.TODAY_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def today(request: SchoolRequest) -> HttpResponse:
    """What this person needs today."""
    roles = request.viewer.roles(request.school)
    classes = list(
        SchoolClass.objects.visible_to(request.viewer, may=Permission.MARKBOOK_JUDGE)
        .filter(school=request.school, year__first_day__lte=request.today, year__last_day__gte=request.today)
        .order_by("year_group__position", "name")
    )
    shown = panels.today.shown(request)
    context = {
        "classes": classes,
        "panels": [panel for panel in shown if panel.needs],
        "told": [panel for panel in shown if not panel.needs],
        "roles": [role.value for role in roles],
        "is_family": not STAFF_ROLES.intersection(roles),
        "is_it": Role.IT in roles,
        "may_set_up": request.may(Permission.SCHOOL_SETTINGS) and request.school.set_up_at is None,
        "saved_copy": "today",
        "may_find": request.may(Permission.PUPIL_LIST),
        "shortcuts": shortcuts(request),
    }
    return TemplateResponse(request, "people/today.html", context)


def shortcuts(request: SchoolRequest) -> list[dict[str, str]]:
    """What somebody without a class of their own most often comes for, one step from Today."""
    slug = request.school.slug
    found = [
        (Permission.PUPIL_EDIT, _("New joiner"), f"/{slug}/pupils/new/"),
        (Permission.DAY_PASS_GIVE, _("Day pass"), f"/{slug}/day-passes/"),
        (Permission.PUPIL_EDIT, _("Import"), f"/{slug}/imports/new/"),
        (Permission.ACCESS_GRANT, _("Staff"), f"/{slug}/accounts/"),
    ]
    return [{"label": label, "href": href} for permission, label, href in found if request.may(permission)]


@require_safe
@requires(Permission.OWN_RECORD_VIEW, purpose=Purpose.OWN_RECORD, shows=Shows.RECORD)
def own(request: SchoolRequest) -> HttpResponse:
    """What a pupil, or a parent for their child, may see of the record."""
    mine = Pupil.objects.visible_to(request.viewer, may=Permission.OWN_RECORD_VIEW).filter(school=request.school)
    children = by_name(mine)
    request.look_at(children)
    classes = {
        child.pk: ", ".join(
            membership.school_class.name
            for membership in child.memberships.filter(on_day(request.today))
            .select_related("school_class")
            .order_by("school_class__name")
        )
        for child in children
    }
    rows = [(child, classes[child.pk]) for child in children]
    return TemplateResponse(request, "people/own.html", {"rows": rows})


@require_safe
@requires(Permission.TODAY_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def more(request: SchoolRequest) -> HttpResponse:
    """Everything this person can open that has no place of its own in the bar."""
    return TemplateResponse(request, "people/more.html", {"tasks": more_tasks(request)})


def more_tasks(request: SchoolRequest) -> list[dict[str, str]]:
    """Pages by permission, each with a line saying what for."""
    slug = request.school.slug
    found = [
        (Permission.PUPIL_LIST, _("Pupils"), _("Everyone on roll, by name"), f"/{slug}/pupils/"),
        (
            Permission.CURRICULUM_VIEW,
            _("Frameworks and scales"),
            _("What is taught, and your words for how it went"),
            f"/{slug}/frameworks/",
        ),
        (Permission.LATE_DESK_KEEP, _("Desk"), _("Sign pupils in late, and out"), f"/{slug}/desk/"),
        (Permission.REGISTER_AMEND, _("Absences"), _("Who is missing without a reason"), f"/{slug}/absences/"),
        (Permission.ATTENDANCE_VIEW, _("Attendance"), _("Rates, and who is often absent"), f"/{slug}/attendance/"),
        (Permission.VISITOR_SIGN, _("Visitors"), _("Who else is here today"), f"/{slug}/visitors/"),
        (Permission.TIMETABLE_EDIT, _("Timetable"), _("Periods, lessons, duties, part-time"), f"/{slug}/timetable/"),
        (Permission.TIMETABLE_EDIT, _("Cover"), _("Another adult or room for a day"), f"/{slug}/cover/"),
        (Permission.TIMETABLE_EDIT, _("Trips"), _("Who is away with whom, and until when"), f"/{slug}/trips/"),
        (Permission.TIMETABLE_EDIT, _("School day"), _("When registers open, and the codes"), f"/{slug}/school-day/"),
        (Permission.INCIDENT_VIEW, _("Incidents"), _("What happened, and what was done"), f"/{slug}/incidents/"),
        (Permission.ROLL_CALL_VIEW, _("Roll calls"), _("Past ones side by side, and phones"), f"/{slug}/roll-calls/"),
        (Permission.DAY_PASS_GIVE, _("Day pass"), _("Let a supply teacher in for today"), f"/{slug}/day-passes/"),
        (Permission.PUPIL_EDIT, _("Import"), _("A class list from a file"), f"/{slug}/imports/new/"),
        (Permission.ACCESS_GRANT, _("Staff"), _("Who works here and what they may open"), f"/{slug}/accounts/"),
        (
            Permission.PUPIL_EDIT,
            _("Sent to this school"),
            _("Records from other schools of the trust, to be accepted"),
            f"/{slug}/arrivals/",
        ),
        (
            Permission.YEAR_TURN,
            _("New school year"),
            _("Classes move up, the last year leaves, teachers are said"),
            f"/{slug}/new-year/",
        ),
        (Permission.SCHOOL_SETTINGS, _("Settings"), _("School, terms, groups, words"), f"/{slug}/settings/"),
        (Permission.HISTORY_VIEW, _("History"), _("What was changed and who looked"), f"/{slug}/history/"),
        (Permission.OWN_RECORD_VIEW, _("What Muster knows"), _("The record, in plain words"), f"/{slug}/own/"),
        (Permission.TODAY_VIEW, _("Help"), _("How to do things, and whom to ask"), f"/{slug}/help/"),
    ]
    return [
        {"label": label, "hint": hint, "href": href}
        for permission, label, hint, href in found
        if request.may(permission)
    ]
