"""A school's year, from its own words in September to handing over in July; the server's clock goes along."""

import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.marking import is_ready, is_saved, letters, presses, says, stands_on
from tests.support.browser import Watch, Windows
from tests.support.server import Site

LONDON = ZoneInfo("Europe/London")
SEPTEMBER = datetime(2026, 9, 7, 8, 30, tzinfo=LONDON)
LATER_IN_SEPTEMBER = datetime(2026, 9, 22, 9, 0, tzinfo=LONDON)
FEBRUARY = datetime(2027, 2, 9, 9, 0, tzinfo=LONDON)
MARCH = datetime(2027, 3, 18, 15, 30, tzinfo=LONDON)
JULY = datetime(2027, 7, 14, 15, 30, tzinfo=LONDON)

ROPES = """Ropes
    Knots
        R1 Ties a bowline and says what it is for
        R2 Ties a reef knot
        R3 Ties a round turn
    Splices
        R4 Makes an eye splice"""
WORDS = ["Not yet", "Nearly", "Yes"]


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Site]:
    """An installation planted on the first Monday of September, served on that day."""
    site = Site(tmp_path / "site", day=SEPTEMBER)
    try:
        yield site.start("--pupils", "40", seconds=180)
    finally:
        site.remove()


@pytest.fixture
def windows(chromium: Browser, year: Site, watch: Watch) -> Iterator[Windows]:
    """Opens windows on the site of the year."""
    opener = Windows(chromium, year.url, watch)
    yield opener
    for context in opener.contexts:
        context.close()
    assert not watch.complaints, f"The browser complained: {watch.complaints}"


def test_a_year_of_a_school(year: Site, windows: Windows) -> None:
    head = signs_in(year, windows.open(), "head")
    makes_the_words_of_the_school(head)
    writes_down_what_it_teaches(head)

    it_is(year, LATER_IN_SEPTEMBER)
    teacher = signs_in(year, windows.open(), "teacher")
    opens_ropes(teacher)
    in_september = marks_on_a_laptop(teacher)
    marks_on_a_phone(signs_in(year, windows.phone(), "teacher"))
    says_what_was_taught(teacher)

    it_is(year, FEBRUARY)
    head = signs_in(year, windows.open(), "head")
    splits_the_bowline(head)
    merges_two_knots(head)
    adds_a_step(head)
    teacher = signs_in(year, windows.open(), "teacher")
    finds_every_mark_again(teacher, in_september)
    moves_a_pupil_to_small_steps(teacher)

    it_is(year, MARCH)
    teacher = signs_in(year, windows.open(), "teacher")
    sums_up_in_spring(teacher)
    reads_the_grid_as_it_was_in_september(teacher, in_september)

    it_is(year, JULY)
    head = signs_in(year, windows.open(), "head")
    hands_the_class_over(head)
    follower = signs_in(year, windows.open(), "cover")
    finds_the_class_as_it_stands(follower)


def it_is(site: Site, day: datetime) -> None:
    """Time goes by: the server is started again on another day."""
    site.stop()
    site.day, site.since = day, time.time()
    site.start(seconds=180)


def signs_in(site: Site, page: Page, role: str) -> Page:
    person = site.sign_in_of(role)
    page.goto("/")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).first.fill(person.address)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "sign-in" not in address)
    return page


def makes_the_words_of_the_school(head: Page) -> None:
    head.goto("/ashgrove/scales/new/")
    head.get_by_label("Name of the scale").fill("In plain words")
    for place, word in enumerate(WORDS):
        head.get_by_label("Word").nth(place).fill(word)
    head.get_by_role("button", name="Save").click()
    expect(head.get_by_role("region", name="In plain words")).to_be_visible()


