"""The address to which every device sends what it saved while it could not reach the school."""

import json
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.outbox import MOST_BYTES, MOST_ITEMS, Item, Result, UnreadableItem, instant, kinds, read_item
from muster.people.purposes import Purpose, Shows


def refusal(status: int, reason: str) -> JsonResponse:
    """A batch that cannot be read at all."""
    return JsonResponse({"reason": reason}, status=status)


@require_POST
@requires(Permission.TODAY_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def sync(request: SchoolRequest) -> HttpResponse:
    """Save a batch in one transaction and answer for each item by its own number."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return refusal(413, _("This is too much to send at once. Send at most 200 changes."))
    try:
        batch: Any = json.loads(request.body)
        raw_items = batch["items"]
        account = UUID(str(batch["account"]))
        sent_at = instant(batch["sent_at"])
        if not isinstance(raw_items, list):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        return refusal(400, _("Muster could not read these changes. They stay on this device."))
    if account != request.account.uuid:
        return refusal(403, _("These changes were made by somebody else, who must sign in to send them."))
    if len(raw_items) > MOST_ITEMS:
        return refusal(413, _("This is too much to send at once. Send at most 200 changes."))

    results: list[Result] = []
    by_kind: dict[str, list[Item]] = defaultdict(list)
    unnumbered: list[dict[str, Any]] = []
    for raw in raw_items:
        try:
            item = read_item(raw, sent_at=sent_at, at=request.now)
        except UnreadableItem as problem:
            number = raw.get("id") if isinstance(raw, dict) else None
            unnumbered.append({"id": number, "status": 422, "reason": str(problem)})
        else:
            by_kind[item.kind].append(item)
    if by_kind:
        with transaction.atomic():
            for kind, items in by_kind.items():
                results += kinds[kind].handler(items, request.school, request.account, request.now)
    answers = [result.as_json() for result in results] + unnumbered
    accepted = not answers or any(answer["status"] < 300 for answer in answers)
    return JsonResponse(
        {"now": request.now.isoformat(), "restored": restored(), "results": answers},
        status=200 if accepted else answers[0]["status"],
    )


def restored() -> str:
    """When this installation was last restored from a backup, as text; "" when never."""
    from django.conf import settings

    mark = settings.DATA / "restored"
    return mark.read_text().strip() if mark.exists() else ""
