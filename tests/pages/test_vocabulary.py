"""What a school calls things."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from muster.pages.vocabulary import CYMRAEG, PRESETS, Term, UnknownTerm, word

pytestmark = pytest.mark.pure


def said(source: str, *, country: str = "", words: dict[str, Any] | None = None, **more: Any) -> str:
    school = SimpleNamespace(country=country, words=words or {})
    return Template("{% load words %}" + source).render(Context({"school": school, **more}))


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_all_sixteen_words(preset: str) -> None:
    assert set(PRESETS[preset]) == set(Term)
    assert len(Term) == 16
    for one in PRESETS[preset].values():
        assert one.singular != one.plural
        assert one.article.endswith(f" {one.singular}")


def test_welsh_has_all_sixteen_words() -> None:
    assert set(CYMRAEG) == set(Term)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param('{% term "pupil" %}', "pupil", id="one"),
        pytest.param('{% term "class" plural %}', "classes", id="an irregular plural"),
        pytest.param('{% term "objective" article %}', "an objective", id="with its article"),
        pytest.param('{% term "objective" article capital %}', "An objective", id="at the head of a sentence"),
        pytest.param('{% term "pupil" count=1 %}', "pupil", id="one counted"),
        pytest.param('{% term "pupil" count=0 %}', "pupils", id="none counted"),
        pytest.param('{% term "pupil" plural as p %}30 {{ p }}', "30 pupils", id="kept for a sentence"),
    ],
)
def test_a_word_takes_the_form_its_sentence_needs(source: str, expected: str) -> None:
    assert said(source) == expected


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("", "pupil"),
        ("GB-ENG", "pupil"),
        ("gb-wls", "learner"),
        ("US", "student"),
        ("NZ", "student"),
        ("scotland", "pupil"),
    ],
)
def test_a_country_brings_its_words(country: str, expected: str) -> None:
    assert said('{% term "pupil" %}', country=country) == expected


def test_the_schools_own_word_goes_first() -> None:
    own = {"pupil": {"singular": "scholar"}, "class": {"singular": "set", "plural": "sets", "article": "one set"}}
    assert said('{% term "pupil" plural %}, {% term "class" article %}', words=own) == "scholars, one set"


def test_a_school_may_name_its_preset() -> None:
    assert said('{% term "tutor group" %}', words={"preset": "england-secondary"}) == "tutor group"


def test_a_word_is_said_in_the_language_of_the_page() -> None:
    with translation.override("cy"):
        assert said('{% term "pupil" plural %}') == "disgyblion"
        assert said('{% term "pupil" %}', words={"cy": {"pupil": {"singular": "plentyn"}}}) == "plentyn"
    assert said('{% term "pupil" %}', words={"cy": {"pupil": {"singular": "plentyn"}}}) == "pupil"


def test_a_word_of_the_school_is_escaped() -> None:
    assert said('{% term "pupil" %}', words={"pupil": {"singular": "<b>"}}) == "&lt;b&gt;"


@pytest.mark.parametrize("broken", [None, 7, [], {}, {"singular": ""}, {"singular": 3}, {"plural": "x"}])
def test_a_broken_word_is_passed_over(broken: Any) -> None:
    assert said('{% term "pupil" %}', words={"pupil": broken}) == "pupil"


def test_a_page_without_a_school_still_speaks() -> None:
    assert Template('{% load words %}{% term "head" %}').render(Context()) == "head"


def test_only_the_sixteen_are_words_of_the_school() -> None:
    with pytest.raises(UnknownTerm, match="giraffe"):
        word("giraffe")
    with pytest.raises(TemplateSyntaxError, match="plurel"):
        Template('{% load words %}{% term "pupil" plurel %}')
