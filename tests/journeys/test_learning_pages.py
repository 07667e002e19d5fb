"""What comes next, a pupil's learning and how a class stands: read, printed, made into a group, and a picture added."""

import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.marking import cell, opens_the_markbook, presses, stands_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.browser import SignsIn, Watch, Windows
    from tests.support.server import Site

pytestmark = pytest.mark.journey


def a_photo() -> bytes:
    """A picture as a tablet takes it."""
    out = io.BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def sheets(page: Page) -> int:
    """How many sheets of A4 the page is on paper."""
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page[^s]", printed))


def test_from_the_markbook_to_a_group_of_those_who_need_it(
    page: Page, sign_in: "SignsIn", axe: "Callable[[Page], None]"
) -> None:
    sign_in(page)
    opens_the_markbook(page)
    page.locator(".markbook-bar summary", has_text="More").click()
    page.get_by_role("link", name="What comes next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What next for 3 Hazel")
    assert sheets(page) == 1
    axe(page)
    first = page.locator(".gap").first
    names = [name.strip() for name in first.locator("label:has(input:checked)").all_inner_texts()]
    first.get_by_role("button", name="Make the group").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(", ")
    assert page.locator("ol.names li").count() >= len(names)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("body")).to_contain_text("Undone.")


def test_what_next_of_a_whole_year_prints_so_that_it_can_be_read(page: Page, sign_in: "SignsIn") -> None:
    sign_in(page)
    opens_the_markbook(page)
    page.locator(".markbook-bar summary", has_text="More").click()
    page.get_by_role("link", name="What comes next").click()
    page.get_by_role("link", name="Year 3").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What next for Year 3")
    letter = page.locator(".gap label .chip").first
    assert letter.inner_text(), "the step is a letter, on paper too"
    # The demo has one class a year: with the names of three, it is a year of ninety.
    page.locator(".gap fieldset").evaluate_all(
        "all => { for (const one of all) { const names = [...one.querySelectorAll('label')];"
        " for (const name of [...names, ...names]) one.append(name.cloneNode(true)); } }"
    )
    assert page.locator(".gap").first.locator("label").count() > 30
    assert sheets(page) <= 2
    page.emulate_media(media="print")
    smallest = page.evaluate(
        """() => {
          const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
          let least = Infinity;
          while (texts.nextNode()) {
            const holder = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || !holder.getClientRects().length || holder.closest('.visually-hidden')) continue;
            least = Math.min(least, parseFloat(getComputedStyle(holder).fontSize) * (holder.currentCSSZoom ?? 1));
          }
          return least * 0.75;
        }"""
    )
    assert smallest >= 8, f"{smallest} pt"


def test_the_gap_list_makes_a_group_with_one_press(
    page: Page, sign_in: "SignsIn", axe: "Callable[[Page], None]"
) -> None:
    sign_in(page)
    opens_the_markbook(page)
    stands_on(page, 0, 0)
    presses(page, "3", "2", "2", "-", "Alt+g")
    panel = page.locator("dialog[data-cell-panel]")
    panel.get_by_role("button", name="Make the group").wait_for()
    axe(page)
    lacking = panel.locator("label:has(input:checked)")
    names = [" ".join(text.split()).rsplit(" ", 1)[0] for text in lacking.all_inner_texts()]
    assert len(names) >= 2
    expect(panel.locator("fieldset", has_text="Away when it was taught").locator("input:checked")).to_have_count(0)
    panel.get_by_role("button", name="Make the group").click()
    expect(page.locator("ol.names li")).to_have_count(len(names))
    expect(page.locator("main")).to_contain_text(names[0].rsplit(" ", 1)[-1])
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("body")).to_contain_text("Undone.")


def test_a_class_and_its_pupils_are_each_on_one_sheet(
    page: Page, sign_in: "SignsIn", axe: "Callable[[Page], None]"
) -> None:
    sign_in(page)
    opens_the_markbook(page)
    page.locator(".markbook-bar summary", has_text="More").click()
    page.get_by_role("link", name="How the class stands").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("How 3 Hazel stands")
    assert sheets(page) == 1
    axe(page)
    page.get_by_role("link", name="All", exact=True).click()
    assert sheets(page) == 1
    page.go_back()
    page.locator("#look-first + ul a").first.click()
    expect(page.get_by_role("heading", name="What comes next").first).to_be_visible()
    assert sheets(page) == 1
    axe(page)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name="What comes next").first).to_be_visible()


def test_without_a_script_the_pages_and_the_form_work(windows: "Windows", sign_in: "SignsIn") -> None:
    page = windows.open(width=360, height=780, java_script_enabled=False)
    sign_in(page)
    page.get_by_role("link", name="Class", exact=True).first.click()
    page.get_by_role("link", name="3 Hazel").first.click()
    page.get_by_role("link", name="What next").click()
    page.get_by_role("button", name="Make the group").first.click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("body")).to_contain_text("Undone.")


def test_a_picture_goes_with_a_note_and_the_words_survive_a_cut_network(
    site: "Site", page: Page, sign_in: "SignsIn", watch: "Watch"
) -> None:
    watch.expect(r"ERR_INTERNET_DISCONNECTED|Failed to fetch|Failed to load resource")
    sign_in(page)
    opens_the_markbook(page)
    stands_on(page, 0, 0)
    presses(page, "Shift+F2")
    panel = page.locator("dialog[data-cell-panel]")
    panel.locator("textarea").fill("Her number line, made with counters")
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    panel.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]  # a file made in memory
    page.context.set_offline(True)
    panel.get_by_role("button", name="Keep note").click()
    expect(panel.locator("[data-problem]")).to_contain_text("there is no network")
    assert panel.locator("textarea").input_value() == "Her number line, made with counters"
    page.context.set_offline(False)
    panel.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]  # as above
    panel.get_by_role("button", name="Keep note").click()
    expect(panel.get_by_role("img", name="Her number line, made with counters")).to_be_visible()
    presses(page, "Escape")
    expect(cell(page, 0, 0)).to_have_class(re.compile(r"\bnote\b"))
