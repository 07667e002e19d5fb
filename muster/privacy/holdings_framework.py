"""What the tables of Django and other packages hold: they carry personal data too."""

from __future__ import annotations

from django.apps import apps

from muster.people.purposes import Purpose
from muster.privacy.holdings import A_YEAR_AFTER_THE_POST, Category, Life, Shred, classify, hold

_EVERYONE = frozenset(Purpose)
_AT_MOST_A_DAY = Life("until signing out, at most 12 hours")


def declare() -> None:
    """Declare them all, once, when the app starts."""
    classify("contenttypes.ContentType", Category.SYSTEM, note="Names of tables.")
    classify("auth.Permission", Category.SYSTEM, note="Django's own permissions, which Muster does not use.")
    classify("auth.Group", Category.SYSTEM, note="Django's own groups, which Muster does not use.")
    if apps.is_installed("django.contrib.sessions"):
        from django.contrib.sessions.models import Session

        hold(
            Session,
            purposes=_EVERYONE,
            keep=_AT_MOST_A_DAY,
            shred=Shred.DELETE,
            fields={"session_data": Category.CREDENTIAL, "expire_date": Category.WHEN},
            disclose="The list of one's own sessions is on the account page; the rest proves who signs in.",
        )
    if apps.is_installed("allauth.account"):
        from allauth.account.models import EmailAddress, EmailConfirmation

        hold(
            EmailAddress,
            purposes=_EVERYONE,
            keep=A_YEAR_AFTER_THE_POST,
            shred=Shred.DELETE,
            fields={
                "user": Category.IDENTITY,
                "email": Category.CONTACT,
                "verified": Category.SYSTEM,
                "primary": Category.SYSTEM,
            },
            disclose="people.account",
        )
        hold(
            EmailConfirmation,
            purposes=_EVERYONE,
            keep=Life("three days"),
            shred=Shred.DELETE,
            fields={
                "email_address": Category.CONTACT,
                "created": Category.WHEN,
                "sent": Category.WHEN,
                "key": Category.CREDENTIAL,
            },
            disclose="It proves who signs in.",
        )
    if apps.is_installed("allauth.mfa"):
        from allauth.mfa.models import Authenticator

        hold(
            Authenticator,
            purposes=_EVERYONE,
            keep=A_YEAR_AFTER_THE_POST,
            shred=Shred.DELETE,
            fields={
                "user": Category.IDENTITY,
                "type": Category.SYSTEM,
                "data": Category.CREDENTIAL,
                "created_at": Category.WHEN,
                "last_used_at": Category.WHEN,
            },
            disclose="It proves who signs in; what is registered is listed on the account page.",
        )
    if apps.is_installed("allauth.usersessions"):
        from allauth.usersessions.models import UserSession

        hold(
            UserSession,
            purposes=_EVERYONE,
            keep=_AT_MOST_A_DAY,
            shred=Shred.DELETE,
            fields={
                "user": Category.IDENTITY,
                "created_at": Category.WHEN,
                "ip": Category.WHERE,
                "last_seen_at": Category.WHEN,
                "session_key": Category.CREDENTIAL,
                "user_agent": Category.SYSTEM,
                "data": Category.CREDENTIAL,
            },
            disclose="people.sessions",
        )
