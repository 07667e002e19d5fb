"""Day passes: one supply teacher, one class, one device, until six in the evening."""

import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import Permission, Role
from muster.people.actions.reach import all_at, require
from muster.people.models import Account, DayPass, Post, PostClass, School, SchoolClass, Staff
from muster.people.refusals import Refused
from muster.people.signin.verbs import Verb

ENDS = time(18, 0)
LETTERS = "BCDFGHJKMNPQRTVWXY3479"
"""No two that look alike on paper or sound alike across a corridor, and no vowels, so that no code is a word.
Eight of them are 36 bits; the digest is keyed, guesses are delayed, and the code ends the same day."""
LENGTH = 8


class TooLate(Refused):
    """It is past the hour at which passes end."""


class PassNotOpen(Refused):
    """There is no such pass, or it has ended, or was withdrawn."""


class UsedElsewhere(Refused):
    """The pass is in use on another device."""


class MadeByThem(Refused):
    """Whoever made the pass, or a device they sign in on, would open it."""


class NotTheirPass(Refused):
    """The pass is into a class this person neither teaches nor makes passes for."""


@dataclass(frozen=True)
class FreshPass:
    """A pass just made. Its code exists only here: it cannot be shown again."""

    day_pass: DayPass
    code: str

    @property
    def address(self) -> str:
        """What the QR code holds. The code stands behind the #, which browsers do not send and servers do not log."""
        return f"{settings.SITE}{reverse('signin-day-pass')}#{self.code}"

    @property
    def spaced(self) -> str:
        """The code as it is written on paper."""
        return f"{self.code[:4]}-{self.code[4:]}"


def tidy(code: str) -> str:
    """A code as typed by anybody: capitals, without dashes and spaces."""
    return "".join(each for each in code.upper() if each.isalnum())


def digest_of(code: str) -> str:
    """What is kept of a code."""
    return doors.sealer().fingerprint("day-pass", tidy(code)).hex()


def ends_at(school: School, at: datetime) -> datetime:
    """When a pass given at `at` ends: today at six, by the school's clock."""
    return datetime.combine(school.day(at), ENDS, tzinfo=school.zone)


@transaction.atomic
def give(*, name: str, school_class: SchoolClass, by: Account, at: datetime) -> FreshPass:
    """A pass for `name` to take `school_class` today. It opens a fresh account that has no password."""
    school = school_class.school
    require(Permission.DAY_PASS_GIVE, school=school, by=by, at=at)
    all_at(school, school_class)
    ends, today = ends_at(school, at), school.day(at)
    if at >= ends:
        raise TooLate(_("A day pass ends at 18:00, and that has passed. Make it in the morning."))
    account = Account.objects.create_user(f"{uuid.uuid4().hex}@day-pass.invalid", name=name.strip())
    Staff.objects.create(school=school, account=account, name=name.strip())
    post = Post.objects.create(
        school=school, account=account, role=Role.COVER, starts_on=today, ends_on=today, ends_at=ends
    )
    PostClass.objects.create(school=school, post=post, school_class=school_class, starts_on=today, ends_on=today)
    code = "".join(secrets.choice(LETTERS) for _each in range(LENGTH))
    made = DayPass.objects.create(
        school=school, school_class=school_class, post=post, name=name.strip(), digest=digest_of(code),
        made_by=by, made_at=at, ends_at=ends,
    )  # fmt: skip
    doors.record(
        Verb.DAY_PASS_GIVEN, school=school, by=by, at=at, about=made,
        details={"class": school_class.pk, "account": account.pk},
    )  # fmt: skip
    return FreshPass(made, code)


@transaction.atomic
def use(
    *, code: str, passes_of_device: tuple[int, ...], known_here: Collection[UUID], by: Account | None, at: datetime
) -> DayPass:
    """The pass whose code was typed, opened for this device. `passes_of_device` are those it opened before.

    A pass reaches marks that whoever makes it may not, so it does not open for them: not where they are signed in, and
    not on a device they have signed in on. `known_here` are those accounts. Raises `PassNotOpen`, `MadeByThem` or
    `UsedElsewhere`. `by` is None: the pass says who it is.
    """
    passes = DayPass.objects.select_related("post__account", "school", "made_by")
    found = passes.filter(digest=digest_of(code)).first()
    if found is None or found.withdrawn_at is not None or at >= found.ends_at:
        raise PassNotOpen(_("There is no such pass today. Check each letter, or ask the office."))
    if found.made_by.uuid in known_here:
        raise MadeByThem(
            _("%(maker)s made this pass and signs in on this device. Open it on the device of %(name)s.")
            % {"maker": found.made_by.name, "name": found.name}
        )
    first = bool(DayPass.objects.filter(pk=found.pk, first_used_at__isnull=True).update(first_used_at=at))
    if not first and found.pk not in passes_of_device:
        raise UsedElsewhere(_("This pass is in use on another device. Ask the office for a new one."))
    account = found.post.account
    doors.record(Verb.DAY_PASS_USED, school=found.school, by=by or account, at=at, about=found)
    return found


@transaction.atomic
def withdraw(*, day_pass: DayPass, by: Account, at: datetime) -> bool:
    """End a pass now, with its post and its account; sessions of such an account end at their next request.

    Whoever makes passes may, and whoever teaches the class. False when it was withdrawn before. Raises `NotTheirPass`.
    """
    if not DayPass.objects.visible_to(by.viewer(at)).contains(day_pass):
        raise NotTheirPass(_("Ask the office to end this pass."))
    if not DayPass.objects.filter(pk=day_pass.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        return False
    post = day_pass.post
    Post.objects.filter(pk=post.pk, ends_at__gt=at).update(ends_at=at)
    Account.objects.filter(pk=post.account_id).update(is_active=False)
    doors.record(Verb.DAY_PASS_WITHDRAWN, school=day_pass.school, by=by, at=at, about=day_pass)
    return True
