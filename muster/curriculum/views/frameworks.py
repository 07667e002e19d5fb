"""Frameworks: the list, one framework, its stages, a pasted list."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.curriculum import actions
from muster.curriculum.carrying import resting_on
from muster.curriculum.forms import FrameworkForm, NameForm, PastedListForm, StageForm
from muster.curriculum.locking import taken_last
from muster.curriculum.models import Framework, Objective, Scale, Stage, Subject
from muster.curriculum.rules.filling import Effect, Fill
from muster.curriculum.rules.outline import Outline, read_outline
from muster.curriculum.rules.pasting import wanted_from
from muster.curriculum.shown import frameworks_shown, subjects_shown
from muster.curriculum.views.doing import act, back, say, typed
from muster.curriculum.workload import meter, school_load
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import reads_and_saves
from muster.people.views.found import number

see = requires(Permission.CURRICULUM_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
edit = requires(Permission.CURRICULUM_EDIT, purpose=Purpose.TEACH, shows=Shows.NOTHING)


def framework_of(request: SchoolRequest, framework_id: int) -> Framework:
    """A framework of this school that is in use, or 404."""
    rows = Framework.objects.at(request.school).live().select_related("scale", "school")
    return get_object_or_404(rows, pk=number(framework_id))


def address_of(request: SchoolRequest, name: str, **values: int) -> str:
    """An address of this school."""
    return reverse(f"curriculum:{name}", kwargs={"school": request.school.slug, **values})


def retirement_page(
    request: SchoolRequest, name: str, rows: QuerySet[Objective], *, back_to: str, back_name: str, says: str = ""
) -> HttpResponse:
    """What retiring something takes out of use, and what rests on that, before it is done."""
    ids = list(rows.values_list("pk", flat=True))
    return TemplateResponse(
        request,
        "curriculum/retirement.html",
        {
            "name": name,
            "says": says,
            "count": len(ids),
            "resting": resting_on(ids),
            "back": back_to,
            "back_name": back_name,
        },
    )


@see
def frameworks(request: SchoolRequest) -> HttpResponse:
    return TemplateResponse(
        request,
        "curriculum/frameworks.html",
        {
            "frameworks": frameworks_shown(request.school),
            "offers": actions.offers_for(request.school),
            "load": school_load(request.school, request.today),
            "has_scale": Scale.objects.at(request.school).live().exists(),
            "may_edit": request.may(Permission.CURRICULUM_EDIT),
        },
    )


@edit
def framework_new(request: SchoolRequest) -> HttpResponseBase:
    if not Scale.objects.at(request.school).live().exists():
        messages.info(request, _("Make a scale first: each framework is judged with one."))
        return redirect(address_of(request, "scale_new"))
    form = FrameworkForm(request.POST or None, school=request.school)
    if request.method == "POST" and form.is_valid():
        try:
            framework = actions.add_framework(
                school=request.school,
                name=form.cleaned_data["name"],
                scale=form.cleaned_data["scale"],
                by=request.account,
                at=request.now,
            )
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            say(request)
            return redirect(address_of(request, "framework", framework_id=framework.pk))
    return TemplateResponse(request, "curriculum/framework_new.html", {"form": form})


@see
def framework(request: SchoolRequest, framework_id: int) -> HttpResponse:
    shown = framework_of(request, framework_id)
    return TemplateResponse(
        request,
        "curriculum/framework.html",
        {
            "load": school_load(request.school, request.today),
            "framework": shown,
            "subjects": subjects_shown(shown),
            "copied": next(iter(taken_last([shown.pk])), None),
            "stages": shown.stages.live().order_by("position", "pk"),
            "form": NameForm(label=_("New subject")),
            "may_edit": request.may(Permission.CURRICULUM_EDIT),
        },
    )


@edit
def framework_details(request: SchoolRequest, framework_id: int) -> HttpResponseBase:
    shown = framework_of(request, framework_id)
    form = FrameworkForm(request.POST or None, school=request.school, framework=shown)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if any(each.resting.marks for each in actions.to_answer(shown, values["scale"])):
            if values["name"] != shown.name:
                act(request, actions.change_framework, framework=shown, name=values["name"], scale=shown.scale)
            return back(address_of(request, "framework_scale", framework_id=shown.pk), scale=values["scale"].pk)
        if act(request, actions.change_framework, framework=shown, name=values["name"], scale=values["scale"]):
            return redirect(address_of(request, "framework", framework_id=shown.pk))
    return TemplateResponse(request, "curriculum/framework_details.html", {"form": form, "framework": shown})


@edit
def framework_retirement(request: SchoolRequest, framework_id: int) -> HttpResponseBase:
    shown = framework_of(request, framework_id)
    if request.method != "POST":
        rows = Objective.objects.at(request.school).live().to_learn().filter(strand__subject__framework=shown)
        back_to = address_of(request, "framework_details", framework_id=shown.pk)
        return retirement_page(request, shown.name, rows, back_to=back_to, back_name=shown.name)
    act(request, actions.retire_framework, framework=shown)
    return redirect(address_of(request, "frameworks"))


@edit
@require_POST
def subjects(request: SchoolRequest, framework_id: int) -> HttpResponseBase:
    shown = framework_of(request, framework_id)
    name = typed(request, "name", 120)
    if not act(request, actions.add_subject, framework=shown, name=name):
        return redirect(address_of(request, "framework", framework_id=shown.pk))
    subject = get_object_or_404(Subject.objects.at(request.school).live(), framework=shown, name=name.strip())
    return redirect(address_of(request, "subject", framework_id=shown.pk, subject_id=subject.pk))


# -- stages ----------------------------------------------------------------------------------------------------------


def stage_of(request: SchoolRequest, stage_id: int) -> Stage:
    """A stage of this school that is in use, or 404."""
    rows = Stage.objects.at(request.school).live().select_related("framework", "school")
    return get_object_or_404(rows.filter(framework__retired_at__isnull=True), pk=number(stage_id))


@see
def stages(request: SchoolRequest, framework_id: int) -> HttpResponseBase:
    shown = framework_of(request, framework_id)
    may_edit = request.may(Permission.CURRICULUM_EDIT)
    chosen = request.GET.get("edit", "")
    rows = list(shown.stages.live().prefetch_related("year_groups").order_by("position", "pk"))
    editing = next((stage for stage in rows if may_edit and str(stage.pk) == chosen), None)
    return TemplateResponse(
        request,
        "curriculum/stages.html",
        {
            "load": school_load(request.school, request.today),
            "framework": shown,
            "stages": rows,
            "editing": editing,
            "edit_form": StageForm(school=request.school, stage=editing, prefix="edit") if editing else None,
            "form": StageForm(school=request.school),
            "may_edit": may_edit,
        },
    )


@edit
@require_POST
def stage_new(request: SchoolRequest, framework_id: int) -> HttpResponseBase:
    shown = framework_of(request, framework_id)
    form = StageForm(request.POST, school=request.school)
    if form.is_valid():
        chosen = list(form.cleaned_data["year_groups"]) or None
        act(request, actions.add_stage, framework=shown, name=form.cleaned_data["name"], year_groups=chosen)
    else:
        messages.error(request, _("Give the stage a name."))
    return redirect(address_of(request, "stages", framework_id=shown.pk))


@edit
@require_POST
def stage(request: SchoolRequest, stage_id: int) -> HttpResponseBase:
    shown = stage_of(request, stage_id)
    form = StageForm(request.POST, school=request.school, prefix="edit")
    if form.is_valid():
        values = form.cleaned_data
        act(request, actions.change_stage, stage=shown, name=values["name"], year_groups=list(values["year_groups"]))
    else:
        messages.error(request, _("Give the stage a name."))
    return redirect(address_of(request, "stages", framework_id=shown.framework_id))


@edit
@require_POST
def stage_place(request: SchoolRequest, stage_id: int) -> HttpResponseBase:
    shown = stage_of(request, stage_id)
    to = actions.Direction.UP if request.POST.get("to") == "up" else actions.Direction.DOWN
    act(request, actions.move, row=shown, to=to)
    return back(address_of(request, "stages", framework_id=shown.framework_id), f"stage-{shown.pk}")


@edit
@require_POST
def stage_retirement(request: SchoolRequest, stage_id: int) -> HttpResponseBase:
    shown = stage_of(request, stage_id)
    act(request, actions.retire_stage, stage=shown)
    return redirect(address_of(request, "stages", framework_id=shown.framework_id))


# -- a pasted list ---------------------------------------------------------------------------------------------------


@edit
@reads_and_saves
def pasted_list(request: SchoolRequest, framework_id: int) -> HttpResponseBase:
    """Paste, see the exact effect, then have just that done."""
    shown = framework_of(request, framework_id)
    subject = request.GET.get("subject", "")
    form = PastedListForm(request.POST or None, initial={"subject": subject[:120]})
    plan: Fill | None = None
    outline: Outline | None = None
    changing, status = "change" in request.POST, 200
    if request.method == "POST" and form.is_valid() and not changing:
        values = form.cleaned_data
        outline = read_outline(values["text"], subject=values["subject"].strip())
        stage_names = [values["stage"].strip()] if values["stage"].strip() else []
        plan = actions.plan_for(shown, wanted_from(outline, stages=stage_names))
        if not plan.rows:
            sentence = outline.problems[0].sentence if outline.problems else _("Paste at least one objective.")
            form.add_error("text", sentence)
            plan = None
        elif values["shown"] == plan.mark:
            if act(request, actions.fill_framework, framework=shown, plan=plan):
                return redirect(address_of(request, "framework", framework_id=shown.pk))
            status = 409
        elif values["shown"]:
            status = 409
            messages.warning(request, _("Something has changed since this was shown. This is what would happen now."))
    return TemplateResponse(
        request,
        "curriculum/pasted_list.html",
        {
            "framework": shown,
            "form": form,
            "plan": plan,
            "outline": outline,
            "rows": planned_rows(plan, outline) if plan and outline else [],
            "counts": said_counts(plan) if plan else [],
            **(workload_of(request, shown, plan, form.cleaned_data["stage"].strip()) if plan else {}),
            "example": EXAMPLE,
        },
        status=status,
    )


EXAMPLE = """Mathematics
    Number
        N1 Count in tens from any number *
        N2 Compare two fractions
    Shape
        Name the parts of a circle"""


@dataclass(frozen=True)
class PlannedRow:
    """A line of the list and what would happen to it."""

    number: int
    effect: str
    code: str
    wording: str
    is_key: bool
    place: str
    reason: str


def effect_words() -> dict[Effect, str]:
    """What happens to a row, in a word."""
    return {Effect.ADD: _("add"), Effect.CHANGE: _("change"), Effect.LEAVE: _("leave"), Effect.REFUSE: _("refuse")}


def said_counts(plan: Fill) -> list[tuple[str, int]]:
    """How many rows each effect has."""
    return [(word, plan.count(effect)) for effect, word in effect_words().items()]


def planned_rows(plan: Fill, outline: Outline) -> list[PlannedRow]:
    """Each line with its fate and its place."""
    lines = {line.number: line for line in outline.lines}
    words = effect_words()
    return [
        PlannedRow(
            number=row.number,
            effect=words[row.effect],
            code=lines[row.number].code,
            wording=lines[row.number].wording,
            is_key=lines[row.number].is_key,
            place=" › ".join((lines[row.number].subject, *lines[row.number].strands)),
            reason=row.reason,
        )
        for row in plan.rows
    ]


def workload_of(request: SchoolRequest, framework: Framework, plan: Fill, stage: str) -> dict[str, object]:
    """The workload line before and after a plan, for a class of that stage or of the whole framework."""
    there = Objective.objects.at(request.school).live().to_learn().filter(strand__subject__framework=framework)
    if stage:
        there = there.filter(stages__name=stage)
    now, measure = there.count(), meter(request.school, request.today)
    return {"workload": measure.of(now), "after": measure.of(now + len(plan.add))}
