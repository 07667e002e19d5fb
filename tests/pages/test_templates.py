"""Templates keep to the house: nothing the content security policy would refuse, and each component says what it takes."""

import re

import pytest
from django.template.loader import get_template

from tests.house.reading import ROOT, place

pytestmark = pytest.mark.pure

PAGES = ROOT / "muster/pages/templates"
TEMPLATES = sorted(ROOT.glob("muster/*/templates/**/*.html"))
OURS = sorted(PAGES.glob("pages/**/*.html"))
REFUSED = re.compile(r"""\s(?:on[a-z]+|style)\s*=\s*["']|<style\b|<script(?![^>]*\ssrc=)|javascript:""", re.IGNORECASE)


@pytest.mark.parametrize(
    "bad", ['<a onclick="x()">', "<p style='color:red'>", "<style>", "<script>", '<a href="javascript:x">']
)
def test_the_reader_knows_what_the_policy_refuses(bad: str) -> None:
    assert REFUSED.search(bad)


def test_no_template_holds_what_the_policy_refuses() -> None:
    bad = [
        f"{place(file)}: {found[0]!r}" for file in TEMPLATES for found in [REFUSED.search(file.read_text())] if found
    ]
    assert not bad, f"Move it into a file under static: {bad}"


@pytest.mark.parametrize("folder", ["components", "forms", "parts"])
def test_every_part_says_what_it_takes(folder: str) -> None:
    bad = [file.name for file in OURS if file.parent.name == folder and "Variables:" not in file.read_text()[:600]]
    silent = {"styles.html", "scripts.html"}
    assert set(bad) <= silent, f"Open with a comment that lists its variables: {bad}"


@pytest.mark.parametrize("file", OURS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_template_can_be_read(file: object) -> None:
    get_template(str(file).removeprefix(f"{PAGES}/"))
