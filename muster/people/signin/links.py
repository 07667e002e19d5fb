"""Single-use links: making one, finding one, using one up. Only a keyed digest of the token is kept."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from muster.people import doors
from muster.people.models import Account, SignInLink

Kind = SignInLink.Kind
LASTS = {
    Kind.INVITATION: timedelta(days=7),
    Kind.PASSWORD: timedelta(days=1),
    Kind.SECOND_FACTOR: timedelta(days=1),
}


@dataclass(frozen=True)
class FreshLink:
    """A link just made. Its address exists only here: it cannot be shown again."""

    link: SignInLink
    address: str


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return doors.sealer().fingerprint("sign-in-link", token).hex()


def make(*, account: Account, kind: SignInLink.Kind, by: Account | None, at: datetime) -> FreshLink:
    """A new link for `account`; unused ones of the same kind stop working. The caller writes the history."""
    SignInLink.objects.filter(account=account, kind=kind, used_at__isnull=True, ends_at__gt=at).update(ends_at=at)
    token = secrets.token_urlsafe(32)
    link = SignInLink.objects.create(
        account=account, kind=kind, digest=digest_of(token), made_by=by, made_at=at, ends_at=at + LASTS[kind]
    )
    return FreshLink(link, settings.SITE + reverse("signin-link", kwargs={"token": token}))


def make_spent(*, account: Account, by: Account, at: datetime) -> FreshLink:
    """A link for somebody who needs none, because they can sign in or another school's link will let them.

    It looks like any other, so that inviting tells nobody whether an address is known, and opens nothing.
    """
    token = secrets.token_urlsafe(32)
    link = SignInLink.objects.create(
        account=account, kind=Kind.INVITATION, digest=digest_of(token), made_by=by, made_at=at, used_at=at,
        ends_at=at + LASTS[Kind.INVITATION],
    )  # fmt: skip
    return FreshLink(link, settings.SITE + reverse("signin-link", kwargs={"token": token}))


def find(token: str) -> SignInLink | None:
    """The link with that token, used or not; None for a token never given out."""
    return SignInLink.objects.select_related("account", "made_by").filter(digest=digest_of(token)).first()


def is_open(link: SignInLink, at: datetime) -> bool:
    """Whether the link still lasts and was not used."""
    return link.used_at is None and at < link.ends_at


def waits_for_agreement(link: SignInLink) -> bool:
    """Whether a second member of staff has yet to agree."""
    return link.kind == Kind.SECOND_FACTOR and link.agreed_by_id is None


def use_up(link: SignInLink, *, at: datetime) -> bool:
    """Mark the link used; False when somebody was quicker, it has ended, or nobody has agreed yet."""
    agreed = ~Q(kind=Kind.SECOND_FACTOR) | Q(agreed_by__isnull=False)
    row = SignInLink.objects.filter(agreed, pk=link.pk, used_at__isnull=True, ends_at__gt=at)
    return bool(row.update(used_at=at))
