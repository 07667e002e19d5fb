"""The grid, one objective with the whole class, and who is not yet secure in it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from muster.markbook import render
from muster.markbook.actions import judge
from muster.markbook.as_at import AsAt, Mode, asked, query, said
from muster.markbook.golden_rules import Rule, footnotes, rules_on
from muster.markbook.grid import ClassGrid, Row, class_grid
from muster.markbook.items import Item
from muster.markbook.reading import noted_as_read
from muster.markbook.rules.cells import StepWord
from muster.markbook.rules.coverage import Coverage
from muster.markbook.teach import teach
from muster.markbook.units import Opened, Place, Unit, units_in
from muster.markbook.views.moments import moment_context
from muster.markbook.views.next import proposed_name
from muster.markbook.views.places import (
    address,
    class_or_404,
    elsewhere,
    page_or_part,
    then_of,
    unit_or_404,
    whole_number,
)
from muster.pages.formatting import full_day, full_moment
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import SchoolClass
from muster.people.outbox import Result
from muster.people.purposes import Purpose, Shows

MOST_BESIDE = 3
"""How many more units fit beside the first: a page stays within its bytes."""


def beside(request: SchoolRequest) -> list[Place]:
    """The units to be shown beside the first (`?with=SUBJECT.STAGE.STRAND`, repeated). 404 for one that is none."""
    wanted = [Place.read(text) for text in dict.fromkeys(request.GET.getlist("with"))]
    if any(each is None for each in wanted):
        raise Http404
    return [each for each in wanted if each is not None][:MOST_BESIDE]


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def unit(request: SchoolRequest, class_id: int, subject_id: int, stage_id: int, strand_id: int) -> HttpResponse:
    """The grid: the unit, units beside it, and what some follow instead of it; now, or as at a past moment."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    as_at = asked(request, request.school, now=request.now)
    then = then_of(request, as_at)
    first = Place(subject_id, stage_id, strand_id)
    places = [first, *(each for each in beside(request) if each != first)]
    found = units_in(request.school, places, year_group=school_class.year_group_id, then=then)
    if found is None:
        raise Http404
    opened, units = found
    grid = class_grid(
        request.school, school_class, opened, viewer=request.viewer, now=request.now, as_at=as_at, then=then
    )
    request.look_at(grid.pupils)
    if not grid.rows or not grid.columns:
        context = {"school_class": school_class, "unit": opened[0].unit, **moment_context(request, as_at)}
        return TemplateResponse(request, "markbook/empty.html", context)
    return TemplateResponse(
        request, "markbook/grid.html", grid_context(request, school_class, opened, units, grid, beside=places[1:])
    )


def grid_context(
    request: SchoolRequest,
    school_class: SchoolClass,
    opened: Sequence[Opened],
    units: Sequence[Unit],
    grid: ClassGrid,
    *,
    beside: Sequence[Place] = (),
) -> dict[str, Any]:
    """All that the page of a grid shows."""
    slug, here = request.school.slug, opened[0].unit
    base = address(request, school_class, here)
    unit_base = base.removesuffix(here.path)
    kept = query(grid.as_at)
    switchable = (Rule.RED_FOR_BELOW, Rule.POINT_SCORES, Rule.SUMS_ACROSS)
    on = [rule for rule in switchable if rule in rules_on(request, grid.as_at)]
    # Without numbers, or with one unit, there is nothing on the page to add up across.
    if Rule.POINT_SCORES not in on or len(grid.bands) == 1:
        on = [rule for rule in on if rule != Rule.SUMS_ACROSS]
    return {
        "school_class": school_class,
        "unit": here,
        "units": units,
        "unit_base": unit_base,
        "beside": [
            (each.unit, with_others([one for one in beside if one != place], kept))
            for each, place in zip(opened[1:], beside, strict=True)
        ],
        "keep_units": [str(each) for each in beside],
        "to_add": [] if len(beside) == MOST_BESIDE else to_add(opened, units, beside, kept),
        "kept": kept,
        "grid": grid,
        "palettes": palettes(grid),
        "steps": [step for step in grid.steps if not step.retired],
        "table": render.table(
            grid,
            pupil_href=f"/{slug}/pupils/{{}}/",
            objective_href=f"{unit_base}{{path}}objectives/{{objective}}/{kept}",
            open_pupils=request.may(Permission.PUPIL_VIEW),
            red_below=Rule.RED_FOR_BELOW in on,
            points=Rule.POINT_SCORES in on,
            across=Rule.SUMS_ACROSS in on,
        ),
        "footnotes": footnotes(request, list(on), grid.as_at),
        "cell_href": f"/{slug}/cells/{{pupil}}/{{objective}}/{kept}",
        "gaps_href": f"{base}objectives/{{objective}}/gaps/{kept}",
        "edit_href": f"/{slug}/frameworks/objectives/{{objective}}/" if request.may(Permission.CURRICULUM_EDIT) else "",
        "may_mark": grid.as_at is None and request.may(Permission.MARKBOOK_JUDGE),
        "may_set_apart": grid.as_at is None and request.may(Permission.FOLLOWING_SET),
        **moment_context(request, grid.as_at),
        "taught": taught_so_far(grid),
        "saved_copy": "markbook" if grid.as_at is None else "",
    }


