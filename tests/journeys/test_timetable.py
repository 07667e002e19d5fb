"""A week is typed, and where a pupil should be follows it."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.marking import is_kept, is_saved, no_sideways_scroll
from tests.journeys.test_registers import CUT, is_ready
from tests.support.server import A_SCHOOL_MORNING, Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch, Windows

TODAY = A_SCHOOL_MORNING.date().isoformat()
CODES = "rows => rows.map((row) => row.dataset.code ?? '')"


@pytest.fixture(scope="module")
def site(planted: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    copy = planted.copy_to(tmp_path_factory.mktemp("timetable") / "site")
    try:
        yield copy.start()
    finally:
        copy.remove()


def school_of(page: Page) -> str:
    return "/".join(page.url.split("/")[:4])


def types_the_periods(page: Page) -> None:
    """Two periods, the second of them on as journeys take place."""
    page.goto(f"{school_of(page)}/timetable/periods/")
    for row, (name, begins, ends) in enumerate([("1", "09:00", "10:00"), ("2", "10:00", "12:00")]):
        page.get_by_label("Period", exact=True).nth(row).fill(name)
        page.get_by_label("Begins", exact=True).nth(row).fill(begins)
        page.get_by_label("Ends", exact=True).nth(row).fill(ends)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Timetable")


def test_a_week_is_typed_and_where_a_pupil_should_be_follows_it(
    windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None]
) -> None:
    page = windows.open()
    sign_in(page, "office")
    page.goto(f"{school_of(page)}/timetable/")
    expect(page.get_by_text("Nothing needs to be entered where that is so.")).to_be_visible()
    types_the_periods(page)
    axe(page)
    page.locator(".tasks a[href*='/timetable/classes/']").first.click()
    name = page.get_by_role("heading", level=1).inner_text().removeprefix("Week of ")
    axe(page)
    adult = page.locator("#adults option").first.get_attribute("value")
    page.get_by_label("Adult, Thursday, 2").fill(adult or "")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Room, Thursday, 2")).to_be_focused()
    page.keyboard.type("Music room")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Room, Thursday, 2")).to_have_value("Music room")
    week = page.url

    page.goto(f"{school_of(page)}/pupils/")
    page.get_by_role("row").filter(has_text=name).get_by_role("link").first.click()
    expect(page.get_by_text("Music room")).to_be_visible()
    expect(page.get_by_text(re.compile("By the timetable"))).to_be_visible()
    pupil = page.url

    page.goto(week)
    page.set_viewport_size({"width": 320, "height": 700})
    no_sideways_scroll(page)
    page.get_by_label("Adult, Thursday, 2").fill("")
    page.get_by_label("Room, Thursday, 2").fill("")
    page.get_by_role("button", name=re.compile("^Save from")).click()
    page.get_by_role("button", name="Undo").click()
    page.goto(pupil)
    expect(page.get_by_text("Music room")).to_be_visible()


def test_the_lesson_that_is_on_is_taken_on_a_phone_without_a_network(
    windows: "Windows", sign_in: "SignsIn", watch: "Watch", axe: Callable[[Page], None]
) -> None:
    page = windows.open()
    sign_in(page, "office")
    types_the_periods(page)
    page.locator(".tasks a[href*='/timetable/classes/']").first.click()
    page.get_by_label("Room, Thursday, 2").fill("Hall")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(f"{school_of(page)}/school-day/")
    page.get_by_label("From").fill(TODAY)
    page.get_by_label("Lessons have registers too").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Register", exact=True).click()
    expect(page.get_by_role("heading", name="Lessons now")).to_be_visible()
    axe(page)

    phone = windows.phone()
    sign_in(phone, "teacher")
    is_kept(phone)
    phone.goto(f"{school_of(phone)}/registers/")
    phone.locator("a[href*='/lesson-']").tap()
    is_ready(phone)
    no_sideways_scroll(phone)
    axe(phone)
    watch.expect(CUT)
    phone.context.set_offline(True)
    phone.locator("[data-row]").first.get_by_role("button", name="Absent").tap()
    phone.get_by_role("button", name=re.compile("^Mark the other")).tap()
    said = phone.locator("[data-row]").evaluate_all(CODES)
    assert said[0] == "N"
    assert "" not in said
    phone.reload()
    is_ready(phone)
    assert phone.locator("[data-row]").evaluate_all(CODES) == said
    phone.context.set_offline(False)
    is_saved(phone)
    phone.reload()
    is_ready(phone)
    assert phone.locator("[data-row]").evaluate_all(CODES) == said
    # What was said of the lesson is not said of the morning, which the law counts.
    phone.get_by_role("link", name="Morning").tap()
    phone.wait_for_url(re.compile("/am/"))
    is_ready(phone)
    assert not any(phone.locator("[data-row]").evaluate_all(CODES))
