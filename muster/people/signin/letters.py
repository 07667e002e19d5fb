"""Letters about links, where the installation can send any.

A letter somebody asked for themselves is sent by the background process, within a minute. Were it sent while they wait,
the time an answer takes would tell a known address from an unknown one.
"""

import logging
import secrets
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from muster.people.models import Account
from muster.people.signin import actions
from muster.people.signin.limits import at_most_once
from muster.people.signin.links import FreshLink, Kind

log = logging.getLogger("muster.people.signin")
PLACES = 256
"""How many letters may be waiting. More than that in a minute is not people asking."""
WAITS_AT_MOST = 60 * 60
ONE_LETTER_EVERY = 600
"""Seconds between two letters to one account, whoever asks."""


def can_send() -> bool:
    """Whether an SMTP server is set."""
    return bool(settings.SMTP_URL)


def send_link(fresh: FreshLink) -> bool:
    """Send the link to its owner's own address. False when there is no server, or it did not take the letter.

    Call it after the transaction: a slow mail server must not hold the database.
    """
    if not can_send():
        return False
    subject = {
        Kind.INVITATION: _("Your sign-in for Muster"),
        Kind.PASSWORD: _("A new password for Muster"),
        Kind.SECOND_FACTOR: _("A new second factor for Muster"),
    }[Kind(fresh.link.kind)]
    text = render_to_string(
        "signin/letters/link.txt", {"link": fresh.link, "address": fresh.address, "site": settings.SITE}
    )
    try:
        return bool(send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [fresh.link.account.email]))
    except (OSError, SMTPException) as problem:
        fields = {"link": fresh.link.pk, "problem": type(problem).__name__}
        log.warning("letter not sent", extra={"fields": fields})
        return False


def ask_for(account: Account | None) -> None:
    """Note that somebody forgot the password of `account`, or of one we do not have, at the same cost."""
    for _attempt in range(4):
        if cache.add(f"letter-asked:{secrets.randbelow(PLACES)}", account.pk if account else 0, WAITS_AT_MOST):
            return


def send_asked(at: datetime) -> str:
    """Send the letters asked for since the last time. Regular work of the background process."""
    waiting: dict[str, int] = cache.get_many([f"letter-asked:{place}" for place in range(PLACES)])
    cache.delete_many(waiting)
    sent = 0
    for account in Account.objects.filter(pk__in=set(waiting.values()), is_active=True):
        if account.viewer(at).posts and at_most_once("letter", str(account.pk), seconds=ONE_LETTER_EVERY):
            sent += send_link(actions.make_forgotten_password_link(account=account, by=None, at=at))
    return f"{sent} sent"
