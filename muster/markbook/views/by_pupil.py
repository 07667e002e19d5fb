"""One pupil and all objectives of a unit: the other way to mark on a phone, and without a script."""

import json
import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from muster.markbook.actions import judge
from muster.markbook.as_at import asked, query
from muster.markbook.grid import Cell, ClassGrid, Column, Row, class_grid
from muster.markbook.items import Item
from muster.markbook.rules.cells import StepWord
from muster.markbook.views.marking import say, scales_of, value_sent
from muster.markbook.views.moments import moment_context
from muster.markbook.views.places import address, class_or_404, then_of, unit_or_404, whole_number
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.purposes import Purpose, Shows


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def by_pupil(request: SchoolRequest, class_id: int, subject_id: int, stage_id: int, strand_id: int) -> HttpResponse:
    """The unit of one pupil of the class, `?pupil=9`, the first by name without. The others come with the page."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    as_at = asked(request, request.school, now=request.now) if request.method != "POST" else None
    then = then_of(request, as_at)
    opened, _units = unit_or_404(request, subject_id, stage_id, strand_id, then=then)
    grid = class_grid(
        request.school, school_class, [opened], viewer=request.viewer, now=request.now, as_at=as_at, then=then
    )
    request.look_at(grid.pupils)
    if not grid.rows or not grid.columns:
        context = {"school_class": school_class, "unit": opened.unit, **moment_context(request, as_at)}
        return TemplateResponse(request, "markbook/empty.html", context)
    place = place_of(grid, request.GET.get("pupil"))
    row = grid.rows[place]
    if request.method == "POST":
        return marked_by_form(request, grid, row)
    shown = [(column, cell, steps_of(grid, column, cell)) for column, cell in zip(grid.columns, row.cells, strict=True)]
    due = [cell for cell in row.cells if cell.theirs and cell.shown.state != "not-taught"]
    used = scales_of(grid)
    context = {
        "school_class": school_class,
        "unit": opened.unit,
        "unit_href": address(request, school_class, opened.unit) + query(as_at),
        "pupil": row.pupil,
        "tag": row.tag,
        "shown": shown,
        "marked": sum(1 for cell in due if cell.shown.step),
        "due": len(due),
        "before": grid.rows[place - 1].pupil if place else None,
        "after": grid.rows[place + 1].pupil if place + 1 < len(grid.rows) else None,
        "letters": [(scale, in_use(steps)) for scale, steps in grid.scales.items() if scale in used],
        "children_json": json.dumps([child(grid, each) for each in grid.rows], ensure_ascii=False),
        "may_mark": as_at is None and request.may(Permission.MARKBOOK_JUDGE),
        "saved_copy": "markbook" if as_at is None else "",
        "joint": f"{query(as_at)}&" if as_at else "?",
        "unseen": grid.unseen,
        **moment_context(request, as_at),
    }
    return TemplateResponse(request, "markbook/by_pupil.html", context)


def place_of(grid: ClassGrid, asked: str | None) -> int:
    """Which row the address asks for; the first where it asks for none, 404 for somebody who is not in the class."""
    if not asked:
        return 0
    wanted = whole_number(asked)
    for place, row in enumerate(grid.rows):
        if row.pupil.pk == wanted:
            return place
    raise Http404


def in_use(steps: tuple[StepWord, ...]) -> list[StepWord]:
    """Those that still take marks."""
    return [step for step in steps if not step.retired]


def steps_of(grid: ClassGrid, column: Column, cell: Cell) -> list[StepWord]:
    """The steps a cell can take."""
    return in_use(grid.scales[cell.scale or column.scale])


def child(grid: ClassGrid, row: Row) -> dict[str, Any]:
    """A row as the script of the page reads it; what is not among a pupil's objectives is None."""
    cells = [
        [cell_value(cell), cell.version, signs(cell), cell.scale or column.scale] if cell.theirs else None
        for column, cell in zip(grid.columns, row.cells, strict=True)
    ]
    return {"id": row.pupil.pk, "name": row.pupil.name, "tag": row.tag, "cells": cells}


def cell_value(cell: Cell) -> str:
    """What a cell holds: the number of its step, the name of its state, or nothing."""
    return str(cell.shown.step.id) if cell.shown.step else cell.shown.state


def signs(cell: Cell) -> str:
    """The small signs of a cell."""
    return " ".join(name for name, on in (("two", cell.two_views), ("note", cell.noted)) if on)


def marked_by_form(request: SchoolRequest, grid: ClassGrid, row: Row) -> HttpResponse:
    """Save the one mark that a form without script says: `mark=objective:value`."""
    objective, _colon, value = request.POST.get("mark", "").partition(":")
    wanted = whole_number(objective)
    here = {column.objective.pk: cell for column, cell in zip(grid.columns, row.cells, strict=True)}
    cell = here.get(wanted or 0)
    if wanted is None or cell is None or not cell.theirs or not value:
        raise Http404
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="judgement",
        pupil=row.pupil.pk,
        objective=wanted,
        value=value_sent(value),
        base=whole_number(request.POST.get(f"version-{wanted}", "")),
        made_at=request.now,
        seq=0,
    )
    say(request, judge([item], school=request.school, by=request.account, at=request.now))
    return redirect(f"{request.path}?pupil={row.pupil.pk}#o{wanted}")
