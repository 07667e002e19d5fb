"""A teacher marks her class: with keys, without a network, beside a colleague, and on a phone."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.marking import (
    cell,
    history_of,
    is_kept,
    is_ready,
    is_saved,
    let_the_cover_teacher_take_hazel,
    letters,
    no_sideways_scroll,
    opens_the_markbook,
    presses,
    says,
    signs_out,
    stands_on,
    unmarked_objective,
    where,
)
from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch, Windows

CUT = "ERR_INTERNET_DISCONNECTED|Failed to load resource"
"""What the browser says of itself while the network is cut."""

EVERYTHING_KEPT = """async () => {
  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const bytes = (held) => held && new TextDecoder('latin1').decode(held);
  const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const { name } of await indexedDB.databases()) {
    const database = await ask(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      for (const row of await ask(database.transaction(store).objectStore(store).getAll())) {
        if (row.extractable) kept.push('a key that can be taken away');
        kept.push(`${name}/${store} ${JSON.stringify(row)} ${bytes(row.bytes)} ${bytes(row.sealed?.bytes)}`);
      }
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const answer of await cache.matchAll()) kept.push(`${answer.url} ${await answer.text()}`);
  }
  return kept;
}"""
"""Every store of the browser, as text."""


@pytest.fixture(scope="module")
def site(planted: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One installation for all journeys here."""
    copy = planted.copy_to(tmp_path_factory.mktemp("marking") / "site")
    try:
        yield copy.start()
    finally:
        copy.remove()


@pytest.fixture
def markbook(page: Page, sign_in: "SignsIn") -> Page:
    """The teacher has opened the markbook of her class, and a saved copy of it has been kept."""
    sign_in(page, "teacher")
    opens_the_markbook(page)
    is_kept(page)
    page.reload()
    is_ready(page)
    return page


def test_a_class_is_marked_with_one_key_a_pupil(markbook: Page, axe: Callable[[Page], None]) -> None:
    pupils = markbook.locator("tr[data-pupil]").count()
    assert pupils >= 30
    objective = unmarked_objective(markbook)
    stands_on(markbook, 0, objective)
    presses(markbook, *["3"] * pupils)
    assert letters(markbook, objective) == ["S"] * pupils
    is_saved(markbook)
    expect(markbook.locator("[data-saved]")).to_have_text(re.compile(r"^Saved at school \d\d:\d\d$"))
    axe(markbook)
    markbook.reload()
    is_ready(markbook)
    assert letters(markbook, objective) == ["S"] * pupils


@pytest.mark.both
def test_marks_made_without_a_network_are_saved_once(markbook: Page, watch: "Watch") -> None:
    watch.expect(CUT)
    objective = unmarked_objective(markbook)
    before = [len(history_of(markbook, row, objective)) for row in range(3)]
    stands_on(markbook, 0, objective)
    markbook.context.set_offline(True)
    presses(markbook, "1", "2", "4")
    expect(markbook.locator("[data-saved]")).to_have_text("No network. 3 saved on this tablet.")
    expect(markbook.locator("td.wait")).to_have_count(3)

    markbook.reload()
    is_ready(markbook)
    expect(markbook.locator("[data-offline-strip]")).to_contain_text("Saved copy from")
    assert letters(markbook, objective)[:4] == ["B", "D", "G", ""]
    expect(markbook.locator("td.wait")).to_have_count(3)

    markbook.context.set_offline(False)
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)
    assert letters(markbook, objective)[:4] == ["B", "D", "G", ""]
    assert [len(history_of(markbook, row, objective)) for row in range(3)] == [number + 1 for number in before]


