"""The client that checks pages sees what it is for, and lets a good page pass."""

import pytest
from django.http import HttpResponse, JsonResponse

from tests.support.client import BadPage, check_page, faults_of_page

pytestmark = pytest.mark.pure

GOOD = """<!doctype html><html lang="en-gb"><head><title>3 Hazel</title></head><body><main><h1>3 Hazel</h1>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x">
<label for="name">Name</label><input id="name" aria-describedby="hint"><p id="hint">As on the register</p>
<label>Year <select><option>3</option></select></label><input type="submit" value="Save"></form>
<button type="button" aria-label="Close"></button><a href="/ashgrove/">Today</a><img src="data:," alt="">
<script type="application/json">{}</script></main></body></html>"""


def test_a_good_page_passes() -> None:
    assert faults_of_page(GOOD) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        pytest.param("<!doctype html>", "", "doctype", id="no doctype"),
        pytest.param(' lang="en-gb"', "", "language", id="no language"),
        pytest.param("<title>3 Hazel</title>", "<title> </title>", "title", id="an empty title"),
        pytest.param("<h1>3 Hazel</h1>", "", "h1", id="no heading"),
        pytest.param("<h1>3 Hazel</h1>", "<h1>3 Hazel</h1><h1>Again</h1>", "h1", id="two headings"),
        pytest.param("<main>", "", "<main>", id="no main"),
        pytest.param('<p id="hint">', '<p id="name">', "used 2 times", id="an id twice"),
        pytest.param(' id="hint"', "", "aria-describedby", id="a pointer to nothing"),
        pytest.param('<label for="name">Name</label>', "", "no label", id="an input without a label"),
        pytest.param("<label>Year <select>", "<label><select>", "no label", id="a label without words"),
        pytest.param(' aria-label="Close"', "", "no words", id="a button without words"),
        pytest.param(">Today<", "><", "no words", id="a link without words"),
        pytest.param(' alt=""', "", "alt", id="a picture without alt"),
        pytest.param('href="/ashgrove/"', 'href="javascript:void(0)"', "script", id="a script in a link"),
        pytest.param("<h1>", '<h1 onclick="x()">', "handler", id="an inline handler"),
        pytest.param("<h1>", '<h1 style="color:red">', "style", id="an inline style"),
        pytest.param("<main>", "<main><style></style>", "<style>", id="a style element"),
        pytest.param(' type="application/json"', "", "<script>", id="an inline script"),
        pytest.param(
            'src="data:,"', 'src="https://pictures.example/1.png"', "another place", id="a picture from outside"
        ),
        pytest.param('src="data:,"', 'src="/static/nowhere.png"', "not there", id="a static file that is not there"),
        pytest.param('name="csrfmiddlewaretoken"', 'name="x"', "CSRF", id="a form without its token"),
    ],
)
def test_a_bad_page_is_refused_with_the_reason(right: str, wrong: str, said: str) -> None:
    assert right in GOOD
    faults = faults_of_page(GOOD.replace(right, wrong))
    assert any(said in fault for fault in faults), faults


def answer(**headers: str) -> HttpResponse:
    response = HttpResponse(GOOD)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def test_a_page_without_a_policy_is_refused() -> None:
    with pytest.raises(BadPage, match="content security policy"):
        check_page("/", answer(X_Content_Type_Options="nosniff"))


def test_a_page_with_an_unsafe_policy_is_refused() -> None:
    with pytest.raises(BadPage, match="unsafe"):
        check_page("/", answer(X_Content_Type_Options="nosniff", Content_Security_Policy="script-src 'unsafe-inline'"))


def test_what_is_not_a_page_passes() -> None:
    check_page("/", JsonResponse({}))


def test_a_fragment_needs_no_heading_but_good_labels() -> None:
    assert faults_of_page("<p>Saved</p>") == []
    assert faults_of_page("<input name='note'>")
