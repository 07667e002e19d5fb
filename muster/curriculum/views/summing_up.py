"""The lines of a subject's summative sheet: added, renamed, retired, each on a scale of its own."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from muster.curriculum import actions
from muster.curriculum.actions.bending import scale_of
from muster.curriculum.actions.summing_up import lines_of
from muster.curriculum.carrying import resting_on
from muster.curriculum.forms import NameForm, SummativeLineForm
from muster.curriculum.models import Objective, Scale
from muster.curriculum.views.doing import act
from muster.curriculum.views.frameworks import address_of, edit, see
from muster.curriculum.views.subjects import subject_of
from muster.curriculum.workload import school_load
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.views.found import number


def line_of(request: SchoolRequest, line_id: int) -> Objective:
    """A line of this school that is in use, or 404."""
    rows = Objective.objects.at(request.school).live().summing_up()
    return get_object_or_404(
        rows.select_related("school", "scale", "strand__subject__scale", "strand__subject__framework__scale"),
        pk=number(line_id),
    )


@see
def summing_up(request: SchoolRequest, subject_id: int) -> HttpResponseBase:
    shown = subject_of(request, subject_id)
    may_edit = request.may(Permission.CURRICULUM_EDIT)
    form = SummativeLineForm(request.POST or None, school=request.school)
    if request.method == "POST" and may_edit and form.is_valid():
        values = form.cleaned_data
        if act(request, actions.add_summative_line, subject=shown, name=values["name"], scale=values["scale"]):
            return redirect(address_of(request, "summing_up", subject_id=shown.pk))
    scale = shown.scale or shown.framework.scale
    return TemplateResponse(
        request,
        "curriculum/summing_up.html",
        {
            "load": school_load(request.school, request.today),
            "subject": shown,
            "lines": [(line, line.scale or scale) for line in lines_of(shown)],
            "form": form,
            "may_edit": may_edit,
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


@edit
def summative_line(request: SchoolRequest, line_id: int) -> HttpResponseBase:
    shown = line_of(request, line_id)
    form = NameForm(request.POST or None, initial={"name": shown.wording})
    if (
        request.method == "POST"
        and form.is_valid()
        and act(request, actions.change_summative_line, line=shown, name=form.cleaned_data["name"])
    ):
        return redirect(address_of(request, "summing_up", subject_id=shown.strand.subject_id))
    return TemplateResponse(
        request,
        "curriculum/summative_line.html",
        {
            "line": shown,
            "subject": shown.strand.subject,
            "scale": Scale.objects.at(request.school).get(pk=scale_of(shown)),
            "resting": resting_on([shown.pk]),
            "form": form,
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


@edit
@require_POST
def summative_line_retirement(request: SchoolRequest, line_id: int) -> HttpResponseBase:
    shown = line_of(request, line_id)
    act(request, actions.retire_summative_line, line=shown)
    return redirect(address_of(request, "summing_up", subject_id=shown.strand.subject_id))
