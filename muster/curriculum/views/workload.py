"""The workload page: the formula, the school's numbers, and how long a mark takes."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from muster.curriculum import actions
from muster.curriculum.forms import PaceForm
from muster.curriculum.views.doing import act
from muster.curriculum.views.frameworks import address_of, see
from muster.curriculum.workload import own_pace, school_load
from muster.people.access import Permission
from muster.people.gates import SchoolRequest


@see
def workload(request: SchoolRequest) -> HttpResponseBase:
    load = school_load(request.school, request.today)
    may_edit = request.may(Permission.CURRICULUM_EDIT)
    form = PaceForm(request.POST or None, initial={"seconds": f"{load.seconds:g}"})
    if (
        request.method == "POST"
        and may_edit
        and form.is_valid()
        and act(request, actions.set_pace, school=request.school, seconds=form.cleaned_data["seconds"])
    ):
        return redirect(address_of(request, "workload"))
    marks, own = own_pace(request.school)
    return TemplateResponse(
        request,
        "curriculum/workload_page.html",
        {"load": load, "form": form, "marks": marks, "own": own, "may_edit": may_edit},
        status=422 if form.is_bound and not form.is_valid() else 200,
    )
