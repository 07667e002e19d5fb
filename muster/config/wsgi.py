"""What the web server calls."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.config.settings")


class BehindProxy:
    """Answers the school's proxy alone, and takes from it who is asking.

    What a proxy says (that TLS was used, and for whom it asks) counts only from the proxy: anybody else could write the
    same headers. Of several addresses the last counts, which is the one the proxy added itself.
    """

    def __init__(self, application: "WSGIApplication", proxy: str) -> None:
        """Stand before `application`; `proxy` is the proxy's network address."""
        self.application = application
        self.proxy = proxy

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass on what came from the proxy."""
        if environ.get("REMOTE_ADDR") == self.proxy:
            client = str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
            if client:
                environ["REMOTE_ADDR"] = client
        elif environ.get("PATH_INFO") != "/health":
            start_response(
                "403 Forbidden", [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
            )
            return [b"This server is reached through the school's proxy only.\n"]
        return self.application(environ, start_response)


def make() -> "WSGIApplication":
    """The application, with a guard before it where a proxy does TLS."""
    made: WSGIApplication = get_wsgi_application()
    from django.conf import settings

    return BehindProxy(made, settings.BEHIND_PROXY) if settings.BEHIND_PROXY else made


application = make()