def test_marks_survive_a_server_that_goes_away(markbook: Page, watch: "Watch", site: Site) -> None:
    watch.expect("ERR_CONNECTION_REFUSED|Failed to load resource|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    objective = unmarked_objective(markbook)
    stands_on(markbook, 0, objective)
    site.kill()
    presses(markbook, "3", "3")
    expect(markbook.locator("[data-saved]")).to_have_text("No network. 2 saved on this tablet.")
    signs_out(markbook)
    expect(markbook.get_by_role("alert")).to_contain_text("2 marks on this tablet have not reached the school yet")
    site.start()
    markbook.reload()
    is_ready(markbook)
    is_saved(markbook)
    assert letters(markbook, objective)[:3] == ["S", "S", ""]


def test_nothing_on_the_tablet_names_a_child(markbook: Page, watch: "Watch") -> None:
    watch.expect(CUT)
    names = markbook.locator("tr[data-pupil] > th").all_inner_texts()
    objective = unmarked_objective(markbook)
    markbook.context.set_offline(True)
    stands_on(markbook, 0, objective)
    presses(markbook, "3", "Shift+F2")
    markbook.get_by_role("textbox", name="Note").fill("Whispers the answer first.")
    markbook.get_by_role("button", name="Keep note").click()
    markbook.reload()
    is_ready(markbook)
    kept = "\n".join(markbook.evaluate(EVERYTHING_KEPT))
    assert "muster-outbox/items" in kept
    assert "muster-copies/copies" in kept
    assert not [each for each in [*names, "Whispers"] if each in kept]
    assert "a key that can be taken away" not in kept

    markbook.context.set_offline(False)
    is_saved(markbook)
    signs_out(markbook)
    markbook.wait_for_url(re.compile("sign-in"))
    kept = "\n".join(markbook.evaluate(EVERYTHING_KEPT))
    assert "muster-copies/copies" not in kept


def test_two_teachers_at_once_lose_nothing(windows: "Windows", sign_in: "SignsIn", site: Site) -> None:
    let_the_cover_teacher_take_hazel(site)
    hers, his = windows.open(), windows.open()
    sign_in(hers, "teacher")
    sign_in(his, "cover")
    opens_the_markbook(hers)
    his.goto(hers.url)
    is_ready(his)
    objective = unmarked_objective(hers)
    for page, key in (hers, "3"), (his, "2"):
        stands_on(page, 0, objective)
        presses(page, key)
        is_saved(page)
    expect(cell(his, 0, objective)).to_have_class(re.compile(r"\btwo\b"))
    hers.reload()
    is_ready(hers)
    expect(cell(hers, 0, objective)).to_have_attribute("aria-label", "D, Developing, two views")
    entries = history_of(hers, 0, objective, close=False)
    assert [each.split()[0] for each in entries][:2] == ["D", "S"]
    expect(hers.get_by_text("Two of you marked this:")).to_be_visible()
    hers.get_by_role("button", name="Use Secure").click()
    is_saved(hers)
    expect(cell(hers, 0, objective)).to_have_attribute("aria-label", "S, Secure")


MOVES = [
    (["Control+Home"], (0, 0)),
    (["ArrowDown", "ArrowRight"], (1, 1)),
    (["ArrowLeft", "ArrowLeft", "ArrowUp"], (0, 0)),
    (["ArrowUp"], (-1, 0)),
    (["ArrowUp", "ArrowRight"], (-1, 1)),
    (["ArrowDown", "End"], (0, "last")),
    (["ArrowRight"], (0, "last")),
    (["Home", "PageDown"], (10, 0)),
    (["PageUp"], (0, 0)),
    (["Control+ArrowRight", "Control+ArrowDown"], ("last", "last")),
    (["ArrowDown"], ("last", "last")),
    (["Control+ArrowUp", "Control+ArrowLeft"], (0, 0)),
    (["Control+End"], ("last", "last")),
]
"""Keys pressed one after the other, and the row and column they lead to; row -1 is the headings."""


def test_every_key_that_moves_or_selects_does_so(markbook: Page) -> None:
    rows = markbook.locator("tr[data-pupil]").count()
    columns = markbook.locator("th[data-objective]").count()
    stands_on(markbook, 3, 3)
    for keys, (row, column) in MOVES:
        presses(markbook, *keys)
        assert where(markbook) == (
            rows - 1 if row == "last" else row,
            columns - 1 if column == "last" else column,
        ), keys
    assert markbook.locator("[role=grid] [tabindex='0']").count() == 1

    picked = markbook.locator("td[aria-selected=true]")
    presses(markbook, "Control+Home", "Shift+ArrowDown", "Shift+ArrowRight")
    expect(picked).to_have_count(4)
    presses(markbook, "Escape")
    expect(picked).to_have_count(0)
    presses(markbook, "Control+a")
    expect(picked).to_have_count(rows * columns)
    presses(markbook, "Control+Space")
    expect(picked).to_have_count(rows)
    presses(markbook, "Shift+Space")
    expect(picked).to_have_count(columns)
    stands_on(markbook, 1, 1)
    cell(markbook, 3, 2).click(modifiers=["Shift"])
    expect(picked).to_have_count(6)
    markbook.locator("th[data-objective]").nth(2).click()
    expect(picked).to_have_count(rows)
    cell(markbook, 0, 0).hover()
    markbook.mouse.down()
    cell(markbook, 4, 3).hover()
    markbook.mouse.up()
    expect(picked).to_have_count(20)
    assert markbook.locator("td[aria-selected=false]").count() == 0


def test_every_key_that_marks_does_so(markbook: Page) -> None:
    objective = unmarked_objective(markbook)
    stands_on(markbook, 0, objective)
    presses(markbook, "s", "D", ".", "-", "=")
    assert letters(markbook, objective)[:6] == ["S", "D", "D", "ab", "nt", ""]
    says(markbook, "not taught")
    presses(markbook, "Shift+Backspace")
    assert letters(markbook, objective)[:6] == ["S", "D", "D", "ab", "", ""]
    presses(markbook, " ", " ", " ")
    assert where(markbook) == (4, objective)
    assert letters(markbook, objective)[4] == "S"
    presses(markbook, "0", "ArrowUp", "Delete", "ArrowUp", "Backspace")
    assert letters(markbook, objective)[:6] == ["S", "D", "", "", "", ""]
    says(markbook, "cleared")
    presses(markbook, "Control+ArrowUp", "ArrowDown", "Control+d")
    everyone = letters(markbook, objective)
    assert everyone[0] == "S"
    assert set(everyone[1:]) == {"D"}
    presses(markbook, "Control+ArrowUp", "ArrowUp", "3")
    assert set(letters(markbook, objective)) == {"S"}
    says(markbook, f"{len(everyone) - 1} marked Secure, {len(everyone) - 1} replaced. Ctrl+Z to undo.")
    markbook.get_by_role("button", name=re.compile("Moves down")).click()
    stands_on(markbook, 0, 0)
    presses(markbook, "1")
    assert where(markbook) == (0, 1)
    markbook.get_by_role("button", name=re.compile("Greater depth")).click()
    expect(cell(markbook, 0, 1)).to_have_text("G")
    is_saved(markbook)
    expect(markbook.locator("td.wait, td.bad, td.two")).to_have_count(0)


def test_undo_and_redo_reach_back_past_a_reload(markbook: Page) -> None:
    objective = unmarked_objective(markbook)
    stands_on(markbook, 0, objective)
    presses(markbook, "3", "ArrowDown", "2", "Control+ArrowUp", "Shift+Digit4")
    everyone = letters(markbook, objective)
    assert everyone[:3] == ["G", "G", "D"]
    assert set(everyone[3:]) == {"G"}
    says(markbook, re.compile(r"marked Greater depth, 1 replaced\. Ctrl\+Z to undo\."))
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)
    markbook.locator("th[data-objective]").first.focus()
    presses(markbook, "Control+z")
    assert letters(markbook, objective)[:4] == ["S", "", "D", ""]
    presses(markbook, "Control+z")
    assert letters(markbook, objective)[:4] == ["S", "", "", ""]
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)
    presses(markbook, "Control+y", "Control+Shift+z")
    is_saved(markbook)
    assert letters(markbook, objective) == everyone


