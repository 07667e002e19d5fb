"""Who works at the school, and what they are there."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import OWN_CLASSES, STAFF_ROLES, Permission, Role
from muster.people.actions.reach import all_at, require
from muster.people.models import Account, Post, PostClass, School, SchoolClass, Staff
from muster.people.refusals import Refused
from muster.people.verbs import Verb


class NotToOneself(Refused):
    """Nobody gives themselves a post, or ends their own."""


class NotAStaffRole(Refused):
    """Pupils and families are let in another way."""


class AlreadyHeld(Refused):
    """The person holds this post already."""


class PostEnded(Refused):
    """The post has ended."""


@transaction.atomic
def appoint(
    *,
    school: School,
    name: str,
    email: str,
    role: Role,
    classes: Sequence[SchoolClass] = (),
    starts_on: date,
    ends_on: date | None = None,
    by: Account,
    at: datetime,
) -> Post:
    """Give somebody a post at `school`; both days count. Makes the account where there is none for the address.

    An account of another school of the trust is used as it is: one person, one way to sign in. A new account has no
    password; it needs an invitation. Raises `NotToOneself`, `NotAStaffRole`, `AlreadyHeld`.
    """
    require(Permission.ACCESS_GRANT, school=school, by=by, at=at)
    if role not in STAFF_ROLES:
        raise NotAStaffRole(_("Pupils and families are not given posts here."))
    all_at(school, *classes)
    email = email.strip().lower()
    account = Account.objects.filter(email=email).first()
    if account is not None and account.pk == by.pk:
        raise NotToOneself(_("You cannot give yourself a post. Ask a colleague who may."))
    if account is None:
        account = Account.objects.create_user(email, name=name.strip())
    standing = Post.objects.filter(school=school, account=account, role=role, ends_at__isnull=True)
    if standing.exclude(ends_on__lt=starts_on).exists():
        raise AlreadyHeld(_("%(name)s holds this post already.") % {"name": account.name})
    Staff.objects.get_or_create(school=school, account=account, defaults={"name": account.name})
    post = Post.objects.create(school=school, account=account, role=role, starts_on=starts_on, ends_on=ends_on)
    if role in OWN_CLASSES:
        PostClass.objects.bulk_create(
            PostClass(school=school, post=post, school_class=each, starts_on=starts_on, ends_on=ends_on)
            for each in classes
        )
    doors.record(
        Verb.POST_GIVEN,
        school=school,
        by=by,
        at=at,
        about=post,
        details={"account": account.pk, "role": role.value, "classes": [each.pk for each in classes]},
    )
    return post


@transaction.atomic
def end_post(*, post: Post, last_day: date, by: Account, at: datetime) -> Post:
    """End a post; `last_day` still counts. One that had not begun by then never begins: it ends the day it starts.

    Raises `NotToOneself` for one's own, so that a school is never left without anybody who may let others in.
    """
    require(Permission.ACCESS_GRANT, school=post.school, by=by, at=at)
    if post.account_id == by.pk:
        raise NotToOneself(_("You cannot end your own post. Ask a colleague who may."))
    if post.ends_on is not None and post.ends_on <= last_day:
        raise PostEnded(_("This post has an end already."))
    post.ends_on = max(last_day, post.starts_on)
    fields = ["ends_on"]
    if post.starts_on > last_day:
        # No day is left between the two, so the instant says that it is over.
        post.ends_at = at
        fields.append("ends_at")
    post.save(update_fields=fields)
    doors.record(
        Verb.POST_ENDED,
        school=post.school,
        by=by,
        at=at,
        about=post,
        details={"account": post.account_id, "role": post.role, "last_day": last_day},
    )
    return post
