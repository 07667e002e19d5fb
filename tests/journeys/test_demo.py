"""The demo as somebody meets it who has just cloned Muster: everybody signs in, and the schools stay apart."""

import re
from typing import TYPE_CHECKING

from playwright.sync_api import APIRequestContext, Page, expect

from muster.config.planting.cast import CAST
from tests.support.server import Site

if TYPE_CHECKING:
    from tests.support.browser import SignsIn, Windows


def links_in(page: str) -> list[str]:
    """The addresses of our own that a page offers, without what ends the session."""
    found = {link.partition("#")[0] for link in re.findall(r'<a\b[^>]*\bhref="(/[^"]*)"', page)}
    return sorted(link.replace("&amp;", "&") for link in found if link and "sign-out" not in link)


def signed_in(asking: APIRequestContext, address: str, password: str) -> str:
    """Sign in as a browser without scripts would, and answer the page that comes."""
    form = asking.get("/sign-in/").text()
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form))
    answer = asking.post("/sign-in/", form={"csrfmiddlewaretoken": token, "email": address, "password": password})
    assert answer.status == 200, f"{address}: {answer.status}"
    assert "/sign-in/" not in answer.url
    return answer.text()


def test_everybody_signs_in_and_all_they_are_offered_opens(site: Site, windows: "Windows") -> None:
    known = {one.address: one.password for one in site.sign_ins}
    offered: set[str] = set()
    for part in CAST:
        context = windows.browser.new_context(base_url=site.url, extra_http_headers={"Referer": f"{site.url}/sign-in/"})
        page = signed_in(context.request, part.address, known[part.address])
        for link in links_in(page):
            status = context.request.get(link).status
            assert status == 200, f"{part.says} is offered {link}, which answers {status}"
            offered.add(link)
        context.close()
    assert len(offered) > 10


def test_a_question_mark_opens_help_unless_something_is_being_typed(page: Page, sign_in: "SignsIn") -> None:
    sign_in(page, "teacher")
    here = page.url
    page.get_by_role("combobox").press("?")
    assert page.url == here
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_url("**/help/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_second_school_finds_nothing_of_the_first(
    site: Site, page: Page, windows: "Windows", sign_in: "SignsIn"
) -> None:
    sign_in(page, "teacher")
    page.get_by_role("link", name=re.compile("3 Hazel")).first.click()
    expect(page.get_by_text("Featherstonehaugh").first).to_be_attached()
    ours = [
        page.url.removeprefix(site.url),
        *(link for link in links_in(page.content()) if link.startswith("/ashgrove/")),
    ]
    assert len(ours) > 3
    other = windows.open()
    sign_in(other, "teacher", school=1)
    expect(other).to_have_title(re.compile("Birchwood"))
    assert "/ashgrove/" not in other.content()
    for link in ours:
        assert other.request.get(link).status == 404, link
        # The same address under their own school must not reach into ours either.
        assert "Featherstonehaugh" not in other.request.get(link.replace("/ashgrove/", "/birchwood/")).text()
