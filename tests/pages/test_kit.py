"""The parts a page is made of: forms, error pages, bars and panels."""

import pytest
from django import forms
from django.http import HttpRequest
from django.test import RequestFactory

from muster.pages import bars, errors, panels
from muster.pages.forms import Renderer
from tests.support.client import Page

pytestmark = pytest.mark.pure


class Joiner(forms.Form):
    default_renderer = Renderer()

    name = forms.CharField(label="Given name", help_text="As in class.")
    group = forms.ChoiceField(label="Group", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False)


def test_a_form_labels_hints_and_says_what_may_be_left_out() -> None:
    page = Page(str(Joiner()))
    assert [one.attributes["for"] for one in page.all("label")][:1] == ["id_name"]
    box = next(one for one in page.all("input") if one.attributes["name"] == "name")
    assert box.attributes["aria-describedby"] == "id_name_helptext"
    assert [one.words for one in page.all("span")] == ["(optional)"]
    assert len(page.all("fieldset")) == 1


def test_what_is_wrong_stands_at_the_top_and_at_the_field() -> None:
    page = Page(str(Joiner({"note": "x"})))
    links = [one.attributes["href"] for one in page.all("a")]
    ids = {one.attributes["id"] for one in page.elements if "id" in one.attributes}
    assert links == ["#id_name", "#id_group_0"]
    assert {link.removeprefix("#") for link in links} <= ids
    box = next(one for one in page.all("input") if one.attributes["name"] == "name")
    assert box.attributes["aria-invalid"] == "true"
    assert set(box.attributes["aria-describedby"].split()) <= ids


def test_a_hostile_label_or_message_is_escaped() -> None:
    form = Joiner({"name": "<script>alert(1)</script>"})
    form.fields["name"].label = "<i>"
    form.add_error("name", "<u>")
    drawn = str(form)
    assert "<script>" not in drawn
    assert "<i>" not in drawn
    assert "<u>" not in drawn


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 500, 503])
def test_an_error_page_shows_the_number_that_finds_its_line(rf: RequestFactory, status: int) -> None:
    request = rf.get("/")
    answer = errors.error_page(request, status)
    assert answer.status_code == status
    assert errors.number_of(request) in answer.content.decode()
    page = Page(answer.content.decode())
    assert len(page.all("h1")) == 1
    assert answer["Cache-Control"] == "no-store"


def test_an_error_page_says_the_reason_it_is_given(rf: RequestFactory) -> None:
    assert (
        "History is full &amp; stopped."
        in errors.error_page(rf.get("/"), 503, reason="History is full & stopped.").content.decode()
    )


def test_an_error_page_that_cannot_be_drawn_is_still_a_page(rf: RequestFactory) -> None:
    request = rf.get("/")
    answer = errors.error_page(request, 418)
    assert answer.status_code == 418
    assert errors.number_of(request) in answer.content.decode()


def test_a_bar_is_as_wide_as_its_parts() -> None:
    parts = [bars.Part(7, "Secure", "leaf"), bars.Part(0, "Developing", "straw"), bars.Part(3, "Not yet marked")]
    drawn = bars.stacked(parts)
    assert [(one.css, one.x, one.width) for one in drawn] == [("fill-leaf", "0", "70"), ("blank", "70", "30")]


@pytest.mark.parametrize("parts", [[], [bars.Part(0, "Not yet marked")]])
def test_a_bar_of_nothing_is_blank(parts: list[bars.Part]) -> None:
    assert [(one.css, one.width) for one in bars.stacked(parts)] == [("blank", "100")]


def test_panels_stand_in_their_order_and_may_have_nothing_to_show(rf: RequestFactory) -> None:
    offers = panels.Panels()

    @offers.offer
    def later(request: HttpRequest, pupil: str) -> panels.Panel:
        return panels.Panel(f"Later for {pupil}", "pages/components/tag.html", {"text": pupil})

    @offers.offer
    def now(request: HttpRequest, pupil: str) -> panels.Panel:
        return panels.Panel("Now", "pages/components/tag.html", {"text": "<x>"}, order=1)

    @offers.offer
    def nothing(request: HttpRequest, pupil: str) -> None:
        return None

    offers.offer(now)
    shown = offers.shown(rf.get("/"), "Amina")
    assert [one.title for one in shown] == ["Now", "Later for Amina"]
    assert "&lt;x&gt;" in shown[0].html
