"""The school's snapshots: the moments of a year at which it sums up."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.curriculum import actions
from muster.curriculum.forms import SnapshotForm
from muster.curriculum.models import Snapshot
from muster.curriculum.rules.snapshots import SnapshotDraft
from muster.curriculum.views.doing import act
from muster.curriculum.views.frameworks import address_of, edit, see
from muster.curriculum.workload import school_load
from muster.people.access import Permission
from muster.people.calendar import year_at
from muster.people.gates import SchoolRequest
from muster.people.models import AcademicYear
from muster.people.views.found import number


def year_of(request: SchoolRequest) -> AcademicYear | None:
    """The year asked for, or the one of today."""
    asked = request.GET.get("year", request.POST.get("year", ""))
    if asked.isascii() and asked.isdecimal() and len(asked) < 12:
        return get_object_or_404(AcademicYear.objects.at(request.school), pk=int(asked))
    return year_at(request.school, request.today)


def snapshot_of(request: SchoolRequest, snapshot_id: int) -> Snapshot:
    """A snapshot of this school that is in use, or 404."""
    return get_object_or_404(
        Snapshot.objects.at(request.school).live().select_related("year", "school"), pk=number(snapshot_id)
    )


@see
def snapshots(request: SchoolRequest) -> HttpResponseBase:
    year = year_of(request)
    may_edit = request.may(Permission.CURRICULUM_EDIT)
    form = SnapshotForm(request.POST or None)
    if request.method == "POST" and may_edit and year is not None and form.is_valid():
        draft = SnapshotDraft(form.cleaned_data["name"], form.cleaned_data["on"])
        if act(request, actions.add_snapshots, year=year, drafts=[draft]):
            return redirect(address_of(request, "snapshots") + f"?year={year.pk}")
    rows = list(Snapshot.objects.at(request.school).filter(year=year).live().order_by("on")) if year else []
    return TemplateResponse(
        request,
        "curriculum/snapshots.html",
        {
            "year": year,
            "years": AcademicYear.objects.at(request.school).order_by("-first_day"),
            "snapshots": rows,
            "usual": actions.usual_snapshots(year) if year and not rows else [],
            "load": school_load(request.school, request.today),
            "form": form,
            "may_edit": may_edit,
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


@edit
@require_POST
def usual(request: SchoolRequest) -> HttpResponseBase:
    """Begin with three a year."""
    year = year_of(request)
    if year is None or Snapshot.objects.at(request.school).filter(year=year).live().exists():
        messages.info(request, _("This year has snapshots already."))
    else:
        act(request, actions.add_snapshots, year=year, drafts=actions.usual_snapshots(year))
    return redirect(address_of(request, "snapshots") + (f"?year={year.pk}" if year else ""))


@edit
def snapshot(request: SchoolRequest, snapshot_id: int) -> HttpResponseBase:
    shown = snapshot_of(request, snapshot_id)
    form = SnapshotForm(request.POST or None, initial={"name": shown.name, "on": shown.on})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if act(request, actions.change_snapshot, snapshot=shown, name=values["name"], on=values["on"]):
            return redirect(address_of(request, "snapshots") + f"?year={shown.year_id}")
    return TemplateResponse(
        request,
        "curriculum/snapshot.html",
        {"load": school_load(request.school, request.today), "snapshot": shown, "form": form},
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


@edit
@require_POST
def snapshot_retirement(request: SchoolRequest, snapshot_id: int) -> HttpResponseBase:
    shown = snapshot_of(request, snapshot_id)
    act(request, actions.retire_snapshot, snapshot=shown)
    return redirect(address_of(request, "snapshots") + f"?year={shown.year_id}")
