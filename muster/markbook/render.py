"""The grid's table as HTML, written by one small renderer that escapes every value.

Eighteen hundred cells through a template engine cost more than all else on the page together; a cell has few faces,
so each face is escaped and written once and reused.
"""

from collections.abc import Mapping
from datetime import date
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from muster.markbook.grid import Cell, ClassGrid, Column, Row
from muster.markbook.rules.cells import marked
from muster.pages.formatting import brief_day

Face = tuple[str, str]


def face_of(cell: Cell, *, below: bool = False) -> Face:
    """What stands before and after the version in a cell's tag. `below` gives it the edge of a step below."""
    shown, spoken = cell.shown, cell.shown.spoken
    css = [shown.css] if shown.css else []
    if not cell.theirs:
        css.append("hatch")
        unlike = _("not for this pupil")
        spoken = f"{spoken}, {unlike}" if shown.text else unlike
    elif below:
        css.append("below")
    if cell.two_views:
        css.append("two")
        spoken = f"{spoken}, {_('two views')}"
    if cell.noted:
        css.append("note")
        spoken = f"{spoken}, {_('note')}"
    start = "<td"
    if css:
        start += f' class="{escape(" ".join(css))}"'
    if not cell.theirs:
        start += ' aria-readonly="true"'
    if cell.scale is not None:
        start += f' data-scale="{cell.scale}"'
    if shown.step:
        start += f' data-s="{shown.step.id}"'
    elif shown.state:
        start += f' data-k="{escape(shown.state)}"'
    return start, f' aria-label="{escape(spoken)}">{escape(shown.text)}</td>'


def drawn(cell: Cell, was_taught: bool, edged: bool) -> tuple[str, str, str]:
    """What stands before and after the version in a cell's tag, and the cell without one. `edged`: a step below is."""
    step = cell.shown.step
    face = face_of(cell, below=edged and step is not None and step.place == "below")
    start, end = joined_later(face) if was_taught and cell.theirs and not cell.due else face
    return start, end, start + end


def joined_later(face: Face) -> Face:
    """The face of a cell whose objective was taught before the pupil came: sunk, and in no count."""
    start, end = face
    if ' class="' in start:
        return start.replace(' class="', ' class="is-sunk ', 1), end
    return start.replace("<td", '<td class="is-sunk"', 1), end


def summary(row: Row, fills: Mapping[int, str], of: str, points: str = "") -> str:
    """The bar at the end of a row: how much is marked this term of what is due, and on which steps.

    `points` stands beside it where the school has switched that on.
    """
    counts = marked(cell.shown for cell in row.cells if cell.due)
    on_step = dict(counts.on_step)
    bars, x = "", 0.0
    for step, fill in fills.items():
        width = 100 * on_step.get(step, 0) / counts.possible if counts.possible else 0
        name = f' class="fill-{escape(fill)}"' if fill else ""
        bars += f'<rect{name} data-step="{step}" x="{x:.4g}" width="{width:.4g}" height="8"/>'
        x += width
    text = escape(of % {"marked": counts.marked, "possible": counts.possible})
    return (
        '<td class="sum" data-sum><svg class="stacked" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f"{bars}</svg><span data-sum-text>{text}</span>{points}</td>"
    )


def table(
    grid: ClassGrid,
    *,
    pupil_href: str,
    objective_href: str,
    open_pupils: bool,
    red_below: bool = False,
    points: bool = False,
    across: bool = False,
) -> SafeString:
    """Head and body of the grid. `objective_href` holds "{path}" for the unit and "{objective}" for its id.

    `red_below` edges what stands on a step below, and `points` adds the mean of the numbers behind the steps, with
    `across` over every unit of the page: only where the school has switched that on. A pupil on objectives of their own is never edged.
    """
    there = {cell.shown.step.id for row in grid.rows for cell in row.cells if cell.shown.step is not None}
    fills = {step.id: step.fill for step in grid.every_step if not step.retired or step.id in there}
    of = _("%(marked)s of %(possible)s")
    # What is before and after the version in the tag of a cell, and all of it where there is none, by all it depends on.
    faces: dict[tuple[int, tuple[object, ...], bool, bool], tuple[str, str, str]] = {}
    out = [head(grid, objective_href), "<tbody>"]
    taught = [column.taught_on is not None for column in grid.columns]

    for row in grid.rows:
        name, apart = escape(row.pupil.name), bool(row.tag)
        link = f'<a href="{escape(pupil_href.format(row.pupil.pk))}">{name}</a>' if open_pupils else name
        tag = f' <small class="year-tag">{escape(row.tag)}</small>' if apart else ""
        out.append(f'<tr data-pupil="{row.pupil.pk}"><th scope="row">{link}{tag}</th>')
        for cell, was_taught in zip(row.cells, taught, strict=True):
            key = (id(cell.shown), cell[2:], was_taught, apart)
            face = faces.get(key)
            if face is None:
                face = faces[key] = drawn(cell, was_taught, red_below and not apart)
            out.append(face[2] if cell.version is None else f'{face[0]} data-v="{cell.version}"{face[1]}')
        out.append(summary(row, fills, of, mean_points(grid, row, across=across) if points else ""))
        out.append("</tr>")
    out.append("</tbody>")
    return mark_safe("".join(out))  # noqa: S308  every value above is escaped; test_render feeds it hostile ones


