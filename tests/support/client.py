"""The client every test opens pages with: it reads each page as a browser and a screen reader would, and objects."""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
CONTROLS = ("input", "select", "textarea")
UNLABELLED = frozenset({"hidden", "submit", "button", "reset", "image"})
POINTERS = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-errormessage", "list", "form")


class BadPage(AssertionError):
    """A page that a school should not be sent; the message says what is wrong with it."""


@dataclass(eq=False)
class Element:
    """One element. Two that look alike are still two."""

    tag: str
    attributes: dict[str, str]
    inside: list["Element"]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def __str__(self) -> str:
        wanted = ("id", "name", "type", "href", "src", "action", "class")
        return (
            f"<{self.tag}{''.join(f' {name}={self.attributes[name]!r}' for name in wanted if name in self.attributes)}>"
        )

    @property
    def words(self) -> str:
        """Its text, without that of controls inside it: what a label says of the control it holds."""
        inside = (child.words for child in self.children if child.tag not in CONTROLS)
        return (self.text + "".join(inside)).strip()

    @property
    def name(self) -> str:
        """What a screen reader would call it, near enough."""
        own = self.attributes.get("aria-label") or self.attributes.get("title") or self.attributes.get("alt") or ""
        return (own or self.text + "".join(child.name for child in self.children)).strip()


