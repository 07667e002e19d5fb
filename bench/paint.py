"""From a key to the painted cell in Chromium, four times slowed, 35 pupils by 40 objectives."""

import statistics
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from playwright.sync_api import sync_playwright

from bench import Database, Figure
from bench.grid import signed_in
from bench.school import a_school
from muster.config.wsgi import application
from tests.support.browser import FLAGS, chromium_program

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PUPILS, OBJECTIVES, KEYS, SLOWED = 35, 40, 60, 4
# The time from the event's own stamp to the frame after it was painted.
MEASURE = """() => {
  window.paints = [];
  addEventListener('keydown', (event) => {
    requestAnimationFrame(() => { const port = new MessageChannel(); port.port1.onmessage = () =>
      window.paints.push(performance.now() - event.timeStamp); port.port2.postMessage(0); });
  }, true);
}"""


class Quiet(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the base class's
        """Nothing."""


class Threaded(ThreadingMixIn, WSGIServer):
    """A page asks for many files at once."""

    daemon_threads = True


def over_tls(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The product as behind a proxy that does TLS, so that it saves the marks as well."""
    if "HTTP_ORIGIN" in environ:
        environ["HTTP_ORIGIN"] = environ["HTTP_ORIGIN"].replace("http:", "https:")
    return application(environ, start_response)


@contextmanager
def served() -> Iterator[int]:
    """The product on a free port of this machine."""
    server = make_server("127.0.0.1", 0, over_tls, server_class=Threaded, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def measure(db: Database) -> list[Figure]:
    """Median and slow tail of the keys."""
    grown = a_school(PUPILS, objectives=OBJECTIVES, class_size=PUPILS)
    session = signed_in(grown).cookies[settings.SESSION_COOKIE_NAME].value
    with served() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=[*FLAGS, "--no-sandbox"])
        context = browser.new_context(
            viewport={"width": 1280, "height": 800},
            extra_http_headers={"X-Forwarded-Proto": "https"},
            service_workers="block",
        )
        home = f"http://localhost:{port}"
        context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": session,
                    "domain": "localhost",
                    "path": "/",
                    "secure": True,
                }
            ]
        )
        page = context.new_page()
        page.goto(home + grown.unit)
        page.wait_for_selector("[data-markbook][data-ready]")
        page.evaluate(MEASURE)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.locator("tbody td").first.focus()
        for n in range(KEYS):
            page.keyboard.press(str(n % 4 + 1))
            page.wait_for_timeout(40)
        page.wait_for_function(f"window.paints.length >= {KEYS}")
        paints: list[float] = page.evaluate("window.paints")
        browser.close()
    return [
        Figure("median", statistics.median(paints), "ms"),
        Figure("slowest_in_twenty", statistics.quantiles(paints, n=20)[-1], "ms"),
    ]