def writes_down_what_it_teaches(head: Page) -> None:
    head.goto("/ashgrove/frameworks/new/")
    head.get_by_label("Name", exact=True).fill("Our own list")
    head.get_by_label("Judged with").select_option(label="In plain words")
    head.get_by_role("button", name="Go on").click()
    head.get_by_role("link", name="Paste a list").click()
    head.get_by_label("List", exact=True).fill(ROPES)
    head.get_by_label("Stage").fill("Year 3")
    head.get_by_role("button", name="See what would happen").click()
    head.get_by_role("button", name="Do this").click()
    expect(head.get_by_role("link", name="Ropes", exact=True)).to_be_visible()


def opens_ropes(page: Page) -> None:
    """From Mark to the unit of the new subject, through the menu that names the subject."""
    page.get_by_role("link", name="Mark", exact=True).click()
    page.wait_for_url(re.compile(r"/markbook/\d+/"))
    page.locator(".where summary").first.click()
    page.get_by_role("link", name="Ropes, Year 3").first.click()
    is_ready(page)


def columns(page: Page) -> list[str]:
    return page.locator("th[data-objective] a").all_inner_texts()


def marks_on_a_laptop(page: Page) -> list[list[str]]:
    page.locator(".where summary").nth(1).click()
    page.get_by_role("link", name="All strands").click()
    is_ready(page)
    assert columns(page) == ["R1", "R2", "R3", "R4"]
    pupils = page.locator("tr[data-pupil]").count()
    stands_on(page, 0, 0)
    presses(page, *["3", "2", "1"] * (pupils // 3))
    presses(page, "ArrowRight", "Control+ArrowUp", "ArrowUp", "3")
    says(page, f"{pupils} marked Yes. Ctrl+Z to undo.")
    stands_on(page, 0, 2)
    presses(page, "2", "2", "1")
    is_saved(page)
    shown = [letters(page, column) for column in range(4)]
    assert shown[1] == ["Y"] * pupils
    assert shown[2][:4] == ["E", "E", "N", ""]
    return shown


def marks_on_a_phone(phone: Page) -> None:
    opens_ropes(phone)
    phone.locator("th[data-objective] a").first.tap()
    expect(phone.locator("section[data-mark-list][data-ready]")).to_be_attached()
    row = phone.locator("li[data-pupil]").nth(4)
    row.locator("button[data-letter=Y]").tap()
    expect(row.locator("button[data-letter=Y]")).to_have_attribute("aria-pressed", "true")
    is_saved(phone)


def says_what_was_taught(page: Page) -> None:
    page.reload()
    is_ready(page)
    for column in range(3):
        stands_on(page, 0, column)
        presses(page, "Control+ArrowUp", "ArrowUp", "Enter")
        page.locator("dialog[data-heading-menu]").get_by_role("button", name="Taught today").click()
    is_saved(page)
    expect(page.locator("th[data-taught]")).to_have_count(3)
    expect(page.locator("th.untaught")).to_have_count(1)


def opens_the_subject(page: Page) -> None:
    page.goto("/ashgrove/frameworks/")
    page.get_by_role("link", name="Our own list").click()
    page.get_by_role("link", name="Ropes", exact=True).click()


def opens_the_objective(page: Page, code: str) -> None:
    opens_the_subject(page)
    page.locator(".objectives li").filter(has=page.locator(".code", has_text=re.compile(f"^{code}$"))).get_by_role(
        "link"
    ).first.click()


def splits_the_bowline(page: Page) -> None:
    opens_the_objective(page, "R1")
    page.get_by_role("link", name="Split").click()
    for place, (wording, code) in enumerate([("Ties a bowline", "R1a"), ("Says what a bowline is for", "R1b")]):
        page.get_by_label("What is to be learnt").nth(place).fill(wording)
        page.get_by_label("Code").nth(place).fill(code)
    page.get_by_label("Begins blank").nth(1).check()
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_role("main")).to_contain_text("30 pupils")
    page.get_by_role("button", name="Split it").click()
    expect(page.get_by_role("status")).to_be_visible()


def merges_two_knots(page: Page) -> None:
    opens_the_objective(page, "R2")
    page.get_by_role("link", name="Merge with others").click()
    page.get_by_label("What it says afterwards").fill("Ties a reef knot and a round turn")
    page.get_by_label("Code").fill("R23")
    page.get_by_label("The lowest mark").check()
    page.get_by_label(re.compile("R3")).check()
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_role("status")).to_be_visible()


