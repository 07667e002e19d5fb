"""Every screen, as each role finds it by following links, keeps to the gates of a screen."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from muster.config.first_run.steps import STEPS
from tests.house.test_routes import routes
from tests.support.browser import axe_faults
from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Windows

ROLES = ("head", "office", "teacher", "senco", "it", "dpo", "guardian", "pupil")
OUTSIDE = ("/sign-in/", "/forgotten-password/", "/day-pass/", "/help/", "/trust/")
"""Screens for people who are not signed in."""

AT_LEAST = 130
"""Screens of different kinds. One that is gone is gone on purpose, and this goes down with it."""

MOST_STOPS = 120
"""How far the Tab key goes on a screen. What comes after that many stops is more of the same: the rows of a list."""

NO_SCREENS = re.compile(r"\.(csv|xlsx|crt|json|js)$|/text/$|^/(health|sign-out)")
"""What answers with a file or a word, or ends the visit."""

DRAWN = """() => {
  const seen = (one) => one.checkVisibility() && one.getBoundingClientRect().width > 1;
  const faults = [];
  const say = (fault, those) => those.length && faults.push(`${fault}: ${those.slice(0, 3).map(
    (one) => `${one.tagName.toLowerCase()}.${one.className} ${(one.textContent || '').trim().slice(0, 30)}`).join('; ')}`);
  if (document.documentElement.scrollWidth > innerWidth) {
    say('scrolls sideways', [...document.querySelectorAll('body *')].filter(
      (one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.grid-well, .table-wrap')));
    if (!faults.length) faults.push('scrolls sideways');
  }
  const moving = [...document.querySelectorAll('body *')].filter((one) => {
    const style = getComputedStyle(one);
    return [style.transitionDuration, style.animationDuration].some(
      (spans) => spans.split(',').some((span) => parseFloat(span) > 0.011));
  });
  say('moves although asked not to', moving);
  say('has no edge in forced colours', [...document.querySelectorAll(
    'input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([type=file]), select, textarea, .button:not(.link)',
  )].filter((one) => seen(one) && parseFloat(getComputedStyle(one).borderTopWidth) < 1));
  say('comes before everything for the Tab key', [...document.querySelectorAll('[tabindex]')].filter(
    (one) => one.tabIndex > 0));
  if (document.querySelectorAll('h1').length !== 1) faults.push('has not exactly one h1');
  if (!document.title.trim()) faults.push('has no title');
  if (!document.querySelector('a.skip-link, a[href="#main"]')) faults.push('has no link past the bar');
  return faults;
}"""
"""What is wrong with a page as it is drawn at 320 pixels, in forced colours, with little motion."""

LISTEN = r"""() => {
  const name = (one) => `${one.tagName.toLowerCase()}.${one.className} ${(one.ariaLabel || one.textContent || one.name || '').trim().replace(/\s+/g, ' ').slice(0, 30)}`;
  const heard = window.heard = { reached: new Set(), last: null, faults: [] };
  const look = (style) => `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor} ${style.boxShadow} ${style.borderColor} ${style.backgroundColor} ${style.color} ${style.textDecoration}`;
  const before = new Map();
  // Of a group of radio buttons one is a stop; what stands in closed details is none.
  const stops = () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]')].filter(
    (one) => one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && !one.closest('[inert]') && one.checkVisibility({ visibilityProperty: true }));
  for (const one of stops()) before.set(one, look(getComputedStyle(one)));
  document.addEventListener('focusin', ({ target }) => {
    heard.last = target;
    if (heard.reached.has(target)) return;
    heard.reached.add(target);
    // A field may show it on the box around it, a choice on its label.
    const shown = [target, target.parentElement, target.nextElementSibling].filter(Boolean).some((one) => {
      const style = getComputedStyle(one);
      return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    }) || (before.has(target) && look(getComputedStyle(target)) !== before.get(target));
    if (!shown) heard.faults.push(`does not show that it has the focus: ${name(target)}`);
    const box = target.getBoundingClientRect();
    const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1), y = Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    if (box.width > 1 && box.height > 1 && top && !target.contains(top) && !top.contains(target) && !top.closest('label')?.contains(target))
      heard.faults.push(`is under something when it has the focus: ${name(target)} under ${name(top)}`);
  });
  heard.missed = () => {
    const groups = new Set([...heard.reached].filter((one) => one.type === 'radio').map((one) => `${one.form?.id} ${one.name}`));
    return stops().filter((one) => !heard.reached.has(one) && !(one.type === 'radio' && groups.has(`${one.form?.id} ${one.name}`)))
      .map((one) => `cannot be reached with the Tab key: ${name(one)}`);
  };
  // The parts of a date or a time are stops of their own inside the field.
  return stops().reduce((all, one) => all + ({ date: 4, time: 4, 'datetime-local': 7, month: 3 }[one.type] || 1), 0);
}"""
"""Listen to what gets the focus: is that seen, and does nothing lie over it? Answers how many stops there are."""

SCREEN = r"""() => ({
  links: [...document.querySelectorAll('a[href]')].map((one) => one.href),
  heading: document.querySelector('h1')?.textContent.replace(/\s+/g, ' ').trim() || '',
})"""


def patterns() -> Iterator[tuple[str, str]]:
    """Every address of ours, and the same as an expression with a group for each thing that stands in it."""
    for route in routes():
        if route.ours:
            parts = re.split(r"<(?:(\w+):)?(\w+)>", route.address)
            expression = re.escape(parts[0])
            for kind, name, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
                expression += f"(?P<{name}>{r'[0-9]+' if kind == 'int' else '[^/]+'}){re.escape(text)}"
            yield route.address, expression


ROUTES = list(patterns())


def kind_of(address: str) -> str:
    """The screen an address is of: another class or school does not make another, a step of the first run does."""
    return kind_of_path(urlsplit(address).path)


@cache
def kind_of_path(path: str) -> str:
    for route, expression in ROUTES:
        if found := re.fullmatch(expression, path):
            return route.replace("<slug:step>", found.groupdict().get("step", ""))
    return path


@dataclass
class Visit:
    """What was seen over all roles, and what was wrong."""

    screens: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def remembers(self, address: str) -> None:
        """Keep an example of each kind of number, so that addresses no link names can be tried as well."""
        for _, expression in ROUTES:
            if found := re.fullmatch(expression, urlsplit(address).path):
                self.numbers |= found.groupdict()
                return

    def looks_at(self, page: Page, bare: Page, address: str, role: str) -> list[str]:
        """Open a screen with every check, and again without JavaScript; the links in it."""
        said: list[str] = []
        listen = lambda message: said.append(message.text) if message.type in {"error", "warning"} else None  # noqa: E731
        page.on("console", listen)
        answer = page.goto(address)
        assert answer is not None
        faults = [] if answer.status == 200 else [f"answers {answer.status}"]
        if not faults:
            faults += axe_faults(page)
            faults += walked(page)
            screen = page.evaluate(SCREEN)
            page.set_viewport_size({"width": 320, "height": 640})
            page.emulate_media(forced_colors="active", reduced_motion="reduce")
            faults += page.evaluate(DRAWN)
            page.emulate_media(forced_colors="none", reduced_motion="no-preference")
            page.set_viewport_size({"width": 1280, "height": 800})
            bare.goto(address)
            if bare.evaluate(SCREEN)["heading"] != screen["heading"]:
                faults.append("has another heading without JavaScript")
            if len(bare.locator("main").inner_text().strip()) < 20:
                faults.append("is empty without JavaScript")
        page.remove_listener("console", listen)
        faults += [f"the console says {text}" for text in said]
        self.faults += [f"{role}, {urlsplit(address).path}: {fault}" for fault in faults]
        self.screens.setdefault(kind_of(address), role)
        return [] if answer.status != 200 else screen["links"]


def test_every_screen_keeps_to_the_gates_for_everybody(site: Site, windows: "Windows", sign_in: "SignsIn") -> None:
    visit = Visit()
    began = time.monotonic()
    page, bare = windows.open(), windows.open(java_script_enabled=False)
    for address in OUTSIDE:
        visit.looks_at(page, bare, address, "nobody")
    pages: dict[str, tuple[Page, Page]] = {}
    for role in ROLES:
        page = windows.open(service_workers="block")
        page.add_init_script("navigator.serviceWorker && (navigator.serviceWorker.register = async () => null)")
        sign_in(page, role)
        bare = windows.open(java_script_enabled=False, storage_state=page.context.storage_state())
        pages[role] = page, bare
        follows_links(visit, page, bare, role, site)
    for route, _ in ROUTES:
        if route not in visit.screens:
            tries_unlinked(visit, pages, route, site)
    is_not_set_up_yet(site)
    for step in STEPS:
        visit.looks_at(*pages["head"], f"/ashgrove/first-run/{step.slug}/", "head")
    print(f"{len(visit.screens)} screens in {time.monotonic() - began:.0f} s")
    for kind, role in sorted(visit.screens.items()):
        print(f"  {kind}  ({role})")
    assert not visit.faults, f"{len(visit.faults)} faults of screens:\n" + "\n".join(visit.faults)
    assert len(visit.screens) >= AT_LEAST


def walked(page: Page) -> list[str]:
    """Go through a screen with the Tab key alone, as far as `MOST_STOPS`; what is wrong with it."""
    stops = page.evaluate(LISTEN)
    for _ in range(min(stops, MOST_STOPS) + 2):
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    faults: list[str] = page.evaluate("() => heard.faults")
    if stops <= MOST_STOPS:
        faults += page.evaluate("() => heard.missed()")
    return faults[:3]


def follows_links(visit: Visit, page: Page, bare: Page, role: str, site: Site) -> None:
    """Go wherever links lead this role: once to each kind of screen, with every check where nobody looked before."""
    waiting = [(page.url, "signing in")]
    known: set[str] = set()
    while waiting:
        address, source = waiting.pop(0)
        kind = kind_of(address)
        if kind in known:
            continue
        known.add(kind)
        visit.remembers(address)
        if kind in visit.screens or NO_SCREENS.search(kind):
            answer = page.request.get(address)
            if answer.status != 200:
                visit.faults.append(f"{role}: a link on {source} leads to {kind}, which answers {answer.status}")
            found = [urljoin(answer.url, href.replace("&amp;", "&")) for href in links_in(answer.text())]
        else:
            found = visit.looks_at(page, bare, address, role)
        waiting += [(one.partition("#")[0], kind) for one in found if one.startswith(site.url)]


def is_not_set_up_yet(site: Site) -> None:
    """Put the first school back to before its first run."""
    site.python(
        "from muster.people.models import School; School.objects.filter(slug='ashgrove').update(set_up_at=None)"
    )


def links_in(text: str) -> list[str]:
    return re.findall(r'<a\b[^>]*?\shref="([^"]+)"', text)


def tries_unlinked(visit: Visit, pages: dict[str, tuple[Page, Page]], route: str, site: Site) -> None:
    """Look for a screen at an address that no link names, such as one reached through a form."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", route)
    if NO_SCREENS.search(route) or not all(name in visit.numbers for name in names):
        return
    address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: visit.numbers[found[1]], route)
    for role, (page, bare) in pages.items():
        answer = page.request.get(site.url + address)
        if answer.status == 405:
            return
        whole = "text/html" in answer.headers.get("content-type", "") and "<h1" in answer.text()
        if answer.status == 200 and whole and kind_of(answer.url) not in visit.screens:
            visit.looks_at(page, bare, address, role)
            return


