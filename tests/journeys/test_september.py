"""The office's September: the year is rolled over in July, and in the first week the new roster comes in and is settled."""

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_a_school_year import it_is, signs_in
from tests.support.browser import Watch, Windows
from tests.support.server import Site

LONDON = ZoneInfo("Europe/London")
JULY = datetime(2027, 7, 7, 8, 30, tzinfo=LONDON)
SEPTEMBER = datetime(2027, 9, 6, 8, 30, tzinfo=LONDON)
Axe = Callable[[Page], None]

JOINED_IN_JULY = """Forename,Surname,Date of birth,Class
Cerys,Lark,2019-01-09,3 Hazel
Dilwyn,Pike,2019-02-11,3 Hazel
Emyr,Hart,2019-03-12,3 Hazel
Ffion,Foss,2019-04-13,3 Hazel
Gethin,Penn,2018-05-14,4 Rowan
"""
OF_ANOTHER_SCHOOL = """Forename,Surname,Date of birth,Class
Lowri,Wren,2019-06-01,4 Elder
Macsen,Tern,2019-06-02,4 Elder
"""
ROSTER = {
    "manifest.csv": """propertyName,value
manifest.version,1.0
oneroster.version,1.1
file.orgs,delta
file.classes,delta
file.users,delta
file.demographics,delta
file.enrollments,delta
""",
    "orgs.csv": """sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
o1,active,2027-09-01T00:00:00Z,Ashgrove Primary School,school,,
""",
    "classes.csv": """sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
c1,active,2027-09-01T00:00:00Z,4 Elder,04,,,homeroom,,o1,,,,
c2,active,2027-09-01T00:00:00Z,1 Fern,01,,,homeroom,,o1,,,,
""",
    "users.csv": """sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
u1,active,2027-09-01T00:00:00Z,true,o1,student,u1,,Heledd,Morgan,,,,,,,01,secret
u2,active,2027-09-01T00:00:00Z,true,o1,student,u2,,Gwilym,Powell,,,,,,,04,secret
u3,active,2027-09-01T00:00:00Z,true,o1,student,u3,,Gethin,Penn,,,,,,,,secret
u4,active,2027-09-01T00:00:00Z,true,o1,student,u4,,Cerys Mair,Lark,,,,,,,04,secret
u5,active,2027-09-01T00:00:00Z,true,o1,student,u5,,Dilwyn,Pike,,,,,,,04,secret
u6,active,2027-09-01T00:00:00Z,true,o1,student,u6,,Emyr,Hart,,,,,,,04,secret
u7,tobedeleted,2027-09-01T00:00:00Z,false,o1,student,u7,,Ffion,Foss,,,,,,,04,secret
""",
    "demographics.csv": """userSourcedId,status,dateLastModified,birthDate,sex
u1,active,2027-09-01T00:00:00Z,2022-01-20,female
u2,active,2027-09-01T00:00:00Z,2019-02-21,male
u3,active,2027-09-01T00:00:00Z,2018-05-14,male
u4,active,2027-09-01T00:00:00Z,2019-01-09,female
u6,active,2027-09-01T00:00:00Z,2019-03-12,male
u7,active,2027-09-01T00:00:00Z,2019-04-13,female
""",
    "enrollments.csv": """sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
e1,active,2027-09-01T00:00:00Z,c2,o1,u1,student,false,,
e2,active,2027-09-01T00:00:00Z,c1,o1,u2,student,false,,
e3,active,2027-09-01T00:00:00Z,c1,o1,u3,student,false,,
e4,active,2027-09-01T00:00:00Z,c1,o1,u4,student,false,,
e5,active,2027-09-01T00:00:00Z,c1,o1,u5,student,false,,
e6,active,2027-09-01T00:00:00Z,c1,o1,u6,student,false,,
""",
}
"""What the school's system writes of what changed over the summer: two new, one moved, one gone, and three in doubt."""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Site]:
    """An installation planted in July, when the office turns the year."""
    site = Site(tmp_path / "site", day=JULY)
    try:
        yield site.start("--pupils", "40", seconds=180)
    finally:
        site.remove()


@pytest.fixture
def windows(chromium: Browser, school: Site, watch: Watch) -> Iterator[Windows]:
    """Opens windows on that school."""
    opener = Windows(chromium, school.url, watch)
    yield opener
    for context in opener.contexts:
        context.close()
    assert not watch.complaints, f"The browser complained: {watch.complaints}"


