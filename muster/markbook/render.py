"""The grid's table as HTML, written by one small renderer that escapes every value.

Eighteen hundred cells through a template engine cost more than all else on the page together; a cell has few faces,
so each face is escaped and written once and reused.
"""

from collections.abc import Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from muster.markbook.grid import Cell, ClassGrid, Row
from muster.markbook.rules.cells import Shown, marked

Face = tuple[str, str]


def face_of(shown: Shown, two: bool, noted: bool) -> Face:
    """What stands before and after the version in a cell's tag."""
    spoken = shown.spoken
    css = [shown.css] if shown.css else []
    if two:
        css.append("two")
        spoken = f"{spoken}, {_('two views')}"
    if noted:
        css.append("note")
        spoken = f"{spoken}, {_('note')}"
    start = "<td"
    if css:
        start += f' class="{escape(" ".join(css))}"'
    if shown.step:
        start += f' data-s="{shown.step.id}"'
    elif shown.state:
        start += f' data-k="{escape(shown.state)}"'
    return start, f' aria-label="{escape(spoken)}">{escape(shown.text)}</td>'


def summary(row: Row, fills: Mapping[int, str], of: str) -> str:
    """The bar at the end of a row: how much is marked this term, and on which steps."""
    counts = marked([cell.shown for cell in row.cells])
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
        f"{bars}</svg><span data-sum-text>{text}</span></td>"
    )


def table(grid: ClassGrid, *, pupil_href: str, objective_href: str, open_pupils: bool) -> SafeString:
    """Head and body of the grid. Addresses hold a `{}` for the id."""
    heads = "".join(
        f'<th scope="col" data-objective="{objective.pk}" data-title="{escape(objective.wording)}">'
        f'<a href="{escape(objective_href.format(objective.pk))}" title="{escape(objective.wording)}">'
        f"{escape(heading(objective.code, place))}</a></th>"
        for place, objective in enumerate(grid.objectives, start=1)
    )
    fills = {step.id: step.fill for step in grid.steps}
    of = _("%(marked)s of %(possible)s")
    faces: dict[tuple[int, bool, bool], Face] = {}
    first, last = escape(_("Pupil")), escape(_("Marked"))
    out = [f'<thead><tr><th scope="col">{first}</th>{heads}<th scope="col">{last}</th></tr></thead>', "<tbody>"]

    def drawn(cell: Cell) -> str:
        key = (id(cell.shown), cell.two_views, cell.noted)
        face = faces.get(key)
        if face is None:
            face = faces[key] = face_of(cell.shown, cell.two_views, cell.noted)
        return face[0] + face[1] if cell.version is None else f'{face[0]} data-v="{cell.version}"{face[1]}'

    for row in grid.rows:
        name = escape(row.pupil.name)
        link = f'<a href="{escape(pupil_href.format(row.pupil.pk))}">{name}</a>' if open_pupils else name
        out.append(f'<tr data-pupil="{row.pupil.pk}"><th scope="row">{link}</th>')
        out.extend([drawn(cell) for cell in row.cells])
        out.append(summary(row, fills, of))
        out.append("</tr>")
    out.append("</tbody>")
    return mark_safe("".join(out))  # noqa: S308  every value above is escaped; test_render feeds it hostile ones


def heading(code: str, place: int) -> str:
    """What stands over a column: the objective's short code, or its place in the unit."""
    return code if 0 < len(code) <= 8 else str(place)
