"""A framework as a plain text: out of Muster as a file, and in again."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from muster.curriculum import actions
from muster.curriculum.forms import FrameworkTextForm
from muster.curriculum.plain_text import text_of
from muster.curriculum.rules.plain_text import FrameworkText, NotPlain, read
from muster.curriculum.views.doing import say
from muster.curriculum.views.frameworks import address_of, edit, framework_of, see
from muster.curriculum.workload import school_load
from muster.people.gates import SchoolRequest
from muster.people.refusals import Refused

MOST_BYTES = 4_000_000


@see
def text(request: SchoolRequest, framework_id: int) -> HttpResponse:
    """The file."""
    shown = framework_of(request, framework_id)
    answer = HttpResponse(text_of(shown), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(shown.name) or "framework"}.txt"'
    return answer


@edit
def from_text(request: SchoolRequest) -> HttpResponseBase:
    """Choose a file or paste it, see what it adds, then have just that done."""
    form = FrameworkTextForm(request.POST or None, request.FILES or None)
    found, sent = None, ""
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        try:
            sent = whole_text(request, form)
            found = read(sent)
            if "do" in request.POST:
                made = actions.framework_from_text(
                    school=request.school, text=found, by=request.account, at=request.now
                )
                say(request)
                return redirect(address_of(request, "framework", framework_id=made.pk))
        except (NotPlain, Refused, UnicodeDecodeError) as refused:
            not_text = isinstance(refused, UnicodeDecodeError)
            form.add_error("text", _("This is no plain text in UTF-8. Save it as one.") if not_text else str(refused))
            found = None
    return TemplateResponse(
        request,
        "curriculum/from_text.html",
        {
            "load": school_load(request.school, request.today),
            "form": form,
            "found": found,
            "text": sent,
            "counts": counts_of(found) if found else [],
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def whole_text(request: SchoolRequest, form: FrameworkTextForm) -> str:
    """What was pasted, or the file that was sent."""
    upload = form.cleaned_data["file"]
    if upload is None:
        return str(form.cleaned_data["text"])
    if upload.size > MOST_BYTES:
        raise NotPlain(1, _("This file is too long for a framework."))
    return bytes(upload.read()).decode().replace("\x00", "")


def counts_of(found: FrameworkText) -> list[tuple[str, int]]:
    """What a text holds, in numbers."""
    return [
        (_("scales"), len(found.scales)),
        (_("stages"), len(found.stages)),
        (_("subjects"), len(found.subjects)),
        (_("objectives"), sum(1 for _each in found.objectives())),
        (_("summative lines"), sum(len(subject.lines) for subject in found.subjects)),
    ]
