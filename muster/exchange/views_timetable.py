"""The timetable from a file and into one."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from muster.attendance.actions.week import Kind, can_be_undone
from muster.exchange.forms import FileForm
from muster.exchange.rules.table import Unreadable
from muster.exchange.timetable import planning
from muster.exchange.timetable.fields import COLUMNS, EXAMPLES
from muster.exchange.views import carried_out, effect_page, sample, status_of, taken_out
from muster.pages.rules.said import say
from muster.pages.sheets import separated
from muster.people.access import Permission
from muster.people.forms.fields import DayField
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Pupil
from muster.people.purposes import Purpose, Shows
from muster.people.views.answers import reads_and_saves, undo_address

EDIT = Permission.TIMETABLE_EDIT
CSV = "text/csv; charset=utf-8"


class TimetableFileForm(FileForm):
    """A file of the timetable, and from which day on it holds."""

    starts_on = DayField(
        label=gettext_lazy("From"),
        help_text=gettext_lazy("For rows without a first day of their own. Days that have passed stay as they were."),
    )
    is_whole = forms.BooleanField(
        label=gettext_lazy("This is all of it"),
        help_text=gettext_lazy("What is not in the file ends on the day before."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No file of the timetable waits among imports."""
        super().__init__(*args, waiting=not_waiting, **kwargs)
        self.fields["file"].help_text = _("A spreadsheet or a CSV file, at most 1 MB. Drop it here or choose it.")


def not_waiting(_number: UUID) -> tuple[str, bytes]:
    """Raise `Unreadable`."""
    raise Unreadable(say("The file was lost on the way. Bring it again."))


def kind_words(kind: str) -> str:
    """What a kind of file is called."""
    return {
        "lessons": _("Lessons from a file"),
        "duties": _("Duties from a file"),
        "part-time": _("Part-time pupils from a file"),
    }[kind]


def column_words() -> dict[str, str]:
    """What the columns are called on screen."""
    return {
        "surname": _("surname"),
        "forenames": _("forename"),
        "class": _("class"),
        "adult": _("adult"),
        "place": _("place"),
        "day": _("day"),
        "period": _("period"),
        "session": _("session"),
        "begins": _("begins"),
        "ends": _("ends"),
        "room": _("room"),
        "code": _("code"),
        "from": _("from"),
        "until": _("until"),
    }


def kind_of(word: str) -> Kind:
    """The kind of rows an address names; 404 for none."""
    if word not in planning.KINDS:
        raise Http404
    return planning.KINDS[word]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
@reads_and_saves
def timetable_file(request: SchoolRequest, kind: str) -> HttpResponseBase:
    """Drop or paste lessons, duties or part-time pupils, see the exact effect, then bring them in."""
    rows_of = kind_of(kind)
    form = (
        TimetableFileForm(request.POST, request.FILES)
        if request.method == "POST"
        else TimetableFileForm(initial={"starts_on": request.today})
    )
    pupils: list[Pupil] = []
    context: dict[str, Any] = {"kind": kind, "title": kind_words(kind), "columns": COLUMNS[rows_of.name]}
    if request.method == "POST" and form.is_valid():
        starts_on: date = form.cleaned_data["starts_on"]
        try:
            planned = planning.plan_of(
                form.data_read,
                rows_of,
                school=request.school,
                viewer=request.viewer,
                starts_on=starts_on,
                is_whole=form.cleaned_data["is_whole"],
                at=request.now,
            )
        except Unreadable as problem:
            form.add_error("file", str(problem))
        else:
            if rows_of.of_pupils:
                theirs = Pupil.objects.visible_to(request.viewer, may=Permission.EXPECTED_VIEW)
                pupils = list(theirs.filter(school=request.school, pk__in=planned.pupils))
            request.look_at(pupils)
            done = carried_out(request, form, planned.mark, lambda: brought_in(request, planned))
            return done or effect_page(
                request,
                "exchange/timetable_file.html",
                form,
                planned.rows,
                planned.mark,
                status=status_of(request, form),
                notes=planned.reading.notes,
                sample=sample(planned.table, planned.reading.columns, column_words()),
                starts_on=starts_on,
                is_whole=form.cleaned_data["is_whole"],
                **context,
            )
    request.look_at(pupils)
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(
        request, "exchange/timetable_file.html", {**context, "form": form, "planned": False}, status=status
    )


def brought_in(request: SchoolRequest, planned: planning.Planned) -> HttpResponseBase:
    """Do what was shown, and offer the way back."""
    made = planning.carry_out(planned, school=request.school, by=request.account, at=request.now)
    if made is None:
        messages.info(request, _("Everything in this file was there already."))
    else:
        undo = can_be_undone(made)
        messages.success(request, _("The timetable is changed."), extra_tags=undo_address(undo) if undo else "")
    return redirect("timetable", request.school.slug)


@require_safe
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.RECORD)
def timetable_out(request: SchoolRequest, kind: str) -> HttpResponse:
    """The timetable as it is and is to be; it reads back unchanged."""
    data, pupils = planning.written(kind_of(kind), school=request.school, viewer=request.viewer, today=request.today)
    request.look_at(pupils)
    return taken_out(data, f"{kind}-{request.school.slug}.csv", CSV)


@require_safe
@requires(EDIT, purpose=Purpose.ATTENDANCE, shows=Shows.NOTHING)
def timetable_example(request: SchoolRequest, kind: str) -> HttpResponse:
    """A file to begin from: the headings, and a row or two of invented people."""
    name = kind_of(kind).name
    return taken_out(separated(COLUMNS[name], EXAMPLES[name]), f"{kind}-example.csv", CSV)
