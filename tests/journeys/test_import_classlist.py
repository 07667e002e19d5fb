"""The office brings files in: nothing before the effect is shown, doubts settled together, and back again with one button."""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import descendants

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch, Windows
    from tests.support.server import Site

LIST = """Forename,Surname,Date of birth,Class,Year group,NHS number
Gwenllian,Price,13/03/2018,3 Hazel,3,9990000018
Hywel,Rees,2018-05-05,3 Hazel,3,
Ifan,Tudor,soon,3 Hazel,3,
"""
THREE = ("Dilwyn", "Emyr", "Ffion")


def rows_of_the_class(page: Page) -> list[str]:
    page.goto("/ashgrove/classes/")
    page.get_by_role("link", name="3 Hazel").first.click()
    return page.get_by_role("main").inner_text().splitlines()


def pasted(page: Page, rows: str) -> None:
    page.goto("/ashgrove/imports/new/")
    page.get_by_label("Or paste the rows").fill(rows)
    page.get_by_role("button", name="See what would happen").click()


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
    expect(page.get_by_role("heading", name="The birth date cannot be read.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("status").first).to_contain_text("Added 2, changed 0.")
    axe(page)
    assert any("Gwenllian" in line for line in rows_of_the_class(page))
    pasted(page, LIST)
    expect(page.get_by_role("button", name="Bring it in")).to_have_count(0)


def test_an_import_is_undone_with_the_button_beside_it(page: Page, sign_in: "SignsIn") -> None:
    sign_in(page, "office")
    pasted(page, LIST)
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    assert not any("Gwenllian" in line for line in rows_of_the_class(page))


def test_a_list_is_pasted_on_a_phone(windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None]) -> None:
    phone = windows.phone()
    sign_in(phone, "office")
    pasted(phone, LIST.replace("13/03/2018", "02/03/2018"))
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.get_by_role("button", name="The month comes first").click()
    expect(phone.get_by_text("1 date could be read either way and was read month first.")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


DROPPED = """([name, text, event]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type: 'text/csv' }));
  document.querySelector('h1').dispatchEvent(new DragEvent(event, { dataTransfer: carried, bubbles: true }));
}"""
"""What a browser does where a file is dragged over the page and let go."""


def test_from_today_to_a_class_list_in_four_actions_and_out_again_in_two(
    page: Page, sign_in: "SignsIn", site: "Site"
) -> None:
    """The limits of the screen: a known layout 4, a new one 10, one cause 2, undo 2."""
    sign_in(page, "office")
    actions: list[str] = []

    def act(name: str, does: Callable[[], object]) -> None:
        actions.append(name)
        does()

    def press(name: str) -> None:
        act(name, page.get_by_role("button", name=name, exact=True).first.click)

    def drop(rows: str) -> None:
        expect(page.locator("[data-drop]")).to_be_visible()
        page.wait_for_load_state()
        page.evaluate(DROPPED, ["list.csv", rows, "dragover"])
        expect(page.locator("html")).to_have_class("drops")
        act("drop", lambda: page.evaluate(DROPPED, ["list.csv", rows, "drop"]))
        expect(page.locator("[data-drop]")).to_have_count(0)

    act("More", page.get_by_role("link", name="More", exact=True).first.click)
    act("Import", page.get_by_role("link", name="Import").click)
    drop(LIST)
    press("Bring it in")
    expect(page.get_by_role("status").first).to_contain_text("Added 2, changed 0.")
    expect(page.locator(".effect li").first).to_have_text("2 added")
    assert len(actions) <= 4, actions
    actions.clear()
    press("Undo this import")
    assert len(actions) <= 2, actions
    # A list nobody has seen before: columns without a name for what they hold, and one cause with one answer.
    actions.clear()
    page.goto("/ashgrove/")
    act("More", page.get_by_role("link", name="More", exact=True).first.click)
    act("Import", page.get_by_role("link", name="Import").click)
    drop("Rufname;Sippe;Tag;Gruppe\nGwenllian;Price;02/03/2018;3 Hazel\nHywel;Rees;03/04/2018;3 Hazel\n")
    for column, meaning in (
        ("Rufname", "forename"),
        ("Sippe", "surname"),
        ("Tag", "date of birth"),
        ("Gruppe", "class"),
    ):
        act(column, partial(page.get_by_label(f"What {column} is").select_option, label=meaning))
    press("See what would happen")
    before = len(actions)
    press("The day comes first")
    assert len(actions) - before <= 2, actions
    press("Bring it in")
    expect(page.get_by_role("status").first).to_contain_text("Added 2, changed 0.")
    assert len(actions) <= 10, actions


def test_rows_are_pasted_anywhere_and_several_files_are_answered(page: Page, sign_in: "SignsIn") -> None:
    sign_in(page, "office")
    page.goto("/ashgrove/imports/new/")
    page.evaluate(
        """rows => { const carried = new DataTransfer(); carried.setData('text/plain', rows);
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true })); }""",
        LIST,
    )
    expect(page.get_by_label("Or paste the rows")).to_have_value(LIST)
    page.evaluate(
        """() => { const carried = new DataTransfer(); carried.items.add(new File(['a'], 'a.csv'));
        carried.items.add(new File(['b'], 'b.csv'));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true })); }"""
    )
    expect(page.get_by_text("Drop one file at a time.")).to_be_visible()


def a_package(folder: Path) -> Path:
    """A small OneRoster package that speaks only of what it holds: two more in a group for Maths."""
    files = {
        "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,delta\nfile.classes,delta\nfile.users,delta\nfile.enrollments,delta\n",
        "orgs.csv": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\no1,active,2026-01-01T00:00:00Z,Ashgrove Primary School,school,,\n",
        "classes.csv": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\nc1,active,2026-01-01T00:00:00Z,Maths set one,,,,scheduled,,o1,,,,\n",
        "users.csv": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
        "u1,active,2026-01-01T00:00:00Z,true,o1,student,g1,,Gwilym,Powell,,,,,,,,secret\n"
        "u2,active,2026-01-01T00:00:00Z,true,o1,student,h1,,Heledd,Morgan,,,,,,,,secret\n",
        "enrollments.csv": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
        "e1,active,2026-01-01T00:00:00Z,c1,o1,u1,student,false,,\ne2,active,2026-01-01T00:00:00Z,c1,o1,u2,student,false,,\n",
    }
    where = folder / "roster.zip"
    with zipfile.ZipFile(where, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return where


def test_a_file_of_500_mb_is_refused_in_a_sentence_and_the_server_goes_on(
    page: Page, sign_in: "SignsIn", site: "Site", watch: "Watch", tmp_path: Path
) -> None:
    """Before it is sent; and by the server itself, which takes in little of it, where nothing stops it before."""
    watch.expect("413")
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(500 * 2**20)
    sign_in(page, "office")
    page.goto("/ashgrove/imports/new/")
    page.get_by_label("File").set_input_files(huge)
    page.get_by_role("button", name="See what would happen").click()
    expect(
        page.get_by_text("This file is larger than 12 MB. Take out what is not needed, or split it.")
    ).to_be_visible()
    before = memory_of(site)
    page.evaluate("document.querySelector('[data-drop]').dataset.most = 2 ** 40")
    with page.expect_response(lambda answer: answer.request.method == "POST", timeout=60_000) as sent:
        page.get_by_role("button", name="See what would happen").click()
    assert sent.value.status == 413
    expect(page.get_by_text("This is too large to send in one go.")).to_be_visible()
    assert memory_of(site) - before < 250 * 2**20
    page.goto("/ashgrove/imports/new/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bring in a file")


def memory_of(site: "Site") -> int:
    """Bytes that the server's processes have held at most, together."""
    assert site.process is not None
    found = 0
    for process in (site.process.pid, *descendants(site.process.pid)):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                found += int(line.split()[1]) * 1024
    return found


def test_the_office_brings_a_roster_settles_three_doubts_and_undoes_a_wrong_file(
    page: Page, sign_in: "SignsIn", axe: Callable[[Page], None], site: "Site", tmp_path: Path
) -> None:
    sign_in(page, "office")
    # A roster from a package, read and brought in by the background process.
    page.goto("/ashgrove/imports/new/")
    page.get_by_label("File").set_input_files(a_package(tmp_path))
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_text("New class: Maths set one.")).to_be_visible(timeout=30_000)
    axe(page)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("heading", level=1, name="Brought in")).to_be_visible(timeout=30_000)
    # Three doubts that are alike, settled with one answer.
    pasted(
        page,
        "Forename,Surname,DOB,Class\n"
        + "".join(f"{name},Vaughan,2018-03-0{n},3 Hazel\n" for n, name in enumerate(THREE, 1)),
    )
    page.get_by_role("button", name="Bring it in").click()
    pasted(
        page,
        "Forename,Surname,DOB,Class\n"
        + "".join(f"{name} Mair,Vaughan,2018-03-0{n},3 Hazel\n" for n, name in enumerate(THREE, 1)),
    )
    expect(page.get_by_role("heading", level=3)).to_have_count(1)
    page.get_by_role("button", name="All the same child").click()
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("status").first).to_contain_text("Added 0, changed 3.")
    # A wrong file, undone from the list of files.
    pasted(page, LIST)
    page.get_by_role("button", name="Bring it in").click()
    page.goto("/ashgrove/imports/new/")
    page.get_by_role("table", name="Files of the last 30 days").get_by_role("button", name="Undo").first.click()
    assert not any("Gwenllian" in line for line in rows_of_the_class(page))
    # Somebody taken off roll who had not left: the list says so, and puts it right.
    page.get_by_role("main").get_by_role("link", name=", ").first.click()
    formal = page.get_by_role("heading", level=1).inner_text()
    pupil = page.url
    forename, _space, surname = formal.rpartition(" ")
    page.goto(f"{pupil}leaving/")
    page.get_by_label("Last day on roll").fill((site.now.date() - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Take off roll").click()
    expect(page.get_by_text("Not on roll. The last day was")).to_be_visible()
    pasted(page, f"Forename,Surname,Class\n{forename},{surname},3 Hazel\n")
    page.get_by_role("button", name="All the same child").click()
    page.get_by_role("button", name="They are back").click()
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("status").first).to_contain_text("Added 0, changed 1.")
    page.goto(pupil)
    expect(page.get_by_text("Not on roll.")).to_have_count(0)
