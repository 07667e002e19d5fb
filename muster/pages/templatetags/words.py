"""School words, dates and numbers in templates. `{% load words %}` brings all of them.

    {% term "pupil" %}  {% term "pupil" plural %}  {% term "objective" article capital %}  {% term "pupil" count=n %}
    {% term "pupil" plural as pupils %}{% blocktranslate %}{{ pupils }} not yet marked{% endblocktranslate %}

A part that is made of nothing but the language and the school's words is written once and kept: `{% fixed "a.html" %}`.

A time is told in the zone of what follows the colon: `{{ judged_at|clock:school }}`.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django import template
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.template.engine import Engine
from django.utils.html import conditional_escape
from django.utils.translation import get_language

from muster.pages import formatting
from muster.pages.vocabulary import Word, word

register = template.Library()

FLAGS = frozenset({"plural", "article", "capital"})


def word_in(context: Context, term: str) -> Word:
    """What the school of this page calls `term`, in the language of this page."""
    school = context.get("school")
    return word(
        term,
        country=getattr(school, "country", "") or "",
        language=get_language() or "en-gb",
        words=getattr(school, "words", None) or {},
    )


class TermNode(Node):
    def __init__(
        self, term: FilterExpression, flags: frozenset[str], number: FilterExpression | None, name: str
    ) -> None:
        self.term, self.flags, self.number, self.name = term, flags, number, name

    def render(self, context: Context) -> str:
        found = word_in(context, str(self.term.resolve(context)))
        plural = "plural" in self.flags or (self.number is not None and self.number.resolve(context) != 1)
        said = found.plural if plural else found.article if "article" in self.flags else found.singular
        if "capital" in self.flags:
            said = said[:1].upper() + said[1:]
        if self.name:
            context[self.name] = said
            return ""
        return str(conditional_escape(said)) if context.autoescape else said


@register.tag("term")
def term_tag(parser: Parser, token: Token) -> TermNode:
    """`{% term "pupil" [plural|article] [capital] [count=n] [as name] %}`"""
    tag, *bits = token.split_contents()
    if not bits:
        raise template.TemplateSyntaxError(f'{{% {tag} %}} needs a word, such as {{% {tag} "pupil" %}}.')
    term = parser.compile_filter(bits.pop(0))
    name = ""
    if len(bits) >= 2 and bits[-2] == "as":
        name = bits[-1]
        bits = bits[:-2]
    number = next((parser.compile_filter(bit.removeprefix("count=")) for bit in bits if bit.startswith("count=")), None)
    flags = frozenset(bit for bit in bits if not bit.startswith("count="))
    if flags - FLAGS:
        raise template.TemplateSyntaxError(
            f"{{% {tag} %}} knows {', '.join(sorted(FLAGS))}, not {', '.join(flags - FLAGS)}."
        )
    return TermNode(term, flags, number, name)


class Speaker(NamedTuple):
    """All that a fixed part may know of the school whose page it stands on."""

    country: str
    words: Mapping[str, Any]


MOST_KEPT: Final = 32
"""How many languages and vocabularies a fixed part is kept in at a time."""


class FixedNode(Node):
    """Keeps what it wrote with the template it stands in, so that both are forgotten together."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kept: dict[tuple[str, str, str], str] = {}

    def render(self, context: Context) -> str:
        school = context.get("school")
        speaker = Speaker(getattr(school, "country", "") or "", getattr(school, "words", None) or {})
        key = (get_language() or "", speaker.country, json.dumps(speaker.words, sort_keys=True))
        found = self.kept.get(key)
        if found is None:
            # Nothing else of the page goes in: no person, no request.
            part = Engine.get_default().get_template(self.name)
            found = part.render(Context({"school": speaker}, autoescape=context.autoescape))
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[key] = found
        return found


@register.tag("fixed")
def fixed_tag(parser: Parser, token: Token) -> FixedNode:
    """`{% fixed "a.html" %}`: an include without the page's variables; `{% term %}` and `{% translate %}` work in it."""
    tag, *bits = token.split_contents()
    if len(bits) != 1 or bits[0][0] not in "\"'" or bits[0][-1] != bits[0][0]:
        raise template.TemplateSyntaxError(f"{{% {tag} %}} needs the name of a template in quotation marks.")
    return FixedNode(bits[0][1:-1])


def zone_of(place: Any) -> ZoneInfo | None:
    """The zone of a school, or a zone itself. None where there is neither, and then nothing is shown."""
    zone = getattr(place, "zone", place)
    return zone if isinstance(zone, ZoneInfo) else None


@register.filter
def long_day(day: date | None) -> str:
    return formatting.long_day(day) if day else ""


@register.filter
def short_day(day: date | None) -> str:
    return formatting.short_day(day) if day else ""


@register.filter
def full_day(day: date | None) -> str:
    return formatting.full_day(day) if day else ""


@register.filter
def seen_from(day: date | None, today: date | None) -> str:
    return formatting.day_seen_from(day, today) if day and today else ""


@register.filter
def clock(at: datetime | None, place: Any) -> str:
    zone = zone_of(place)
    return formatting.clock(at, zone) if at and zone else ""


@register.filter
def full_moment(at: datetime | None, place: Any) -> str:
    zone = zone_of(place)
    return formatting.full_moment(at, zone) if at and zone else ""


@register.filter
def day_in(at: datetime | None, place: Any) -> date | None:
    """The school's own date at an instant, for the filters above."""
    zone = zone_of(place)
    return at.astimezone(zone).date() if at and zone else None


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None, now: datetime | None = None) -> str:
    """`{% moment judged_at %}`: as short as still says when, seen from the time of the request."""
    zone = zone_of(context.get("school"))
    request = context.get("request")
    seen_from_now = now or getattr(request, "now", None)
    if not (at and zone):
        return ""
    return formatting.moment(at, zone, seen_from_now) if seen_from_now else formatting.full_moment(at, zone)


@register.filter
def age(passed: timedelta | None) -> str:
    return formatting.age(passed) if passed is not None else ""


@register.filter
def count(number: int | None) -> str:
    return formatting.count(number) if number is not None else ""


@register.filter
def out_of(part: int, whole: int) -> str:
    return formatting.out_of(part, whole)


@register.filter
def listed(names: Any) -> str:
    return formatting.listed([str(name) for name in names])


@register.filter
def initials(name: str | None) -> str:
    return formatting.initials(name or "")
