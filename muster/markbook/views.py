"""Pages of the markbook."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from muster.curriculum.models import Objective
from muster.markbook import render
from muster.markbook.actions import judge, write_notes
from muster.markbook.cell import cell_history
from muster.markbook.grid import ClassGrid, Row, class_grid
from muster.markbook.progress import last_unit
from muster.markbook.units import EVERY_STRAND, Unit, plan_of, stages_for, unit_in
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Pupil, SchoolClass
from muster.people.models.pupils import by_name
from muster.people.outbox import Item, Result
from muster.people.purposes import Purpose, Shows


def class_or_404(request: SchoolRequest, class_id: int, *, may: Permission) -> SchoolClass:
    """The class, if a post of this person reaches it at this school."""
    classes = SchoolClass.objects.visible_to(request.viewer, may=may).filter(school=request.school)
    return get_object_or_404(classes.select_related("year_group"), pk=class_id)


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.NAMES)
def mark(request: SchoolRequest) -> HttpResponse:
    """The classes this person may mark or look at; with one class, straight to its markbook."""
    visible = SchoolClass.objects.visible_to(request.viewer, may=Permission.MARKBOOK_VIEW)
    classes = list(
        visible.filter(
            school=request.school, year__first_day__lte=request.today, year__last_day__gte=request.today
        ).order_by("year_group__position", "name")
    )
    if len(classes) == 1:
        return redirect("markbook", request.school.slug, classes[0].pk)
    return TemplateResponse(request, "markbook/mark.html", {"classes": classes})


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def markbook(request: SchoolRequest, class_id: int) -> HttpResponse:
    """The unit this person marked last in the class, else its first; a way to begin where there is none."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    units = plan_of(request.school, stages_for(school_class)).units()
    last = last_unit(school_class, units, account=request.account)
    if last is None:
        return TemplateResponse(request, "markbook/empty.html", {"school_class": school_class})
    return redirect(address(request, school_class, last))


def address(request: SchoolRequest, school_class: SchoolClass, unit: Unit) -> str:
    """Where a unit's page is."""
    return reverse(
        "unit",
        args=[
            request.school.slug,
            school_class.pk,
            unit.subject.pk,
            unit.stage.pk,
            unit.strand.pk if unit.strand else EVERY_STRAND,
        ],
    )


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def unit(request: SchoolRequest, class_id: int, subject_id: int, stage_id: int, strand_id: int) -> HttpResponse:
    """The grid."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    here, units, objectives = unit_or_404(request, subject_id, stage_id, strand_id)
    grid = class_grid(
        request.school,
        school_class,
        objectives,
        here.subject.framework.scale_id,
        viewer=request.viewer,
        today=request.today,
    )
    request.look_at(grid.pupils)
    if not grid.rows or not grid.objectives:
        return TemplateResponse(request, "markbook/empty.html", {"school_class": school_class, "unit": here})
    slug = request.school.slug
    base = address(request, school_class, here)
    context = {
        "school_class": school_class,
        "unit": here,
        "units": units,
        "unit_base": base.removesuffix(here.path),
        "grid": grid,
        "steps": [step for step in grid.steps if not step.retired],
        "table": render.table(
            grid,
            pupil_href=f"/{slug}/pupils/{{}}/",
            objective_href=f"{base}objectives/{{}}/",
            open_pupils=request.may(Permission.PUPIL_VIEW),
        ),
        "cell_href": f"/{slug}/cells/{{pupil}}/{{objective}}/",
        "gaps_href": f"{base}objectives/{{objective}}/gaps/",
        "may_mark": request.may(Permission.MARKBOOK_JUDGE),
        "saved_copy": "markbook",
    }
    return TemplateResponse(request, "markbook/grid.html", context)


def unit_or_404(
    request: SchoolRequest, subject_id: int, stage_id: int, strand_id: int
) -> tuple[Unit, list[Unit], list[Objective]]:
    """The unit, its neighbours and its objectives; 404 where the school has no such unit."""
    found = unit_in(request.school, subject=subject_id, stage=stage_id, strand=strand_id)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def objective(
    request: SchoolRequest, class_id: int, subject_id: int, stage_id: int, strand_id: int, objective_id: int
) -> HttpResponse:
    """One objective and the whole class: the phone's way to mark, and everybody's without a script."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    here, _units, objectives = unit_or_404(request, subject_id, stage_id, strand_id)
    places = {each.pk: place for place, each in enumerate(objectives)}
    if objective_id not in places:
        raise Http404
    place = places[objective_id]
    grid = class_grid(
        request.school,
        school_class,
        [objectives[place]],
        here.subject.framework.scale_id,
        viewer=request.viewer,
        today=request.today,
    )
    request.look_at(grid.pupils)
    if request.method == "POST":
        return marked_by_form(request, grid)
    if not grid.rows:
        return TemplateResponse(request, "markbook/empty.html", {"school_class": school_class, "unit": here})
    context = {
        "school_class": school_class,
        "unit": here,
        "unit_href": address(request, school_class, here),
        "objective": objectives[place],
        "before": objectives[place - 1] if place else None,
        "after": objectives[place + 1] if place + 1 < len(objectives) else None,
        "steps": [step for step in grid.steps if not step.retired],
        "rows": [(row.pupil, row.cells[0]) for row in grid.rows],
        "marked": sum(1 for row in grid.rows if row.cells[0].shown.step),
        "pupils": len(grid.rows),
        "usual": next((step for step in grid.steps if step.secure and not step.retired), None),
        "may_mark": request.may(Permission.MARKBOOK_JUDGE),
        "saved_copy": "markbook",
    }
    return TemplateResponse(request, "markbook/objective.html", context)


