"""Pages of privacy."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Timer
from muster.people.purposes import Purpose, Shows
from muster.privacy.models import HistoryEntry
from muster.privacy.reading import lines

MOST = 50


@require_safe
@requires(Permission.HISTORY_VIEW, purpose=Purpose.MAINTENANCE, shows=Shows.NOTHING)
def history(request: SchoolRequest) -> HttpResponse:
    """What was changed and who looked, newest first; and how the last check of the chain went."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in HistoryEntry.Kind.values else ""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 16 else None
    found = lines(request.school, kind=kind, before=before, most=MOST + 1)
    head = HistoryEntry.objects.filter(chain=request.school.pk).order_by("-seq").first()
    context = {
        "lines": found[:MOST],
        "older": found[MOST - 1].seq if len(found) > MOST else None,
        "kind": kind,
        "head": head,
        "fingerprint": bytes(head.hash).hex()[:16] if head else "",
        "checked": Timer.objects.filter(name="verify history", ended_at__isnull=False).first(),
    }
    return TemplateResponse(request, "privacy/history.html", context)
