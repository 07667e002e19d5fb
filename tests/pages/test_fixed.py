"""Parts that are written once and kept: `{% fixed "a.html" %}`."""

import re

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.template.engine import Engine
from django.utils import translation

from muster.people.models import School
from tests.house.reading import ROOT

PAGES = sorted(ROOT.glob("muster/*/templates/**/*.html"))
FIXED = sorted({name for file in PAGES for name in re.findall(r'{% fixed "([^"]+)" %}', file.read_text())})
SENTENCES = "markbook/sentences.html"


def drawn(template: Template, **page: object) -> str:
    return template.render(Context(page))


def test_it_says_what_an_include_would() -> None:
    fixed = Template(f'{{% fixed "{SENTENCES}" %}}')
    included = Template(f'{{% include "{SENTENCES}" %}}')
    own = School(words={"pupil": {"singular": "<b>scholar</b>"}})
    for school in (School(), own, School(country="de")):
        for language in ("en-gb", "cy", "en-gb"):
            with translation.override(language):
                assert drawn(fixed, school=school) == drawn(included, school=school)
    assert "<b>" not in drawn(fixed, school=own)


def test_it_speaks_without_a_school() -> None:
    assert "pupil" in drawn(Template(f'{{% fixed "{SENTENCES}" %}}'))


def test_a_word_that_was_changed_is_said_at_once() -> None:
    fixed, school = Template(f'{{% fixed "{SENTENCES}" %}}'), School()
    drawn(fixed, school=school)
    school.words = {"pupil": {"singular": "scholar"}}
    assert "scholar" in drawn(fixed, school=school)


@pytest.mark.parametrize("name", FIXED)
def test_a_fixed_part_asks_for_nothing_of_a_page(name: str) -> None:
    source = Engine.get_default().get_template(name).source
    said = set(re.findall(r"{% term [^%]* as (\w+) %}", source))
    assert set(re.findall(r"{{ *(\w+)", source)) <= said
    assert not re.search(r"{% (if|for|url|csrf_token)\b", source), "What differs from page to page is no fixed part."


def test_a_fixed_part_is_named_outright() -> None:
    with pytest.raises(TemplateSyntaxError, match="quotation marks"):
        Template("{% fixed name %}")
