"""The service worker as it leaves the server: its tokens are filled in, and what it says can be translated."""

import json
import re

from django.template.loader import render_to_string

from tests.support.client import PageClient


def test_the_worker_is_told_its_files_its_version_and_what_to_say(client: PageClient) -> None:
    answer = client.get("/service-worker.js")
    script = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert not re.findall(r"__[A-Z_]+__", script)
    (said,) = re.findall(r"^const NO_NETWORK = (.*);$", script, re.MULTILINE)
    page = json.loads(said)
    assert page == render_to_string("pages/no_network.html")
    assert "<!-- sheets -->" in page
    assert "<h1>No network</h1>" in page
