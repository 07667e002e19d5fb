"""What a school calls things: sixteen words, in presets by country, each of which a school may replace.

A page in English uses the preset of the school's country; in another language, that language's words (Welsh is here,
the rest come from its gettext catalogue). What the school has written itself goes before both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import pgettext

VOWELS = "aeiou"


class Term(StrEnum):
    """The sixteen things a school may call by another name."""

    PUPIL = "pupil"
    PARENT = "parent"
    TEACHER = "teacher"
    HEAD = "head"
    CLASS = "class"
    TUTOR_GROUP = "tutor group"
    YEAR_GROUP = "year group"
    TERM = "term"
    HALF_TERM = "half-term"
    SUBJECT = "subject"
    OBJECTIVE = "objective"
    STEP = "step"
    SNAPSHOT = "snapshot"
    REGISTER = "register"
    ZONE = "zone"
    INCIDENT = "incident"


@dataclass(frozen=True)
class Word:
    """One word in the forms a sentence needs. `article` is the word with its article: "an objective"."""

    singular: str
    plural: str
    article: str


class UnknownTerm(KeyError):
    """Not one of the sixteen."""


def english(singular: str, plural: str = "", article: str = "") -> Word:
    """An English word; the plural adds an s and the article goes by the first letter unless given."""
    return Word(singular, plural or singular + "s", article or _with_article(singular))


def _with_article(singular: str) -> str:
    return f"{'an' if singular[:1].lower() in VOWELS else 'a'} {singular}"


def _welsh(singular: str, plural: str) -> Word:
    """Welsh has no indefinite article."""
    return Word(singular, plural, singular)


ENGLAND_PRIMARY: Mapping[Term, Word] = {
    Term.PUPIL: english("pupil"),
    Term.PARENT: english("parent"),
    Term.TEACHER: english("teacher"),
    Term.HEAD: english("head"),
    Term.CLASS: english("class", "classes"),
    Term.TUTOR_GROUP: english("registration class", "registration classes"),
    Term.YEAR_GROUP: english("year group"),
    Term.TERM: english("term"),
    Term.HALF_TERM: english("half-term"),
    Term.SUBJECT: english("subject"),
    Term.OBJECTIVE: english("objective"),
    Term.STEP: english("step"),
    Term.SNAPSHOT: english("snapshot"),
    Term.REGISTER: english("register"),
    Term.ZONE: english("zone"),
    Term.INCIDENT: english("incident"),
}

PRESETS: Mapping[str, Mapping[Term, Word]] = {
    "england-primary": ENGLAND_PRIMARY,
    "england-secondary": {
        **ENGLAND_PRIMARY,
        Term.PUPIL: english("student"),
        Term.HEAD: english("headteacher"),
        Term.TUTOR_GROUP: english("tutor group"),
    },
    "scotland": {
        **ENGLAND_PRIMARY,
        Term.HEAD: english("headteacher"),
        Term.YEAR_GROUP: english("stage"),
        Term.HALF_TERM: english("mid-term"),
        Term.OBJECTIVE: english("outcome"),
    },
    "wales": {**ENGLAND_PRIMARY, Term.HEAD: english("headteacher"), Term.PUPIL: english("learner")},
    "international": {
        **ENGLAND_PRIMARY,
        Term.PUPIL: english("student"),
        Term.HEAD: english("head of school", "heads of school"),
        Term.TUTOR_GROUP: english("homeroom"),
        Term.YEAR_GROUP: english("year level"),
    },
    "us": {
        **ENGLAND_PRIMARY,
        Term.PUPIL: english("student"),
        Term.HEAD: english("principal"),
        Term.TUTOR_GROUP: english("homeroom"),
        Term.YEAR_GROUP: english("grade"),
        Term.TERM: english("semester"),
        Term.HALF_TERM: english("quarter"),
        Term.OBJECTIVE: english("standard"),
        Term.STEP: english("level"),
        Term.REGISTER: english("attendance sheet"),
    },
}
PRIMARY = "england-primary"

COUNTRIES: Mapping[str, str] = {
    "england": PRIMARY,
    "gb": PRIMARY,
    "gb-eng": PRIMARY,
    "gb-sct": "scotland",
    "gb-wls": "wales",
    "us": "us",
    "usa": "us",
}

CYMRAEG: Mapping[Term, Word] = {
    Term.PUPIL: _welsh("disgybl", "disgyblion"),
    Term.PARENT: _welsh("rhiant", "rhieni"),
    Term.TEACHER: _welsh("athro", "athrawon"),
    Term.HEAD: _welsh("pennaeth", "penaethiaid"),
    Term.CLASS: _welsh("dosbarth", "dosbarthiadau"),
    Term.TUTOR_GROUP: _welsh("grŵp tiwtor", "grwpiau tiwtor"),
    Term.YEAR_GROUP: _welsh("grŵp blwyddyn", "grwpiau blwyddyn"),
    Term.TERM: _welsh("tymor", "tymhorau"),
    Term.HALF_TERM: _welsh("hanner tymor", "hanner tymhorau"),
    Term.SUBJECT: _welsh("pwnc", "pynciau"),
    Term.OBJECTIVE: _welsh("amcan", "amcanion"),
    Term.STEP: _welsh("cam", "camau"),
    Term.SNAPSHOT: _welsh("ciplun", "cipluniau"),
    Term.REGISTER: _welsh("cofrestr", "cofrestri"),
    Term.ZONE: _welsh("parth", "parthau"),
    Term.INCIDENT: _welsh("digwyddiad", "digwyddiadau"),
}


def preset_of(country: str, words: Mapping[str, Any]) -> str:
    """The preset a school uses: the one named in its own words under "preset", else that of its country.

    A country without one of its own has the international words; a school without a country has England's primary.
    """
    chosen = words.get("preset")
    if isinstance(chosen, str) and chosen in PRESETS:
        return chosen
    country = country.strip().lower()
    if not country:
        return PRIMARY
    return country if country in PRESETS else COUNTRIES.get(country, "international")


def word(term: str, *, country: str = "", language: str = "en-gb", words: Mapping[str, Any] | None = None) -> Word:
    """What a school calls `term` in a language.

    `words` is the school's own: `{"pupil": {"singular": "learner", "plural": "learners"}}` for every language, or the
    same under a language, `{"cy": {"pupil": …}}`, which goes first. Forms left out are made from the singular; a form
    that is not text is passed over. Raises `UnknownTerm` for anything but the sixteen.
    """
    try:
        known = Term(term)
    except ValueError:
        raise UnknownTerm(f"{term!r} is not one of the school's words: {', '.join(Term)}.") from None
    own = words or {}
    short = language.partition("-")[0]
    for named in (own.get(language), own.get(short), own):
        forms = named.get(known) if isinstance(named, Mapping) else None
        if isinstance(forms, Mapping) and isinstance(forms.get("singular"), str) and forms["singular"].strip():
            return _own(forms, short)
    if short == "cy":
        return CYMRAEG[known]
    found = PRESETS[preset_of(country, own)][known]
    if short == "en":
        return found
    # The catalogue may know this very word; where it does not, the English one stands.
    return Word(
        pgettext("school word", found.singular),
        pgettext("school word", found.plural),
        pgettext("school word", found.article),
    )


def _own(forms: Mapping[str, Any], language: str) -> Word:
    singular = forms["singular"].strip()
    made = english(singular) if language == "en" else Word(singular, singular, singular)
    given = {name: forms[name].strip() for name in ("plural", "article") if isinstance(forms.get(name), str)}
    return replace(made, **{name: text for name, text in given.items() if text})