def adds_a_step(page: Page) -> None:
    page.goto("/ashgrove/scales/")
    page.get_by_role("link", name="In plain words").click()
    page.get_by_label("Word").nth(3).fill("Teaches others")
    page.get_by_role("button", name="Save").click()
    words = page.get_by_role("region", name="In plain words").get_by_role("listitem")
    expect(words).to_have_text(["1 N Not yet", "2 E Nearly", "3 Y Yes", "4 T Teaches others"])


def finds_every_mark_again(page: Page, then: list[list[str]]) -> None:
    opens_ropes(page)
    page.locator(".where summary").nth(1).click()
    page.get_by_role("link", name="All strands").click()
    is_ready(page)
    assert columns(page) == ["R1a", "R1b", "R23", "R4"]
    faint = page.locator("tr[data-pupil] td:nth-child(2)").all_inner_texts()
    assert faint == [*then[0][:4], "Y", *then[0][5:]]
    assert not any(page.locator("tr[data-pupil] td:nth-child(3)").all_inner_texts())
    merged = page.locator("tr[data-pupil] td:nth-child(4)").all_inner_texts()
    assert merged[:4] == ["E", "E", "N", "Y"]
    stands_on(page, 0, 0)
    presses(page, "4")
    is_saved(page)
    assert letters(page, 0)[0] == "T"


def moves_a_pupil_to_small_steps(page: Page) -> None:
    page.locator(".where summary", has_text="More").click()
    page.get_by_role("link", name="Out of year").click()
    page.get_by_label("Pupil", exact=True).select_option(index=2)
    page.get_by_role("group", name="Ashgrove objectives").get_by_role("button", name=re.compile("Year 1")).first.click()
    is_ready(page)
    expect(page.locator(".year-tag")).to_have_count(1)


def sums_up_in_spring(page: Page) -> None:
    page.get_by_role("link", name="Mark", exact=True).click()
    page.wait_for_url(re.compile(r"/markbook/\d+/"))
    page.locator(".where summary", has_text="More").click()
    page.get_by_role("link", name="Summative sheet").click()
    is_ready(page)
    stands_on(page, 0, 0)
    presses(page, "3", "3", "2")
    is_saved(page)
    assert letters(page, 0)[:3] == ["T", "T", "Y"]


def reads_the_grid_as_it_was_in_september(page: Page, then: list[list[str]]) -> None:
    opens_ropes(page)
    page.goto(f"{page.url}?at=2026-09-22T23:00&as=recorded")
    assert columns(page) == ["R1", "R2", "R3"]
    shown = [letters(page, column) for column in range(3)]
    assert shown[0] == [*then[0][:4], "Y", *then[0][5:]]
    assert shown[1:] == then[1:3]
    page.get_by_role("link", name="Back to now").click()
    assert columns(page)[:3] == ["R1a", "R1b", "R23"]


def hands_the_class_over(page: Page) -> None:
    page.goto("/ashgrove/classes/")
    page.get_by_role("link", name="3 Hazel").first.click()
    page.get_by_role("link", name="Give to somebody").click()
    page.get_by_label("Who").select_option(label="Tomasz Zieliński, cover teacher")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name=re.compile("End after today.*Okafor", re.DOTALL)).click()


def finds_the_class_as_it_stands(page: Page) -> None:
    page.goto("/ashgrove/mark/")
    page.get_by_role("link", name="3 Hazel").first.click()
    page.wait_for_url(re.compile(r"/markbook/\d+/"))
    page.locator(".where summary", has_text="More").click()
    page.get_by_role("link", name="How the class stands").click()
    expect(page.get_by_role("main")).to_contain_text("Ropes")
