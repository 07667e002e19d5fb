"""One subject: its strands and objectives, edited in place."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.curriculum import actions
from muster.curriculum.actions.frameworks import children_of, top_to_bottom
from muster.curriculum.carrying import resting_on
from muster.curriculum.forms import NameForm, ObjectiveForm, StrandForm
from muster.curriculum.models import Objective, Stage, Strand, Subject
from muster.curriculum.shown import subject_shown
from muster.curriculum.views.doing import act, back, typed
from muster.curriculum.views.frameworks import address_of, edit, retirement_page, see
from muster.curriculum.workload import meter
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.views.found import number


def subject_of(request: SchoolRequest, subject_id: int) -> Subject:
    """A subject of this school that is in use, or 404."""
    rows = Subject.objects.at(request.school).live().select_related("framework", "framework__scale", "school")
    return get_object_or_404(rows.filter(framework__retired_at__isnull=True), pk=number(subject_id))


def strand_of(request: SchoolRequest, strand_id: int) -> Strand:
    """A strand of this school that is in use, or 404."""
    rows = Strand.objects.at(request.school).live().select_related("subject", "subject__framework", "school", "parent")
    return get_object_or_404(rows, pk=number(strand_id))


def objective_of(request: SchoolRequest, objective_id: int) -> Objective:
    """An objective of this school, in use or retired, or 404."""
    rows = Objective.objects.at(request.school).seen().select_related("strand__subject__framework", "school")
    return get_object_or_404(rows, pk=number(objective_id))


def chosen(text: str | None) -> int | None:
    """A number out of an address, or None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 12 else None


def page_of(request: SchoolRequest, subject: Subject, anchor: str = "", **query: str | int | None) -> HttpResponse:
    """Back to the page of `subject`, as it was narrowed."""
    query.setdefault("stage", request.POST.get("stage"))
    query.setdefault("arrange", request.POST.get("arrange"))
    address = address_of(request, "subject", framework_id=subject.framework_id, subject_id=subject.pk)
    return back(address, anchor, **query)


@see
def subject(request: SchoolRequest, framework_id: int, subject_id: int) -> HttpResponse:
    shown = subject_of(request, subject_id)
    if shown.framework_id != framework_id:
        return redirect(address_of(request, "subject", framework_id=shown.framework_id, subject_id=shown.pk))
    may_edit = request.may(Permission.CURRICULUM_EDIT)
    wanted = request.GET.get("stage", "")
    stage = None
    if pk := chosen(wanted):
        stage = Stage.objects.at(request.school).live().filter(framework=shown.framework, pk=pk).first()
    page = subject_shown(shown, stage=stage, everything=wanted == "all")
    editing = None
    if may_edit and (pk := chosen(request.GET.get("edit"))):
        editing = Objective.objects.at(request.school).live().to_learn().filter(strand__subject=shown, pk=pk).first()
    adding = chosen(request.GET.get("add")) if may_edit else None
    renaming = chosen(request.GET.get("rename")) if may_edit else None
    here = page.stage.pk if page.stage else ("all" if wanted == "all" else "")
    return TemplateResponse(
        request,
        "curriculum/subject.html",
        {
            "subject": shown,
            "framework": shown.framework,
            "page": page,
            "here": here,
            "workload": meter(request.school, request.today).of(page.count),
            "tabs": tabs(request, shown, page.stages, page.stage),
            "editing": editing,
            "edit_form": ObjectiveForm(subject=shown, objective=editing, prefix="edit") if editing else None,
            "resting": resting_on([editing.pk]) if editing else None,
            "adding": adding,
            "renaming": renaming,
            "arranging": may_edit and request.GET.get("arrange") == "1",
            "strand_form": StrandForm(subject=shown, prefix="strand"),
            "name_form": NameForm(initial={"name": shown.name}, prefix="subject"),
            "may_edit": may_edit,
        },
    )


def tabs(
    request: SchoolRequest, subject: Subject, stages: tuple[Stage, ...], chosen: Stage | None
) -> list[dict[str, object]]:
    """A tab for each stage and one for all, where there is more than one stage."""
    if len(stages) < 2:
        return []
    address = address_of(request, "subject", framework_id=subject.framework_id, subject_id=subject.pk)
    found: list[dict[str, object]] = [
        {
            "label": stage.name,
            "href": f"{address}?stage={stage.pk}",
            "current": chosen is not None and stage.pk == chosen.pk,
        }
        for stage in stages
    ]
    return [*found, {"label": _("All"), "href": f"{address}?stage=all", "current": chosen is None}]


@edit
@require_POST
def subject_name(request: SchoolRequest, subject_id: int) -> HttpResponseBase:
    shown = subject_of(request, subject_id)
    act(request, actions.change_subject, subject=shown, name=typed(request, "subject-name", 120))
    return page_of(request, shown)


@edit
@require_POST
def subject_place(request: SchoolRequest, subject_id: int) -> HttpResponseBase:
    shown = subject_of(request, subject_id)
    act(request, actions.move, row=shown, to=direction(request))
    return back(address_of(request, "framework", framework_id=shown.framework_id), f"subject-{shown.pk}")


def within(strand: Strand) -> set[int]:
    """The strand and all that stands inside it, however deep."""
    inside = {strand.pk}
    for each in top_to_bottom(children_of(strand.subject)):
        if each.parent_id in inside:
            inside.add(each.pk)
    return inside


def direction(request: SchoolRequest) -> actions.Direction:
    """Up or down, as the button says."""
    return actions.Direction.UP if request.POST.get("to") == "up" else actions.Direction.DOWN


