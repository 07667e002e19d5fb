"""What a pupil brought along from another school of the trust, to be read."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from muster.markbook.models import Brought
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.purposes import Purpose, Shows
from muster.people.views.found import pupil_of


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.RECORD)
def brought(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """Marks and notes in the words of the school they were made at, by subject, the newest first."""
    child = pupil_of(request, pupil_id, Permission.MARKBOOK_VIEW)
    request.look_at([child])
    rows = Brought.objects.filter(pupil=child).select_related("pupil").order_by("subject", "-judged_at", "pk")
    return TemplateResponse(request, "markbook/brought.html", {"child": child, "rows": list(rows)})
