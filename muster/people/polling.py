"""Answers to a page that asks again and again: whoever was told a moment ago is told at once that nothing has changed.

The tag of such an answer (`ETag`) is sealed for the session and the address it was given to, and holds for a minute.
Who sends it back was let in within that minute, and learns at most that all is still as they were told. So that alone is
answered before anybody asks who it is, by the one statement that tells how things stand; whatever is new goes through
every gate (decision 85). After a minute, who asks is asked for anew: that also keeps the session of a board alive.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
State = Callable[..., str | None]
GOOD_FOR = 60
"""Seconds for which a tag stands for having been let in."""


def polled(state: State) -> Callable[[View], View]:
    """Mark a view whose answers carry `tag(request, state)`. `state` is how things stand, asked with what the address
    says (the school by its slug); None where there is nothing.
    """

    def decorate(view: View) -> View:
        view.told_already = lambda request, **address: _told_already(request, state, address)  # type: ignore[attr-defined]
        return view

    return decorate


def tag(request: HttpRequest, state: str, *, at: datetime) -> str:
    """The tag of an answer that tells `state`, made at an instant."""
    said = f"{state}.{int(at.timestamp())}"
    return f'"{said}.{_seal(request, said)}"'


def knows(request: HttpRequest, state: str) -> bool:
    """Whether whoever asks says that they were told `state`: enough to spare them the answer once they were let in."""
    return _sent(request)[0] == state


def unchanged(request: HttpRequest, state: str, *, at: datetime) -> HttpResponse:
    """Nothing is new; the tag is."""
    return HttpResponse(status=304, headers={"ETag": tag(request, state, at=at)})


def _told_already(request: HttpRequest, state: State, address: dict[str, Any]) -> HttpResponse | None:
    told, made, seal = _sent(request)
    at: datetime = request.now  # type: ignore[attr-defined]  # noted by the gate that asks
    # The seal first: what it stands over was written here.
    if request.method != "GET" or not seal or not constant_time_compare(seal, _seal(request, f"{told}.{made}")):
        return None
    if not 0 <= at.timestamp() - int(made) <= GOOD_FOR or state(**address) != told:
        return None
    return HttpResponse(status=304, headers={"ETag": request.headers["If-None-Match"]})


def _sent(request: HttpRequest) -> tuple[str, str, str]:
    """State, second and seal of the tag that came with a request; empty where none came.

    A proxy that compresses answers marks their tags as weak (RFC 9110, 8.8.1); what they say is the same.
    """
    state, _dot, rest = request.headers.get("If-None-Match", "").removeprefix("W/").strip('"').partition(".")
    made, _dot, seal = rest.partition(".")
    return state, made, seal


def _seal(request: HttpRequest, said: str) -> str:
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return salted_hmac("muster.people.polling", f"{session} {request.path} {said}", algorithm="sha256").hexdigest()