def with_others(beside: Sequence[Place], kept: str) -> str:
    """The end of an address with these units beside the first, at the moment of the page."""
    others = "&".join(f"with={each}" for each in beside)
    return f"{kept}&{others}" if kept and others else f"?{others}" if others else kept


def to_add(
    opened: Sequence[Opened], units: Sequence[Unit], beside: Sequence[Place], kept: str
) -> list[tuple[Unit, str]]:
    """The units that can be shown beside these, each with the end of its address."""
    here = {each.unit.path for each in opened}
    return [
        (
            each,
            with_others([*beside, Place(each.subject.pk, each.stage.pk, each.strand.pk if each.strand else 0)], kept),
        )
        for each in units
        if each.path not in here
    ]


@dataclass(frozen=True)
class MomentShown:
    """The form for a past moment: the day and the time of it as fields hold them, and what the page says of its mode."""

    day: str
    time: str
    mode: str
    said: str
    today: str

    @property
    def is_past(self) -> bool:
        """Whether the page shows a past moment."""
        return bool(self.said)


def moment_shown(request: SchoolRequest, as_at: AsAt | None) -> MomentShown:
    """What the form and the line above the page show."""
    today = request.today.isoformat()
    if as_at is None:
        return MomentShown(today, "", Mode.RECORDED.value, "", today)
    at = as_at.at.astimezone(request.school.zone)
    time = at.strftime("%H:%M") if "T" in as_at.text else ""
    when = full_moment(as_at.at, request.school.zone) if time else full_day(at.date())
    return MomentShown(at.date().isoformat(), time, as_at.mode.value, f"{when}. {said(as_at)}", today)


@dataclass(frozen=True)
class Palette:
    """The step buttons of one scale; only those of the first column's are seen at once."""

    scale: int
    steps: list[StepWord]
    hidden: bool


def palettes(grid: ClassGrid) -> list[Palette]:
    """The palettes of the scales that a cell of the page is judged on."""
    used = scales_of(grid)
    return [
        Palette(scale, [step for step in steps if not step.retired], place > 0)
        for place, (scale, steps) in enumerate(grid.scales.items())
        if scale in used
    ]


def scales_of(grid: ClassGrid) -> set[int]:
    """Every scale that a cell is judged on: its column's, or its own."""
    own = {cell.scale for row in grid.rows for cell in row.cells if cell.scale is not None}
    return own | {column.scale for column in grid.columns}


@dataclass(frozen=True)
class TaughtSoFar:
    """How far the class is in the unit: how many are taught of how many, and the class's four shares as counts."""

    taught: int
    objectives: int
    covered: Coverage
    apart: list[tuple[str, str, Coverage | None]]


