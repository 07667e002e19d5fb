"""The summative sheet's table as HTML: subjects over their lines, the share of each subject beside them.

Written like the grid's, by a small renderer that escapes every value, and with the grid's own faces of cells, so that
the grid's script marks it with the same keys.
"""

from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from muster.curriculum.models import Subject
from muster.markbook.grid import Cell
from muster.markbook.render import face_of
from muster.markbook.rules.cells import StepWord
from muster.markbook.rules.coverage import Coverage
from muster.markbook.summative import Sheet, SheetRow, blank


def table(sheet: Sheet, *, pupil_href: str, line_href: str, open_pupils: bool, may_mark: bool) -> SafeString:
    """Head and body of the sheet. Addresses hold a `{}` for the id. Without `may_mark` every cell is locked."""
    out = ["<thead>", bands(sheet), heads(sheet, line_href), "</thead><tbody>"]
    for row in sheet.rows:
        name = escape(row.pupil.name)
        link = f'<a href="{escape(pupil_href.format(row.pupil.pk))}">{name}</a>' if open_pupils else name
        tag = f' <small class="year-tag">{escape(row.tag)}</small>' if row.tag else ""
        out.append(f'<tr data-pupil="{row.pupil.pk}"><th scope="row">{link}{tag}</th>')
        out += [piece for subject in sheet.subjects for piece in of_subject(sheet, row, subject, may_mark=may_mark)]
        out.append(summary(row))
        out.append("</tr>")
    out.append("</tbody>")
    return mark_safe("".join(out))  # noqa: S308  every value above is escaped; test_summative feeds it hostile ones


def bands(sheet: Sheet) -> str:
    """The first row of the head: each subject over its lines and its share."""
    return (
        '<tr class="bands"><td></td>'
        + "".join(
            f'<th scope="colgroup" colspan="{len(sheet.of(subject)) + sheet.with_shares}">{escape(subject.name)}</th>'
            for subject in sheet.subjects
        )
        + "<td></td></tr>"
    )


def heads(sheet: Sheet, line_href: str) -> str:
    """The second row: the lines, each a link to its form, and what the shares are of."""
    out = [f'<tr><th scope="col">{escape(_("Pupil"))}</th>']
    column = 0
    for subject in sheet.subjects:
        for line in sheet.of(subject):
            column += 1
            title = f"{subject.name}: {line.wording}"
            out.append(
                f'<th scope="col" data-objective="{line.objective.pk}" data-title="{escape(title)}"'
                f' data-scale="{line.scale}" data-column="{column}">'
                f'<a href="{escape(line_href.format(line.objective.pk))}" title="{escape(title)}">'
                f'<span class="subject">{escape(subject.name)}: </span>{escape(line.name)}</a></th>'
            )
        if sheet.with_shares:
            column += 1
            out.append(f'<th scope="col" class="share">{escape(_("Secure of taught"))}</th>')
    return "".join(out) + f'<th scope="col">{escape(_("Marked"))}</th></tr>'


def of_subject(sheet: Sheet, row: SheetRow, subject: Subject, *, may_mark: bool) -> list[str]:
    """A pupil's cells of one subject, and the share beside them."""
    out = [
        cell(found, word, locked=line.locked or not may_mark)
        for line, found, word in zip(sheet.lines, row.cells, row.suggestions, strict=True)
        if line.subject.pk == subject.pk
    ]
    if sheet.with_shares:
        out.append(f'<td class="share">{share(row.shares.get(subject.pk))}</td>')
    return out


def cell(found: Cell, word: StepWord | None, *, locked: bool) -> str:
    """One cell. A suggested word is no mark: it has no step, and it says what it is, after the last snapshot's."""
    start, end = face_of(found)
    if word is not None:
        css = "faint suggested note" if found.noted else "faint suggested"
        last = found.shown.text
        spoken = (
            _("%(last)s at the last snapshot, %(word)s suggested, not yet marked")
            if last
            else _("%(word)s suggested, not yet marked")
        )
        spoken = escape(spoken % {"last": last, "word": word.face})
        text = escape(f"{last} {word.face}?" if last else f"{word.face}?")
        start, end = f'<td class="{css}"', f' aria-label="{spoken}">{text}</td>'
    if found.version is not None:
        start += f' data-v="{found.version}"'
    return start + (' aria-readonly="true"' if locked else "") + end


def share(coverage: Coverage | None) -> str:
    """How much of what was taught is secure: information, never a mark."""
    if coverage is None or not coverage.taught:
        return f'<span class="soft">{escape(_("none taught"))}</span>'
    return escape(_("%(secure)s of %(taught)s") % {"secure": coverage.secure, "taught": coverage.taught})


def summary(row: SheetRow) -> str:
    """How many lines of this snapshot stand."""
    possible = [each for each in row.cells if each.shown.state != "not-taught"]
    text = _("%(marked)s of %(possible)s") % {
        "marked": sum(1 for each in possible if not blank(each) and each.shown.step),
        "possible": len(possible),
    }
    return f'<td class="sum" data-sum><span data-sum-text>{escape(text)}</span></td>'
