"""A teacher writes down what the school teaches, and the head makes the words it is judged with."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch, Windows

LIST = """Knots
    K1 Ties a bowline *
    Ties a reef knot
Splices
    Makes an eye splice"""


def opens_the_framework(page: Page) -> None:
    page.goto("/ashgrove/frameworks/")
    page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()


@pytest.mark.both
def test_a_pasted_list_is_shown_done_and_undone(page: Page, sign_in: "SignsIn", axe: Callable[[Page], None]) -> None:
    sign_in(page, "teacher")
    opens_the_framework(page)
    axe(page)
    page.get_by_role("link", name="Paste a list").click()
    page.get_by_label("List", exact=True).fill(LIST)
    page.get_by_label("Subject").fill("Ropes")
    axe(page)
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This is what would happen")
    expect(page.get_by_text("judgements a year for one class")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Do this").click()
    expect(page.get_by_role("link", name="Ropes", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    opens_the_framework(page)
    expect(page.get_by_role("link", name="Ropes", exact=True)).to_have_count(0)


def test_an_objective_is_edited_in_place_with_two_actions(
    page: Page, sign_in: "SignsIn", axe: Callable[[Page], None]
) -> None:
    sign_in(page, "teacher")
    opens_the_framework(page)
    page.get_by_role("link", name="Maths", exact=True).click()
    axe(page)
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label("Wording").fill("Counts in steps of seven")
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Counts in steps of seven")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Objective changed.")


def test_objectives_are_moved_with_buttons_by_keyboard_alone(page: Page, sign_in: "SignsIn") -> None:
    sign_in(page, "teacher")
    opens_the_framework(page)
    page.get_by_role("link", name="Maths", exact=True).click()
    before = page.locator(".objectives .code").all_inner_texts()
    page.get_by_role("link", name="Arrange").press("Enter")
    page.get_by_role("button", name=f"Down: {before[0]}", exact=True).first.press("Enter")
    expect(page.locator(".objectives .code").first).to_have_text(before[1])


def test_a_new_scale_is_made_on_a_phone(windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None]) -> None:
    phone = windows.phone()
    sign_in(phone, "head")
    phone.goto("/ashgrove/scales/")
    axe(phone)
    phone.get_by_role("link", name="New scale").click()
    phone.get_by_label("Name of the scale").fill("In plain words")
    for place, word in enumerate(["Not yet", "Nearly", "Yes"]):
        phone.get_by_label("Word").nth(place).fill(word)
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.get_by_role("button", name="Save").click()
    card = phone.get_by_role("region", name="In plain words")
    expect(card.get_by_role("listitem")).to_have_text(["1 N Not yet", "2 E Nearly", "3 Y Yes"])


def test_a_scale_with_one_letter_twice_says_where(
    page: Page, sign_in: "SignsIn", watch: "Watch", axe: Callable[[Page], None]
) -> None:
    watch.expect("422")
    sign_in(page, "head")
    page.goto("/ashgrove/scales/new/")
    page.get_by_label("Name of the scale").fill("Twice")
    for place, word in enumerate(["Secure", "Strong"]):
        page.get_by_label("Word").nth(place).fill(word)
        page.get_by_label("Code").nth(place).fill("S")
    page.get_by_role("button", name="Save").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("“Secure” already has the code S.")
    axe(page)
    summary.get_by_role("link").click()
    expect(page.get_by_label("Code").nth(1)).to_be_focused()


def test_all_of_it_works_without_javascript(windows: "Windows", sign_in: "SignsIn") -> None:
    page = windows.open(java_script_enabled=False)
    sign_in(page, "teacher")
    opens_the_framework(page)
    page.get_by_role("link", name="Maths", exact=True).click()
    page.get_by_text("Add an objective").first.click()
    page.get_by_label("What is to be learnt").first.fill("Counts backwards from ninety")
    page.get_by_role("button", name="Add", exact=True).first.click()
    expect(page.get_by_text("Counts backwards from ninety")).to_be_visible()
