"""One cell: its history, its notes, and which of two views stands."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.curriculum.models import Objective
from muster.markbook.actions import judge, write_notes
from muster.markbook.as_at import asked
from muster.markbook.cell import cell_history
from muster.markbook.items import Item
from muster.markbook.pictures import thumbnails_of, write_note_with_picture
from muster.markbook.views.marking import value_sent
from muster.markbook.views.moments import moment_context
from muster.markbook.views.places import page_or_part, then_of, whole_number
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.merging import one_child
from muster.people.models import Pupil
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.views.found import number


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def cell(request: SchoolRequest, pupil_id: int, objective_id: int) -> HttpResponse:
    """The history of one cell, its notes, and both views where two people differ.

    A tablet may still ask by the number of a record that has been joined to another: the answer is the kept one's.
    """
    visible = Pupil.objects.visible_to(request.viewer, may=Permission.MARKBOOK_VIEW).filter(school=request.school)
    kept = one_child([number(pupil_id)])[pupil_id]
    pupil = get_object_or_404(visible, pk=kept)
    aim = get_object_or_404(
        Objective.objects.filter(school=request.school).select_related("strand__subject__framework"), pk=objective_id
    )
    request.look_at([pupil])
    if request.method == "POST" and "picture" in request.FILES:
        return sent_with_picture(request, pupil, aim)
    if request.method == "POST":
        return written_by_form(request, pupil, aim)
    return shown(request, pupil, aim)


def shown(
    request: SchoolRequest, pupil: Pupil, aim: Objective, *, text: str = "", problem: str = "", status: int = 200
) -> TemplateResponse:
    """The page of the cell, or the inside of its panel; `text` is what was written and could not be kept."""
    may_open = Pupil.objects.visible_to(request.viewer, may=Permission.PUPIL_VIEW).contains(pupil)
    as_at = asked(request, request.school, now=request.now) if request.method != "POST" else None
    if (then := then_of(request, as_at)) is not None:
        then.as_then([aim])
    context = {
        "pupil": by_name([pupil])[0],
        "objective": aim,
        "history": cell_history(pupil, aim, school=request.school, as_at=as_at),
        "pictures": thumbnails_of(one_child([pupil.pk]), objective=aim.pk) if may_open and as_at is None else [],
        "may_mark": as_at is None and request.may(Permission.MARKBOOK_JUDGE),
        **moment_context(request, as_at),
        "may_open": may_open,
        "text": text,
        "problem": problem,
    }
    return TemplateResponse(request, page_or_part(request, "markbook/cell"), context, status=status)


def a_note(request: SchoolRequest, pupil: Pupil, aim: Objective) -> Item:
    """What the form says, as a note made now."""
    return Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="note",
        pupil=pupil.pk,
        objective=aim.pk,
        value={"text": request.POST.get("text", "")},
        base=None,
        made_at=request.now,
        seq=0,
    )


def sent_with_picture(request: SchoolRequest, pupil: Pupil, aim: Objective) -> HttpResponse:
    """Keep a note and its picture; where either is refused, neither is kept and what was written stands in the form."""
    if not request.may(Permission.MARKBOOK_JUDGE):
        raise PermissionDenied
    text = request.POST.get("text", "")
    if not text.strip():
        problem = _("Say in a few words what the picture shows.")
        return shown(request, pupil, aim, problem=problem, status=422)
    try:
        sent = b"".join(each.read() for each in request.FILES.getlist("picture")[:1])
        write_note_with_picture(
            a_note(request, pupil, aim), sent, school=request.school, by=request.account, at=request.now
        )
    except Refused as refusal:
        return shown(request, pupil, aim, text=text, problem=str(refusal), status=422)
    if page_or_part(request, "markbook/cell") == "markbook/cell_part.html":
        return shown(request, pupil, aim)
    messages.success(request, _("Saved."))
    return redirect(request.path)


def written_by_form(request: SchoolRequest, pupil: Pupil, aim: Objective) -> HttpResponse:
    """Save a note, or which of two views stands, from a form without script."""
    text, settle = request.POST.get("text", ""), request.POST.get("settle", "")
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="judgement" if settle else "note",
        pupil=pupil.pk,
        objective=aim.pk,
        value=value_sent(settle) if settle else {"text": text},
        base=whole_number(request.POST.get("version", "")),
        made_at=request.now,
        seq=0,
    )
    save = judge if settle else write_notes
    results = save([item], school=request.school, by=request.account, at=request.now)
    if results[0].accepted:
        messages.success(request, _("Saved."))
    else:
        messages.error(request, results[0].reason)
    return redirect(request.path)
