"""Incidents: the list, a new one, one with what was added, and its plain account."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.emergency.account import account_of, name_of, people_of
from muster.emergency.actions.incidents import People, amend, log
from muster.emergency.forms import AmendmentForm, IncidentForm
from muster.emergency.models import Incident, IncidentPerson, MustKnow
from muster.emergency.roster import pupils_expected, staff_expected
from muster.emergency.showing import shown
from muster.people.access import STAFF_ROLES, Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Account, Post
from muster.people.models.classes import on_day
from muster.people.purposes import Purpose, Shows

ON_A_PAGE = 50


def colleagues(request: SchoolRequest) -> dict[str, Account]:
    """Everybody with a post of the staff here today, by number, by name; not whoever asks."""
    posts = Post.objects.at(request.school).filter(on_day(request.today), role__in=STAFF_ROLES)
    found = {post.account for post in posts.select_related("account")} - {request.account}
    return {str(one.pk): one for one in sorted(found, key=lambda one: (one.name, one.pk))}


def words_of(accounts: dict[str, Account]) -> list[tuple[str, str]]:
    """What a box offers."""
    return [(number, one.name) for number, one in accounts.items()]


@require_safe
@requires(Permission.INCIDENT_VIEW, purpose=Purpose.SAFEGUARDING, shows=Shows.RECORD)
def incidents(request: SchoolRequest) -> HttpResponse:
    """Those open to this person, the newest first."""
    found = Incident.objects.visible_to(request.viewer, may=Permission.INCIDENT_VIEW).filter(school=request.school)
    rows = list(found.select_related("written_by").order_by("-happened_at", "-pk")[:ON_A_PAGE])
    people = list(
        IncidentPerson.objects.filter(school=request.school, incident__in=rows).select_related("pupil", "staff")
    )
    by_incident: dict[int, list[str]] = {}
    keys = {row.pk: row for row in rows}
    for one in people:
        one.incident = keys[one.incident_id]
        by_incident.setdefault(one.incident_id, []).append(name_of(one))
    request.look_at([one.pupil_id for one in people if one.pupil_id])
    context = {
        "rows": [(shown(row), by_incident.get(row.pk, [])) for row in rows],
        "may_log": request.may(Permission.INCIDENT_LOG),
    }
    return TemplateResponse(request, "emergency/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.INCIDENT_LOG, purpose=Purpose.SAFEGUARDING, shows=Shows.NAMES)
def incident_new(request: SchoolRequest) -> HttpResponse:
    """Write one down in a minute and a half. The names it offers are those of the school: who was there is who was there."""
    pupils = pupils_expected(request.school, request.now)
    staff = staff_expected(request.school, request.now)
    accounts = colleagues(request)
    form = IncidentForm(
        request.POST or None,
        now=request.now,
        pupils=[(str(one.number), f"{one.name}, {one.group}" if one.group else one.name) for one in pupils],
        staff=[(str(one.number), one.name) for one in staff],
        accounts=words_of(accounts),
        initial={"uuid": uuid4(), "happened": request.now.astimezone(request.school.zone)},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        about = People(
            pupils=[int(number) for number in said["pupils"]],
            staff=[int(number) for number in said["staff"]],
            others=form.named(),
        )
        made = log(
            school=request.school, uuid=said["uuid"], happened_at=said["happened"], place=said["place"],
            what=said["what"], done=said["done"], follow_up=said["follow_up"], people=about,
            must_know=[accounts[number] for number in said["must_know"]], by=request.account, at=request.now,
        )  # fmt: skip
        messages.success(request, _("The incident is written down."))
        return redirect("incident", request.school.slug, made.pk)
    return TemplateResponse(
        request, "emergency/incident_new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@require_safe
@requires(Permission.INCIDENT_VIEW, purpose=Purpose.SAFEGUARDING, shows=Shows.RECORD)
def incident(request: SchoolRequest, incident_id: int) -> HttpResponse:
    """One incident as it was written, and what was added."""
    return opened(request, incident_id, "emergency/incident.html")


@require_safe
@requires(Permission.INCIDENT_VIEW, purpose=Purpose.SAFEGUARDING, shows=Shows.RECORD)
def incident_account(request: SchoolRequest, incident_id: int) -> HttpResponse:
    """The plain account, for whoever has to judge a dispute: in time order, every line with its source."""
    return opened(request, incident_id, "emergency/incident_account.html")


def opened(request: SchoolRequest, incident_id: int, template: str) -> HttpResponse:
    """An incident that is open to this person, with its people and its account."""
    found = get_object_or_404(
        Incident.objects.visible_to(request.viewer, may=Permission.INCIDENT_VIEW)
        .filter(school=request.school)
        .select_related("written_by", "school"),
        pk=incident_id,
    )
    people = people_of(found)
    request.look_at([one.pupil_id for one in people if one.pupil_id])
    told = MustKnow.objects.filter(school=request.school, incident=found).select_related("account")
    context = {
        "incident": shown(found),
        "people": [name_of(one) for one in people],
        "must_know": [one.account.name for one in told.order_by("pk")],
        "entries": account_of(found, people, whole=request.may(Permission.ROLL_CALL_VIEW)),
        "form": AmendmentForm(accounts=words_of(colleagues(request)), initial={"uuid": uuid4()}),
    }
    return TemplateResponse(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.INCIDENT_LOG, purpose=Purpose.SAFEGUARDING, shows=Shows.RECORD)
def amendment_new(request: SchoolRequest, incident_id: int) -> HttpResponse:
    """Add to an incident."""
    mine = Incident.objects.visible_to(request.viewer, may=Permission.INCIDENT_VIEW).filter(school=request.school)
    found = get_object_or_404(mine.select_related("school"), pk=incident_id)
    request.look_at([])
    accounts = colleagues(request)
    form = AmendmentForm(request.POST or None, accounts=words_of(accounts), initial={"uuid": uuid4()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        amend(
            incident=found, uuid=said["uuid"], text=said["text"],
            must_know=[accounts[each] for each in said["must_know"]], by=request.account, at=request.now,
        )  # fmt: skip
        messages.success(request, _("It is added."))
        return redirect("incident", request.school.slug, found.pk)
    return TemplateResponse(
        request,
        "emergency/amendment_new.html",
        {"form": form, "incident_id": found.pk},
        status=422 if request.method == "POST" else 200,
    )