@edit
def subject_retirement(request: SchoolRequest, subject_id: int) -> HttpResponseBase:
    shown = subject_of(request, subject_id)
    if request.method != "POST":
        rows = Objective.objects.at(request.school).live().to_learn().filter(strand__subject=shown)
        back_to = page_of(request, shown).headers["Location"]
        return retirement_page(request, str(shown), rows, back_to=back_to, back_name=shown.name, says="")
    act(request, actions.retire_subject, subject=shown)
    return redirect(address_of(request, "framework", framework_id=shown.framework_id))


@edit
@require_POST
def strands(request: SchoolRequest, subject_id: int) -> HttpResponseBase:
    shown = subject_of(request, subject_id)
    parent = None
    if pk := chosen(request.POST.get("strand-parent")):
        parent = strand_of(request, pk)
    act(request, actions.add_strand, subject=shown, name=typed(request, "strand-name", 200), parent=parent)
    return page_of(request, shown, "new-strand")


@edit
@require_POST
def strand_name(request: SchoolRequest, strand_id: int) -> HttpResponseBase:
    shown = strand_of(request, strand_id)
    act(request, actions.change_strand, strand=shown, name=typed(request, "name", 200))
    return page_of(request, shown.subject, f"strand-{shown.pk}")


@edit
@require_POST
def strand_place(request: SchoolRequest, strand_id: int) -> HttpResponseBase:
    shown = strand_of(request, strand_id)
    act(request, actions.move, row=shown, to=direction(request))
    return page_of(request, shown.subject, f"strand-{shown.pk}")


@edit
def strand_retirement(request: SchoolRequest, strand_id: int) -> HttpResponseBase:
    shown = strand_of(request, strand_id)
    if request.method != "POST":
        rows = Objective.objects.at(request.school).live().to_learn().filter(strand__in=within(shown))
        back_to = page_of(request, shown.subject, f"strand-{shown.pk}").headers["Location"]
        return retirement_page(request, str(shown), rows, back_to=back_to, back_name=shown.subject.name, says="")
    act(request, actions.retire_strand, strand=shown)
    return page_of(request, shown.subject)


@edit
@require_POST
def objectives(request: SchoolRequest, strand_id: int) -> HttpResponseBase:
    """Add one objective, and offer the next."""
    strand = strand_of(request, strand_id)
    stages = []
    if pk := chosen(request.POST.get("stage")):
        stages = list(Stage.objects.at(request.school).live().filter(framework=strand.subject.framework, pk=pk))
    act(
        request,
        actions.add_objective,
        strand=strand,
        wording=typed(request, "wording", 4000),
        code=typed(request, "code", 40),
        stages=stages,
    )
    return page_of(request, strand.subject, f"strand-{strand.pk}-more", add=strand.pk)


@edit
@require_POST
def objective(request: SchoolRequest, objective_id: int) -> HttpResponseBase:
    shown = objective_of(request, objective_id)
    subject = shown.strand.subject
    form = ObjectiveForm(request.POST, subject=subject, prefix="edit")
    if not form.is_valid():
        page = subject_shown(subject, stage=None, everything=True)
        return TemplateResponse(
            request,
            "curriculum/objective.html",
            {"form": form, "objective": shown, "subject": subject, "framework": subject.framework, "page": page},
            status=422,
        )
    values = form.cleaned_data
    act(
        request,
        actions.change_objective,
        objective=shown,
        wording=values["wording"],
        code=values["code"],
        stages=list(values["stages"]) if "stages" in values else list(shown.stages.all()),
        detail=values["detail"],
        is_key=values["is_key"],
        strand=strand_of(request, values["strand"]),
    )
    return page_of(request, subject, f"objective-{shown.pk}")


@edit
@require_POST
def objective_place(request: SchoolRequest, objective_id: int) -> HttpResponseBase:
    shown = objective_of(request, objective_id)
    act(request, actions.move, row=shown, to=direction(request))
    return page_of(request, shown.strand.subject, f"objective-{shown.pk}")


@edit
@require_POST
def objective_key(request: SchoolRequest, objective_id: int) -> HttpResponseBase:
    shown = objective_of(request, objective_id)
    act(request, actions.mark_key, objective=shown, is_key=not shown.is_key)
    return page_of(request, shown.strand.subject, f"objective-{shown.pk}")


@edit
def objective_retirement(request: SchoolRequest, objective_id: int) -> HttpResponseBase:
    shown = objective_of(request, objective_id)
    if request.method != "POST":
        rows = Objective.objects.at(request.school).filter(pk=shown.pk)
        back_to = page_of(request, shown.strand.subject, f"objective-{shown.pk}").headers["Location"]
        return retirement_page(
            request, str(shown), rows, back_to=back_to, back_name=shown.strand.subject.name, says=shown.wording
        )
    act(request, actions.retire_objective, objective=shown)
    return page_of(request, shown.strand.subject, f"strand-{shown.strand_id}")


@edit
@require_POST
def objective_return(request: SchoolRequest, objective_id: int) -> HttpResponseBase:
    shown = objective_of(request, objective_id)
    act(request, actions.bring_back_objective, objective=shown)
    return redirect(address_of(request, "retired_objectives", subject_id=shown.strand.subject_id))


@see
def retired_objectives(request: SchoolRequest, subject_id: int) -> HttpResponse:
    shown = subject_of(request, subject_id)
    rows = (
        Objective.objects.at(request.school).to_learn().seen().filter(strand__subject=shown, retired_at__isnull=False)
    )
    return TemplateResponse(
        request,
        "curriculum/retired_objectives.html",
        {
            "subject": shown,
            "framework": shown.framework,
            "objectives": rows.select_related("strand").order_by("-retired_at", "pk"),
            "may_edit": request.may(Permission.CURRICULUM_EDIT),
        },
    )
