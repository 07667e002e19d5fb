"""What people do in a markbook, in the words of the journeys: pages opened, keys pressed, what is then to be seen."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.server import Site


def in_the_office(site: Site, script: str) -> str:
    """Let Python change an installation as the office would; what it prints. `at` is now."""
    return site.python(BEGIN + script)


BEGIN = """
from django.utils import timezone
from muster.people.doors import purpose
from muster.people.purposes import Purpose, Shows
at = timezone.now()
declared = purpose().using(Purpose.ADMINISTER, Shows.RECORD)
declared.__enter__()
"""


def opens_the_markbook(page: Page) -> None:
    """The first unit of the class in which every pupil follows the class: where it opens is where its teacher was last."""
    page.get_by_role("link", name="Mark", exact=True).click()
    page.wait_for_url(re.compile(r"/markbook/\d+/"))
    is_ready(page)
    for href in (
        page.locator(".where details").first.locator("a").evaluate_all("links => links.map((each) => each.href)")
    ):
        page.goto(href)
        is_ready(page)
        if not page.locator("td[aria-readonly]").count():
            return
    raise AssertionError("Every unit of the class has a pupil on objectives of their own.")


def is_ready(page: Page) -> None:
    """The grid has read what waits on this tablet."""
    page.locator("[data-markbook][data-ready]").wait_for(state="attached")


def is_saved(page: Page) -> None:
    """Nothing waits any more."""
    page.wait_for_timeout(150)
    expect(page.locator("[data-saved]")).to_have_attribute("data-waiting", "0", timeout=40_000)


def cell(page: Page, row: int, objective: int) -> Locator:
    return page.locator("tr[data-pupil]").nth(row).locator("td").nth(objective)


def unmarked_objective(page: Page) -> int:
    """The place of the last objective of the class, with nobody marked on it: what another journey left is cleared."""
    last = page.locator("th[data-objective]:not(.own)").count() - 1
    if any(letters(page, last)):
        stands_on(page, 0, last)
        presses(page, "Control+Space", "Delete", "Escape")
        is_saved(page)
    assert not any(letters(page, last))
    return last


def in_the_book(page: Page, objective: int) -> list[str]:
    """What the server holds of a column, from top to bottom."""
    held: list[str] = page.evaluate(
        """async (column) => {
          const text = await (await fetch(location.pathname + location.search)).text();
          const grid = new DOMParser().parseFromString(text, 'text/html').querySelector('[role=grid]');
          return [...grid.querySelectorAll(`tr[data-pupil] > td:nth-child(${column})`)]
            .map((cell) => (cell.classList.contains('faint') ? '' : cell.textContent));
        }""",
        objective + 2,
    )
    return held


def letters(page: Page, objective: int) -> list[str]:
    """What a column shows from top to bottom, leaving out earlier terms."""
    shown: list[str] = page.locator(f"tr[data-pupil] > td:nth-child({objective + 2})").evaluate_all(
        "cells => cells.map(cell => cell.classList.contains('faint') ? '' : cell.textContent)"
    )
    return shown


def is_kept(page: Page) -> None:
    """The service worker answers for this page, so that it can be opened again without a network.

    Asked as a promise: a condition that is asked again in the page is code from a text, which its policy refuses.
    """
    page.evaluate(
        """() => new Promise((done) => {
          const { serviceWorker } = navigator;
          if (serviceWorker.controller) done();
          else serviceWorker.addEventListener('controllerchange', () => done(), { once: true });
        })"""
    )


def stands_on(page: Page, row: int, objective: int) -> None:
    cell(page, row, objective).click()
    expect(cell(page, row, objective)).to_be_focused()


def where(page: Page) -> tuple[int, int]:
    """Row and column of what has the focus; row -1 is the headings."""
    row, column = page.locator(":focus").evaluate(
        """here => [
          here.tagName === 'TH' ? -1 : here.parentNode.sectionRowIndex,
          here.cellIndex - 1,
        ]"""
    )
    return row, column


def presses(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def says(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("[data-status]")).to_have_text(words)


def history_of(page: Page, row: int, objective: int, *, close: bool = True) -> list[str]:
    """What the panel of a cell lists, newest first."""
    stands_on(page, row, objective)
    page.keyboard.press("Enter")
    panel = page.locator("dialog[data-cell-panel]")
    panel.locator("h3", has_text="History").wait_for()
    entries = [" ".join(each.split()) for each in panel.locator(".timeline > li").all_inner_texts()]
    if close:
        page.keyboard.press("Escape")
        expect(cell(page, row, objective)).to_be_focused()
    return entries


def signs_out(page: Page) -> None:
    page.locator("summary", has_text="Account menu:").click()
    page.get_by_role("button", name="Sign out").click()


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def let_the_cover_teacher_take_hazel(site: Site) -> None:
    """Give the cover teacher the class of the teacher too."""
    in_the_office(
        site,
        """
from muster.people.actions.classes import teach
from muster.people.models import Post, PostClass, SchoolClass
post = Post.objects.get(account__email="cover@ashgrove.example")
hazels = SchoolClass.objects.filter(school=post.school, name="3 Hazel").select_related("year")
hazel = max(hazels, key=lambda each: each.year.first_day)
if not PostClass.objects.filter(post=post, school_class=hazel).exists():
    teach(post=post, school_class=hazel, on=post.school.day(at), by=None, at=at)
""",
    )
