"""Error pages. Each shows a number that finds its line in the log, and says what to do."""

import logging
import sys
from http.client import responses
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from muster.pages.errors import error_page, number_of, wants_json

log = logging.getLogger("muster.errors")


def answer(request: HttpRequest, status: int, sentence: str = "", *, level: int = logging.WARNING) -> HttpResponse:
    """The error page for `status`, and its line in the log. `sentence` replaces the page's usual words."""
    match = request.resolver_match
    fields = {
        "number": number_of(request),
        "status": status,
        "route": match.view_name if match else None,
        "method": request.method,
        "account": getattr(getattr(request, "user", None), "pk", None),
    }
    failed = sys.exc_info() if level >= logging.ERROR else None
    log.log(level, "error page", extra={"fields": fields}, exc_info=failed)
    if wants_json(request):
        return JsonResponse({"reason": sentence or responses[status], "number": number_of(request)}, status=status)
    return error_page(request, status, reason=sentence)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 where the body was too large to be read at all."""
    if isinstance(exception, RequestDataTooBig):
        return answer(request, 413, _("This is too large to send in one go. Take out what is not needed, or split it."))
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return answer(request, 403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return answer(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500."""
    return answer(request, 500, level=logging.ERROR)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the look could not be written, so nothing is shown."""
    return answer(
        request, 503, _("Muster cannot write its history just now, so it shows no records."), level=logging.ERROR
    )


def forged(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """403 for a form that did not come from one of our own pages, or whose page was too old."""
    return answer(request, 403, _("This page was open for too long. Reload it and try again."))