def test_undo_brings_back_the_letter_of_an_earlier_term(markbook: Page) -> None:
    row, column, here = a_faint_cell(markbook)
    letter, spoken = here.text_content() or "", here.get_attribute("aria-label") or ""
    assert letter

    stands_on(markbook, row, column)
    presses(markbook, "1", "Control+z")
    shows_faintly(here, letter, spoken)
    is_saved(markbook)
    shows_faintly(here, letter, spoken)
    presses(markbook, "Control+y")
    expect(here).to_have_text("B")
    expect(here).not_to_have_class(re.compile("faint"))
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)
    expect(here).to_have_text("B")
    presses(markbook, "Control+z")
    shows_faintly(here, letter, spoken)
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)
    shows_faintly(here, letter, spoken)


@pytest.mark.parametrize(("times", "saved_between"), [(2, False), (4, False), (4, True)])
def test_a_button_pressed_again_and_again_leaves_the_letter_of_an_earlier_term(
    markbook: Page, times: int, saved_between: bool
) -> None:
    """In the list, which shows no earlier letters: what was taken back there stands in the grid as it stood."""
    _row, column, here = a_faint_cell(markbook)
    letter, spoken = here.text_content() or "", here.get_attribute("aria-label") or ""
    assert letter
    pupil = here.evaluate("cell => cell.closest('tr').dataset.pupil")
    grid = markbook.url
    heading = markbook.locator("th[data-objective] a").nth(column)
    markbook.goto(heading.evaluate("link => link.href"))
    expect(markbook.locator("section[data-mark-list][data-ready]")).to_be_attached()
    button = markbook.locator(f"li[data-pupil='{pupil}'] button[data-step]").first
    for time in range(times):
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false" if time % 2 else "true")
        if saved_between:
            is_saved(markbook)
    is_saved(markbook)
    markbook.goto(grid)
    is_ready(markbook)
    shows_faintly(here, letter, spoken)


def a_faint_cell(page: Page) -> tuple[int, int, Locator]:
    """Row and column of the first cell that shows the letter of an earlier term, and the cell."""
    faint = page.locator("td.faint:not([aria-readonly])").first
    row, column = faint.evaluate("cell => [cell.parentNode.sectionRowIndex, cell.cellIndex - 1]")
    return row, column, cell(page, row, column)


