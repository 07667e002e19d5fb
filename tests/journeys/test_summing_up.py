"""A teacher sums up for a snapshot that has passed, with keys; and tries things out where nothing counts."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.marking import (
    cell,
    in_the_office,
    is_ready,
    is_saved,
    no_sideways_scroll,
    opens_the_markbook,
    presses,
    says,
    stands_on,
)
from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Windows

BEGINNING = """
from muster.curriculum.models import Snapshot
from muster.people.calendar import year_at
from muster.people.models import School
school = School.objects.get(slug="ashgrove")
year = year_at(school, school.day(at))
Snapshot.objects.create(school=school, year=year, name="Beginning", on=year.first_day)
"""


@pytest.fixture(scope="module")
def site(planted: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One installation for both journeys, whose school sums up on the first day of the year."""
    copy = planted.copy_to(tmp_path_factory.mktemp("summing-up") / "site")
    try:
        in_the_office(copy, BEGINNING)
        yield copy.start()
    finally:
        copy.remove()


def opens_the_sheet(page: Page, snapshot: str) -> None:
    """From the markbook to the sheet of a snapshot of this year."""
    if "/sheets/" not in page.url:
        page.locator("summary", has_text="More").click()
        page.get_by_role("link", name="Summative sheet").click()
        page.wait_for_url("**/sheets/*/")
    page.locator(".where summary").first.click()
    page.locator(".where details[open]").get_by_role("link", name=snapshot).click()
    expect(page.locator(".where summary").first).to_have_text(snapshot)


@pytest.mark.both
def test_a_snapshot_that_has_passed_is_filled_with_keys_and_shows_faint_in_the_next(
    page: Page, sign_in: "SignsIn", axe: Callable[[Page], None]
) -> None:
    sign_in(page, "teacher")
    opens_the_markbook(page)
    opens_the_sheet(page, "Beginning")
    is_ready(page)
    before = [cell(page, row, 0).text_content() for row in range(3)]
    stands_on(page, 0, 0)
    presses(page, "1", "4")
    is_saved(page)
    axe(page)
    page.reload()
    is_ready(page)
    for row, letter in ((0, "N"), (1, "F")):
        expect(cell(page, row, 0)).to_have_text(letter)
        expect(cell(page, row, 0)).not_to_have_class("faint")

    opens_the_sheet(page, "Autumn")
    for row, letter in ((0, "N"), (1, "F")):
        expect(cell(page, row, 0)).to_have_text(letter)
        expect(cell(page, row, 0)).to_have_class("faint")

    opens_the_sheet(page, "Beginning")
    is_ready(page)
    presses(page, "Control+z", "Control+z")
    is_saved(page)
    page.reload()
    is_ready(page)
    assert [cell(page, row, 0).text_content() for row in range(3)] == before
    expect(cell(page, 0, 0)).to_have_class("faint")


def test_on_a_phone_a_line_is_filled_name_by_name(windows: "Windows", sign_in: "SignsIn") -> None:
    page = windows.phone()
    sign_in(page, "teacher")
    opens_the_markbook(page)
    opens_the_sheet(page, "Beginning")
    no_sideways_scroll(page)
    page.get_by_role("link", name="Reading: Attainment").click()
    page.locator("[data-mark-list][data-ready]").wait_for(state="attached")
    no_sideways_scroll(page)
    first = page.locator("li[data-row]").first
    first.get_by_role("button", name="T, There").click()
    is_saved(page)
    page.reload()
    expect(first.get_by_role("button", name="T, There")).to_have_attribute("aria-pressed", "true")

    # Who was away has a button of their own, which waits until somebody needs it.
    second = page.locator("li[data-row]").nth(1)
    away = second.get_by_role("button", name="ab, absent when taught")
    expect(away).to_be_hidden()
    page.get_by_text("Somebody was absent").click()
    away.click()
    is_saved(page)
    no_sideways_scroll(page)
    page.reload()
    expect(away).to_be_visible()
    expect(away).to_have_attribute("aria-pressed", "true")

    page.get_by_role("link", name="3 Hazel, Beginning").click()
    page.get_by_role("link", name="Maths: Attainment").click()
    tag = page.locator("li[data-row] .year-tag").first
    tag.scroll_into_view_if_needed()
    inside, around = tag.bounding_box(), tag.locator("..").bounding_box()
    assert inside is not None
    assert around is not None
    assert inside["x"] == around["x"], "the tag begins where the name does"


@pytest.mark.both
def test_a_teacher_practises_and_throws_it_away(page: Page, sign_in: "SignsIn", axe: Callable[[Page], None]) -> None:
    sign_in(page, "teacher")
    opens_the_markbook(page)
    address = page.url
    real = page.locator(".grid tbody").inner_text()
    page.get_by_role("button", name="Practise").click()
    page.wait_for_url("**/practice/**")
    is_ready(page)
    expect(page.get_by_text("Practice: nothing here counts.")).to_be_visible()
    last = page.locator("th[data-objective]").count() - 1
    stands_on(page, 0, last)
    presses(page, "3", "Shift+Digit2")
    is_saved(page)
    axe(page)
    page.reload()
    is_ready(page)
    expect(cell(page, 0, last)).to_have_text("S")
    expect(cell(page, 1, last)).to_have_text("D")
    presses(page, "Control+z")
    says(page, "29 put back.")
    is_saved(page)
    page.goto(address)
    is_ready(page)
    assert page.locator(".grid tbody").inner_text() == real
    page.get_by_role("button", name="Practise").click()
    page.wait_for_url("**/practice/**")
    page.get_by_role("button", name="Discard").click()
    page.wait_for_url("**/markbook/**")
    is_ready(page)
    expect(page.get_by_text("The practice class is discarded.")).to_be_visible()
    assert page.locator(".grid tbody").inner_text() == real