def test_a_grid_a_class_list_and_a_pupil_each_print_on_one_sheet(page: Page, sign_in: "SignsIn") -> None:
    sign_in(page, "teacher")
    page.goto("/ashgrove/mark/")
    page.wait_for_selector("[data-markbook][data-ready]")
    assert page.locator("tr[data-pupil]").count() >= 30
    assert sheets(page) == 1, "The grid"
    pupil = page.locator("tr[data-pupil] a").first.get_attribute("href")
    page.get_by_role("navigation").get_by_role("link", name="Class").first.click()
    page.get_by_role("link", name="3 Hazel").first.click()
    expect(page.get_by_role("heading", name="3 Hazel")).to_be_visible()
    assert sheets(page) == 1, "The class list"
    page.goto(str(pupil))
    assert sheets(page) == 1, "The pupil"


def sheets(page: Page) -> int:
    """How many pages of A4 the page is on paper."""
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))


@pytest.fixture
def without_scripts(windows: "Windows") -> Page:
    return windows.open(java_script_enabled=False)


def test_without_scripts_a_teacher_signs_in_and_marks_one_pupil(without_scripts: Page, sign_in: "SignsIn") -> None:
    page = without_scripts
    sign_in(page, "teacher")
    page.get_by_role("link", name="Carry on marking").click()
    page.locator("thead th a").last.click()
    first = page.locator("ul.mark-list > li").first
    first.get_by_role("button", name="S, Secure").click()
    expect(first.get_by_role("button", name="S, Secure")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()


def test_without_scripts_the_office_adds_a_pupil(without_scripts: Page, sign_in: "SignsIn") -> None:
    page = without_scripts
    sign_in(page, "office")
    page.get_by_role("link", name="More").first.click()
    page.get_by_role("link", name="Pupils").first.click()
    page.get_by_role("link", name="New joiner").click()
    page.get_by_label("Given names").fill("Wilhelmina")
    page.get_by_label("Family name").fill("Quickthorn")
    page.get_by_role("button", name="Take on roll").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wilhelmina Quickthorn")