def shows_faintly(here: Locator, letter: str, spoken: str) -> None:
    """A letter of an earlier term, which counts as nothing yet."""
    expect(here).to_have_text(letter)
    expect(here).to_have_class(re.compile("faint"))
    expect(here).to_have_attribute("aria-label", re.compile(re.escape(spoken)))


def test_a_note_is_kept_and_the_history_of_a_cell_shows_it(markbook: Page) -> None:
    objective = unmarked_objective(markbook)
    stands_on(markbook, 0, objective)
    presses(markbook, "3", "ArrowUp", "Shift+F2")
    expect(markbook.get_by_role("textbox", name="Note")).to_be_focused()
    markbook.keyboard.type("Counts on in 3s.")
    markbook.get_by_role("button", name="Keep note").click()
    is_saved(markbook)
    expect(cell(markbook, 0, objective)).to_have_attribute("aria-label", "S, Secure, note")
    entries = history_of(markbook, 0, objective)
    assert any("Counts on in 3s." in each for each in entries)
    assert any(each.startswith("S Secure") for each in entries)
    assert letters(markbook, objective)[:2] == ["S", ""]


def test_a_column_is_pasted_and_filled(markbook: Page) -> None:
    markbook.context.grant_permissions(["clipboard-read", "clipboard-write"])
    objective = unmarked_objective(markbook)
    markbook.evaluate("navigator.clipboard.writeText('S\\r\\nDeveloping\\r\\nx\\r\\nab\\r\\n?\\r\\n')")
    stands_on(markbook, 0, objective)
    presses(markbook, "Control+v")
    assert letters(markbook, objective)[:5] == ["S", "D", "", "ab", ""]
    says(markbook, "Pasted 3. 2 not recognised: x, ?.")
    stands_on(markbook, 0, objective)
    presses(markbook, "Control+d")
    everyone = letters(markbook, objective)
    assert everyone[:5] == ["S", "D", "S", "ab", "S"]
    assert set(everyone[5:]) == {"S"}
    presses(markbook, "ArrowUp", "=")
    says(markbook, re.compile(r"marked not taught, \d+ replaced"))
    is_saved(markbook)
    markbook.reload()
    is_ready(markbook)
    assert set(letters(markbook, objective)) == {"nt"}


def test_a_class_is_marked_by_keyboard_alone(
    windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None]
) -> None:
    page = windows.open(reduced_motion="reduce", forced_colors="active")
    sign_in(page, "teacher")
    opens_the_markbook(page)
    grid = page.get_by_role("grid")
    page.locator("body").evaluate("document.activeElement.blur()")
    for _each in range(40):
        page.keyboard.press("Tab")
        if grid.evaluate("grid => grid.contains(document.activeElement)"):
            break
    here = page.locator(":focus")
    expect(here).to_have_attribute("tabindex", "0")
    page.keyboard.press("Shift+Tab")
    assert not grid.evaluate("grid => grid.contains(document.activeElement)")
    page.keyboard.press("Tab")
    presses(page, "Control+Home", "ArrowUp", "Enter")
    expect(page.locator("dialog[data-heading-menu]")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    presses(page, "?")
    expect(page.locator("dialog[data-key-card]")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    presses(page, "Alt+g")
    expect(page.locator("dialog[data-cell-panel]")).to_contain_text("secure")
    axe(page)
    page.keyboard.press("Escape")
    presses(page, "ArrowDown", "4")
    assert letters(page, 0)[0] == "G"
    says(page, "Greater depth")
    is_saved(page)
    outline = page.locator(":focus").evaluate("cell => getComputedStyle(cell).outlineStyle")
    assert outline == "solid"
    axe(page)


def test_a_phone_shows_a_list_and_marks_with_one_tap(
    windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None]
) -> None:
    phone = windows.open(width=320, height=640, has_touch=True, is_mobile=True)
    sign_in(phone, "teacher")
    opens_the_markbook(phone)
    no_sideways_scroll(phone)
    axe(phone)
    phone.locator("th[data-objective] a").last.tap()
    expect(phone.locator("section[data-mark-list][data-ready]")).to_be_attached()
    no_sideways_scroll(phone)
    axe(phone)
    row = phone.locator("li[data-pupil]").first
    row.locator("button[data-letter=S]").tap()
    expect(row.locator("button[data-letter=S]")).to_have_attribute("aria-pressed", "true")
    is_saved(phone)
    phone.reload()
    expect(row.locator("button[data-letter=S]")).to_have_attribute("aria-pressed", "true")
