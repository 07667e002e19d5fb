"""The summative sheet of a class, one snapshot at a time, and the form of one of its lines."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from muster.curriculum.earlier import Earlier
from muster.markbook import sheet_table
from muster.markbook.as_at import AsAt, asked, query
from muster.markbook.golden_rules import Rule, footnotes, rules_on
from muster.markbook.items import Item
from muster.markbook.past_days import judge_each_day
from muster.markbook.summative import Point, Sheet, SheetRow, blank, class_sheet, points, usual
from muster.markbook.views.marking import say, value_sent
from muster.markbook.views.moments import moment_context
from muster.markbook.views.next import proposed_name
from muster.markbook.views.places import class_or_404, page_or_part, then_of, whole_number
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import SchoolClass
from muster.people.purposes import Purpose, Shows


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def sheets(request: SchoolRequest, class_id: int) -> HttpResponse:
    """The sheet to fill next; what to do where the school has no snapshots yet."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    found = points(request.school, school_class, now=request.now)
    first = usual(found, today=request.today) if found else None
    if first is None:
        return TemplateResponse(request, "markbook/sheet_empty.html", {"school_class": school_class, "points": []})
    return redirect("sheet", request.school.slug, school_class.pk, first.snapshot.pk)


def point_or_404(
    request: SchoolRequest,
    school_class: SchoolClass,
    snapshot_id: int,
    *,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
) -> tuple[Point, list[Point]]:
    """The snapshot the address means, and all that this class's sheets may show."""
    found = points(request.school, school_class, now=request.now, as_at=as_at, then=then)
    for point in found:
        if point.snapshot.pk == snapshot_id:
            return point, found
    raise Http404


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def sheet(request: SchoolRequest, class_id: int, snapshot_id: int) -> HttpResponse:
    """The sheet of one snapshot."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    as_at = asked(request, request.school, now=request.now)
    then = then_of(request, as_at)
    point, found = point_or_404(request, school_class, snapshot_id, as_at=as_at, then=then)
    drawn = class_sheet(
        request.school,
        school_class,
        point,
        viewer=request.viewer,
        now=request.now,
        as_at=as_at,
        then=then,
        suggest=Rule.SUGGESTED_WORDS in rules_on(request, as_at),
    )
    request.look_at(drawn.pupils)
    context = about(request, school_class, point, found, as_at)
    if not drawn.lines or not drawn.rows:
        return TemplateResponse(request, "markbook/sheet_empty.html", context | {"sheet": drawn})
    base = reverse("sheet", args=[request.school.slug, school_class.pk, point.snapshot.pk])
    may_mark = may_fill(request, point, as_at)
    context |= {
        "sheet": drawn,
        "palettes": palettes(drawn),
        "table": sheet_table.table(
            drawn,
            pupil_href=f"/{request.school.slug}/pupils/{{}}/",
            line_href=f"{base}lines/{{}}/" + query(as_at),
            open_pupils=request.may(Permission.PUPIL_VIEW),
            may_mark=may_mark,
        ),
        "cell_href": f"/{request.school.slug}/cells/{{pupil}}/{{objective}}/" + query(as_at),
        "gaps_href": f"{base}lines/{{objective}}/gaps/",
        "may_mark": may_mark,
        "footnotes": footnotes(request, [Rule.SUGGESTED_WORDS], as_at),
        "saved_copy": "markbook" if as_at is None else "",
    }
    return TemplateResponse(request, "markbook/sheet.html", context)


def may_fill(request: SchoolRequest, point: Point, as_at: AsAt | None) -> bool:
    """Whether this person may mark on the sheet: not in the past, and not in another year."""
    return as_at is None and point.open and request.may(Permission.MARKBOOK_JUDGE)


def about(
    request: SchoolRequest, school_class: SchoolClass, point: Point, found: list[Point], as_at: AsAt | None
) -> dict[str, Any]:
    """What every page of a snapshot needs: where it stands among the others."""
    return {
        "school_class": school_class,
        "point": point,
        "this_year": [each for each in found if each.year.pk == point.year.pk],
        "other_years": [each for each in found if each.year.pk != point.year.pk],
        **moment_context(request, as_at),
        "kept": query(as_at),
        "past": point.of_this_year and point.stretch.until < request.now,
    }


def palettes(drawn: Sheet) -> list[dict[str, Any]]:
    """The steps of each scale that is used on the sheet, each scale once, the first line's first."""
    return [{"scale": scale, "steps": drawn.steps(scale)} for scale in drawn.scales]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def sheet_line(request: SchoolRequest, class_id: int, snapshot_id: int, objective_id: int) -> HttpResponse:
    """One line of the sheet and the whole class: the phone's way to fill it, and everybody's without a script."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    as_at = asked(request, request.school, now=request.now)
    then = then_of(request, as_at)
    point, found = point_or_404(request, school_class, snapshot_id, as_at=as_at, then=then)
    drawn = line_or_404(request, school_class, point, objective_id, as_at=as_at, then=then)
    request.look_at(drawn.pupils)
    line = drawn.lines[0]
    may_mark = may_fill(request, point, as_at) and not line.locked
    if request.method == "POST":
        if not may_mark:
            raise Http404
        return filled_by_form(request, drawn)
    context = about(request, school_class, point, found, as_at) | {
        "line": line,
        "rows": [(row.pupil, row.tag, row.cells[0], row.shares.get(line.subject.pk)) for row in drawn.rows],
        "steps": drawn.steps(line.scale),
        "marked": sum(1 for row in drawn.rows if row.cells[0].shown.step),
        "pupils": len(drawn.rows),
        "may_mark": may_mark,
        "saved_copy": "markbook" if as_at is None else "",
    }
    return TemplateResponse(request, "markbook/sheet_line.html", context)


def line_or_404(
    request: SchoolRequest,
    school_class: SchoolClass,
    point: Point,
    objective_id: int,
    *,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
) -> Sheet:
    """The sheet with that line alone."""
    drawn = class_sheet(
        request.school,
        school_class,
        point,
        viewer=request.viewer,
        now=request.now,
        as_at=as_at,
        then=then,
        line=objective_id,
    )
    if not drawn.lines:
        raise Http404
    return drawn


def filled_by_form(request: SchoolRequest, drawn: Sheet) -> HttpResponse:
    """Save what a form without script says: one mark, `mark=pupil:value`."""
    line, rows = drawn.lines[0], {row.pupil.pk: row for row in drawn.rows}
    pupil, _colon, value = request.POST.get("mark", "").partition(":")
    row: SheetRow | None = rows.get(whole_number(pupil) or 0)
    if row is None or not value:
        raise Http404
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="judgement",
        pupil=row.pupil.pk,
        objective=line.objective.pk,
        value=value_sent(value),
        base=whole_number(request.POST.get(f"version-{row.pupil.pk}", "")),
        made_at=request.now,
        seq=0,
        on=drawn.point.snapshot.on,
    )
    say(request, judge_each_day([item], school=request.school, by=request.account, at=request.now))
    return redirect(request.path)


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def sheet_gaps(request: SchoolRequest, class_id: int, snapshot_id: int, objective_id: int) -> HttpResponse:
    """Who is not yet secure in one line of the sheet; those on objectives of their own are named apart, and lack nothing."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    point, _found = point_or_404(request, school_class, snapshot_id)
    drawn = line_or_404(request, school_class, point, objective_id)
    request.look_at(drawn.pupils)
    rows = [row for row in drawn.rows if not row.tag]
    judged = [(row.pupil, row.cells[0].shown) for row in rows if row.cells[0].shown.step]
    context = {
        "school_class": school_class,
        "objective": drawn.lines[0].objective,
        "not_yet": [(pupil, face) for pupil, face in judged if not (face.step and face.step.secure)],
        "secure": sum(1 for _pupil, face in judged if face.step and face.step.secure),
        "away": [row.pupil for row in rows if row.cells[0].shown.state == "absent"],
        "blank": [row.pupil for row in rows if blank(row.cells[0])],
        "apart": [(row.pupil, row.tag) for row in drawn.rows if row.tag],
        "group_name": proposed_name(request, drawn.lines[0].subject.name),
    }
    return TemplateResponse(request, page_or_part(request, "markbook/sheet_gaps"), context | {"point": point})
