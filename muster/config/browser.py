"""What the browser fetches from the top of the site: the service worker."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from muster.people.gates import public

KEPT = (".css", ".js", ".svg")


@cache
def assets() -> list[str]:
    """Addresses of the hashed files a page may need without a network; none while files have no hashes."""
    files: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    return sorted(
        staticfiles_storage.url(name)
        for name in files
        if name.endswith(KEPT) and name.startswith(("pages/", "markbook/", "attendance/", "emergency/"))
    )


def source() -> str:
    """The service worker as it stands in the tree."""
    found: Any = finders.find("pages/js/service-worker.js")
    return Path(found).read_text(encoding="utf-8")


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told which files to keep."""
    kept = json.dumps(assets())
    version = hashlib.sha256((kept + source()).encode()).hexdigest()[:12]
    # Told by way of JSON, whose quotes end no script; the page is in the language of whoever asks for the worker.
    said = json.dumps(render_to_string("pages/no_network.html"))
    script = source().replace("__ASSETS__", kept).replace("__VERSION__", version).replace("__NO_NETWORK__", said)
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response
