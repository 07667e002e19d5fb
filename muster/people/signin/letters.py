"""Letters about links, where the installation can send any."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from muster.people.signin.links import FreshLink, Kind

log = logging.getLogger("muster.people.signin")


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
