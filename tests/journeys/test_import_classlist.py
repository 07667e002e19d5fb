"""The office brings in a class list: nothing before the effect is shown, and back again with one button."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Windows

LIST = """Forename,Surname,Date of birth,Class,Year group,NHS number
Gwenllian,Price,02/03/2018,3 Hazel,3,9990000018
Hywel,Rees,2018-05-05,3 Hazel,3,
Ifan,Tudor,soon,3 Hazel,3,
"""


def rows_of_the_class(page: Page) -> list[str]:
    page.goto("/ashgrove/classes/")
    page.get_by_role("link", name="3 Hazel").first.click()
    return page.get_by_role("main").inner_text().splitlines()


@pytest.mark.both
def test_a_class_list_comes_in_and_goes_out_again(
    page: Page, sign_in: "SignsIn", axe: Callable[[Page], None], tmp_path: Path
) -> None:
    file = tmp_path / "hazel.csv"
    file.write_text(LIST)
    sign_in(page, "office")
    page.goto("/ashgrove/more/")
    page.get_by_role("link", name="Import").click()
    axe(page)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_text("Nothing has been written yet.")).to_be_visible()
    expect(page.get_by_text("Never stored, and left out: NHS number.")).to_be_visible()
    expect(page.get_by_text("“soon” is no date.")).to_be_visible()
    expect(page.get_by_role("table", name="The first five rows").get_by_role("row")).to_have_count(4)
    axe(page)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("status").first).to_contain_text("Added 2, changed 0.")
    assert any("Gwenllian" in line for line in rows_of_the_class(page))
    page.goto("/ashgrove/imports/new/")
    page.get_by_label("Or paste the rows").fill(LIST)
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_role("button", name="Bring it in")).to_have_count(0)


def test_an_import_is_undone_with_the_button_beside_it(page: Page, sign_in: "SignsIn") -> None:
    sign_in(page, "office")
    page.goto("/ashgrove/imports/new/")
    page.get_by_label("Or paste the rows").fill(LIST)
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_role("button", name="Undo").click()
    assert not any("Gwenllian" in line for line in rows_of_the_class(page))


def test_a_list_is_pasted_on_a_phone(windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None]) -> None:
    phone = windows.phone()
    sign_in(phone, "office")
    phone.goto("/ashgrove/imports/new/")
    phone.get_by_label("Or paste the rows").fill(LIST)
    phone.get_by_role("button", name="See what would happen").click()
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.get_by_role("button", name="Read them month first").click()
    expect(phone.get_by_text("1 date could be read either way and was read month first.")).to_be_visible()
