"""The frame holds whoever is signed in, and every component stands in it without a fault."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils.safestring import SafeString

from muster.pages import bars, panels
from muster.pages.forms import Renderer
from tests.house.reading import ROOT
from tests.support.client import Page, faults_of_page

pytestmark = pytest.mark.pure

ASHGROVE = SimpleNamespace(
    slug="ashgrove", name="Ashgrove Primary School", country="", words={}, zone=ZoneInfo("Europe/London")
)
BIRCHWOOD = SimpleNamespace(slug="birchwood", name="Birchwood Infant School")
OKAFOR = SimpleNamespace(name="Ngozi Okafor", email="okafor@ashgrove.example")
PLACES = [
    {"label": label, "href": f"/ashgrove/{label}/", "icon": label.lower(), "current": label == "Mark"}
    for label in ("Today", "Mark", "Class", "More")
]
COMPONENTS = sorted(file.stem for file in (ROOT / "muster/pages/templates/pages/components").glob("*.html"))


class Search(forms.Form):
    default_renderer = Renderer()
    q = forms.CharField(label="Name")


def thing(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**values)


GIVEN: dict[str, dict[str, Any]] = {
    "avatar": {"name": "Amina Ali", "large": True},
    "banner": {"kind": "bad", "heading": "Backup is old", "text": "Ask the office.", "href": "/x/", "label": "See"},
    "button": {"label": "Save", "href": "/x/"},
    "card": {"kicker": "Now", "heading": "Carry on", "lead": "11 of 30", "text": "Number", "href": "/x/", "label": "Open"},
    "code_chip": {"code": "3N1"},
    "dialog": {"id": "panel", "heading": "Amina", "body": "pages/components/code_chip.html", "code": "3N2"},
    "empty_state": {"heading": "None yet", "text": "Paste a list.", "href": "/x/", "label": "Paste", "example": "Number\n  Counts in tens"},
    "error_summary": {"errors": [{"text": "Enter a name.", "href": "#main"}]},
    "filter_bar": {"form": Search(auto_id="filter_%s"), "clear_href": "?"},
    "first_use": {"text": "Press a key.", "action": "/x/"},
    "icon": {"name": "today"},
    "identity_bar": {"name": "Amina Ali", "facts": ["3 Hazel"], "tags": ["EAL"], "next_href": "/2/", "next_label": "Ben"},
    "meter": {"text": "11 of 30 marked", "percent": 37},
    "offline_strip": {"text": "Saved copy from 08:52"},
    "pager": {"page": Paginator(range(30), 10).page(2), "query": "&q=a"},
    "panels": {"panels": [panels.Shown("Learning", SafeString("7 of 11"))]},
    "secret": {"text": "https://school.example/join/1", "label": "the link"},
    "seen_by": {"text": "Staff who teach 3 Hazel.", "href": "/x/"},
    "stacked_bar": {"text": "7 of 11", "segments": bars.stacked([bars.Part(7, "Secure", "leaf"), bars.Part(4, "Blank")])},
    "stepper": {"steps": [thing(label="School", done=True, href="/x/"), thing(label="Terms", current=True)]},
    "summary_list": {"rows": [thing(label="Name", value="Ashgrove", href="/x/")]},
    "table": {"caption": "Classes", "heads": ["Class", "Marked"], "rows": [["3 Hazel", 30]], "numbers": True},
    "tabs": {"tabs": [thing(label="Classes", href="/x/", current=True)], "label": "Settings"},
    "tag": {"text": "Year 2", "kind": "warn"},
    "task_list": {"tasks": [thing(label="School", hint="Name", href="/x/", status="Done", kind="good")]},
    "timeline": {"entries": [thing(what="S, Secure", when="today", who="Ngozi Okafor", text="With help.")]},
    "toast": {"text": "30 marked.", "undo": "/undo/"},
}  # fmt: skip


def page(rf: RequestFactory, main: str = "", *, frame: str = "base", **context: Any) -> str:
    request = rf.get("/")
    request.now = datetime(2025, 3, 4, 10, 42, tzinfo=UTC)  # type: ignore[attr-defined]
    source = f'{{% extends "pages/{frame}.html" %}}{{% block title %}}T{{% endblock %}}{{% block heading %}}H{{% endblock %}}'
    template = engines["django"].from_string(f"{source}{{% block main %}}{main}{{% endblock %}}")
    # No messages: reading them would ask for a session, and so for a database.
    return template.render({"messages": [], **context}, request)


def words(source: str, css: str) -> str:
    return " ".join(
        " ".join(one.name for one in Page(source).elements if css in one.attributes.get("class", "").split()).split()
    )


def test_every_component_has_something_given() -> None:
    assert sorted(GIVEN) == COMPONENTS


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_stands_in_a_page_without_a_fault(rf: RequestFactory, name: str) -> None:
    include = f'{{% include "pages/components/{name}.html" %}}'
    assert not faults_of_page(page(rf, include, school=ASHGROVE, account=OKAFOR, places=PLACES, **GIVEN[name]))


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_given_nothing_does_not_break_the_page(rf: RequestFactory, name: str) -> None:
    assert page(rf, f'{{% include "pages/components/{name}.html" %}}')


@pytest.mark.parametrize("frame", ["base", "plain"])
@pytest.mark.parametrize(
    "context",
    [
        pytest.param({}, id="nobody"),
        pytest.param({"account": OKAFOR}, id="signed in, no school"),
        pytest.param({"school": ASHGROVE, "account": OKAFOR, "places": PLACES, "schools": [ASHGROVE]}, id="one school"),
        pytest.param(
            {"school": ASHGROVE, "account": OKAFOR, "places": PLACES, "schools": [ASHGROVE, BIRCHWOOD]}, id="two"
        ),
        pytest.param({"school": ASHGROVE, "demo": True, "seen_by": "Staff."}, id="demo"),
    ],
)
def test_the_frame_holds_whoever_is_there(rf: RequestFactory, frame: str, context: dict[str, Any]) -> None:
    assert not faults_of_page(page(rf, frame=frame, **context))


def test_the_school_heads_every_page_and_its_title(rf: RequestFactory) -> None:
    source = page(rf, school=ASHGROVE, account=OKAFOR, places=PLACES, schools=[ASHGROVE])
    assert words(source, "school-name") == "Ashgrove Primary School"
    assert Page(source).all("title")[0].name == "T – Ashgrove Primary School – Muster"
    assert "schools" not in {css for one in Page(source).elements for css in one.attributes.get("class", "").split()}


def test_somebody_with_two_schools_can_change(rf: RequestFactory) -> None:
    source = page(rf, school=ASHGROVE, account=OKAFOR, places=PLACES, schools=[ASHGROVE, BIRCHWOOD])
    assert "change school" in words(source, "school-name")
    assert "/birchwood/" in {one.attributes.get("href") for one in Page(source).all("a")}


def test_one_place_is_the_present_one(rf: RequestFactory) -> None:
    found = Page(page(rf, school=ASHGROVE, account=OKAFOR, places=PLACES))
    assert [one.name for one in found.all("a") if one.attributes.get("aria-current")] == ["Mark"]


def test_a_print_says_who_and_when(rf: RequestFactory) -> None:
    source = page(rf, school=ASHGROVE, account=OKAFOR, places=PLACES)
    assert words(source, "only-print") == "Ashgrove Primary School · Ngozi Okafor · printed 4 March 2025, 10:42"


def test_a_name_cannot_become_markup(rf: RequestFactory) -> None:
    hostile = "<script>alert(1)</script>"
    account = SimpleNamespace(name=hostile, email=hostile)
    school = SimpleNamespace(**{**vars(ASHGROVE), "name": hostile})
    assert hostile not in page(rf, school=school, account=account, places=PLACES, schools=[school, BIRCHWOOD])
