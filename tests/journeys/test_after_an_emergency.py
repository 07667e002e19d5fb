"""Children are handed back by two people on two devices, and an incident is written down on a phone while it is fresh."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.marking import no_sideways_scroll
from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Watch, Windows

FORBIDDEN = """
from muster.people.models import Guardianship
from muster.people.purposes import Purpose, Shows
from muster.privacy import fuse
with fuse.using(Purpose.SAFEGUARDING, Shows.RECORD):
    order = Guardianship.objects.filter(school__slug="ashgrove", no_contact=True).first()
    other = Guardianship.objects.filter(pupil=order.pupil, no_contact=False).first()
    print(order.pupil.name, order.guardian.name, other.guardian.name, sep="|")
"""


@pytest.fixture(scope="module")
def site(planted: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One installation for both journeys."""
    copy = planted.copy_to(tmp_path_factory.mktemp("after") / "site")
    try:
        yield copy.start()
    finally:
        copy.remove()


def presses(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def chooses(page: Page, box: str, letters: str, name: str) -> None:
    """Letters in a box of names, and the one they find: two actions and what is typed."""
    page.get_by_label(box).and_(page.locator("input")).click()
    page.keyboard.type(letters)
    page.get_by_role("option", name=re.compile(name)).click()


def stands_at(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading), timeout=20_000)


def writes_half(page: Page, child: str, adult: str) -> None:
    chooses(page, "Which child", child[:4], child)
    page.get_by_label("Name of the adult").fill(adult)
    presses(page, "Write it down")


def greets(page: Page, child: str, adult: str) -> None:
    page.get_by_role("link", name=re.compile("^Greet")).click()
    writes_half(page, child, adult)


def back_to_the_desk(page: Page) -> None:
    page.get_by_role("link", name="Back to the desk").click()


@pytest.mark.both
def test_children_are_handed_back_by_two_people(
    site: Site, windows: "Windows", sign_in: "SignsIn", watch: "Watch", axe: Callable[[Page], None]
) -> None:
    watch.expect("422|ERR_INTERNET_DISCONNECTED|Failed to load resource|ERR_FAILED")
    child, kept_away, may_collect = site.python(FORBIDDEN).strip().split("|")
    desk, runner = windows.open(), windows.phone()
    sign_in(desk, "office")
    sign_in(runner, "teacher")

    # Neither leads the roll call; both find the desk on its board.
    desk.goto("/ashgrove/roll-calls/new/?kind=evacuate&mode=real")
    presses(desk, "Start: Real, Evacuate")
    runner.get_by_role("link", name="Roll call", exact=True).click()
    seen = runner.locator(".people b").first.inner_text()
    runner.locator(".people .tick").first.click()
    for page in (desk, runner):
        page.get_by_role("link", name="Hand children back").click(timeout=20_000)
        stands_at(page, "Handing children back")

    # A page that hears nothing for a while says so, and stops saying it once it hears again.
    hears_nothing = runner.get_by_text("Nothing is heard from the school. One that begins elsewhere is not shown here.")
    runner.context.set_offline(True)
    expect(hears_nothing).to_be_visible(timeout=20_000)
    runner.context.set_offline(False)
    expect(hears_nothing).to_be_hidden(timeout=20_000)

    # An adult whom an order forbids is stopped by name, title or not, and both see it. Nothing moves under a hand that
    # is at the page: what changed is offered.
    runner.get_by_role("link", name=re.compile("^Greet")).focus()
    greets(desk, child, f"Mr {kept_away.upper()}")
    stands_at(desk, "Stopped: do not hand over")
    expect(desk.locator("main")).to_contain_text("An order forbids this adult")
    axe(desk)
    back_to_the_desk(desk)
    stopped = runner.get_by_role("listitem").filter(has_text=child)
    changed = runner.get_by_role("button", name="Something changed: show it")
    expect(changed).to_be_visible(timeout=20_000)
    expect(stopped).to_have_count(0)
    changed.click()
    expect(stopped).to_contain_text("Do not hand over", timeout=20_000)
    expect(stopped).to_contain_text("An order forbids this adult")

    # The other parent comes: greeted, card, checked at the desk.
    greets(desk, child, may_collect)
    stands_at(desk, "Step 2 of 6")
    no_sideways_scroll(desk)
    presses(desk, "It is filled in")
    expect(desk.get_by_role("listitem").filter(has_text=kept_away)).to_contain_text("An order forbids this adult")
    axe(desk)
    presses(desk, "Yes")
    stands_at(desk, "Step 4 of 6")

    # The runner's phone has it by itself, and says where to look and what to ask.
    waiting = runner.get_by_role("listitem").filter(has_text="Fetch the child")
    expect(waiting).to_contain_text(may_collect, timeout=20_000)
    waiting.get_by_role("link", name=child).click()
    expect(runner.get_by_role("heading", name="Where to look")).to_be_visible()
    no_sideways_scroll(runner)
    axe(runner)
    presses(runner, "Yes")
    stands_at(runner, "Step 5 of 6")
    presses(runner, "Yes")

    # Whoever checked hands over, without having pressed anything to see that the child was asked.
    stands_at(desk, "Step 6 of 6")
    presses(desk, "Handed over")
    stands_at(desk, "Handed over")
    back_to_the_desk(desk)
    stands_at(desk, "1 half has no other half")
    axe(desk)

    # Both halves by one person would be one record.
    desk.get_by_role("link", name=re.compile("^Second half")).click()
    writes_half(desk, child, may_collect)
    expect(desk.locator("main")).to_contain_text("The second half must be somebody else’s")
    back_to_the_desk(desk)
    back_to_the_desk(runner)
    runner.get_by_role("link", name=re.compile("^Second half")).click()
    no_sideways_scroll(runner)
    writes_half(runner, child, f"Ms {may_collect.lower()}")
    stands_at(desk, "Handing children back")
    expect(desk.get_by_role("heading", name="1 handed back, both halves agree")).to_be_visible()

    # A child who is with somebody is found there; asked in private, they say no.
    greets(desk, seen, "Rowan Fairweather")
    expect(desk.locator("main")).to_contain_text("not among the people on record")
    presses(desk, "It is filled in")
    presses(desk, "Yes")
    runner.get_by_role("listitem").filter(has_text=seen).get_by_role("link", name=seen).click(timeout=20_000)
    expect(runner.locator(".said").first).to_contain_text("With me")
    presses(runner, "Yes")
    runner.get_by_label("If not, why").press("Enter")
    expect(runner.get_by_role("alert")).to_contain_text("Say in a few words why not.")
    runner.get_by_label("If not, why").fill("Does not know this man")
    runner.get_by_label("If not, why").press("Enter")
    stands_at(runner, "Stopped: do not hand over")
    stands_at(desk, "Stopped: do not hand over")
    axe(runner)

    # The roll call ends; handing back goes on, and is found from Today.
    lead = windows.open()
    sign_in(lead, "head")
    lead.goto("/ashgrove/roll-call/")
    lead.get_by_role("link", name="End the roll call").click(timeout=20_000)
    lead.get_by_label("One reason for everybody without their own").fill("Seen by the caretaker")
    presses(lead, "End it")
    runner.get_by_role("link", name="Today", exact=True).click()
    runner.get_by_role("link", name="Hand children back").click()
    stands_at(runner, "Handing children back")
    expect(runner.get_by_role("listitem").filter(has_text=seen)).to_contain_text("Does not know this man")


