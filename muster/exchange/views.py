"""Bringing files in and taking them out, on screen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.curriculum.models import Framework
from muster.curriculum.workload import meter
from muster.exchange.carrying import packed
from muster.exchange.case.write import package_of
from muster.exchange.classlist.fields import MOST_GUARDIANS
from muster.exchange.forms import FileForm
from muster.exchange.frameworks import planning as frameworks
from muster.exchange.frameworks.fields import NAMES
from muster.exchange.frameworks.read import ColumnsUnknown, SaidOfColumns
from muster.exchange.frameworks.write import written, written_workbook
from muster.exchange.importing import framework_rows
from muster.exchange.layouts import keep_objectives, objectives_before
from muster.exchange.rules.columns import Columns, recognise
from muster.exchange.rules.report import Effect, Row, causes
from muster.exchange.rules.table import Table, Unreadable
from muster.exchange.working import is_brought, objectives_of
from muster.pages.sheets import Written, workbook
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.answers import reads_and_saves, undo_address
from muster.people.views.found import number

MOST_SHOWN = 200
"""Rows named one by one on a page; the numbers above them always count all."""
SAMPLE = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def effect_words() -> dict[Effect, str]:
    """What happens to rows, as the page counts them."""
    return {
        Effect.ADD: _("to add"),
        Effect.CHANGE: _("to change"),
        Effect.LEAVE: _("to leave as they are"),
        Effect.REFUSE: _("refused"),
        Effect.ASK: _("to ask about"),
    }


def counted(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """How many rows have each effect."""
    return [(word, sum(row.effect is effect for row in rows)) for effect, word in effect_words().items()]


@dataclass(frozen=True)
class Sample:
    """The first rows as they were read: what is taken first, names before the rest, each column with what it is taken for."""

    headings: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]


def sample(table: Table, columns: Columns, words: Mapping[str, str]) -> Sample:
    """A sample of `table`. `words` says what a field is called."""
    taken = {place: field for field, place in columns.known.items()}
    rank = {field: place for place, field in enumerate(words)}
    order = sorted(range(len(table.headings)), key=lambda place: (rank.get(taken.get(place, ""), len(rank)), place))
    headings = tuple(
        (table.headings[place], words.get(taken[place], taken[place]) if place in taken else "") for place in order
    )
    rows = tuple(tuple(row.cell(place) for place in order) for row in table.rows[:SAMPLE])
    return Sample(headings, rows)


def field_words() -> dict[str, str]:
    """What the fields of files are called on screen."""
    guardian = {
        f"guardian_{n}_{part}": f"{_('parent')} {n}: {word}"
        for n in range(1, MOST_GUARDIANS + 1)
        for part, word in {
            "name": _("name"),
            "forename": _("forename"),
            "surname": _("surname"),
            "relation": _("relationship"),
            "email": _("e-mail"),
            "telephone": _("telephone"),
        }.items()
    }
    return {
        "surname": _("surname"),
        "forenames": _("forename"),
        "known_as": _("known as"),
        "name": _("whole name"),
        "born_on": _("date of birth"),
        "upn": _("UPN"),
        "year_group": _("year group"),
        "class_name": _("class"),
        **{part: _("address") for part in ("address_1", "address_2", "address_3", "town", "county", "postcode")},
        **guardian,
        "subject": _("subject"),
        "strand": _("strand"),
        "substrand": _("strand inside it"),
        "strand_3": _("strand inside that"),
        "stage": _("stage"),
        "progression": _("stage, from the heading"),
        "code": _("code"),
        "wording": _("wording"),
        "detail": _("detail"),
        "is_key": _("key flag"),
        "identifier": _("the file's own name for it"),
    }


def effect_page(
    request: SchoolRequest,
    template: str,
    form: FileForm,
    rows: Sequence[Row],
    mark: str,
    *,
    status: int,
    **values: object,
) -> HttpResponse:
    """The page that shows exactly what would happen."""
    problems = [(effect_words()[effect], reason, numbers) for effect, reason, numbers in causes(rows)]
    doing = [row for row in rows if row.effect in {Effect.ADD, Effect.CHANGE}]
    return TemplateResponse(
        request,
        template,
        {
            "form": form,
            "planned": True,
            "upload": form.cleaned_data["upload"],
            "carried": "" if form.cleaned_data["upload"] else packed(form.data_read),
            "named": form.cleaned_data.get("named", ""),
            "order": form.cleaned_data.get("order", ""),
            "mark": mark,
            "counts": counted(rows),
            "problems": problems,
            "doing": [(row, effect_words()[row.effect]) for row in doing[:MOST_SHOWN]],
            "more": max(0, len(doing) - MOST_SHOWN),
            "has_work": bool(doing),
            **values,
        },
        status=status,
    )


def carried_out(
    request: SchoolRequest, form: FileForm, mark: str, carry_out: Callable[[], HttpResponseBase]
) -> HttpResponseBase | None:
    """What `carry_out` answers where the plan of `mark` is the one that was shown; else None, said if it was another.

    What was shown and has changed since, or is refused, is shown anew: 409, with the file still carried along.
    """
    shown = form.cleaned_data["shown"]
    if not shown or "turned" in request.POST:
        return None
    if shown != mark:
        messages.warning(request, _("Something has changed since this was shown. This is what would happen now."))
        return None
    try:
        return carry_out()
    except Refused as refused:
        messages.error(request, str(refused))
        return None


def status_of(request: SchoolRequest, form: FileForm) -> int:
    """409 for an effect that was to be carried out and could not; 200 for one that is shown for the first time."""
    return 409 if form.cleaned_data["shown"] and "turned" not in request.POST else 200


@requires(Permission.CURRICULUM_EDIT, purpose=Purpose.TEACH, shows=Shows.NOTHING)
@reads_and_saves
def framework_file(request: SchoolRequest, framework_id: int) -> HttpResponseBase:
    """Drop or paste a file of objectives, see the exact effect, then bring it in."""
    framework = live_framework(request, framework_id)

    def waiting(number: UUID) -> tuple[str, bytes]:
        return objectives_of(number, school=request.school, by=request.account)

    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(*sent, waiting=waiting)
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        try:
            planned = frameworks.plan_of(
                form.data_read, framework=framework, said_of=lambda table: columns_said(request, table)
            )
        except ColumnsUnknown as unknown:
            return columns_page(request, framework, form, unknown)
        except Unreadable as problem:
            form.add_error("file", str(problem))
        else:
            if "stayed-out" in request.POST:
                return rows_that_stay_out(planned)
            done = carried_out(request, form, planned.plan.mark, lambda: fill(request, framework, planned, form))
            if done:
                return done
            rows = framework_rows(planned)
            return effect_page(
                request,
                "exchange/framework_file.html",
                form,
                rows,
                planned.plan.mark,
                status=status_of(request, form),
                framework=framework,
                notes=planned.read.notes,
                sample=sample(planned.table, planned.read.columns, field_words()),
                workload=meter(request.school, request.today).of(len(planned.plan.add)),
                is_whole=len(planned.plan.stages) > 1,
                has_refused=any(row.effect is Effect.REFUSE for row in rows),
                **({} if planned.case else columns_shown(planned.table, planned.read.columns, planned.said)),
            )
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(
        request, "exchange/framework_file.html", {"form": form, "framework": framework, "planned": False}, status=status
    )


OF_OBJECTIVES = (
    "subject", "strand", "substrand", "strand_3", "stage", "progression", "code", "wording", "detail", "is_key", "identifier",
)  # fmt: skip
"""What a column of a file of objectives may be."""
LONGEST_SUBJECT = 120


def columns_said(request: SchoolRequest, table: Table) -> SaidOfColumns:
    """Which column is which: as the page says, else as it was said of the last file with these headings."""
    fields = {"", *OF_OBJECTIVES}
    said = {
        heading: field
        for place, heading in enumerate(table.headings)
        if heading and (field := request.POST.get(f"c:{place}")) is not None and field in fields
    }
    if not said:
        return objectives_before(table, request.school)
    guessed = {place: name for name, place in recognise(table.headings, NAMES).known.items()}
    given = {
        heading: said[heading]
        for place, heading in enumerate(table.headings)
        if heading in said and said[heading] != guessed.get(place, "")
    }
    return SaidOfColumns(given, " ".join(request.POST.get("subject", "").split())[:LONGEST_SUBJECT])


def columns_shown(table: Table, columns: Columns, said: SaidOfColumns) -> dict[str, object]:
    """The first rows, each column with what it is taken for, which may be changed."""
    taken = {place: name for name, place in columns.known.items()}
    words = field_words()
    return {
        "headings": [
            {"place": place, "heading": heading, "field": taken.get(place, "")}
            for place, heading in enumerate(table.headings)
        ],
        "first_rows": [[row.cell(place) for place in range(len(table.headings))] for row in table.rows[:SAMPLE]],
        "fields": [(name, words[name]) for name in OF_OBJECTIVES],
        "subject": said.subject,
    }


def columns_page(
    request: SchoolRequest, framework: Framework, form: FileForm, unknown: ColumnsUnknown
) -> TemplateResponse:
    """Asks which column is which; the file is carried along."""
    upload = form.cleaned_data["upload"]
    values = {
        "form": form,
        "framework": framework,
        "planned": False,
        "asks": str(unknown),
        "upload": upload,
        "carried": "" if upload else packed(form.data_read),
        "named": form.cleaned_data.get("named", ""),
        **columns_shown(unknown.table, unknown.columns, columns_said(request, unknown.table)),
    }
    return TemplateResponse(request, "exchange/framework_file.html", values)


def rows_that_stay_out(planned: frameworks.Planned) -> HttpResponse:
    """The rows of a file of objectives that are refused, as a workbook with the reason in the last column."""
    cells = {row.number: row for row in planned.table.rows}
    width = len(planned.table.headings)
    rows = [
        [
            *(cells[row.number].cell(place) if row.number in cells else "" for place in range(width)),
            " ".join(row.reasons),
        ]
        for row in framework_rows(planned)
        if row.effect is Effect.REFUSE
    ]
    sheet = Written(_("Rows that stayed out"), [*planned.table.headings, _("Reason")], rows)
    return taken_out(workbook(sheet), "stayed-out.xlsx", XLSX)


def fill(request: SchoolRequest, framework: Framework, planned: frameworks.Planned, form: FileForm) -> HttpResponseBase:
    """Do what was shown, and offer the way back."""
    file, waited = form.cleaned_data["named"], form.cleaned_data["upload"]
    made = frameworks.carry_out(planned, framework=framework, source=file, by=request.account, at=request.now)
    keep_objectives(planned.table, planned.said, request.school, request.now)
    if waited is not None:
        is_brought(waited, school=request.school, by=request.account, made=made)
    if made is None:
        messages.info(request, _("Everything in this file was there already."))
    else:
        said = _("Added %(added)d, changed %(changed)d.") % {
            "added": len(planned.plan.add),
            "changed": len(planned.plan.change),
        }
        messages.success(request, said, extra_tags=undo_address(made))
    address = reverse("curriculum:framework", kwargs={"school": request.school.slug, "framework_id": framework.pk})
    return redirect(address)


@requires(Permission.CURRICULUM_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def framework_rows_out(request: SchoolRequest, framework_id: int) -> HttpResponse:
    """A framework as CSV; it reads back unchanged."""
    framework = live_framework(request, framework_id)
    return taken_out(written(framework), f"framework-{framework.pk}.csv", "text/csv; charset=utf-8")


@requires(Permission.CURRICULUM_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def framework_workbook_out(request: SchoolRequest, framework_id: int) -> HttpResponse:
    """A framework as a workbook; it reads back unchanged."""
    framework = live_framework(request, framework_id)
    return taken_out(written_workbook(framework), f"framework-{framework.pk}.xlsx", XLSX)


@requires(Permission.CURRICULUM_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def framework_package_out(request: SchoolRequest, framework_id: int) -> HttpResponse:
    """A framework as a CASE package, with everything of the one it came from."""
    framework = live_framework(request, framework_id)
    return taken_out(package_of(framework, at=request.now), f"framework-{framework.pk}.json", "application/json")


def live_framework(request: SchoolRequest, framework_id: int) -> Framework:
    """A framework of the school that is in use, or a 404."""
    live = Framework.objects.at(request.school).live().select_related("scale", "school")
    return get_object_or_404(live, pk=number(framework_id))


def taken_out(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file for whoever asked for it."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
