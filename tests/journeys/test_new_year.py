"""The office's new school year: looked at, changed, made, what was left to say, and undone."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.support.browser import SignsIn

Axe = Callable[[Page], None]
NARROW, WIDE = {"width": 320, "height": 700}, {"width": 1280, "height": 900}


def looks_right(page: Page, axe: Axe, name: str) -> None:
    """Nothing wrong for those who cannot see it, and nothing wider than a telephone."""
    axe(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_the_office_makes_the_new_year_and_takes_it_back(page: Page, sign_in: "SignsIn", axe: Axe) -> None:
    sign_in(page, "office")
    page.get_by_role("link", name="More").first.click()
    page.get_by_role("link", name="New school year").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("New school year")
    looks_right(page, axe, "before")

    page.get_by_role("link", name="Change the days").click()
    looks_right(page, axe, "days")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Nothing is made yet.")).to_be_visible()

    page.get_by_role("link", name="Change the classes").click()
    looks_right(page, axe, "classes")
    page.get_by_label("Next class of 3 Hazel").fill("4 Elder")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="3 Hazel")).to_contain_text("4 Elder")

    page.get_by_role("link", name="One by one 3 Hazel").click()
    looks_right(page, axe, "pupils")
    page.get_by_role("main").locator("select[name^=where-]").first.select_option(label="to be said")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 pupil has no class next year yet.")).to_be_visible()

    page.get_by_role("link", name="Say the teachers").click()
    looks_right(page, axe, "teachers")
    page.get_by_label("4 Elder").select_option(index=1)
    page.get_by_role("button", name="Save").click()

    page.get_by_role("button", name="Make ").click()
    expect(page.get_by_role("heading", name="Still to be said")).to_be_visible()
    looks_right(page, axe, "made")
    page.goto("/ashgrove/")
    expect(page.get_by_text("1 pupil has no class")).to_be_visible()
    page.get_by_role("link", name="Say it").click()
    page.get_by_role("main").locator("select[name^=class-]").select_option(label="4 Elder")
    page.get_by_role("button", name="Save").click()
    page.goto("/ashgrove/")
    expect(page.get_by_text("1 pupil has no class")).to_have_count(0)


def test_a_new_year_made_by_mistake_is_undone_by_keyboard(page: Page, sign_in: "SignsIn") -> None:
    sign_in(page, "head")
    page.goto("/ashgrove/new-year/")
    page.get_by_role("button", name="Make ").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The next school year is made.")).to_be_visible()
    page.get_by_role("button", name="Undo the new year").focus()
    page.keyboard.press("Enter")
    page.goto("/ashgrove/new-year/")
    expect(page.get_by_role("button", name="Make ")).to_be_visible()
