"""A fire drill on three phones, one of them without a network, and a lockdown that shows nothing to a passer-by."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.marking import no_sideways_scroll
from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch, Windows

CUT = "ERR_INTERNET_DISCONNECTED|Failed to load resource|ERR_FAILED"
"""What the browser says of itself while the network is cut."""


OF_YESTERDAY = """async () => {
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const copies = (await done(indexedDB.open('muster-copies', 1))).transaction('copies', 'readwrite').objectStore('copies');
  const { href } = document.querySelector('[data-pack]');
  await done(copies.put({ ...(await done(copies.get(href))), day: 'yesterday' }));
  const { port1, port2 } = new MessageChannel();
  (await navigator.serviceWorker.ready).active.postMessage({ say: 'pack', keep: href }, [port2]);
  return new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data.at); });
}"""
PUT_AWAY = """() => {
  Object.defineProperty(document, 'hidden', { value: true, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
COUNT_WAKING = """window.woken = 0;
const ask = navigator.wakeLock?.request.bind(navigator.wakeLock);
if (ask) navigator.wakeLock.request = (kind) => { window.woken += 1; return ask(kind); };"""


@pytest.fixture(scope="module")
def site(planted: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One installation for all journeys here."""
    copy = planted.copy_to(tmp_path_factory.mktemp("roll-call") / "site")
    try:
        yield copy.start()
    finally:
        copy.remove()


def has_the_list(page: Page) -> None:
    """The phone says how old its list is: it fetched it, kept it and opened it again."""
    expect(page.locator("[data-list-age]").first).to_have_text(re.compile(r"^Ready: list from \d\d:\d\d$"))


def opens_the_roll_call(page: Page) -> None:
    page.get_by_role("link", name="Roll call", exact=True).first.click()
    expect(
        page.locator("[data-start]:not([hidden]), [data-board]:not([hidden]), [data-cover]:not([hidden])").first
    ).to_be_visible()


def starts(page: Page, kind: str, mode: str = "drill") -> None:
    """Choose the mode, then press and hold."""
    page.locator(f"#mode-{mode}").check()
    button = page.locator(f'[data-kind="{kind}"]')
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    expect(page.locator("[data-start]")).to_be_hidden()
    page.mouse.up()


def left(page: Page) -> int:
    """The big number."""
    return int(page.locator("[data-missing]").get_attribute("data-missing") or -1)


def elsewhere(page: Page) -> None:
    """The same account starts one at another school on this device, and has no network there yet."""
    page.evaluate("""async () => {
      const { outbox } = await import(new URL('../pages/js/outbox.js', document.querySelector('script[src*="roll-call"]').src));
      const me = outbox(document.querySelector('meta[name=account]').content);
      me.items.set('elsewhere', {
        id: 'elsewhere', kind: 'roll-call-start', state: 'waiting', sync: '/another/roll-calls/events/', seq: 1,
        at: new Date().toISOString(), target: { roll_call: crypto.randomUUID() }, value: { kind: 'hold', mode: 'drill' },
      });
      me.tell({});
      me.items.delete('elsewhere');
    }""")


def ends(page: Page) -> None:
    """End the one on the board, with one reason for everybody."""
    page.get_by_role("link", name="End the roll call").click()
    page.get_by_label("One reason for everybody without their own").fill("A rehearsal with one class")
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()


def open_class(page: Page) -> str:
    """The class that stands open, which is the marshal's own or the first; opened where none does."""
    fold = page.locator('details[data-fold^="class "]').first
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    return (fold.get_attribute("data-fold") or "").removeprefix("class ")


@pytest.mark.both
def test_a_fire_drill_with_one_phone_that_has_no_network_until_the_end(
    windows: "Windows", sign_in: "SignsIn", watch: "Watch", axe: Callable[[Page], None]
) -> None:
    watch.expect(CUT)
    duty, teacher, office = windows.phone(), windows.phone(), windows.phone()
    for page, role in ((duty, "duty"), (teacher, "teacher"), (office, "office")):
        sign_in(page, role)
        has_the_list(page)

    opens_the_roll_call(office)
    expect(office.locator("[data-start]")).to_be_visible()
    teacher.context.set_offline(True)
    opens_the_roll_call(duty)
    axe(duty)
    starts(duty, "evacuate")
    expect(duty.locator(".roll-call-band")).to_have_text(re.compile("drill", re.IGNORECASE))
    whole = left(duty)
    assert whole > 30
    no_sideways_scroll(duty)
    axe(duty)
    # A phone that lay on the start page opens it by itself, whole.
    comes_by_itself(office)
    assert left(office) == whole

    # The teacher's phone has no network: it opens the page it kept, starts the same drill and ticks.
    opens_the_roll_call(teacher)
    starts(teacher, "evacuate")
    name = open_class(teacher)
    fold = teacher.locator(f'details[data-fold="class {name}"]')
    rows = fold.locator("[data-who]")
    count = rows.count()
    child = rows.first.get_attribute("data-who")
    fold.locator("input").fill(str(count - 1))
    expect(fold.locator(".guard-told")).to_contain_text("who is missing?")
    expect(fold.get_by_role("button", name="All with me")).to_be_disabled()
    fold.locator("input").fill(str(count))
    fold.get_by_role("button", name="All with me").click()
    assert left(teacher) == whole - count
    expect(teacher.locator("[data-sync-line]")).to_contain_text("No network")

    # Meanwhile the duty lead has the first child of that class with her.
    open_fold = duty.locator(f'details[data-fold="class {name}"]')
    if open_fold.get_attribute("open") is None:
        open_fold.locator("summary").click()
    duty.locator(f'[data-who="{child}"] .tick').click()
    assert left(duty) == whole - 1

    # At the end the phone finds the network: it turns out to be the same drill, and both are shown.
    teacher.context.set_offline(False)
    for page in (duty, teacher, office):
        expect(page.locator("[data-missing]")).to_have_attribute("data-missing", str(whole - count), timeout=20_000)
        expect(page.locator(".board-now")).to_contain_text("Claimed at two places", timeout=20_000)
    expect(teacher.locator("[data-sync-line]")).to_contain_text("Live", timeout=20_000)

    duty.locator(f'.board-now [data-who="{child}"] .tick').click()
    for page in (duty, teacher, office):
        expect(page.locator(".board-now")).to_have_count(0, timeout=20_000)

    duty.get_by_role("link", name="End the roll call").click()
    duty.get_by_role("button", name="End it").click()
    expect(duty.get_by_role("alert")).to_contain_text("Give a reason for each")
    duty.get_by_label("One reason for everybody without their own").fill("A rehearsal with one class")
    duty.get_by_role("button", name="End it").click()
    expect(duty.get_by_role("heading", name="Timeline")).to_be_visible()
    expect(duty.locator("main")).to_contain_text("also by")
    no_sideways_scroll(duty)
    axe(duty)


def test_a_class_is_cleared_by_the_heads_that_stand_there_and_by_no_other_number(
    windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None]
) -> None:
    page = windows.phone()
    sign_in(page, "duty")
    opens_the_roll_call(page)
    starts(page, "shelter")
    whole, name = left(page), open_class(page)
    fold = page.locator(f'details[data-fold="class {name}"]')
    heads, everybody = fold.locator("input"), fold.get_by_role("button", name="All with me")
    rows = fold.locator("[data-who]")
    count = rows.count()
    # One child is ticked alone, and another is missing: those who stand there are one fewer than the class.
    rows.first.locator(".tick").click()
    expect(rows).to_have_count(count - 1)
    heads.fill(str(count - 1))
    expect(everybody).to_be_disabled()
    expect(fold.locator(".guard-told")).to_contain_text("who is missing?")
    heads.fill(str(count))
    everybody.click()
    assert left(page) == whole - count
    expect(page.locator(".board-heads")).to_contain_text(f"heads {count}")
    expect(page.locator(".board-heads")).to_contain_text("Heads agree with the list")
    expect(page.locator("[data-sync-line]")).to_contain_text("Live", timeout=20_000)

    # What waits for another school or another page is no part of this one.
    elsewhere(page)
    expect(page.locator(".board-others")).to_have_count(0)
    expect(page.locator("[data-sync-line]")).not_to_contain_text("on their way")

    # A real one begins while the other goes on, with the list of that one, and both stay at hand.
    page.get_by_role("button", name="Start another").click()
    expect(page.locator("#mode-real")).to_be_checked()
    starts(page, "evacuate", mode="real")
    expect(page.locator(".roll-call-band")).to_have_attribute("data-mode", "real")
    assert left(page) == whole
    no_sideways_scroll(page)
    axe(page)
    page.locator(".board-others").get_by_role("button").click()
    expect(page.locator("[data-missing]")).to_have_attribute("data-missing", str(whole - count))
    for _each in range(2):
        expect(page.locator("[data-end]")).to_be_visible(timeout=20_000)
        ends(page)
        opens_the_roll_call(page)
    expect(page.locator("[data-start]")).to_be_visible()


def comes_by_itself(page: Page) -> None:
    """Nobody touched the phone: the roll call that began elsewhere stands on it, whole."""
    expect(page.locator("[data-missing]")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-start]")).to_be_hidden()


def is_dark(page: Page) -> bool:
    return bool(page.evaluate("getComputedStyle(document.body).backgroundColor === 'rgb(0, 0, 0)'"))


def ticks_the_next(page: Page) -> None:
    """One press at the first child of the open class."""
    page.locator(f'details[data-fold="class {open_class(page)}"] .tick').first.click()


def test_every_open_page_learns_what_began_elsewhere(
    windows: "Windows", sign_in: "SignsIn", watch: "Watch", axe: Callable[[Page], None]
) -> None:
    watch.expect(CUT)
    duty, teacher, office = windows.open(), windows.phone(), windows.phone()
    for page, role in ((duty, "duty"), (teacher, "teacher"), (office, "office")):
        sign_in(page, role)
        has_the_list(page)
        opens_the_roll_call(page)
        expect(page.locator("[data-start]")).to_be_visible()
        has_the_list(page)

    teacher.route("**/events/?*list", lambda route: route.abort())
    starts(duty, "evacuate")
    whole = left(duty)
    # Before its list came there is no board: nobody is counted whom the school did not list.
    expect(teacher.locator("[data-news]")).to_contain_text("An evacuation began at", timeout=20_000)
    expect(teacher.locator("[data-news] button")).to_have_count(0)
    expect(teacher.locator("[data-start]")).to_be_visible()
    expect(teacher.locator("[data-board]")).to_be_hidden()
    teacher.unroute("**/events/?*list")
    for page in (teacher, office):
        comes_by_itself(page)
        assert left(page) == whole
    ticks_the_next(teacher)
    expect(office.locator("[data-missing]")).to_have_attribute("data-missing", str(whole - 1), timeout=20_000)

    # A phone that loses the network and is opened again goes on where it was, with the list it keeps.
    office.context.set_offline(True)
    office.reload()
    expect(office.locator(".roll-call-band")).to_have_text(re.compile("drill.*evacuate", re.IGNORECASE | re.DOTALL))
    assert left(office) in {whole, whole - 1}
    office.locator('details[data-fold="class 4 Rowan"]').locator("summary").click()
    office.locator('details[data-fold="class 4 Rowan"] .tick').first.click()
    expect(office.locator("[data-sync-line]")).to_contain_text("No network: 1 tick waiting")
    office.context.set_offline(False)
    for page in (office, teacher, duty):
        expect(page.locator("[data-missing]")).to_have_attribute("data-missing", str(whole - 2), timeout=20_000)

    # A lockdown begins: the boards go dark and silent, and nobody is taken away from ticking.
    typing = duty.context.new_page()
    watch.follow(typing)
    typing.goto(duty.locator("[data-typed]").get_attribute("href") or "")
    duty.get_by_role("button", name="Start another").click()
    starts(duty, "lockdown")
    for page in (teacher, office):
        strip = page.locator(".board-news")
        expect(strip).to_contain_text(
            re.compile(r"drill\s*A lockdown began at \d\d:\d\d", re.IGNORECASE), timeout=20_000
        )
        expect(strip.get_by_role("button", name="Open")).to_be_visible(timeout=20_000)
        assert is_dark(page)
        assert page.title() == "Today"
        assert page.locator("[data-live]").inner_text() == ""
        expect(page.locator(".roll-call-band").first).to_contain_text("Evacuate")
    expect(typing.locator(".board-news")).to_contain_text("A lockdown began at", timeout=20_000)
    assert is_dark(typing)
    assert typing.title() == "Today"
    axe(typing)
    ticks_the_next(teacher)
    assert left(teacher) == whole - 3
    no_sideways_scroll(teacher)
    axe(teacher)
    office.evaluate(PUT_AWAY)
    expect(office.locator("[data-cover]")).to_be_visible()
    assert office.locator("body").inner_text().split() == ["Show"]

    # One press leads there; opened again, the phone is where it was last, under its cover.
    teacher.locator(".board-news").get_by_role("button", name="Open").click()
    expect(teacher.locator(".roll-call-band")).to_contain_text("Lockdown")
    assert left(teacher) == whole
    teacher.reload()
    expect(teacher.locator("[data-cover]")).to_be_visible()
    teacher.get_by_role("button", name="Show").click()
    expect(teacher.locator(".roll-call-band").first).to_contain_text("Lockdown")
    # A phone that was on neither opens the lockdown, though the evacuation began before it.
    office.evaluate("localStorage.clear()")
    office.reload()
    office.get_by_role("button", name="Show").click()
    expect(office.locator(".roll-call-band").first).to_contain_text("Lockdown")

    key = office.evaluate("Object.keys(localStorage).find((name) => name.startsWith('roll-call '))")

    # So does the way from a page beside the board.
    typing.locator(".board-news").get_by_role("button", name="Open").click()
    typing.get_by_role("button", name="Show").click()
    expect(typing.locator(".roll-call-band").first).to_contain_text("Lockdown")
    typing.close()

    # It ends: the light comes back, and what still goes on stays at hand.
    duty.get_by_role("button", name="Show").click()
    expect(duty.locator("[data-end]")).to_be_visible(timeout=20_000)
    ends(duty)
    expect(teacher.locator("[data-sync-line]")).to_contain_text("has ended", timeout=20_000)
    assert not is_dark(teacher)
    teacher.locator(".board-news").get_by_role("button", name="Open").click()
    expect(teacher.locator("[data-missing]")).to_have_attribute("data-missing", str(whole - 3), timeout=20_000)
    opens_the_roll_call(duty)
    ends(duty)
    expect(teacher.locator("[data-sync-line]")).to_contain_text("has ended", timeout=20_000)

    # One that the school shows no more, because it ended long ago, holds no phone back from the next.
    last = {"uuid": str(uuid4()), "number": 1, "kind": "evacuate", "mode": "real", "started": 0, "at": 9e15}
    office.evaluate("([key, last]) => localStorage.setItem(key, JSON.stringify(last))", [key, last])
    office.reload()
    expect(office.locator("[data-start]")).to_be_visible(timeout=20_000)


def test_a_list_of_another_day_is_not_called_ready(windows: "Windows", sign_in: "SignsIn", watch: "Watch") -> None:
    watch.expect(CUT)
    page = windows.phone()
    sign_in(page, "teacher")
    has_the_list(page)
    page.context.set_offline(True)
    assert page.evaluate(OF_YESTERDAY) is None


def test_a_phone_that_is_signed_out_says_so(windows: "Windows", sign_in: "SignsIn", watch: "Watch") -> None:
    watch.expect(CUT)
    page = windows.phone()
    page.add_init_script(COUNT_WAKING)
    who = sign_in(page, "duty")
    opens_the_roll_call(page)
    assert page.evaluate("woken") == 0
    # Before there is one it would not hear of one, and says that.
    kept = page.context.cookies()
    page.context.clear_cookies()
    expect(page.locator("[data-start-line]")).to_contain_text("Sign in again", timeout=20_000)
    expect(page.locator("[data-start-line]").get_by_role("link", name="Sign in")).to_be_visible()
    page.context.add_cookies(kept)  # type: ignore[arg-type]
    expect(page.locator("[data-start-line]")).to_have_text("", timeout=20_000)
    page.context.set_offline(True)
    expect(page.locator("[data-start-line]")).to_contain_text("Nothing is heard from the school", timeout=20_000)
    page.context.set_offline(False)
    for status, words in ((503, "Nothing is heard from the school"), (403, "may not take part in roll calls")):
        page.context.route("**/going-on/", lambda route, _request, answer=status: route.fulfill(status=answer))
        expect(page.locator("[data-start-line]")).to_contain_text(words, timeout=20_000)
        page.context.unroute("**/going-on/")
    expect(page.locator("[data-start-line]")).to_have_text("", timeout=20_000)
    starts(page, "shelter", mode="test")
    assert page.evaluate("woken") == 1
    expect(page.locator("[data-sync-line]")).to_contain_text("Live", timeout=20_000)
    page.context.clear_cookies()
    expect(page.locator("[data-sync-line]")).to_contain_text("Sign in again", timeout=20_000)
    page.evaluate("location.hash = 'x'")  # as whoever came from a page beside the board
    # What is ticked meanwhile waits, and goes once the same person has signed in: the link leads there and back.
    whole = left(page)
    ticks_the_next(page)
    page.locator(".board-line").get_by_role("link", name="Sign in").click()
    page.get_by_label(re.compile("e-?mail|address", re.IGNORECASE)).first.fill(who.address)
    page.get_by_label("Password", exact=True).fill(who.password)
    page.keyboard.press("Enter")
    expect(page.locator("[data-sync-line]")).to_contain_text("Live", timeout=20_000)
    assert left(page) == whole - 1
    assert page.evaluate("fetch(location.href).then((answer) => answer.text())").count('"with-me", "by"') == 1
    ends(page)


def test_a_lockdown_shows_nothing_to_somebody_passing(
    windows: "Windows", sign_in: "SignsIn", axe: Callable[[Page], None]
) -> None:
    page, other = windows.phone(), windows.phone()
    for phone, role in ((page, "teacher"), (other, "office")):
        sign_in(phone, role)
        opens_the_roll_call(phone)
    starts(page, "lockdown", mode="test")
    expect(page.locator("[data-cover]")).to_be_visible()
    # A phone that lay there before it began goes dark by itself, and says no more.
    expect(other.locator("[data-cover]")).to_be_visible(timeout=20_000)
    assert is_dark(other)
    assert other.title() == "Today"
    assert other.locator("body").inner_text().split() == ["Show"]
    other.get_by_role("button", name="Show").click()
    comes_by_itself(other)
    assert page.title().startswith("Today")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    seen = page.locator("body").inner_text()
    assert seen.split() == ["Show"], seen
    assert page.locator("[data-live]").inner_text() == ""
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-missing]")).to_be_visible()
    axe(page)

    # Put away with a child's name open, it covers that too.
    name = open_class(page)
    page.locator(f'details[data-fold="class {name}"] .more').first.click()
    expect(page.locator("dialog")).to_be_visible()
    page.evaluate(PUT_AWAY)
    expect(page.locator("[data-cover]")).to_be_visible()
    expect(page.locator("dialog")).to_be_hidden()
    assert page.locator("body").inner_text().split() == ["Show"]
    page.reload()
    expect(page.locator("[data-cover]")).to_be_visible()
    assert page.locator("body").inner_text().split() == ["Show"]
