"""A practice class: its way in, its grid, one objective as a form, who is not yet secure, and its end."""

import uuid
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.markbook import render
from muster.markbook.as_at import AsAt, Mode
from muster.markbook.grid import ClassGrid, class_grid
from muster.markbook.items import Item
from muster.markbook.models import Practice
from muster.markbook.practice import NotTheirClass, begin, discard, mark, practised, use
from muster.markbook.units import Opened, Place, Unit, plan_of, stages_for
from muster.markbook.views.marking import palettes, say, steps_for, value_sent
from muster.markbook.views.places import class_or_404, elsewhere, page_or_part, unit_or_404, whole_number
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import SchoolClass
from muster.people.purposes import Purpose, Shows

KIND = "practice-judgement"


@require_POST
@requires(Permission.MARKBOOK_JUDGE, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def practices(request: SchoolRequest, class_id: int) -> HttpResponse:
    """Begin to practise on a class, or go on: in the unit that was on the page (`unit=12.3.45`), else in the first."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_JUDGE)
    try:
        practice = begin(school_class=school_class, by=request.account, at=request.now)
    except NotTheirClass:
        raise Http404 from None
    unit = Place.read(request.POST.get("unit", ""))
    if unit is not None:
        return redirect("practice-unit", request.school.slug, practice.pk, *unit)
    return redirect("practice", request.school.slug, practice.pk)


def practice_or_404(request: SchoolRequest, practice_id: int) -> tuple[Practice, SchoolClass]:
    """Somebody's own practice, and its class as long as they mark it: nobody else may open either."""
    own = Practice.objects.at(request.school).filter(account=request.account)
    practice = get_object_or_404(own, pk=practice_id)
    school_class = class_or_404(request, practice.school_class_id, may=Permission.MARKBOOK_JUDGE)
    use(practice, at=request.now)
    return practice, school_class


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MARKBOOK_JUDGE, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def practice(request: SchoolRequest, practice_id: int) -> HttpResponse:
    """To its first unit; sent, the practice class is discarded, and its teacher is in the same unit of the real one."""
    found, school_class = practice_or_404(request, practice_id)
    if request.method == "POST":
        discard(practice=found)
        messages.success(request, _("The practice class is discarded."))
        unit = Place.read(request.POST.get("unit", ""))
        if unit is not None:
            return redirect("unit", request.school.slug, school_class.pk, *unit)
        return redirect("markbook", request.school.slug, school_class.pk)
    units = plan_of(request.school, stages_for(school_class)).units()
    if not units:
        return TemplateResponse(request, "markbook/empty.html", {"school_class": school_class})
    return redirect(address(request, found, units[0]))


def address(request: SchoolRequest, found: Practice, unit: Unit) -> str:
    """Where a unit of a practice class is."""
    return reverse("practice", args=[request.school.slug, found.pk]) + unit.path


def drawn(
    request: SchoolRequest, found: Practice, school_class: SchoolClass, opened: Opened, *, with_own: bool = False
) -> ClassGrid:
    """The grid as it stood when practice began, with what was practised over it; notes stay where they belong."""
    as_at = AsAt(found.made_at, Mode.RECORDED)
    grid = class_grid(
        request.school,
        school_class,
        [opened],
        viewer=request.viewer,
        now=request.now,
        as_at=as_at,
        over=partial(practised, found),
        with_own=with_own,
    )
    request.look_at(grid.pupils)
    rows = tuple(
        replace(row, cells=tuple(cell._replace(noted=False, two_views=False) for cell in row.cells))
        for row in grid.rows
    )
    return replace(grid, rows=rows, as_at=None)


@require_safe
@requires(Permission.MARKBOOK_JUDGE, purpose=Purpose.TEACH, shows=Shows.RECORD)
def practice_unit(
    request: SchoolRequest, practice_id: int, subject_id: int, stage_id: int, strand_id: int
) -> HttpResponse:
    """The grid of a unit, to practise in."""
    found, school_class = practice_or_404(request, practice_id)
    opened, units = unit_or_404(request, subject_id, stage_id, strand_id)
    grid = drawn(request, found, school_class, opened, with_own=True)
    base = address(request, found, opened.unit)
    context = about(found, school_class, opened, base) | {
        "units": units,
        "unit_base": base.removesuffix(opened.unit.path),
        "grid": grid,
        "palettes": palettes(grid),
        "gaps_href": f"{base}objectives/{{objective}}/gaps/",
    }
    if not grid.rows or not grid.columns:
        return TemplateResponse(request, "markbook/empty.html", context)
    context["table"] = render.table(
        grid,
        pupil_href="",
        objective_href=f"{context['unit_base']}{{path}}objectives/{{objective}}/",
        open_pupils=False,
    )
    return TemplateResponse(request, "markbook/practice.html", context)


def about(found: Practice, school_class: SchoolClass, opened: Opened, base: str) -> dict[str, Any]:
    """What every page of a practice class needs."""
    return {
        "practice": found,
        "school_class": school_class,
        "unit": opened.unit,
        "unit_href": base,
        "kind": KIND,
        "may_mark": True,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MARKBOOK_JUDGE, purpose=Purpose.TEACH, shows=Shows.RECORD)
def practice_objective(
    request: SchoolRequest, practice_id: int, subject_id: int, stage_id: int, strand_id: int, objective_id: int
) -> HttpResponse:
    """One objective and the whole class, to practise on a phone or without a script."""
    found, school_class = practice_or_404(request, practice_id)
    opened, _units = unit_or_404(request, subject_id, stage_id, strand_id)
    only = opened.only(objective_id)
    if only is None:
        return elsewhere(request, found, objective_id, "practice-objective")
    grid = drawn(request, found, school_class, only)
    if request.method == "POST":
        return practised_by_form(request, found, grid)
    mine = [row for row in grid.rows if row.cells[0].theirs]
    context = about(found, school_class, opened, address(request, found, opened.unit)) | {
        "objective": grid.columns[0].objective,
        "rows": [(row.pupil, row.cells[0], steps_for(grid, row)) for row in mine],
        "marked": sum(1 for row in mine if row.cells[0].shown.step),
        "pupils": len(mine),
        "usual": next((step for step in grid.steps if step.secure and not step.retired), None),
    }
    return TemplateResponse(request, "markbook/practice_objective.html", context)


def practised_by_form(request: SchoolRequest, found: Practice, grid: ClassGrid) -> HttpResponse:
    """Save what a form without script says: one mark (`mark=pupil:value`), or all blanks (`fill=value`)."""
    objective_id = grid.columns[0].objective.pk
    rows = {row.pupil.pk: row for row in grid.rows if row.cells[0].theirs}
    if fill := request.POST.get("fill"):
        blanks = [pk for pk, row in rows.items() if row.cells[0].shown.step is None and not row.cells[0].shown.state]
        wanted = [(pk, fill) for pk in blanks]
    else:
        pupil, _colon, value = request.POST.get("mark", "").partition(":")
        number = whole_number(pupil) or 0
        if number not in rows or not value:
            raise Http404
        wanted = [(number, value)]
    act = uuid.uuid4()
    items = [
        Item(
            id=uuid.uuid4(),
            act=act,
            kind=KIND,
            pupil=pk,
            objective=objective_id,
            value=value_sent(value),
            base=None,
            made_at=request.now,
            seq=place,
            practice=found.pk,
        )
        for place, (pk, value) in enumerate(wanted)
    ]
    say(request, mark(items, school=request.school, by=request.account, at=request.now) if items else [])
    return redirect(request.path)


@require_safe
@requires(Permission.MARKBOOK_JUDGE, purpose=Purpose.TEACH, shows=Shows.RECORD)
def practice_gaps(
    request: SchoolRequest, practice_id: int, subject_id: int, stage_id: int, strand_id: int, objective_id: int
) -> HttpResponse:
    """Who would not yet be secure in one objective."""
    found, school_class = practice_or_404(request, practice_id)
    opened, _units = unit_or_404(request, subject_id, stage_id, strand_id)
    only = opened.only(objective_id)
    if only is None:
        return elsewhere(request, found, objective_id, "practice-gaps")
    grid = drawn(request, found, school_class, only)
    mine = [row for row in grid.rows if row.cells[0].theirs]
    judged = [(row.pupil, row.cells[0].shown) for row in mine if row.cells[0].shown.step]
    context = about(found, school_class, opened, address(request, found, opened.unit)) | {
        "objective": only.objectives[0],
        "not_yet": [(pupil, face) for pupil, face in judged if not (face.step and face.step.secure)],
        "secure": sum(1 for _pupil, face in judged if face.step and face.step.secure),
        "blank": [row.pupil for row in mine if not row.cells[0].shown.step and not row.cells[0].shown.state],
    }
    return TemplateResponse(request, page_or_part(request, "markbook/practice_gaps"), context)
