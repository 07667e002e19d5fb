"""Fixtures of journeys: an installation with its server, Chromium, pages that are watched, and axe."""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.support.environment import ROOT, make_folder
from tests.support.server import A_SCHOOL_MORNING, PUPILS, SignIn, Site, new_database

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same browser without its windows: half the work, and no window takes the keyboard from another."""

FLAGS = [
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
    "--disable-domain-reliability", "--no-first-run", "--no-pings", "--disable-gpu", "--disable-dev-shm-usage",
    # Nothing but this machine has an address, so a page that fetches from elsewhere fails here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]  # fmt: skip
AXE_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
RESULTS = ROOT / "test-results"


def chromium_program() -> str | None:
    """Chromium as Debian or somebody else installs it."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@pytest.fixture(scope="session")
def planted(request: pytest.FixtureRequest) -> Iterator[Site]:
    """The demo trust, planted once a session and not running: copy it."""
    from tests.conftest import SURROUNDINGS

    surroundings = request.config.stash[SURROUNDINGS]
    url = os.environ["MUSTER_TEST_POSTGRES"] if surroundings.database == "postgresql" else ""
    folder, database = make_folder("muster-planted-"), new_database(url) if url else ""
    site = Site(folder, database_url=database, day=A_SCHOOL_MORNING)
    try:
        site.start("--pupils", str(PUPILS))
        site.stop()
        yield site
    finally:
        site.remove()


@pytest.fixture
def site(planted: Site, tmp_path: Path) -> Iterator[Site]:
    """A planted installation of this test's own, served at `site.url`."""
    copy = planted.copy_to(tmp_path / "site")
    try:
        yield copy.start()
    finally:
        copy.remove()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser itself, one for the session."""
    program = chromium_program()
    if program is None:
        pytest.skip("Chromium is not installed (on Debian: apt install chromium-headless-shell)")
    # Playwright keeps an event loop in this thread, which Django would take for our own asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *sandbox])
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page complained of. `expect` names what a journey provokes on purpose."""

    said: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Let complaints that match pass, such as `ERR_INTERNET_DISCONNECTED` once the network is cut."""
        self.expected.append(pattern)

    @property
    def complaints(self) -> list[str]:
        return [one for one in self.said if not any(re.search(pattern, one) for pattern in self.expected)]

    def follow(self, page: Page) -> None:
        def spoke(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.said.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

        page.on("console", spoke)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))


@dataclass
class Windows:
    """Opens browser windows for one test, each as separate as another machine's."""

    browser: Browser
    base_url: str
    watch: Watch
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, *, width: int = 1280, height: int = 800, **options: Any) -> Page:
        """A page in a window of its own: its own cookies, storage and service worker."""
        context = self.browser.new_context(
            base_url=self.base_url, viewport={"width": width, "height": height}, locale="en-GB", **options
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        self.watch.follow(page)
        return page

    def phone(self, **options: Any) -> Page:
        """A small phone: 360 pixels wide, with touch."""
        return self.open(width=360, height=740, has_touch=True, is_mobile=True, device_scale_factor=2, **options)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Leave a picture of every open window of a journey that failed."""
    report: Any = yield
    windows = getattr(item, "funcargs", {}).get("windows")
    if report.when == "call" and report.failed and isinstance(windows, Windows):
        RESULTS.mkdir(exist_ok=True)
        for number, page in enumerate(page for context in windows.contexts for page in context.pages):
            name = re.sub(r"\W+", "-", item.name)
            # A browser too busy to draw must not end the whole run.
            with contextlib.suppress(PlaywrightError):
                page.screenshot(path=RESULTS / f"{name}-{number}.png", full_page=True, timeout=5_000)
    return report  # type: ignore[no-any-return]


@pytest.fixture
def watch() -> Watch:
    """What the pages complained of in the console; anything not expected fails the test at its end."""
    return Watch()


@pytest.fixture
def windows(chromium: Browser, site: Site, watch: Watch) -> Iterator[Windows]:
    """Opens windows on this test's own site: `windows.open()`, `windows.phone()`."""
    opener = Windows(chromium, site.url, watch)
    yield opener
    for context in opener.contexts:
        context.close()
    assert not watch.complaints, f"The browser complained: {watch.complaints}"


@pytest.fixture
def page(windows: Windows) -> Page:
    """One window at 1280 by 800 on this test's own site."""
    return windows.open()


SignsIn = Callable[..., SignIn]


@pytest.fixture
def sign_in(site: Site) -> SignsIn:
    """Sign in as the demo's person of a role: `sign_in(page, "teacher")`, or `school=1` for the second school's."""

    def signs_in(page: Page, role: str = "teacher", *, school: int = 0) -> SignIn:
        person = site.sign_in_of(role, school=school)
        page.goto("/")
        page.get_by_label(re.compile("e-?mail|address", re.IGNORECASE)).first.fill(person.address)
        page.get_by_label("Password", exact=True).fill(person.password)
        page.get_by_role("button", name=re.compile("^sign in$", re.IGNORECASE)).click()
        page.wait_for_url(lambda address: "sign-in" not in address and "login" not in address)
        return person

    return signs_in


def axe_faults(page: Page) -> list[str]:
    """What axe finds wrong with a page as it stands, a line each."""
    response = Axe().run(page, options=AXE_RULES).response
    return [
        f"{one['id']} ({one['impact']}): {one['help']} — {', '.join(' '.join(map(str, node['target'])) for node in one['nodes'][:5])}"
        for one in response["violations"]
    ]


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Fail where axe finds fault with the page as it stands."""

    def looks(page: Page) -> None:
        faults = axe_faults(page)
        assert not faults, f"{page.url}:\n" + "\n".join(f"  - {one}" for one in faults)

    return looks
