"""`muster user`: the first administrator of a new installation, and a way back in for somebody who is locked out.

Everybody else is let in on screen, by whoever runs the school's posts. Both ways end in a link that works once: no
password is ever typed into a command line.
"""

import argparse
import json
from datetime import UTC, datetime

from muster.config.refusals import Refused


def run(asked: argparse.Namespace) -> int:
    """Do what was asked and show the link."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    address = str(asked.address).strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(f"{asked.address} is not an e-mail address.", code=2) from None
    if asked.first_administrator == asked.recover:
        raise Refused(
            "Say which: --first-administrator for a new installation, or --recover for somebody who lost their "
            "password. Everybody else is let in on screen, under People.",
            code=2,
        )
    at = datetime.now(UTC)
    link, ends, school = let_first_in(asked, address, at) if asked.first_administrator else recover(asked, address, at)
    if asked.json:
        print(json.dumps({"address": address, "school": school, "link": link, "ends_at": ends.isoformat()}))
    else:
        print(
            f"This link lets {address} in once, until {ends.astimezone():%d %B %Y %H:%M}. Hand it over in person:\n\n    {link}\n"
        )
    return 0


def let_first_in(asked: argparse.Namespace, address: str, at: datetime) -> tuple[str, datetime, str | None]:
    """Found the school if there is none, and let its first head and administrator in."""
    from django.db import transaction
    from django.utils.text import slugify

    from muster.people.actions.schools import found_school
    from muster.people.models import Account, School
    from muster.people.refusals import Refused as NotDone
    from muster.people.signin.actions import first_administrator

    if any(account.has_usable_password() for account in Account.objects.all()):
        raise Refused(
            "Somebody can sign in here already, so there is no first administrator to make. If nobody can get in, use: "
            "muster user ADDRESS --recover"
        )
    if not asked.name.strip():
        raise Refused('Give the name as well: --name "Grace Holt"', code=2)
    schools = list(School.objects.order_by("pk"))
    wanted = slugify(asked.school or asked.school_name or "school")[:40]
    school = next((each for each in schools if each.slug == wanted), None)
    try:
        with transaction.atomic():
            if school is None:
                if schools and not asked.school:
                    (school, *_) = schools
                else:
                    school = found_school(
                        name=asked.school_name or asked.school or "Our school",
                        slug=wanted,
                        trust=schools[0].trust if schools else None,
                        by=None,
                        at=at,
                    )
            fresh = first_administrator(email=address, name=asked.name.strip(), school=school, by=None, at=at)
    except NotDone as refusal:
        raise Refused(str(refusal)) from None
    return fresh.address, fresh.link.ends_at, school.slug


def recover(asked: argparse.Namespace, address: str, at: datetime) -> tuple[str, datetime, str | None]:
    """A link to a new password. The second factor is still asked for, unless it was lost and nobody else could help."""
    from django.db import transaction

    from muster.people.models import Account
    from muster.people.refusals import Refused as NotDone
    from muster.people.signin.actions import make_forgotten_password_link, reset_second_factor_at_the_server

    account = Account.objects.filter(email=address, is_active=True).first()
    if account is None:
        raise Refused(f"Nobody signs in as {address}.")
    try:
        with transaction.atomic():
            if asked.lost_second_factor:
                reset_second_factor_at_the_server(account=account, by=None, at=at)
            fresh = make_forgotten_password_link(account=account, by=None, at=at)
    except NotDone as refusal:
        raise Refused(str(refusal)) from None
    return fresh.address, fresh.link.ends_at, None