def taught_so_far(grid: ClassGrid) -> TaughtSoFar | None:
    """Of the first unit; None while nothing of it is marked as taught."""
    first = grid.columns[0].band
    if not first.in_use or first.own:
        return None
    inside = [column for column in grid.columns if column.band == first]
    return TaughtSoFar(
        sum(1 for column in inside if column.taught_on is not None),
        len(inside),
        grid.together,
        [(row.pupil.name, row.tag, row.covered) for row in grid.apart],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def objective(
    request: SchoolRequest, class_id: int, subject_id: int, stage_id: int, strand_id: int, objective_id: int
) -> HttpResponse:
    """One objective and the whole class: the phone's way to mark, and everybody's without a script."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    as_at = asked(request, request.school, now=request.now) if request.method != "POST" else None
    then = then_of(request, as_at)
    opened, _units = unit_or_404(request, subject_id, stage_id, strand_id, then=then)
    only = opened.only(objective_id)
    if only is None:
        return elsewhere(request, school_class, objective_id, "objective-marks")
    grid = class_grid(
        request.school,
        school_class,
        [only],
        viewer=request.viewer,
        now=request.now,
        as_at=as_at,
        then=then,
        with_own=False,
    )
    request.look_at(grid.pupils)
    if request.method == "POST":
        if request.POST.keys() & {"taught", "too", "not_too"}:
            return taught_by_form(request, school_class, objective_id)
        return marked_by_form(request, grid)
    here = opened.unit
    if not grid.rows:
        context = {"school_class": school_class, "unit": here, **moment_context(request, as_at)}
        return TemplateResponse(request, "markbook/empty.html", context)
    column = grid.columns[0]
    places = {each.pk: place for place, each in enumerate(opened.objectives)}
    place = places[objective_id]
    mine = [row for row in grid.rows if row.cells[0].theirs]
    context = {
        "school_class": school_class,
        "unit": here,
        "unit_href": address(request, school_class, here) + query(as_at),
        "objective": column.objective,
        "before": opened.objectives[place - 1] if place else None,
        "after": opened.objectives[place + 1] if place + 1 < len(places) else None,
        "kept": query(as_at),
        "steps": [step for step in grid.steps if not step.retired],
        "rows": [(row.pupil, row.cells[0], steps_for(grid, row), row.tag) for row in mine],
        "others": [(row.pupil, row.cells[0], row.tag) for row in grid.rows if not row.cells[0].theirs],
        "marked": sum(1 for row in mine if row.cells[0].shown.step),
        "pupils": len(mine),
        "usual": next((step for step in grid.steps if step.secure and not step.retired), None),
        "taught_on": column.taught_on,
        "missed": [row.pupil for row in mine if column.taught_on is not None and not row.cells[0].due],
        "counted_too": [row.pupil for row in mine if (objective_id, row.pupil.pk) in grid.counts_too],
        "today": request.today.isoformat(),
        "may_mark": as_at is None and request.may(Permission.MARKBOOK_JUDGE),
        **moment_context(request, as_at),
        "unseen": grid.unseen,
        "saved_copy": "markbook" if as_at is None else "",
    }
    return TemplateResponse(request, "markbook/objective.html", context)


def steps_for(grid: ClassGrid, row: Row) -> list[StepWord]:
    """The steps in use on the scale of a row's one cell."""
    scale = row.cells[0].scale or grid.columns[0].scale
    return [step for step in grid.scales[scale] if not step.retired]


def marked_by_form(request: SchoolRequest, grid: ClassGrid) -> HttpResponse:
    """Save what a form without script says: one mark (`mark=pupil:value`), or all blanks (`fill=value`)."""
    objective_id = grid.objectives[0].pk
    rows = {row.pupil.pk: row for row in grid.rows}
    wanted: list[tuple[Row, str]] = []
    if fill := request.POST.get("fill"):
        # A pupil on another scale or on other objectives is passed by: this word is none of theirs.
        wanted = [
            (row, fill)
            for row in grid.rows
            if (cell := row.cells[0]).theirs and cell.scale is None and cell.shown.step is None and not cell.shown.state
        ]
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


def taught_by_form(request: SchoolRequest, school_class: SchoolClass, objective_id: int) -> HttpResponse:
    """Save what a form without script says of teaching: `taught` a day or nothing, or `too` a pupil (`not_too`)."""
    post = request.POST
    pupil = whole_number(post.get("too") or post.get("not_too") or "") or 0
    if "taught" in post:
        on = post["taught"].strip() or post.get("taught_on", "").strip() or None
        on = None if post["taught"] == "none" else on or ""
    else:
        on = None if "not_too" in post else request.today.isoformat()
        if not pupil:
            raise Http404
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="taught",
        pupil=pupil,
        objective=objective_id,
        value={"on": on},
        base=None,
        made_at=request.now,
        seq=0,
        school_class=school_class.pk,
    )
    (result,) = teach([item], school=request.school, by=request.account, at=request.now)
    if result.accepted:
        messages.success(request, _("Saved."))
    else:
        messages.error(request, result.reason)
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
    as_at = asked(request, request.school, now=request.now)
    then = then_of(request, as_at)
    opened, _units = unit_or_404(request, subject_id, stage_id, strand_id, then=then)
    only = opened.only(objective_id)
    if only is None:
        return elsewhere(request, school_class, objective_id, "gaps")
    grid = class_grid(
        request.school,
        school_class,
        [only],
        viewer=request.viewer,
        now=request.now,
        as_at=as_at,
        then=then,
        with_own=False,
    )
    request.look_at(grid.pupils)
    noted_as_read([only.objectives[0].pk], school=request.school, term=grid.term)
    mine = [row for row in grid.rows if row.cells[0].theirs]
    judged = [(row.pupil, row.cells[0].shown) for row in mine if row.cells[0].shown.step]
    objective = only.objectives[0]
    context: dict[str, Any] = {
        "school_class": school_class,
        "unit": opened.unit,
        "unit_href": address(request, school_class, opened.unit) + query(as_at),
        "objective": objective,
        "not_yet": [(pupil, face) for pupil, face in judged if not (face.step and face.step.secure)],
        "secure": sum(1 for _pupil, face in judged if face.step and face.step.secure),
        "away": [row.pupil for row in mine if row.cells[0].shown.state == "absent"],
        "blank": [row.pupil for row in mine if not row.cells[0].shown.step and not row.cells[0].shown.state],
        "group_name": proposed_name(request, opened.unit.name) if as_at is None else "",
        "unseen": grid.unseen,
        **moment_context(request, as_at),
        "apart": [(row.pupil, row.tag) for row in grid.rows if not row.cells[0].theirs and row.tag],
    }
    return TemplateResponse(request, page_or_part(request, "markbook/gaps"), context)
