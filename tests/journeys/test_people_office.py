"""The office's day: a joiner, a leaver, a class move, a wrong birth date, and a child entered twice."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Windows

Axe = Callable[[Page], None]


@pytest.fixture
def office(page: Page, sign_in: "SignsIn") -> Page:
    """The office has signed in."""
    sign_in(page, "office")
    return page


def chooses(page: Page, change: str) -> None:
    page.get_by_text("Change", exact=True).first.click()
    page.get_by_role("link", name=change).click()


def takes_on_roll(page: Page, forenames: str, surname: str, *, born_on: str = "", in_class: str = "3 Hazel") -> None:
    page.goto("/ashgrove/pupils/")
    page.get_by_role("link", name="New joiner").click()
    page.get_by_role("main").get_by_label("Given names").fill(forenames)
    page.get_by_role("main").get_by_label("Family name").fill(surname)
    if born_on:
        page.get_by_role("main").get_by_label("Date of birth").fill(born_on)
    page.get_by_role("main").get_by_label("Class").select_option(label=in_class)
    page.get_by_role("button", name="Take on roll").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{forenames} {surname}")


def test_a_joiner_is_in_the_class_before_the_bell(
    office: Page, windows: "Windows", sign_in: "SignsIn", axe: Axe
) -> None:
    takes_on_roll(office, "Dilys", "Évans-Ó Sé", born_on="2018-04-01")
    expect(office.get_by_text("Taken on roll.")).to_be_visible()
    expect(office.get_by_text("1 April 2018")).to_be_visible()
    axe(office)
    teacher = windows.open()
    sign_in(teacher, "teacher")
    teacher.goto("/ashgrove/classes/")
    teacher.get_by_role("link", name="3 Hazel", exact=True).click()
    expect(teacher.get_by_role("link", name="Évans-Ó Sé, Dilys")).to_be_visible()
    axe(teacher)


def test_a_joiner_by_mistake_is_undone_at_once(office: Page) -> None:
    takes_on_roll(office, "Mist", "Ake")
    office.get_by_role("button", name="Undo").click()
    expect(office.get_by_text("Undone.")).to_be_visible()
    expect(office.get_by_role("link", name="Ake, Mist")).to_have_count(0)


def test_a_pupil_moves_class_and_leaves(office: Page, axe: Axe) -> None:
    takes_on_roll(office, "Dilys", "Evans")
    chooses(office, "Move class")
    axe(office)
    office.get_by_role("main").get_by_label("New class").select_option(label="4 Rowan")
    office.get_by_role("button", name="Move").click()
    expect(office.get_by_text("Moved to 4 Rowan. Marks go along.")).to_be_visible()
    expect(office.get_by_role("main").get_by_role("link", name="4 Rowan").first).to_be_visible()
    chooses(office, "Leaving")
    office.get_by_role("main").get_by_label("Where to").fill("Elm Park School")
    office.get_by_role("button", name="Take off roll").click()
    expect(office.get_by_text("Elm Park School")).to_be_visible()
    office.get_by_role("button", name="Undo").click()
    expect(office.get_by_text("Elm Park School")).to_have_count(0)


def test_a_wrong_birth_date_is_put_right_by_keyboard_alone(office: Page) -> None:
    takes_on_roll(office, "Dilys", "Evans", born_on="2018-04-01")
    office.get_by_text("Change", exact=True).first.focus()
    office.keyboard.press("Enter")
    office.keyboard.press("Tab")
    office.keyboard.press("Enter")
    expect(office.get_by_role("heading", level=1)).to_have_text("Put right: Dilys Evans")
    office.get_by_role("main").get_by_label("Date of birth").focus()
    # The same in every order that a browser may ask for.
    office.keyboard.type("05052018")
    office.get_by_role("main").get_by_label("Why").focus()
    office.keyboard.type("Birth certificate seen")
    office.keyboard.press("Enter")
    expect(office.get_by_text("Put right. What was there before is kept.")).to_be_visible()
    expect(office.get_by_text("5 May 2018").first).to_be_visible()
    expect(office.locator("del")).to_have_text("1 April 2018")
    expect(office.get_by_text("Birth certificate seen")).to_be_visible()


def seeks(office: Page, name: str) -> None:
    """In the list of pupils, by its own form."""
    office.goto("/ashgrove/pupils/")
    office.get_by_role("main").get_by_label("Name").fill(name)
    office.get_by_role("button", name="Show", exact=True).click()
    expect(office.get_by_role("link", name="Show all")).to_be_visible()


@pytest.mark.both
def test_a_child_entered_twice_becomes_one(office: Page, axe: Axe) -> None:
    takes_on_roll(office, "Dilys", "Evans", born_on="2018-04-01")
    takes_on_roll(office, "Dylis", "Evans", born_on="2018-04-01", in_class="4 Rowan")
    office.goto("/ashgrove/settings/")
    office.get_by_role("link", name="Entered twice").click()
    axe(office)
    office.get_by_role("link", name=re.compile("Side by side.*(Dilys|Dylis) Evans")).click()
    axe(office)
    office.get_by_role("main").get_by_label("Keep Evans, Dilys").check()
    office.get_by_role("button", name="Join the two records").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("Dilys Evans")
    seeks(office, "evans")
    expect(office.get_by_role("link", name="Evans, Dylis")).to_have_count(0)
    office.get_by_role("link", name="Evans, Dilys").click()
    office.go_back()
    expect(office.get_by_role("link", name="Evans, Dilys")).to_be_visible()
    assert "evans" not in office.url.lower()
    office.go_forward()
    office.get_by_role("button", name="Take apart again").click()
    seeks(office, "evans")
    expect(office.get_by_role("link", name="Evans, Dylis")).to_be_visible()


def test_any_pupil_is_a_few_letters_away(office: Page) -> None:
    office.keyboard.press("Control+k")
    office.keyboard.type("ami ali")
    office.get_by_role("option", name=re.compile("Amina")).first.wait_for()
    office.keyboard.press("ArrowDown")
    office.keyboard.press("Enter")
    expect(office.get_by_role("heading", level=1, name=re.compile("Amina .*Ali"))).to_be_visible()


SCREENS = {
    "office": [
        "classes/", "classes/new/", "classes/{class}/", "classes/{class}/name/", "classes/{class}/pupils/",
        "classes/{class}/teachers/", "pupils/", "pupils/?roll=others", "pupils/new/",
        "pupils/{pupil}/", "pupils/{pupil}/leaving/", "pupils/{pupil}/return/", "pupils/{pupil}/move/",
        "pupils/{pupil}/correction/", "pupils/{pupil}/placement/", "pupils/{pupil}/groups/",
        "pupils/{pupil}/guardians/new/", "pupils/{pupil}/merge/", "pupils/twins/", "settings/",
    ],
    "head": [
        "settings/school/", "settings/terms/", "settings/years/new/", "settings/year-groups/", "settings/groups/",
        "settings/words/", "settings/access/",
    ],
}  # fmt: skip


def addresses(page: Page, role: str) -> list[str]:
    """The screens of a role, with a class and a pupil of the demo in them."""
    page.goto("/ashgrove/classes/")
    of_class = page.locator("th a").first.get_attribute("href") or ""
    page.goto("/ashgrove/pupils/")
    of_pupil = page.locator("th a").first.get_attribute("href") or ""
    found = {"class": re.findall(r"\d+", of_class)[-1], "pupil": re.findall(r"\d+", of_pupil)[-1]}
    return [f"/ashgrove/{each.format(**found)}" for each in SCREENS[role]]


@pytest.mark.parametrize("role", SCREENS)
def test_no_screen_of_people_shuts_anybody_out(page: Page, sign_in: "SignsIn", axe: Axe, role: str) -> None:
    """Axe finds nothing, nothing scrolls sideways at 320 pixels, and forced colours hide nothing that axe would miss."""
    sign_in(page, role)
    for address in addresses(page, role):
        page.goto(address)
        axe(page)
        page.set_viewport_size({"width": 320, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{address} is {width} pixels wide on a screen of 320"
        page.emulate_media(forced_colors="active")
        axe(page)
        page.emulate_media(forced_colors="none")
        page.set_viewport_size({"width": 1280, "height": 800})


def test_the_office_works_without_scripts(windows: "Windows", sign_in: "SignsIn") -> None:
    page = windows.open(java_script_enabled=False)
    sign_in(page, "office")
    takes_on_roll(page, "Dilys", "Evans", born_on="2018-04-01")
    chooses(page, "Move class")
    page.get_by_role("main").get_by_label("New class").select_option(label="4 Rowan")
    page.get_by_role("button", name="Move").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("main").get_by_role("link", name="3 Hazel").first).to_be_visible()


@pytest.mark.parametrize(
    ("role", "address"),
    [
        pytest.param("office", "pupils/{pupil}/", id="a pupil with family and groups"),
        pytest.param("head", "pupils/{pupil}/", id="a pupil with learning too"),
        pytest.param("office", "classes/{class}/", id="a class list"),
    ],
)
def test_a_pupil_and_a_class_list_fit_one_sheet(page: Page, sign_in: "SignsIn", role: str, address: str) -> None:
    sign_in(page, role)
    places = dict(zip(SCREENS["office"], addresses(page, "office"), strict=True))
    page.goto(places[address])
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1
