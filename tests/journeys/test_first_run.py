"""Somebody begins with Muster: by the link, through seven screens, to the first mark."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import Windows

PASSWORD = "seven screens then one mark"
OBJECTIVES = "Number\n  Counts in tens\n  Knows what each digit is worth\nShape\n  Names a cube"


def a_school_to_begin_with(site: Site) -> str:
    """Found a school as `muster user` does, and return the link it prints."""
    script = """
from django.utils import timezone
from muster.people.actions.schools import found_school
from muster.people.signin.actions import first_administrator
at = timezone.now()
school = found_school(name="Our school", slug="cedar", by=None, at=at)
print(first_administrator(email="grace@cedar.example", name="Grace Holt", school=school, by=None, at=at).address)
"""
    return re.sub(r"^https?://[^/]+", "", site.python(script).strip())


def goes_on(page: Page) -> None:
    page.get_by_role("button", name="Next", exact=True).click()


def test_seven_screens_lead_from_nothing_to_a_mark(windows: "Windows", site: Site, axe: Callable[[Page], None]) -> None:
    page = windows.open()
    page.goto(a_school_to_begin_with(site))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").last.click()
    page.wait_for_load_state()
    if "sign-in" in page.url:
        page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).first.fill("grace@cedar.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name=re.compile("^sign in$", re.IGNORECASE)).click()
    page.goto("/cedar/")
    page.get_by_role("link", name="Begin").click()

    axe(page)
    page.get_by_label("England").check()
    goes_on(page)
    page.get_by_label("Name of the school").fill("Cedar Primary School")
    axe(page)
    goes_on(page)
    axe(page)
    goes_on(page)
    page.get_by_label("Name of the class").fill("3 Ash")
    page.get_by_label("Year group").select_option(label="Year 3")
    page.get_by_label("Pupils").fill("Amina Ali\nCarter, Ben\nDilys Evans")
    page.get_by_label("I teach this class myself").check()
    axe(page)
    goes_on(page)
    axe(page)
    goes_on(page)
    page.get_by_label("Objectives").fill(OBJECTIVES)
    axe(page)
    goes_on(page)
    page.get_by_label("Name").first.fill("Olive Marsh")
    page.get_by_label("E-mail address").first.fill("olive@cedar.example")
    page.get_by_label("What they are").first.select_option(label="office")
    axe(page)
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("/sign-in-links/")).to_be_visible()
    page.get_by_role("button", name="To the markbook").click()

    expect(page.locator("tr[data-pupil]")).to_have_count(3)
    page.locator("tr[data-pupil] td").first.click()
    page.keyboard.press("3")
    expect(page.locator("[data-saved]")).to_contain_text("Saved at school")
    page.reload()
    expect(page.locator("tr[data-pupil] td").first).to_have_text("S")
    page.goto("/cedar/")
    expect(page.get_by_role("link", name="Begin")).to_have_count(0)
