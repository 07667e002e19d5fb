"""Error pages: each says what happened, what to do, and a number that finds its line in the log.

They are drawn without the request, so that nothing a page usually needs (database, session, school) can fail again.
`config.errors` decides which page answers what, and writes the line in the log.
"""

import secrets
from typing import Final, cast

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

DIGITS: Final = "0123456789"
LAST_RESORT: Final = (
    "<!doctype html><html lang='en-GB'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
    "<title>Something went wrong – Muster</title></head><body><main><h1>Something went wrong at our end</h1>"
    "<p>Nothing you had saved is lost. Please try again in a minute.</p>"
    "<p>If it happens again, give this number to the person who looks after Muster at your school: "
    "<strong>{number}</strong></p><p><a href='/'>Back to Today</a></p></main></body></html>"
)


class NumberedRequest(HttpRequest):
    """A request whose line in the log can be found."""

    error_number: str


def number_of(request: HttpRequest) -> str:
    """The number of this request in the log, set by the middleware that logs; a fresh one where there is none yet."""
    number = getattr(request, "error_number", "")
    if not number:
        number = "".join(secrets.choice(DIGITS) for _ in range(8))
        cast(NumberedRequest, request).error_number = number
    return str(number)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asked, which cannot read a page."""
    accepts = request.headers.get("Accept", "")
    return request.content_type == "application/json" or accepts.startswith("application/json")


def error_page(request: HttpRequest, status: int, *, reason: str = "") -> HttpResponse:
    """The page for a status: 400, 403, 404, 409, 413, 422, 500 or 503. `reason` is one clear sentence for the reader."""
    number = number_of(request)
    try:
        page = render_to_string(f"pages/errors/{status}.html", {"error_number": number, "reason": reason})
    except Exception:  # noqa: BLE001  whatever broke the page may have broken the templates too: better a bare page than none
        page = mark_safe(LAST_RESORT.format(number=number))  # noqa: S308  digits only, see number_of
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "30"
    return response