def marked_by_form(request: SchoolRequest, grid: ClassGrid) -> HttpResponse:
    """Save what a form without script says: one mark (`mark=pupil:value`), or all blanks (`fill=value`)."""
    objective_id = grid.objectives[0].pk
    rows = {row.pupil.pk: row for row in grid.rows}
    wanted: list[tuple[Row, str]] = []
    if fill := request.POST.get("fill"):
        wanted = [(row, fill) for row in grid.rows if row.cells[0].shown.step is None and not row.cells[0].shown.state]
    else:
        pupil, _colon, value = request.POST.get("mark", "").partition(":")
        row = rows.get(whole_number(pupil) or 0)
        if row is None or not value:
            raise Http404
        wanted = [(row, value)]
    act = uuid.uuid4()
    items = [
        Item(
            id=uuid.uuid4(),
            act=act,
            kind="judgement",
            pupil=row.pupil.pk,
            objective=objective_id,
            value=value_sent(value),
            base=seen_version(request, row),
            made_at=request.now,
            seq=place,
        )
        for place, (row, value) in enumerate(wanted)
    ]
    results = judge(items, school=request.school, by=request.account, at=request.now) if items else []
    say(request, results)
    return redirect(request.path)


def seen_version(request: HttpRequest, row: Row) -> int | None:
    """The version the form was drawn with, which may not be today's."""
    return whole_number(request.POST.get(f"version-{row.pupil.pk}", ""))


def whole_number(text: str) -> int | None:
    """A number that a row can have, out of a form; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def value_sent(text: str) -> dict[str, object]:
    """What a button of a form stands for: the number of a step, or the name of a state."""
    step = whole_number(text)
    return {"state": text} if step is None else {"step": step}


def say(request: HttpRequest, results: list[Result]) -> None:
    """Tell what was saved and what was not."""
    saved = sum(1 for result in results if result.accepted)
    refused = [result.reason for result in results if not result.accepted]
    if saved:
        text = ngettext("%(count)s mark saved.", "%(count)s marks saved.", saved) % {"count": saved}
        messages.success(request, text)
    if refused:
        messages.error(request, refused[0])


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def gaps(
    request: SchoolRequest, class_id: int, subject_id: int, stage_id: int, strand_id: int, objective_id: int
) -> HttpResponse:
    """Who is not yet secure in one objective."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    here, _units, objectives = unit_or_404(request, subject_id, stage_id, strand_id)
    chosen = [each for each in objectives if each.pk == objective_id]
    if not chosen:
        raise Http404
    grid = class_grid(
        request.school,
        school_class,
        chosen,
        here.subject.framework.scale_id,
        viewer=request.viewer,
        today=request.today,
    )
    request.look_at(grid.pupils)
    judged = [(row.pupil, row.cells[0].shown) for row in grid.rows if row.cells[0].shown.step]
    context: dict[str, Any] = {
        "school_class": school_class,
        "unit": here,
        "unit_href": address(request, school_class, here),
        "objective": chosen[0],
        "not_yet": [(pupil, face) for pupil, face in judged if not (face.step and face.step.secure)],
        "secure": sum(1 for _pupil, face in judged if face.step and face.step.secure),
        "blank": [row.pupil for row in grid.rows if not row.cells[0].shown.step and not row.cells[0].shown.state],
    }
    return TemplateResponse(request, page_or_part(request, "markbook/gaps"), context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def cell(request: SchoolRequest, pupil_id: int, objective_id: int) -> HttpResponse:
    """The history of one cell, its notes, and both views where two people differ."""
    visible = Pupil.objects.visible_to(request.viewer, may=Permission.MARKBOOK_VIEW).filter(school=request.school)
    pupil = get_object_or_404(visible, pk=pupil_id)
    aim = get_object_or_404(
        Objective.objects.filter(school=request.school).select_related("strand__subject__framework"), pk=objective_id
    )
    request.look_at([pupil])
    if request.method == "POST":
        return written_by_form(request, pupil, aim)
    context = {
        "pupil": by_name([pupil])[0],
        "objective": aim,
        "history": cell_history(pupil, aim, school=request.school),
        "may_mark": request.may(Permission.MARKBOOK_JUDGE),
        "may_open": request.may(Permission.PUPIL_VIEW),
    }
    return TemplateResponse(request, page_or_part(request, "markbook/cell"), context)


def written_by_form(request: SchoolRequest, pupil: Pupil, aim: Objective) -> HttpResponse:
    """Save a note, or which of two views stands, from a form without script."""
    text, settle = request.POST.get("text", ""), request.POST.get("settle", "")
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="judgement" if settle else "note",
        pupil=pupil.pk,
        objective=aim.pk,
        value=value_sent(settle) if settle else {"text": text},
        base=whole_number(request.POST.get("version", "")),
        made_at=request.now,
        seq=0,
    )
    save = judge if settle else write_notes
    results = save([item], school=request.school, by=request.account, at=request.now)
    if results[0].accepted:
        messages.success(request, _("Saved."))
    else:
        messages.error(request, results[0].reason)
    return redirect(request.path)


def page_or_part(request: HttpRequest, name: str) -> str:
    """The template for a whole page, or only its inside when a script asks for it."""
    return f"{name}_part.html" if request.headers.get("X-Requested-With") == "fetch" else f"{name}.html"
