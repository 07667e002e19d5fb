"""Every way of entry: each key by itself, several scales side by side, a pile of papers, a phone, and a day pass."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.marking import (
    cell,
    in_the_book,
    in_the_office,
    is_kept,
    is_ready,
    is_saved,
    let_the_cover_teacher_take_hazel,
    letters,
    no_sideways_scroll,
    opens_the_markbook,
    presses,
    says,
    stands_on,
    unmarked_objective,
    where,
)
from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch, Windows

SEVERAL_SCALES = """
from muster.curriculum.models import Objective, Scale, Stage, Step, Strand, Subject
from muster.markbook.models import Following
from muster.people.models import Account, ChangeSet, Pupil, School, SchoolClass
from muster.people.models.pupils import by_name
school = School.objects.get(slug="ashgrove")
day = school.day(at)
hazel = SchoolClass.objects.filter(school=school, name="3 Hazel", year__first_day__lte=day, year__last_day__gte=day).get()
reading = Subject.objects.filter(school=school, name="Reading").order_by("pk").first()
stage = Stage.objects.get(school=school, framework=reading.framework, year_groups=hazel.year_group)
small = Scale.objects.create(school=school, name="Steps of the entry")
for place in range(1, 12):
    Step.objects.create(school=school, scale=small, position=place, word=f"Small step {place}", code=f"PK{place}")
met = Scale.objects.create(school=school, name="Met in the entry")
for place, (code, word, symbol) in enumerate([("N", "Not yet", ""), ("M", "Met", "\\u25cf")], start=1):
    Step.objects.create(school=school, scale=met, position=place, word=word, code=code, digit=place, symbol=symbol)
strand = Strand.objects.create(school=school, subject=reading, name="Ways of entry", position=90)
def objective(code, scale, *stages):
    made = Objective.objects.create(
        school=school, strand=strand, code=code, wording=f"I can do {code}", position=int(code[1:]), scale=scale
    )
    made.stages.set(stages)
    return made
objective("E1", None, stage), objective("E2", met, stage), objective("E3", small, stage)
other = Stage.objects.filter(framework=reading.framework).exclude(pk=stage.pk).order_by("position").first()
objective("E4", None, other)
pupils = Pupil.objects.filter(memberships__school_class=hazel, memberships__ends_on=None)
third = by_name(pupils)[2]
changes = ChangeSet.objects.create(school=school, kind="following", by=None, at=at, finished_at=at, summary={})
Following.objects.create(
    school=school, pupil=third, instead_of=reading, subject=reading, stage=other, scale=small, starts_on=day,
    recorded_at=at, by=Account.objects.get(email="teacher@ashgrove.example"), change_set=changes,
)
print(f"/ashgrove/classes/{hazel.pk}/markbook/{reading.pk}/{stage.pk}/{strand.pk}/", third.pk)
"""
"""A unit of Reading whose three objectives have three scales, and one pupil who follows another stage in small steps."""

ODD_CODES = (
    SEVERAL_SCALES.partition("other = Stage")[0]
    .replace('code=f"PK{place}"', """code=f"{(place + 2) // 3}{'abc'[-place % 3]}\"""")
    .replace('("N", "Not yet", "")', '("\\u00c9", "Not yet", "")')
    .replace('("M", "Met"', '("E", "Met"')
    .replace("of the entry", "of odd codes")
    .replace("in the entry", "in odd codes")
    .replace("Ways of entry", "Odd codes")
    + 'print(f"/ashgrove/classes/{hazel.pk}/markbook/{reading.pk}/{stage.pk}/{strand.pk}/")'
)
"""The same without the pupil: eleven small steps are 1c, 1b, 1a, 2c and so on, and of two others one is É and one E."""