def counted(page: Page) -> list[str]:
    """What was pressed and chosen since the page was opened, a word each; typing in a field is none."""
    return [str(each) for each in page.evaluate("JSON.parse(sessionStorage.getItem('counted') ?? '[]')")]


COUNT = """
for (const kind of ['pointerdown', 'change']) addEventListener(kind, (event) => {
  if (kind === 'change' && !event.target.matches('select')) return;
  const said = JSON.parse(sessionStorage.getItem('counted') ?? '[]');
  sessionStorage.setItem('counted', JSON.stringify([...said, kind]));
}, true);"""


def test_an_incident_is_written_down_within_a_minute_and_a_half(
    windows: "Windows", sign_in: "SignsIn", watch: "Watch", axe: Callable[[Page], None]
) -> None:
    watch.expect("404")
    page = windows.phone()
    page.add_init_script(COUNT)
    sign_in(page, "teacher")
    page.goto("/ashgrove/")
    page.evaluate("sessionStorage.removeItem('counted')")
    what, place, done, follow = "Two fell on the stairs", "North stairs", "Ice, sat with the office", "Look at the rail"

    page.get_by_role("link", name="Log an incident").click()
    expect(page.get_by_label("What happened")).to_be_focused()
    page.keyboard.type(what)
    chooses(page, "Which children", "ami", "Amina")
    page.get_by_label("Where").click()
    page.keyboard.type(place)
    quick = len(counted(page)) + 1
    page.get_by_label("What was done").click()
    page.keyboard.type(done)
    chooses(page, "Who must know", "maur", "Maureen Tilley")
    page.get_by_label("What must still be done").click()
    page.keyboard.type(follow)
    no_sideways_scroll(page)
    axe(page)
    presses(page, "Write it down")
    stands_at(page, "^Incident")
    taps, letters = len(counted(page)), len(what + place + done + follow) + 3 + 4
    assert quick <= 6, "quick log: at most six actions and what is typed"
    assert taps <= 10
    # A tap with its moment of thought takes 2.5 seconds, a letter on a phone a third of one (36 words a minute).
    assert taps * 2.5 + letters / 3 < 90
    for words in ("Amina", place, done, follow, "Maureen Tilley"):
        expect(page.locator("main")).to_contain_text(words)
    no_sideways_scroll(page)
    axe(page)
    number = page.url

    # Whoever must know has it on Today, without a name there, and adds what happened next.
    told = windows.phone()
    sign_in(told, "office")
    panel = told.locator("section, .card").filter(has_text="You are to know of").last
    expect(panel).not_to_contain_text("stairs")
    panel.get_by_role("link").first.click()
    expect(told.locator("main")).to_contain_text(what)
    told.get_by_label("What to add").fill("The rail was loose and is mended.")
    presses(told, "Add")
    expect(told.locator("main")).to_contain_text("The rail was loose")
    told.get_by_role("link", name="Plain account").click()
    expect(told.locator("main")).to_contain_text("Amendment 1")
    no_sideways_scroll(told)
    axe(told)

    # Nobody else has it.
    other = windows.open()
    sign_in(other, "cover")
    expect(other.locator("main")).not_to_contain_text("You are to know of")
    answer = other.goto(number)
    assert answer is not None
    assert answer.status == 404