@pytest.mark.both
def test_the_offices_september(school: Site, windows: Windows, axe: Axe, tmp_path: Path) -> None:
    office = signs_in(school, windows.open(), "office")
    brings_in_a_list(office, JOINED_IN_JULY)
    makes_the_new_year_too_soon_and_takes_it_back(signs_in(school, windows.open(), "head"))
    looks_at_the_days(office, axe)
    gives_a_class_another_name(office, axe)
    says_who_leaves_and_who_is_not_known_yet(office, axe)
    says_who_teaches(office, axe)
    rolls_the_year_over(office, axe)
    says_what_was_left_to_say(office)
    july_shows_july(office)

    it_is(school, SEPTEMBER)
    office = signs_in(school, windows.open(), "office")
    everybody_has_moved_up(office)
    shows_the_roster(office, packed(tmp_path / "roster.zip"), axe)
    settles_three_doubts(office)
    brings_the_roster_in(office)
    finds_joiners_and_movers_in_their_classes(office)
    brings_in_the_file_of_another_school_and_undoes_it(office)
    puts_right_a_leaver_who_is_here_after_all(office, axe)
    reads_last_years_class(office)


def looks_right(page: Page, axe: Axe) -> None:
    """Nothing wrong for those who cannot see it, and nothing wider than a telephone."""
    axe(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    page.set_viewport_size({"width": 1280, "height": 800})


def packed(where: Path) -> Path:
    with zipfile.ZipFile(where, "w") as package:
        for name, text in ROSTER.items():
            package.writestr(name, text)
    return where


def shows_pasted(office: Page, rows: str) -> None:
    office.goto("/ashgrove/imports/new/")
    office.get_by_label("Or paste the rows").fill(rows)
    office.get_by_role("button", name="See what would happen").click()
    expect(office.get_by_text("Nothing has been written yet.")).to_be_visible()


def brings_in_a_list(office: Page, rows: str) -> None:
    shows_pasted(office, rows)
    office.get_by_role("button", name="Bring it in").click()
    expect(office.get_by_role("status").first).to_contain_text(f"Added {len(rows.splitlines()) - 1}, changed 0.")


def names_in(office: Page, school_class: str) -> list[str]:
    """Who is in a class of today, as its page lists them."""
    office.goto("/ashgrove/classes/")
    office.get_by_role("link", name=school_class, exact=True).first.click()
    expect(office.get_by_role("heading", level=1)).to_have_text(school_class)
    return [name.strip() for name in office.get_by_role("main").locator("ol.names > li").all_inner_texts()]


# -- July -------------------------------------------------------------------------------------------------------------


def makes_the_new_year_too_soon_and_takes_it_back(head: Page) -> None:
    """By keyboard alone."""
    head.goto("/ashgrove/new-year/")
    head.get_by_role("button", name="Make 2027/28").focus()
    head.keyboard.press("Enter")
    expect(head.get_by_text("The next school year is made.")).to_be_visible()
    head.get_by_role("button", name="Undo the new year").focus()
    head.keyboard.press("Enter")
    expect(head.get_by_text("Undone.")).to_be_visible()
    head.goto("/ashgrove/new-year/")
    expect(head.get_by_role("button", name="Make 2027/28")).to_be_visible()


def looks_at_the_days(office: Page, axe: Axe) -> None:
    office.goto("/ashgrove/")
    office.get_by_role("link", name="More").first.click()
    office.get_by_role("link", name="New school year").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("New school year 2027/28")
    looks_right(office, axe)
    office.get_by_role("link", name="Change the days").click()
    looks_right(office, axe)
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_text("Saved. Nothing is made yet.")).to_be_visible()


def gives_a_class_another_name(office: Page, axe: Axe) -> None:
    office.get_by_role("link", name="Change the classes").click()
    looks_right(office, axe)
    office.get_by_label("Next class of 3 Hazel").fill("4 Elder")
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_role("row", name="3 Hazel")).to_contain_text("4 Elder")


def says_who_leaves_and_who_is_not_known_yet(office: Page, axe: Axe) -> None:
    office.get_by_role("link", name="One by one 3 Hazel").click()
    looks_right(office, axe)
    office.get_by_label("Emyr Hart goes to").select_option(label="leaves the school")
    office.get_by_label("Dilwyn Pike goes to").select_option(label="to be said")
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_text("1 pupil leaves on 31 August 2027.")).to_be_visible()
    expect(office.get_by_text("1 pupil has no class next year yet.")).to_be_visible()


def says_who_teaches(office: Page, axe: Axe) -> None:
    office.get_by_role("link", name="Say the teachers").click()
    looks_right(office, axe)
    office.get_by_label("4 Elder").select_option(index=1)
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_text("1 class has no teacher yet.")).to_be_visible()


def rolls_the_year_over(office: Page, axe: Axe) -> None:
    office.get_by_role("button", name="Make 2027/28").click()
    expect(office.get_by_text("The next school year is made.")).to_be_visible()
    expect(office.get_by_role("heading", name="Still to be said")).to_be_visible()
    looks_right(office, axe)


def says_what_was_left_to_say(office: Page) -> None:
    office.goto("/ashgrove/")
    expect(office.get_by_text("1 pupil has no class")).to_be_visible()
    office.get_by_role("link", name="Say it").click()
    office.get_by_label("Pike, Dilwyn").select_option(label="4 Elder")
    office.get_by_label("5 Rowan").select_option(index=2)
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_text("Nothing is left to say")).to_be_visible()