@pytest.fixture(scope="module")
def site(planted: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One installation for all journeys here."""
    copy = planted.copy_to(tmp_path_factory.mktemp("ways") / "site")
    try:
        yield copy.start()
    finally:
        copy.remove()


@pytest.fixture(scope="module")
def several_scales(site: Site) -> str:
    """The address of a unit with three scales; see `SEVERAL_SCALES`."""
    return in_the_office(site, SEVERAL_SCALES).split()[0]


@pytest.fixture
def markbook(page: Page, sign_in: "SignsIn") -> Page:
    """The teacher has opened a unit of her class."""
    sign_in(page, "teacher")
    opens_the_markbook(page)
    return page


class Key(NamedTuple):
    """What was pressed on the first row of an empty column, and what then is so."""

    what: str
    keys: list[str]
    shows: list[str]
    """The first five cells; the last one stands for every one after it."""
    says: str
    row: int


ANYONE = r"\d+"
KEYS = [
    Key("a digit marks and moves on", ["3"], ["S", "", "", "", ""], "Secure", 1),
    Key("the letter of a step does the same", ["d"], ["D", "", "", "", ""], "Developing", 1),
    Key("a capital is the letter", ["Shift+D"], ["D", "", "", "", ""], "Developing", 1),
    Key("a stop repeats the last mark", ["2", "."], ["D", "D", "", "", ""], "Developing", 2),
    Key("Shift and a digit marks every blank below", ["3", "Shift+Digit4"], ["S", "G", "G", "G", "G"],
        rf"{ANYONE} marked Greater depth\. Ctrl\+Z to undo\.", 1),
    Key("0 clears, where no step uses it", ["3", "ArrowUp", "0"], ["", "", "", "", ""], "cleared", 0),
    Key("Delete clears and stays", ["3", "ArrowUp", "Delete"], ["", "", "", "", ""], "cleared", 0),
    Key("Backspace clears and stays", ["3", "ArrowUp", "Backspace"], ["", "", "", "", ""], "cleared", 0),
    Key("Shift and Backspace goes back and clears", ["3", "2", "Shift+Backspace"], ["S", "", "", "", ""], "cleared", 1),
    Key("a hyphen is absent when taught", ["-"], ["ab", "", "", "", ""], "absent when taught", 1),
    Key("an equals sign is not taught to this pupil", ["="], ["nt", "", "", "", ""], "not taught", 1),
    Key("Space takes the next step in place", [" ", " "], ["D", "", "", "", ""], "Developing", 0),
    Key("Space begins again after the last", ["4", "ArrowUp", " "], ["B", "", "", "", ""], "Beginning", 0),
    Key("Ctrl and D fills the blanks below", ["2", "ArrowUp", "Control+d"], ["D", "D", "D", "D", "D"],
        rf"{ANYONE} marked Developing\. Ctrl\+Z to undo\.", 0),
    Key("Ctrl and D fills a selection from its top row",
        ["3", "1", "ArrowUp", "ArrowUp", "Shift+ArrowDown", "Shift+ArrowDown", "Control+d"], ["S", "S", "S", "", ""],
        r"2 filled from the top row, 1 replaced\. Ctrl\+Z to undo\.", 2),
    Key("a step key marks a selection and stays", ["Shift+ArrowDown", "Shift+ArrowDown", "1"], ["B", "B", "B", "", ""],
        r"3 marked Beginning\. Ctrl\+Z to undo\.", 2),
    Key("a hyphen marks a selection too", ["Shift+ArrowDown", "-"], ["ab", "ab", "", "", ""],
        r"2 marked absent when taught\. Ctrl\+Z to undo\.", 1),
    Key("Esc drops the selection", ["Shift+ArrowDown", "Escape", "1"], ["", "B", "", "", ""], "Beginning", 2),
    Key("Ctrl and Space selects the column", ["Control+ ", "1"], ["B", "B", "B", "B", "B"],
        rf"{ANYONE} marked Beginning\. Ctrl\+Z to undo\.", 0),
    Key("on a heading the whole class is meant", ["ArrowUp", "3"], ["S", "S", "S", "S", "S"],
        rf"{ANYONE} marked Secure\. Ctrl\+Z to undo\.", -1),
    Key("Delete on a selection clears it", ["ArrowUp", "3", "ArrowDown", "Shift+ArrowDown", "Delete"],
        ["", "", "S", "S", "S"], r"2 cleared\. Ctrl\+Z to undo\.", 1),
    Key("Ctrl and Z puts back", ["3", "2", "Control+z"], ["S", "", "", "", ""], r"1 put back\.", 1),
    Key("Ctrl and Z puts a fill back at once", ["3", "Shift+Digit4", "Control+z"], ["S", "", "", "", ""],
        rf"{ANYONE} put back\.", 1),
    Key("Ctrl and Y does it again", ["3", "Control+z", "Control+y"], ["S", "", "", "", ""], r"1 done again\.", 0),
    Key("Ctrl, Shift and Z does it again", ["3", "Control+z", "Control+Shift+z"], ["S", "", "", "", ""],
        r"1 done again\.", 0),
    Key("a letter that is no step is named, with those that are", ["x"], ["", "", "", "", ""],
        r"x is no step here\. This objective takes B \(1\), D \(2\), S \(3\), G \(4\)\.", 0),
    Key("so is a digit", ["7"], ["", "", "", "", ""], r"7 is no step here\. This objective takes .*", 0),
    Key("arrows change no mark", ["3", "ArrowDown", "ArrowUp", "ArrowUp"], ["S", "", "", "", ""], "Secure", 0),
]  # fmt: skip
"""Every key that changes or refuses a mark, as the table of the screens has them; keys that move are in the other file."""


def test_each_key_does_what_the_table_of_keys_says(markbook: Page) -> None:
    objective = unmarked_objective(markbook)
    for key in KEYS:
        stands_on(markbook, 0, objective)
        presses(markbook, "Control+ ", "Delete", "Escape")
        stands_on(markbook, 0, objective)
        presses(markbook, *key.keys)
        expect(markbook.locator("[data-status]"), key.what).to_have_text(re.compile(f"^{key.says}$"))
        everyone = letters(markbook, objective)
        expected = key.shows + [key.shows[-1]] * (len(everyone) - len(key.shows))
        assert everyone == expected, key.what
        assert where(markbook) == (key.row, objective), key.what
        is_saved(markbook)
        assert in_the_book(markbook, objective) == expected, key.what


def test_a_class_costs_a_key_a_pupil_or_two_for_all_and_two_for_an_exception(markbook: Page) -> None:
    objective = unmarked_objective(markbook)
    stands_on(markbook, 0, objective)
    pupils = len(letters(markbook, objective))
    for _each in range(pupils):
        presses(markbook, "3")
    assert letters(markbook, objective) == ["S"] * pupils
    presses(markbook, "Control+z")
    unmarked_objective(markbook)
    stands_on(markbook, 0, objective)
    presses(markbook, "ArrowUp", "3")
    assert letters(markbook, objective) == ["S"] * pupils
    presses(markbook, "ArrowDown", "1")
    assert letters(markbook, objective)[0] == "B"


def test_what_opens_over_the_grid_opens_by_key_and_comes_back_to_the_cell(
    markbook: Page, axe: Callable[[Page], None]
) -> None:
    objective = unmarked_objective(markbook)
    for key, title in (("Enter", "History"), ("F2", "History"), ("Alt+g", "secure"), ("?", "Keys in the grid")):
        stands_on(markbook, 1, objective)
        presses(markbook, key)
        dialog = markbook.locator("dialog[open]")
        expect(dialog).to_contain_text(title)
        presses(markbook, "Escape")
        expect(cell(markbook, 1, objective)).to_be_focused()
    presses(markbook, "Shift+F2")
    expect(markbook.get_by_role("textbox", name="Note")).to_be_focused()
    presses(markbook, "Escape", "Tab")
    assert not markbook.locator("[role=grid] :focus").count()


def test_the_menu_of_a_heading_has_everything_about_its_objective(markbook: Page, axe: Callable[[Page], None]) -> None:
    objective = unmarked_objective(markbook)
    heading = markbook.locator("th[data-objective]").nth(objective)
    stands_on(markbook, 0, objective)
    presses(markbook, "3")
    offered = markbook.get_by_role("button", name=re.compile("taught today$"))
    expect(offered).to_be_visible()
    offered.click()
    expect(heading.locator("time")).to_be_visible()
    expect(heading.locator("a")).to_have_attribute("aria-label", re.compile(r", taught \d+ \w+$"))
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)
    expect(heading).to_have_attribute("data-taught", re.compile(r"^\d{4}-\d\d-\d\d$"))
    expect(markbook.locator("th.untaught").first).to_be_visible()

    def menu() -> None:
        stands_on(markbook, 0, objective)
        presses(markbook, "ArrowUp", "Enter")
        expect(markbook.locator("dialog[data-heading-menu]")).to_be_visible()

    menu()
    axe(markbook)
    edit = markbook.get_by_role("link", name="Edit this objective")
    expect(edit).to_have_attribute("href", re.compile(r"/frameworks/objectives/\d+/$"))
    markbook.get_by_label("Taught on").fill("2026-10-02")
    markbook.get_by_role("button", name="Keep this date").click()
    expect(heading).to_have_attribute("data-taught", "2026-10-02")
    expect(heading).to_be_focused()
    is_saved(markbook)
    menu()
    markbook.get_by_role("button", name="Not taught after all").click()
    expect(heading).not_to_have_attribute("data-taught", re.compile("."))
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)
    expect(heading).not_to_have_attribute("data-taught", re.compile("."))

    menu()
    markbook.get_by_role("button", name="Mark the whole class").click()
    expect(markbook.locator("td[aria-selected=true]")).to_have_count(len(letters(markbook, objective)))
    menu()
    markbook.get_by_role("button", name="Sort by this objective").click()
    assert letters(markbook, objective)[0] == "S"
    menu()
    markbook.get_by_role("button", name="Who is not yet secure").click()
    expect(markbook.locator("dialog[data-cell-panel]")).to_contain_text("secure")
    presses(markbook, "Escape")
    menu()
    markbook.get_by_role("link", name="Open as a list").click()
    expect(markbook.locator("[data-mark-list][data-ready]")).to_be_attached()


def test_undo_takes_back_what_was_said_to_be_taught_too(markbook: Page, watch: "Watch") -> None:
    """In one row of acts with the marks, past a reload and without a network."""
    objective = unmarked_objective(markbook)
    heading = markbook.locator("th[data-objective]").nth(objective)
    taught = re.compile(r"^\d{4}-\d\d-\d\d$")
    stands_on(markbook, 0, objective)
    presses(markbook, "3")
    markbook.get_by_role("button", name=re.compile("taught today$")).click()
    expect(heading).to_have_attribute("data-taught", taught)
    stands_on(markbook, 1, objective)
    presses(markbook, "2")
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)

    stands_on(markbook, 5, objective)
    presses(markbook, "Control+z")
    assert letters(markbook, objective)[:2] == ["S", ""]
    expect(heading).to_have_attribute("data-taught", taught)
    presses(markbook, "Control+z")
    says(markbook, "not taught yet")
    expect(heading).to_be_focused()
    expect(heading).not_to_have_attribute("data-taught", taught)
    expect(heading.locator("time")).to_have_count(0)
    assert letters(markbook, objective)[:2] == ["S", ""]
    is_saved(markbook)

    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch|Failed to load resource")
    markbook.context.set_offline(True)
    markbook.reload()
    is_ready(markbook)
    expect(heading).not_to_have_attribute("data-taught", taught)
    presses(markbook, "Control+y")
    says(markbook, re.compile(r"^taught \d+ \w+$"))
    presses(markbook, "Control+z", "Control+z")
    assert not any(letters(markbook, objective))
    presses(markbook, "Control+y", "Control+y")
    assert letters(markbook, objective)[:2] == ["S", ""]
    expect(heading).to_have_attribute("data-taught", taught)
    markbook.context.set_offline(False)
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)
    expect(heading).to_have_attribute("data-taught", taught)
    assert letters(markbook, objective)[:2] == ["S", ""]


def test_a_column_is_pasted_from_a_spreadsheet_and_copied_out_again(markbook: Page) -> None:
    markbook.context.grant_permissions(["clipboard-read", "clipboard-write"])
    objective = unmarked_objective(markbook)
    column = "s\r\n  sécure \r\nGREATER   DEPTH\r\n\r\nabsent when taught\r\nNot taught\r\nx\r\n?\r\nAbsent\r\nnt\r\n"
    markbook.evaluate("text => navigator.clipboard.writeText(text)", column)
    stands_on(markbook, 3, objective)
    presses(markbook, "1")
    stands_on(markbook, 0, objective)
    presses(markbook, "Control+v")
    says(markbook, "Pasted 7. 2 not recognised: x, ?.")
    assert letters(markbook, objective)[:10] == ["S", "S", "G", "B", "ab", "nt", "", "", "ab", "nt"]
    is_saved(markbook)
    assert in_the_book(markbook, objective)[:10] == ["S", "S", "G", "B", "ab", "nt", "", "", "ab", "nt"]
    presses(markbook, *["Shift+ArrowDown"] * 5, "Control+c")
    says(markbook, "6 cells copied.")
    assert markbook.evaluate("navigator.clipboard.readText()") == "S\nS\nG\nB\nab\nnt"
    presses(markbook, "Control+z")
    assert letters(markbook, objective)[:4] == ["", "", "", "B"]


def test_the_mouse_selects_and_a_palette_button_marks_the_selection(markbook: Page) -> None:
    objective = unmarked_objective(markbook)
    picked = markbook.locator("td[aria-selected=true]")
    cell(markbook, 0, objective).hover()
    markbook.mouse.down()
    cell(markbook, 2, objective).hover()
    markbook.mouse.up()
    markbook.get_by_role("button", name=re.compile("Secure$")).click()
    says(markbook, "3 marked Secure. Ctrl+Z to undo.")
    assert letters(markbook, objective)[:4] == ["S", "S", "S", ""]
    cell(markbook, 4, objective).click(modifiers=["Shift"])
    expect(picked).to_have_count(5)
    markbook.locator("thead th", has_text="Pupil").click()
    expect(picked).to_have_count(markbook.locator("tr[data-pupil] > td:not(.sum)").count())


@pytest.mark.both
def test_a_click_beside_a_name_selects_the_row_and_one_on_the_name_opens_the_pupil(markbook: Page) -> None:
    head = markbook.locator("tr[data-pupil] > th").nth(2)
    box = head.bounding_box()
    assert box
    head.click(position={"x": box["width"] - 4, "y": box["height"] / 2})
    picked = markbook.locator("td[aria-selected=true]")
    objectives = markbook.locator("th[data-objective]").count()
    expect(picked).to_have_count(objectives)
    assert set(picked.evaluate_all("cells => cells.map((cell) => cell.parentNode.sectionRowIndex)")) == {2}
    presses(markbook, "Escape")
    head.get_by_role("link").click()
    markbook.wait_for_url(re.compile(r"/pupils/\d+/"))


def test_on_a_mac_cmd_stands_for_ctrl(page: Page, sign_in: "SignsIn") -> None:
    page.add_init_script("Object.defineProperty(navigator, 'platform', { get: () => 'MacIntel' })")
    sign_in(page, "teacher")
    opens_the_markbook(page)
    objective = unmarked_objective(page)
    stands_on(page, 0, objective)
    presses(page, "3", "Meta+z")
    says(page, "1 put back.")
    presses(page, "Control+y")
    assert letters(page, objective)[0] == ""
    presses(page, "Meta+Shift+z")
    says(page, "1 done again.")
    assert letters(page, objective)[0] == "S"
    presses(page, "Meta+z")
    is_saved(page)


def test_codes_that_begin_with_a_digit_or_differ_by_an_accent_are_what_was_typed(
    page: Page, sign_in: "SignsIn", site: Site
) -> None:
    unit = in_the_office(site, ODD_CODES).strip()
    sign_in(page, "teacher")
    page.goto(unit)
    is_ready(page)
    stands_on(page, 0, 2)
    presses(page, "2", "b")
    expect(cell(page, 0, 2)).to_have_attribute("data-typed", "2B")
    presses(page, "Enter")
    expect(cell(page, 0, 2)).to_have_text("2b")
    presses(page, "4", "c", "Enter", "1", "Enter")
    expect(cell(page, 1, 2)).to_have_text("4c")
    says(page, re.compile(r"1 is no step here\. This objective takes 1c, 1b, "))
    expect(cell(page, 2, 2)).to_have_text("")

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('É\\t1c\\nE\\t3b\\nÈ\\tmet\\nmet\\t3B')")
    stands_on(page, 3, 1)
    presses(page, "Control+v")
    says(page, "Pasted 6. 2 not recognised: È, met.")
    pasted = [[cell(page, 3 + row, column).inner_text() for column in (1, 2)] for row in range(4)]
    assert pasted == [["É", "1c"], ["E●", "3b"], ["", ""], ["E●", "3b"]]
    is_saved(page)
    page.reload()
    is_ready(page)
    assert [[cell(page, 3 + row, column).inner_text() for column in (1, 2)] for row in range(4)] == pasted


def test_each_cell_takes_the_keys_of_its_own_scale(
    page: Page, sign_in: "SignsIn", several_scales: str, axe: Callable[[Page], None]
) -> None:
    sign_in(page, "teacher")
    page.goto(several_scales)
    is_ready(page)
    axe(page)
    palette = page.locator(".palette-scale:visible")
    stands_on(page, 0, 0)
    expect(palette).to_contain_text("Secure")
    presses(page, "3", "ArrowRight")
    expect(palette).to_have_text(re.compile(r"1\s*N\s+Not yet\s+2\s*M●\s+Met"))
    presses(page, "3")
    says(page, re.compile(r"3 is no step here\. This objective takes N \(1\), M \(2\)\."))
    presses(page, "m")
    expect(cell(page, 1, 1)).to_have_text("M●")
    expect(cell(page, 1, 1)).to_have_attribute("aria-label", "M●, Met, waiting")

    stands_on(page, 0, 2)
    presses(page, "p", "k")
    expect(cell(page, 0, 2)).to_have_attribute("data-typed", "PK")
    presses(page, "1", "1", "Enter")
    expect(cell(page, 0, 2)).to_have_text("PK11")
    presses(page, "p", "9", "Enter")
    says(page, re.compile(r"P9 is no step here\. This objective takes PK1, PK2, .*PK11\."))

    theirs = page.locator("tr", has=page.locator(".year-tag"))
    row = page.locator("tr[data-pupil]").evaluate_all("rows => rows.findIndex((row) => row.querySelector('.year-tag'))")
    expect(theirs.locator("td[aria-readonly]")).to_have_count(3)
    stands_on(page, row - 1, 0)
    presses(page, "ArrowDown")
    assert where(page) == (row + 1, 0)
    stands_on(page, row, 3)
    presses(page, "p", "k", "2", "Enter")
    expect(cell(page, row, 3)).to_have_text("PK2")
    stands_on(page, row, 3)
    presses(page, "Home")
    assert where(page) == (row, 3)

    stands_on(page, row + 1, 0)
    presses(page, "Shift+ArrowRight", "Shift+ArrowRight", "2")
    says(page, "2 marked Developing / Met. Ctrl+Z to undo. 1 has no such step and was left as it is.")
    assert [cell(page, row + 1, column).inner_text() for column in range(3)] == ["D", "M●", ""]

    # The palette of another scale moves the page under the pointer: whoever did not move it has pressed on one cell.
    held = cell(page, row + 1, 0).bounding_box()
    assert held is not None
    at = {"clientX": held["x"] + 9, "clientY": held["y"] + 9, "buttons": 1}
    page.mouse.move(at["clientX"], at["clientY"])
    page.mouse.down()
    cell(page, row + 2, 0).dispatch_event("mouseover", at)
    assert where(page) == (row + 1, 0)
    cell(page, row + 2, 0).dispatch_event("mouseover", at | {"clientY": at["clientY"] + 40})
    assert where(page) == (row + 2, 0)
    page.mouse.up()

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('Secure\\tmet\\tsmall step 10\\nS\\tM\\tpk3\\nS\\tS\\tM')")
    stands_on(page, row - 1, 0)
    presses(page, "Control+v")
    says(page, "Pasted 4. 2 not recognised: S, M. 3 are not for those pupils.")
    assert [cell(page, row - 1, column).inner_text() for column in range(3)] == ["S", "M●", "PK10"]
    is_saved(page)
    expect(page.locator("td.bad")).to_have_count(0)
    page.reload()
    is_ready(page)
    assert [cell(page, row - 1, column).inner_text() for column in range(3)] == ["S", "M●", "PK10"]
    expect(cell(page, row, 3)).to_have_text("PK2")


def test_what_another_has_changed_since_is_shown_for_a_choice(
    windows: "Windows", sign_in: "SignsIn", site: Site
) -> None:
    hers, his = windows.open(), windows.open()
    sign_in(hers, "teacher")
    opens_the_markbook(hers)
    objective = unmarked_objective(hers)
    stands_on(hers, 0, objective)
    presses(hers, "3", "3")
    is_saved(hers)
    let_the_cover_teacher_take_hazel(site)
    sign_in(his, "cover")
    his.goto(hers.url)
    is_ready(his)
    stands_on(his, 0, objective)
    presses(his, "1")
    is_saved(his)
    hers.reload()
    is_ready(hers)
    stands_on(hers, 5, objective)
    presses(hers, "Control+z", "Control+z")
    says(hers, "1 has been changed since and was left as it is.")
    assert letters(hers, objective)[:2] == ["B", ""]
    hers.get_by_role("button", name="Choose", exact=True).click()
    panel = hers.locator("dialog[data-cell-panel]")
    expect(panel).to_contain_text("It now says Beginning; your change would make it cleared.")
    expect(hers.get_by_role("button", name="Keep Beginning").first).to_be_focused()
    hers.get_by_role("button", name="Put back cleared").click()
    assert letters(hers, objective)[:2] == ["", ""]
    is_saved(hers)
    assert in_the_book(hers, objective)[:2] == ["", ""]


def test_a_pile_of_papers_is_marked_by_names(markbook: Page, watch: "Watch", axe: Callable[[Page], None]) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    is_kept(markbook)
    objective = unmarked_objective(markbook)
    stands_on(markbook, 0, objective)
    markbook.get_by_role("button", name="Pile", exact=True).click()
    box, said = markbook.get_by_label("Name, then the mark"), markbook.locator("[data-pile-said]")
    count, left = markbook.locator("[data-pile-count]"), markbook.locator("[data-pile-left]")
    expect(box).to_be_focused()
    names = markbook.locator("tr[data-pupil] > th").all_inner_texts()
    expect(count).to_have_text(f"0 of {len(names)}, {len(names)} left")
    axe(markbook)
    markbook.context.set_offline(True)

    markbook.keyboard.type("qq")
    expect(said).to_have_text("No such name: qq.")
    box.fill("")
    markbook.keyboard.type("zoe3")
    expect(said).to_have_text("Zoë d'Souza: Secure. Enter keeps it.")
    presses(markbook, "Enter")
    expect(said).to_have_text("Zoë d'Souza: Secure.")
    expect(box).to_have_value("")
    zoe = names.index("Zoë d'Souza")
    assert letters(markbook, objective)[zoe] == "S"
    expect(count).to_have_text(f"1 of {len(names)}, {len(names) - 1} left")
    expect(left).not_to_contain_text("Zoë")

    markbook.keyboard.type("souza")
    expect(said).to_have_text("Zoë d'Souza. Already marked: Secure.")
    markbook.keyboard.type(" g")
    expect(said).to_have_text("Zoë d'Souza: Greater depth. Enter keeps it. Already marked: Secure.")
    presses(markbook, "Enter")
    assert letters(markbook, objective)[zoe] == "G"

    markbook.keyboard.type("dun")
    expect(said).to_have_text("2 fit. One more letter, or choose:")
    markbook.get_by_role("button", name="Hafsa Kai Dunwoody").click()
    markbook.keyboard.type("-")
    presses(markbook, "Enter")
    assert letters(markbook, objective)[names.index("Hafsa Kai Dunwoody")] == "ab"
    markbook.keyboard.type("zoe9")
    expect(said).to_contain_text("9 is no step here.")
    presses(markbook, "Enter")
    expect(box).to_have_value("zoe9")
    presses(markbook, "Escape")
    expect(box).to_be_hidden()
    markbook.context.set_offline(False)
    is_saved(markbook)
    assert in_the_book(markbook, objective)[zoe] == "G"


def test_a_phone_marks_one_pupil_after_the_other_without_a_network(
    windows: "Windows", sign_in: "SignsIn", watch: "Watch", several_scales: str, axe: Callable[[Page], None]
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    phone = windows.phone()
    sign_in(phone, "teacher")
    phone.goto(several_scales)
    is_ready(phone)
    phone.get_by_role("link", name="By pupil").tap()
    lists = phone.locator("[data-mark-list][data-ready]")
    lists.wait_for(state="attached")
    is_kept(phone)
    phone.reload()
    lists.wait_for(state="attached")
    no_sideways_scroll(phone)
    axe(phone)
    child, rows = phone.locator("[data-child]"), phone.locator("li[data-row]:visible")
    first = child.inner_text()
    button = rows.nth(1).get_by_role("button", name="M●, Met")
    box = button.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 48
    phone.context.set_offline(True)
    button.tap()
    expect(button).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("link", name="Next").tap()
    phone.get_by_role("link", name="Next").tap()
    expect(phone.locator("[data-tag]")).to_be_visible()
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name="PK4, Small step 4").tap()
    third = child.inner_text()
    phone.reload()
    lists.wait_for(state="attached")
    expect(child).to_have_text(third)
    expect(rows.get_by_role("button", name="PK4, Small step 4")).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("link", name="Previous").tap()
    phone.get_by_role("link", name="Previous").tap()
    expect(child).to_have_text(first)
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(phone.get_by_role("link", name="Previous")).to_be_hidden()
    phone.context.set_offline(False)
    is_saved(phone)
    phone.goto(several_scales)
    phone.wait_for_url(re.compile(r"/pupils/$"))
    expect(button).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("link", name="By objective").tap()
    phone.wait_for_url(re.compile(re.escape(several_scales) + "$"))


def test_one_pupil_is_marked_without_a_script(windows: "Windows", sign_in: "SignsIn", several_scales: str) -> None:
    page = windows.open(java_script_enabled=False)
    sign_in(page, "teacher")
    page.goto(f"{several_scales}pupils/")
    name = page.locator("[data-child]").inner_text()
    page.get_by_role("link", name="Next").click()
    assert page.locator("[data-child]").inner_text() != name
    row = page.locator("li[data-row]:visible").first
    row.get_by_role("button", name="G, Greater depth").click()
    expect(page.get_by_text("1 mark saved.")).to_be_visible()
    expect(row.get_by_role("button", name="G, Greater depth")).to_have_attribute("aria-pressed", "true")


class Steps:
    """Does what a person does and counts it; each thing pressed says on the screen what it is."""

    def __init__(self, page: Page) -> None:
        self.page, self.taken = page, 0

    def press(self, role: str, name: str | re.Pattern[str]) -> None:
        """Press the first thing of that role and name that can be seen."""
        thing = self.page.get_by_role(role, name=name).first  # type: ignore[arg-type]
        expect(thing).to_be_visible()
        assert thing.inner_text().strip() or thing.get_attribute("value")
        thing.tap()
        self.taken += 1


def test_a_supply_teacher_marks_an_objective_in_at_most_twelve_actions(
    windows: "Windows", sign_in: "SignsIn", site: Site
) -> None:
    office = windows.open()
    sign_in(office, "office")
    office.goto("/ashgrove/day-passes/")
    office.get_by_label("Their name").fill("Sam Vale")
    office.get_by_label("Class", exact=True).select_option(label="3 Hazel")
    office.get_by_role("button", name="Make the pass").click()
    code = office.locator(".pass-code").inner_text()

    phone = windows.phone()
    steps = Steps(phone)
    phone.goto(f"/day-pass/#{code}")
    steps.taken += 1  # The card on the desk is scanned.
    steps.press("button", "Come in")
    steps.press("link", "Mark")
    is_ready(phone)
    heading = phone.locator("th[data-objective]:not(.own)").last
    expect(heading).to_be_visible()
    heading.locator("a").tap()
    steps.taken += 1
    lists = phone.locator("[data-mark-list][data-ready]")
    lists.wait_for(state="attached")
    steps.press("button", "Mark all blanks Secure")
    for row in range(3):
        exception = phone.locator("li[data-row]").nth(row).get_by_role("button", name=re.compile("^D"))
        expect(exception).to_be_visible()
        exception.tap()
        steps.taken += 1
    is_saved(phone)
    expect(phone.locator("li[data-row] button[aria-pressed=true]")).to_have_count(phone.locator("li[data-row]").count())
    assert steps.taken <= 12