def mean_points(grid: ClassGrid, row: Row, *, across: bool = False) -> str:
    """The mean of the numbers behind a pupil's steps of this term, in the first unit alone, and of how many it is.

    With `across` in every unit of the page, whatever framework it is of; a mark of an earlier term is in neither.

    Nothing where no step there has a number. It goes as soon as the row is marked, until the page is opened again.
    """
    first = grid.columns[0].band
    numbers = [
        cell.shown.step.number
        for cell, column in zip(row.cells, grid.columns, strict=True)
        if (across or column.band == first)
        and cell.due
        and cell.shown.step is not None
        and cell.shown.step.number is not None
    ]
    if not numbers:
        return ""
    said = _("%(mean)s points (mean of %(count)s)") % {
        "mean": f"{sum(numbers) / len(numbers):.1f}",
        "count": len(numbers),
    }
    return f' <small class="points" data-points>{escape(said)}</small>'


def head(grid: ClassGrid, objective_href: str) -> str:
    """The head of the table: a row of bands where there is more than one, and the objectives."""
    first, last = escape(_("Pupil")), escape(_("Marked"))
    bands = grid.bands
    out = ["<colgroup><col>"]
    out += ['<col class="untaught">' if column.untaught else "<col>" for column in grid.columns]
    out.append("<col></colgroup><thead>")
    if len(bands) > 1:
        out.append('<tr class="bands"><td></td>')
        for band, count in bands:
            own = ' class="own"' if band.own else ""
            out.append(f'<th scope="colgroup" colspan="{count}"{own}>{escape(band.name)}</th>')
        out.append("<td></td></tr>")
    out.append(f'<tr><th scope="col">{first}</th>')
    places: dict[str, int] = {}
    days: dict[date, str] = {}
    said = (_("%(objective)s, taught %(day)s"), _("%(objective)s, not taught yet"))
    for column in grid.columns:
        place = places[column.band.path] = places.get(column.band.path, 0) + 1
        if column.taught_on is not None and column.taught_on not in days:
            days[column.taught_on] = brief_day(column.taught_on)
        out.append(heading_of(column, place, objective_href, days, said))
    out.append(f'<th scope="col">{last}</th></tr></thead>')
    return "".join(out)


def heading_of(column: Column, place: int, objective_href: str, days: Mapping[date, str], said: tuple[str, str]) -> str:
    """The heading of one column, with the day it was taught; `days` has it in letters, `said` how it is read aloud."""
    wording = escape(column.objective.wording)
    text = heading(column.objective.code, place)
    css = " ".join(name for name, on in (("untaught", column.untaught), ("own", column.band.own)) if on)
    start = f'<th scope="col" data-objective="{column.objective.pk}" data-title="{wording}" data-scale="{column.scale}"'
    start += f' class="{css}"' if css else ""
    spoken, day = "", ""
    if column.taught_on is not None:
        on = column.taught_on.isoformat()
        start += f' data-taught="{on}"'
        spoken = said[0] % {"objective": text, "day": days[column.taught_on]}
        day = f'<time datetime="{on}">{escape(days[column.taught_on])}</time>'
    elif column.untaught:
        spoken = said[1] % {"objective": text}
    label = f' aria-label="{escape(spoken)}"' if spoken else ""
    href = escape(objective_href.format(path=column.band.path, objective=column.objective.pk))
    return f'{start}><a href="{href}" title="{wording}"{label}>{escape(text)}</a>{day}</th>'


def heading(code: str, place: int) -> str:
    """What stands over a column: the objective's short code, or its place in the unit."""
    return code if 0 < len(code) <= 8 else str(place)
