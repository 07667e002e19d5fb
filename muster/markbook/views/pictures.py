"""Pictures on notes: one of them, and taking it away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from muster.markbook.models import Picture
from muster.markbook.pictures import kept_record, take_away
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Pupil
from muster.people.purposes import Purpose, Shows


def picture_or_404(request: SchoolRequest, picture_id: UUID) -> Picture:
    """The picture, where this person may open the record of the pupil it is about, and see marks of them."""
    found = get_object_or_404(
        Picture.objects.at(request.school).select_related("note__pupil__merged_into", "school"), row=picture_id
    )
    for may in (Permission.PUPIL_VIEW, Permission.MARKBOOK_VIEW):
        mine = Pupil.objects.visible_to(request.viewer, may=may).filter(school=request.school)
        get_object_or_404(mine, pk=kept_record(found.note.pupil).pk)
    return found


@require_safe
@requires(Permission.PUPIL_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def picture(request: SchoolRequest, picture_id: UUID) -> HttpResponse:
    """The picture by itself. No browser and no tablet keeps it."""
    found = picture_or_404(request, picture_id)
    request.look_at([kept_record(found.note.pupil)])
    answer = HttpResponse(found.image, content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    answer["Content-Disposition"] = "inline"
    return answer


@require_POST
@requires(Permission.MARKBOOK_JUDGE, purpose=Purpose.TEACH, shows=Shows.RECORD)
def picture_removal(request: SchoolRequest, picture_id: UUID) -> HttpResponse:
    """Take the picture away; the note stays."""
    found = picture_or_404(request, picture_id)
    take_away(found, by=request.account, at=request.now)
    messages.success(request, _("The picture is taken away. The note stays."))
    return redirect("cell", request.school.slug, kept_record(found.note.pupil).pk, found.note.objective_id)
