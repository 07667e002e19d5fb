"""What rules say, in the language of whoever reads it."""

import pytest
from django.utils.translation import gettext

from muster.pages.rules.said import Tongue, say

pytestmark = pytest.mark.pure


def test_what_somebody_wrote_is_never_read_as_a_pattern() -> None:
    assert say("There is no stage “{name}”.", name="{0} {secret} %s") == "There is no stage “{0} {secret} %s”."


def test_a_number_is_written_as_the_sentence_asks() -> None:
    assert say("At most {most:,} letters fit.", most=1200) == "At most 1,200 letters fit."


def test_the_program_translates_what_rules_say() -> None:
    assert Tongue.translate is gettext


def test_a_translated_sentence_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tongue, "translate", {"Give {word} a key.": "Rhowch allwedd i {word}."}.get)
    assert say("Give {word} a key.", word="Secure") == "Rhowch allwedd i Secure."