class Page(HTMLParser):
    """Every element of a page, in order, each knowing what it stands inside."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.doctype = ""
        self._open: list[Element] = []
        self.feed(source)
        self.close()

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl.lower()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, list(self._open))
        if self._open:
            self._open[-1].children.append(element)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        for position in range(len(self._open) - 1, -1, -1):
            if self._open[position].tag == tag:
                del self._open[position:]
                return

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    @property
    def whole(self) -> bool:
        """A page of its own, not a fragment put into one."""
        return bool(self.all("html"))


@cache
def _static_exists(path: str) -> bool:
    return finders.find(path) is not None


def _faults_of_a_whole_page(page: Page) -> list[str]:
    found = []
    if page.doctype != "doctype html":
        found.append("does not begin with <!doctype html>")
    if not page.all("html")[0].attributes.get("lang"):
        found.append("<html> names no language")
    titles = [one for one in page.all("title") if not any(above.tag == "svg" for above in one.inside)]
    if len(titles) != 1 or not titles[0].name:
        found.append(f"needs one title that says something, has {[one.name for one in titles]}")
    headings = page.all("h1")
    if len(headings) != 1 or not headings[0].name:
        found.append(f"needs one h1 that says something, has {[one.name for one in headings]}")
    if len(page.all("main")) != 1:
        found.append("needs one <main>")
    return found


def _faults_of_names(page: Page) -> list[str]:
    """Ids used once, pointers that point somewhere, everything that can be worked has a name."""
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    found = [f"the id {one!r} is used {ids.count(one)} times" for one in sorted(set(ids)) if ids.count(one) > 1]
    if page.whole:
        for one in page.elements:
            for pointer in POINTERS:
                found += [
                    f"{one} points with {pointer} to {to!r}, which is not there"
                    for to in one.attributes.get(pointer, "").split()
                    if to not in ids
                ]
            if one.tag == "label" and one.attributes.get("for", ids and ids[0]) not in ids:
                found.append(f"a label is for {one.attributes['for']!r}, which is not there")
    labelled = {one.attributes["for"] for one in page.all("label") if one.attributes.get("for") and one.words}
    for one in page.all(*CONTROLS):
        named = (
            one.attributes.get("type", "text") in UNLABELLED
            or one.attributes.get("aria-label")
            or one.attributes.get("aria-labelledby")
            or one.attributes.get("id") in labelled
            or any(above.tag == "label" and above.words for above in one.inside)
        )
        if not named:
            found.append(f"{one} has no label")
    found += [
        f"{one} has no words in it"
        for one in page.elements
        if (one.tag == "button" or (one.tag == "a" and "href" in one.attributes))
        and not one.name
        and "aria-labelledby" not in one.attributes
    ]
    found += [f"{one} has no alt text" for one in page.all("img") if "alt" not in one.attributes]
    return found


def _faults_of_policy(page: Page) -> list[str]:
    """What our own content security policy would refuse, and links to things that are not there."""
    found = []
    for one in page.elements:
        found += [f"{one} has the inline handler {name}" for name in one.attributes if name.startswith("on")]
        if "style" in one.attributes:
            found.append(f"{one} has an inline style")
        if one.tag == "style" and not any(above.tag == "svg" for above in one.inside):
            found.append("there is an inline <style>")
        if one.tag == "script" and "src" not in one.attributes and one.attributes.get("type") != "application/json":
            found.append("there is an inline <script>")
        for name in ("src", "href", "action", "formaction"):
            target = one.attributes.get(name, "")
            if target.strip().lower().startswith("javascript:"):
                found.append(f"{one} runs a script from {name}")
            outside = urlsplit(target).netloc
            if outside and outside not in settings.ALLOWED_HOSTS and one.tag != "a":
                found.append(f"{one} fetches from another place")
            if target.startswith(settings.STATIC_URL):
                path = unquote(urlsplit(target).path.removeprefix(settings.STATIC_URL))
                if path and not _static_exists(path):
                    found.append(f"{one} asks for a file that is not there")
    for form in page.all("form"):
        if form.attributes.get("method", "get").lower() == "post" and page.whole:
            tokens = [
                one
                for one in page.all("input")
                if one.attributes.get("name") == "csrfmiddlewaretoken" and form in one.inside
            ]
            if not tokens:
                found.append(f"{form} sends no CSRF token")
    return found


def faults_of_page(source: str) -> list[str]:
    """All that is wrong with a page or a fragment of one, each as a clause; empty when nothing is."""
    page = Page(source)
    return [*(_faults_of_a_whole_page(page) if page.whole else []), *_faults_of_names(page), *_faults_of_policy(page)]


def faults_of_headers(response: HttpResponse) -> list[str]:
    policy = response.headers.get("Content-Security-Policy", "")
    found = [] if policy else ["is sent without a content security policy"]
    if "unsafe-inline" in policy or "unsafe-eval" in policy:
        found.append("is sent with an unsafe content security policy")
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("is sent without X-Content-Type-Options: nosniff")
    return found


def check_page(address: str, response: Any) -> None:
    """Raise `BadPage` naming everything wrong with an HTML answer; other kinds of answer pass."""
    if not response.headers.get("Content-Type", "").startswith("text/html") or getattr(response, "streaming", False):
        return
    if response.status_code in {204, 304} or (300 <= response.status_code < 400):
        return
    found = faults_of_headers(response) + faults_of_page(response.content.decode())
    if found:
        raise BadPage(
            f"{address} answered {response.status_code} with a bad page:\n" + "\n".join(f"  - {one}" for one in found)
        )


class PageClient(Client):
    """Django's test client, coming over TLS to the school's own host name, objecting to every bad page."""

    def __init__(self, *, enforce_csrf_checks: bool = False, **defaults: Any) -> None:
        super().__init__(enforce_csrf_checks=enforce_csrf_checks, **{"SERVER_NAME": settings.HOST, **defaults})

    def force_login(self, user: Any, backend: str | None = None, *, second_factor: bool = True) -> None:
        """Sign in without a password, as somebody who has shown a second factor unless told otherwise."""
        from muster.people.signin import sessions  # its models need settings, which conftest has not made yet

        super().force_login(user, backend)
        session = self.session
        sessions.begin(session, at=timezone.now(), second_factor=second_factor)
        session.save()

    def request(self, **request: Any) -> Any:
        from muster.privacy import fuse  # it needs settings, which conftest has not made yet

        with fuse.nothing_declared():
            # Outside the demo nobody is answered over plain http, so no test is either.
            response = super().request(**{**request, "wsgi.url_scheme": "https", "SERVER_PORT": "443"})
        if request.get("REQUEST_METHOD", "GET") != "HEAD":
            check_page(str(request.get("PATH_INFO", "")), response)
        return response
