"""The grid, one objective with the whole class, and who is not yet secure in it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from muster.markbook import render
from muster.markbook.actions import judge
from muster.markbook.grid import ClassGrid, Row, class_grid
from muster.markbook.views.places import address, class_or_404, page_or_part, unit_or_404, whole_number
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.outbox import Item, Result
from muster.people.purposes import Purpose, Shows


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
