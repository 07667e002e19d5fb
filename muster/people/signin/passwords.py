"""The one validator of passwords, and the sentence for each refusal."""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from muster.people.models import Account, Post
from muster.people.rules.passwords import SHORTEST, Weakness, weakness


def own_words(account: Account | None) -> Iterator[str]:
    """What somebody who knows the person would try: their name and address, and those of school and trust."""
    yield settings.HOST
    if account is None:
        return
    yield account.name
    yield account.email
    if account.pk is None:
        return
    for post in Post.objects.filter(account=account).select_related("school", "school__trust"):
        yield post.school.name
        yield post.school.trust.name


class GoodPassword:
    """At least fifteen characters, and not one of those everybody would try first. No rule about their kinds."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise the sentence that helps, or nothing."""
        match weakness(password, own=own_words(user)):
            case None:
                return
            case Weakness.SHORT:
                missing = SHORTEST - len(password)
                sentence = _(
                    "Use at least %(shortest)d characters: %(missing)d more. Four words in a row are easy to remember."
                )
                raise ValidationError(sentence % {"shortest": SHORTEST, "missing": missing}, code="short")
            case Weakness.LONG:
                raise ValidationError(
                    _("That is more than Muster can take. Use at most 1,000 characters."), code="long"
                )
            case Weakness.EASY:
                sentence = _(
                    "That is one of the first things somebody would try. Add words that do not belong together."
                )
                raise ValidationError(sentence, code="easy")
            case Weakness.OWN:
                sentence = _("That is mostly your own name or your school's. Add words nobody would connect with you.")
                raise ValidationError(sentence, code="own")

    def get_help_text(self) -> str:
        """What to type."""
        return _("At least %d characters. Four words in a row are easy to remember and hard to guess.") % SHORTEST
