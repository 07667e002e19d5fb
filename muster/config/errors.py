"""Error pages. Each shows a number that finds its line in the log, and says what to do."""

import logging
import secrets
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger("muster.errors")


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asked, which cannot read a page."""
    return request.content_type == "application/json" or request.headers.get("Accept", "").startswith(
        "application/json"
    )


def answer(request: HttpRequest, status: int, sentence: str, *, level: int = logging.WARNING) -> HttpResponse:
    """The error page for `status`, and its line in the log."""
    number = f"{secrets.randbelow(10**8):08d}"
    match = request.resolver_match
    user = getattr(request, "user", None)
    log.log(
        level,
        "error page",
        extra={
            "fields": {
                "number": number,
                "status": status,
                "route": match.view_name if match else None,
                "method": request.method,
                "account": getattr(user, "pk", None),
            }
        },
        exc_info=sys.exc_info() if level >= logging.ERROR else None,
    )
    if wants_json(request):
        return JsonResponse({"reason": sentence, "number": number}, status=status)
    page = render_to_string(f"pages/errors/{status}.html", {"error_number": number, "sentence": sentence})
    return HttpResponse(page, status=status)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return answer(request, 400, _("Muster could not read what was sent. Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return answer(request, 403, _("This is not part of your job at this school. Ask the office if it should be."))


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return answer(request, 404, _("There is no such page, or it is not yours to open."))


def failed(request: HttpRequest) -> HttpResponse:
    """500."""
    return answer(request, 500, _("Something went wrong at our end. Nothing was half saved."), level=logging.ERROR)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the look could not be written, so nothing is shown."""
    return answer(
        request, 503, _("Muster cannot write its history just now, so it shows no records."), level=logging.ERROR
    )


def forged(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """403 for a form that did not come from one of our own pages, or whose page was too old."""
    return answer(request, 403, _("This page was open for too long. Reload it and try again."))