def july_shows_july(office: Page) -> None:
    assert {"Hart, Emyr", "Pike, Dilwyn"} <= set(names_in(office, "3 Hazel"))
    office.get_by_role("link", name="Pike, Dilwyn").click()
    expect(office.get_by_text("From 1 September 2027")).to_be_visible()


# -- September --------------------------------------------------------------------------------------------------------


def everybody_has_moved_up(office: Page) -> None:
    elder = names_in(office, "4 Elder")
    assert {"Lark, Cerys", "Pike, Dilwyn", "Foss, Ffion"} <= set(elder)
    assert "Hart, Emyr" not in elder
    assert "Penn, Gethin" in names_in(office, "5 Rowan")


def shows_the_roster(office: Page, package: Path, axe: Axe) -> None:
    """Read in the background; nothing is written."""
    office.goto("/ashgrove/imports/new/")
    office.get_by_label("File").set_input_files(package)
    office.get_by_role("button", name="See what would happen").click()
    expect(office.get_by_text("Nothing has been written yet.")).to_be_visible(timeout=60_000)
    expect(office.get_by_text("New class: 1 Fern.")).to_be_visible()
    expect(office.get_by_text(re.compile("Not used in users.csv, and left out: .*password"))).to_be_visible()
    looks_right(office, axe)


def settles_three_doubts(office: Page) -> None:
    """The same child under a longer name, another child of the same name, and one who was said to have left."""
    doubts = office.get_by_role("region", name="To settle")
    expect(doubts.get_by_role("heading", level=3)).to_have_count(3)
    doubts.locator(".cause", has_text="Lark").get_by_role("button", name="All the same child").click()
    expect(doubts.get_by_role("heading", level=3)).to_have_count(2)
    doubts.locator(".cause", has_text="Pike").get_by_role("button", name="All new children").click()
    expect(doubts.get_by_role("heading", level=3)).to_have_count(1)
    doubts.get_by_role("button", name="They are back").click()
    expect(doubts).to_have_count(0)


def brings_the_roster_in(office: Page) -> None:
    office.get_by_role("button", name="Bring it in").click()
    expect(office.get_by_role("heading", level=1, name="Brought in")).to_be_visible(timeout=60_000)


def finds_joiners_and_movers_in_their_classes(office: Page) -> None:
    assert names_in(office, "1 Fern") == ["Morgan, Heledd"]
    elder = names_in(office, "4 Elder")
    assert {"Lark, Cerys Mair", "Powell, Gwilym", "Penn, Gethin", "Hart, Emyr"} <= set(elder)
    assert elder.count("Pike, Dilwyn") == 2
    assert "Lark, Cerys" not in elder
    assert "Foss, Ffion" not in elder
    assert "Penn, Gethin" not in names_in(office, "5 Rowan")


def brings_in_the_file_of_another_school_and_undoes_it(office: Page) -> None:
    before = names_in(office, "4 Elder")
    brings_in_a_list(office, OF_ANOTHER_SCHOOL)
    assert set(names_in(office, "4 Elder")) - set(before) == {"Wren, Lowri", "Tern, Macsen"}
    office.goto("/ashgrove/imports/new/")
    files = office.get_by_role("table", name="Files of the last 30 days")
    files.get_by_role("row").nth(1).get_by_role("button", name="Undo").click()
    expect(office.get_by_text("Undone.").first).to_be_visible()
    assert names_in(office, "4 Elder") == before


def puts_right_a_leaver_who_is_here_after_all(office: Page, axe: Axe) -> None:
    """The roster had Ffion as gone; she stands at the gate."""
    office.goto("/ashgrove/pupils/")
    office.get_by_role("main").get_by_label("Name").fill("foss")
    office.get_by_role("main").get_by_label("Who", exact=True).select_option(label="Left, or yet to come")
    office.get_by_role("button", name="Show", exact=True).click()
    office.get_by_role("link", name="Foss, Ffion").click()
    expect(office.get_by_text(re.compile("Not on roll. The last day was"))).to_be_visible()
    office.get_by_text("Change", exact=True).first.click()
    office.get_by_role("link", name="Back on roll").click()
    looks_right(office, axe)
    office.get_by_role("main").get_by_label("Class").select_option(label="4 Elder")
    office.get_by_role("button", name="Put on roll").click()
    expect(office.get_by_text("Back on roll. The record goes on.")).to_be_visible()
    assert "Foss, Ffion" in names_in(office, "4 Elder")


def reads_last_years_class(office: Page) -> None:
    office.goto("/ashgrove/classes/")
    office.get_by_role("link", name="2026/27").click()
    office.get_by_role("link", name="3 Hazel", exact=True).click()
    expect(office.get_by_role("main").get_by_text("Foss, Ffion")).to_be_visible()
