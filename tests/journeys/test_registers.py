"""A school day at the register: on a phone without a network, and by keyboard."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.marking import in_the_office, is_kept, is_saved, no_sideways_scroll, presses
from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch, Windows

CUT = "ERR_INTERNET_DISCONNECTED|Failed to load resource"

OPEN_NOW = """
from datetime import timedelta, time
from muster.attendance.models import DayPlan, RegisterMark
from muster.people.models import School
for school in School.objects.all():
    day = school.day(at)
    opens = (at.astimezone(school.zone) - timedelta(minutes=5)).time()
    DayPlan.objects.create(
        school=school, starts_on=day, codes="england", morning=opens, afternoon=time(23, 0), ends=time(23, 30),
        open_minutes=30,
    )
"""


@pytest.fixture(scope="module")
def site(planted: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    copy = planted.copy_to(tmp_path_factory.mktemp("registers") / "site")
    try:
        in_the_office(copy, OPEN_NOW)
        yield copy.start()
    finally:
        copy.remove()


def is_ready(page: Page) -> None:
    page.locator("[data-register][data-ready]").wait_for(state="attached")


def said(page: Page) -> list[str]:
    """The code of each row, from top to bottom."""
    found: list[str] = page.locator("[data-row]").evaluate_all("rows => rows.map((row) => row.dataset.code ?? '')")
    return found


def test_two_absent_of_a_class_take_four_taps_on_a_phone_without_a_network(
    windows: "Windows", sign_in: "SignsIn", watch: "Watch", axe: Callable[[Page], None]
) -> None:
    phone = windows.phone()
    sign_in(phone, "teacher")
    is_kept(phone)
    phone.get_by_role("link", name="Take register").tap()  # 1
    is_ready(phone)
    no_sideways_scroll(phone)
    axe(phone)
    watch.expect(CUT)
    phone.context.set_offline(True)
    rows = phone.locator("[data-row]")
    pupils = rows.count()
    assert said(phone) == [""] * pupils
    # The office knows beforehand that somebody is away: the foot writes that down as planned.
    planned: list[str] = rows.evaluate_all("rows => rows.map((row) => row.dataset.planned ?? '')")
    rows.nth(0).get_by_role("button", name="Absent").tap()  # 2
    rows.nth(2).get_by_role("button", name="Absent").tap()  # 3
    foot = phone.get_by_role("button", name=f"Mark the other {sum(not code for code in planned) - 2} present")
    foot.tap()  # 4
    expected = [code or "/" for code in planned]
    expected[0] = expected[2] = "N"
    assert said(phone) == expected
    expect(phone.locator("[data-saved]")).to_have_text(re.compile(f"No network. {pupils} saved"))

    phone.reload()
    is_ready(phone)
    assert said(phone) == expected
    expect(phone.locator("[data-offline-strip]")).to_be_visible()
    rows.nth(2).get_by_role("button", name="Present").tap()  # put one right
    phone.context.set_offline(False)
    is_saved(phone)
    phone.reload()
    is_ready(phone)
    expected[2] = "/"
    assert said(phone) == expected
    phone.goto("/".join(phone.url.split("/")[:4]) + "/")
    expect(phone.get_by_role("link", name="Take register")).to_have_count(0)


@pytest.mark.both
def test_a_register_is_typed_on_a_keyboard(
    windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None], site: Site
) -> None:
    page = windows.open()
    sign_in(page, "office")
    page.get_by_role("link", name="Register", exact=True).click()
    page.locator(".tasks a").nth(1).click()
    is_ready(page)
    axe(page)
    first, second = page.locator("[data-typed]").nth(0), page.locator("[data-typed]").nth(1)
    first.focus()
    presses(page, "i", "Enter")
    expect(second).to_be_focused()
    presses(page, "z", "z", "Enter")
    expect(page.locator("[data-status]")).to_have_text("ZZ is not one of this school’s codes.")
    presses(page, "Escape", "ArrowDown", "ArrowUp")
    expect(second).to_be_focused()
    presses(page, "/", "Enter", "n", "Enter")
    assert said(page)[:3] == ["I", "/", "N"]
    page.get_by_role("button", name=re.compile("^Mark the other")).click()
    assert "" not in said(page)
    page.get_by_role("button", name="Undo").click()
    assert said(page)[:4] == ["I", "/", "N", ""]
    is_saved(page)
    page.reload()
    is_ready(page)
    assert said(page)[:4] == ["I", "/", "N", ""]


CAME_YESTERDAY = """
from datetime import timedelta
from muster.attendance.models import Visit
for visit in Visit.objects.filter(left_at__isnull=True):
    Visit.objects.filter(pk=visit.pk).update(came_at=visit.came_at - timedelta(days=1))
"""


def test_whoever_comes_late_is_found_at_the_desk_and_stands_late_in_the_register(
    windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None], site: Site
) -> None:
    page = windows.open()
    sign_in(page, "office")
    page.get_by_role("link", name="Register", exact=True).click()
    page.locator(".tasks a").last.click()
    is_ready(page)
    register = page.url
    row = page.locator("[data-row]").last
    name = row.locator("[data-name]").inner_text()
    school = "/".join(register.split("/")[:4])
    page.goto(f"{school}/desk/")
    axe(page)
    page.get_by_label("Who has come, or is leaving?").fill(name)
    page.get_by_role("button", name="Find").click()
    page.locator(".tasks a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text("Now the register would say L, Late.")).to_be_visible()
    axe(page)
    page.get_by_label("Why").first.fill("The bus")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"{name} came")).to_be_visible()
    expect(page.get_by_text("The bus")).to_be_visible()
    page.goto(register)
    is_ready(page)
    assert said(page)[-1] == "L"
    expect(row.locator("[data-said]")).to_contain_text("Late")


def a_visitor_comes(page: Page, name: str) -> None:
    """Whoever is at the door writes a name."""
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Sign in", exact=True).first.click()
    expect(page.get_by_role("button", name=re.compile(f"Sign out.*{name}"))).to_be_visible()


def test_a_visitor_comes_and_leaves_and_one_forgotten_yesterday_is_cleared(
    windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None], site: Site
) -> None:
    page = windows.open()
    sign_in(page, "office")
    visitors = "/".join(page.url.split("/")[:4]) + "/visitors/"
    page.goto(visitors)
    a_visitor_comes(page, "Vera Plum")
    axe(page)
    page.get_by_role("button", name=re.compile("Sign out.*Vera Plum")).click()
    expect(page.get_by_text("No visitor is here.")).to_be_visible()
    a_visitor_comes(page, "Con Tractor")
    in_the_office(site, CAME_YESTERDAY)
    page.goto(visitors)
    forgotten = page.locator(".card").filter(has=page.get_by_role("heading", name="Did not sign out"))
    expect(forgotten).to_contain_text("Con Tractor")
    expect(page.get_by_text("No visitor is here.")).to_be_visible()
    axe(page)
    forgotten.get_by_role("button", name=re.compile("Not here.*Con Tractor")).click()
    expect(page.get_by_text("Cleared, with your name.")).to_be_visible()
    expect(forgotten).not_to_contain_text("Con Tractor")
