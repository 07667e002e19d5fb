"""What happens to every request, whoever sent it."""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from muster.config import errors
from muster.people.gates import HistoryUnavailable
from muster.people.refusals import Refused

Next = Callable[[HttpRequest], HttpResponse]


class NumberedErrors:
    """Turns refusals that Django has no page for into numbered error pages."""

    def __init__(self, get_response: Next) -> None:
        """Wrap `get_response`."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 where history could not be written, 413 where the body is too large, 409 for a refusal no view expected.

        A view shows the refusals of its own form; what is left is somebody having been quicker, and has a sentence too.
        """
        if isinstance(exception, HistoryUnavailable):
            return errors.unavailable(request)
        if isinstance(exception, RequestDataTooBig):
            return errors.answer(
                request, 413, "This is too large to send in one go. Take out what is not needed, or split it."
            )
        if isinstance(exception, Refused):
            return errors.answer(request, exception.status, str(exception))
        return None


def never_stored(get_response: Next) -> Next:
    """Keep every answer out of caches; say at sign-out that the browser forgets."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    return middleware
