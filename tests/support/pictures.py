"""Take the pictures of the documents from the real product: .venv/bin/python -m tests.support.pictures

Serves a demo of its own, opens it in Chromium, and writes PNGs to docs/pictures. Needs what bin/test installs.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.support.browser import FLAGS, chromium_program
from tests.support.environment import ROOT
from tests.support.server import Site

PICTURES = ROOT / "docs" / "pictures"


def signed_in(page: Page, site: Site) -> None:
    """Sign in as the teacher."""
    who = site.sign_in_of("teacher")
    page.goto(f"{site.url}/sign-in/")
    page.fill("input[type=email]", who.address)
    page.fill("input[type=password]", who.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ashgrove/")


def take(site: Site) -> None:
    """The grid, as a teacher at a desk sees it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=[*FLAGS, "--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=2)
        signed_in(page, site)
        page.goto(f"{site.url}/ashgrove/mark/")
        page.wait_for_selector("[data-markbook][data-ready]")
        page.screenshot(path=PICTURES / "grid.png")
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder) / "site")
        try:
            take(site.start())
        finally:
            site.remove()
