"""History in plain sentences: each app says what its verbs mean, and what its pages are called when somebody looked."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise

Words = str | Promise
_verbs: dict[str, Words] = {}
_pages: dict[str, Words] = {}


def offer(verbs: Mapping[StrEnum, Words]) -> None:
    """Add what was done, as a sentence without who and whom: "A mark was made"."""
    _verbs.update({str(verb): words for verb, words in verbs.items()})


def offer_pages(pages: Mapping[str, Words]) -> None:
    """Add what was looked at, by the name of its address: "a pupil's page"."""
    _pages.update(pages)


def sentence(verb: str) -> str:
    """What was done; the verb itself where no app of this version knows it."""
    return str(_verbs.get(verb, verb))


def page(name: str) -> str:
    """What was looked at; its name where no app of this version knows it."""
    return str(_pages.get(name, name))
