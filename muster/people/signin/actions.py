"""Changes to who can sign in, and how."""

from collections.abc import Collection
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import OWN_CLASSES, STAFF_ROLES, Permission, Role
from muster.people.actions.reach import all_at, require
from muster.people.models import Account, Post, PostClass, School, SchoolClass, SignInLink, Staff
from muster.people.refusals import Refused
from muster.people.signin import factors, links, sessions
from muster.people.signin.links import FreshLink, Kind
from muster.people.signin.verbs import Verb
from muster.people.verbs import Verb as PeopleVerb

EVERYDAY_ROLES = frozenset({Role.TEACHER, Role.COVER, Role.TUTOR, Role.SENCO, Role.DUTY, Role.OFFICE})
MAY_GIVE: dict[Role, frozenset[Role]] = {
    Role.OFFICE: EVERYDAY_ROLES,
    Role.HEAD: STAFF_ROLES,
    Role.IT: frozenset({Role.TEACHER, Role.COVER, Role.TUTOR, Role.DUTY, Role.IT}),
}
"""Which posts each role may give, end and make links for. The office runs the school's everyday posts; those that could
open safeguarding, hand out access or speak for the school are the head's to give. IT, who may see no pupil, gives no post
that reaches the whole school, or one administrator alone could invite an invented head."""


class MayNotGive(Refused):
    """The role is not theirs to give."""


class NotTheirAccount(Refused):
    """The account is not one this person looks after."""


class NotForOneself(Refused):
    """Nobody but the head gives themself a post."""


class LinkNotOpen(Refused):
    """The link was used, has ended, or nobody has agreed to it yet."""


class NotAnother(Refused):
    """A second factor is reset by two people, neither of them its owner."""


class InvitedElsewhere(Refused):
    """Another school of the trust is inviting the same person at this moment."""


class AlreadyPosted(Refused):
    """The person holds that post already."""


def givable(account: Account, school: School, at: datetime) -> frozenset[Role]:
    """The roles `account` may give at `school`."""
    return frozenset().union(*(MAY_GIVE.get(role, frozenset()) for role in account.viewer(at).roles(school)))


def lasting_posts(account: Account, at: datetime) -> list[Post]:
    """The posts of `account` at any school that have not ended, the first given first; day passes are none."""
    posts = Post.objects.filter(account=account, ends_at__isnull=True).select_related("school").order_by("pk")
    return [post for post in posts if post.ends_on is None or post.ends_on >= post.school.day(at)]


def is_at_home(account: Account, school: School, at: datetime) -> bool:
    """Whether `school` gave `account` the first of the posts it still has, so that its own people help it back in.

    Another school that has given it a post since must not: whoever lets somebody back in could go in themselves, and
    find there what the account may open at its first school.
    """
    return [post.school_id for post in lasting_posts(account, at)][:1] == [school.pk]


def looks_after(*, by: Account, account: Account, school: School, at: datetime) -> bool:
    """Whether `by` may make links for `account`: it is at home here, and has only such posts, anywhere, as `by` gives."""
    roles = {Role(post.role) for post in lasting_posts(account, at)}
    return is_at_home(account, school, at) and roles <= givable(by, school, at)


def _require_looks_after(*, by: Account, account: Account, school: School, at: datetime) -> None:
    if not looks_after(by=by, account=account, school=school, at=at):
        if not is_at_home(account, school, at):
            raise NotTheirAccount(_("They came from another school of the trust, which helps them back in."))
        raise NotTheirAccount(_("Ask the head: this person's post is not one you give."))


def refuse_doubled(post: Post, *, last_day: date | None) -> None:
    """Raise `AlreadyPosted` where the holder of `post` has another of its role on a day of its own until `last_day`."""
    same = Post.objects.filter(school=post.school, account=post.account, role=post.role, ends_at__isnull=True)
    for other in same.exclude(pk=post.pk):
        if other.starts_on <= (last_day or date.max) and (other.ends_on or date.max) >= post.starts_on:
            raise AlreadyPosted(_("They hold this post already. Open their page to change its classes or its end."))


# -- accounts and posts ----------------------------------------------------------------------------


@transaction.atomic
def first_administrator(*, email: str, name: str, school: School, by: Account | None = None, at: datetime) -> FreshLink:
    """Let the first person into a new installation: head, office and IT of `school`, with a link to set a password.

    Used by the command line, before anybody can sign in, so `by` is None: the installation itself.
    """
    account = Account.objects.filter(email=email.strip().lower()).first() or Account.objects.create_user(
        email, name=name
    )
    Staff.objects.get_or_create(school=school, account=account, defaults={"name": account.name})
    for role in (Role.HEAD, Role.OFFICE, Role.IT):
        if not Post.objects.filter(school=school, account=account, role=role, ends_on__isnull=True).exists():
            Post.objects.create(school=school, account=account, role=role, starts_on=school.day(at))
    fresh = links.make(account=account, kind=Kind.INVITATION, by=by, at=at)
    doors.record(
        Verb.ACCOUNT_MADE, school=school, by=by, at=at, about=account, details={"roles": ["head", "office", "it"]}
    )
    return fresh


@transaction.atomic
def invite(
    *,
    name: str,
    email: str,
    role: Role,
    school: School,
    classes: Collection[SchoolClass] = (),
    starts_on: date,
    ends_on: date | None = None,
    by: Account,
    at: datetime,
) -> FreshLink:
    """Give somebody a post at `school`, and a link to set a password with.

    Somebody who can sign in already (at another school of the trust) gets the post and a link that opens nothing, so
    that inviting tells nobody whose addresses are known. Their name stays as it is. So does somebody whom another
    school has invited and who has not come yet: that school's link stands, or this one would open what was meant for
    it. Raises `MayNotGive`, `NotForOneself`, `AlreadyPosted`,
    `InvitedElsewhere`, or the refusals of reach.
    """
    require(Permission.ACCESS_GRANT, school=school, by=by, at=at)
    if role not in givable(by, school, at):
        raise MayNotGive(_("Ask the head to give this post."))
    all_at(school, *classes)
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is not None and account.pk == by.pk and Role.HEAD not in by.viewer(at).roles(school):
        raise NotForOneself(_("Nobody gives themself a post. Ask the head."))
    theirs = account is not None and Post.objects.filter(account=account).exclude(school=school).exists()
    known = theirs or (account is not None and account.has_usable_password())
    try:
        with transaction.atomic():
            account = account or Account.objects.create_user(email, name=name)
    except IntegrityError as clash:
        raise InvitedElsewhere(_("Another school has just invited this person. Send it again.")) from clash
    post = Post(school=school, account=account, role=role, starts_on=starts_on, ends_on=ends_on)
    refuse_doubled(post, last_day=ends_on)
    Staff.objects.get_or_create(school=school, account=account, defaults={"name": name})
    post.save()
    if role in OWN_CLASSES:
        PostClass.objects.bulk_create(
            PostClass(school=school, post=post, school_class=each, starts_on=starts_on, ends_on=ends_on)
            for each in classes
        )
    fresh = (
        links.make_spent(account=account, by=by, at=at)
        if known
        else links.make(account=account, kind=Kind.INVITATION, by=by, at=at)
    )
    doors.record(
        PeopleVerb.POST_GIVEN,
        school=school,
        by=by,
        at=at,
        about=post,
        details={"account": account.pk, "role": role.value, "classes": sorted(each.pk for each in classes)},
    )
    return fresh


@transaction.atomic
def change_name(*, account: Account, name: str, by: Account, at: datetime) -> None:
    """Call the account something else. The staff records of schools keep the name they hold."""
    account.name = name.strip()
    account.save(update_fields=["name"])
    doors.record(Verb.NAME_CHANGED, school=None, by=by, at=at, about=account)


@transaction.atomic
def change_password(*, account: Account, password: str, keep_session: str | None, by: Account, at: datetime) -> None:
    """Set a new password, and end every session but the one whose key is `keep_session`. Raises `ValidationError`."""
    validate_password(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    sessions.end_all(account=account, by=by, at=at, but=keep_session)
    doors.record(Verb.PASSWORD_CHANGED, school=None, by=by, at=at, about=account)


@transaction.atomic
def sign_out(*, account: Account, by: Account, at: datetime) -> None:
    """Write down that somebody signed out."""
    doors.record(Verb.SIGNED_OUT, school=None, by=by, at=at, about=account)


@transaction.atomic
def end_sessions_of(*, account: Account, school: School, by: Account, at: datetime) -> int:
    """The office signs somebody out everywhere. Says how many sessions ended."""
    require(Permission.ACCESS_GRANT, school=school, by=by, at=at)
    _require_looks_after(by=by, account=account, school=school, at=at)
    return sessions.end_all(account=account, by=by, at=at)


# -- links -----------------------------------------------------------------------------------------


@transaction.atomic
def make_password_link(*, account: Account, school: School, by: Account, at: datetime) -> FreshLink:
    """A link with which `account` sets a new password. Its second factor is still asked for after that."""
    require(Permission.ACCESS_GRANT, school=school, by=by, at=at)
    _require_looks_after(by=by, account=account, school=school, at=at)
    kind = Kind.PASSWORD if account.has_usable_password() else Kind.INVITATION
    fresh = links.make(account=account, kind=kind, by=by, at=at)
    details = {"account": account.pk, "kind": str(kind)}
    doors.record(Verb.LINK_MADE, school=school, by=by, at=at, about=fresh.link, details=details)
    return fresh


@transaction.atomic
def make_forgotten_password_link(*, account: Account, by: Account | None, at: datetime) -> FreshLink:
    """A link with which somebody who forgot their password sets a new one, sent to their own address (`by` None)."""
    fresh = links.make(account=account, kind=Kind.PASSWORD, by=by, at=at)
    details = {"account": account.pk, "kind": str(Kind.PASSWORD)}
    doors.record(Verb.LINK_MADE, school=None, by=by, at=at, about=fresh.link, details=details)
    return fresh


@transaction.atomic
def ask_for_second_factor_reset(*, account: Account, school: School, by: Account, at: datetime) -> FreshLink:
    """The first of two: a link that takes `account`'s second factor away, once somebody else has agreed."""
    require(Permission.SECOND_FACTOR_RESET, school=school, by=by, at=at)
    _require_reset_reaches(account=account, school=school, by=by, at=at)
    fresh = links.make(account=account, kind=Kind.SECOND_FACTOR, by=by, at=at)
    details = {"account": account.pk}
    doors.record(Verb.SECOND_FACTOR_RESET_ASKED, school=school, by=by, at=at, about=fresh.link, details=details)
    return fresh


@transaction.atomic
def agree_to_second_factor_reset(*, link: SignInLink, school: School, by: Account, at: datetime) -> None:
    """The second of two. Raises `NotAnother` for the one who asked and for the owner."""
    require(Permission.SECOND_FACTOR_RESET, school=school, by=by, at=at)
    _require_reset_reaches(account=link.account, school=school, by=by, at=at)
    if by.pk == link.made_by_id:
        raise NotAnother(_("You asked for this. Somebody else has to agree."))
    waiting = SignInLink.objects.filter(
        pk=link.pk, kind=Kind.SECOND_FACTOR, agreed_by__isnull=True, used_at__isnull=True, ends_at__gt=at
    )
    if not waiting.update(agreed_by=by):
        raise LinkNotOpen(_("This request has ended, or somebody has agreed already."))
    details = {"account": link.account_id}
    doors.record(Verb.SECOND_FACTOR_RESET_AGREED, school=school, by=by, at=at, about=link, details=details)


@transaction.atomic
def reset_second_factor_at_the_server(*, account: Account, by: Account | None, at: datetime) -> None:
    """Take a lost second factor away from the server's command line (`by` None), where no two colleagues could.

    Raises `NotAnother` where two others at one of the person's schools may do it on screen, as it should be done.
    """
    for school in account.viewer(at).schools:
        posts = Post.objects.at(school).exclude(account=account).select_related("account", "school")
        colleagues = {
            post.account_id
            for post in posts
            if post.account.is_active and post.is_held(at) and post.grants(Permission.SECOND_FACTOR_RESET)
        }
        if len(colleagues) >= 2:
            raise NotAnother(
                _("Two colleagues at %(school)s can do this on screen: one asks, another agrees.") % {"school": school}
            )
    factors.forget_all(account)
    sessions.end_all(account=account, by=by, at=at)
    doors.record(Verb.SECOND_FACTOR_RESET, school=None, by=by, at=at, about=account, details={"at": "server"})


def _require_reset_reaches(*, account: Account, school: School, by: Account, at: datetime) -> None:
    """Anyone who may reset second factors may do so for whoever has a post here, whatever the post, but themselves."""
    if by.pk == account.pk:
        raise NotAnother(_("Your own second factor is reset by two other people."))
    if not any(post.school_id == school.pk for post in account.viewer(at).posts):
        raise NotTheirAccount(_("They hold no post at this school today."))
    if not is_at_home(account, school, at):
        raise NotTheirAccount(_("They came from another school of the trust, which helps them back in."))


@transaction.atomic
def set_password_by_link(*, link: SignInLink, password: str, by: Account, at: datetime) -> Account:
    """Use up an invitation or a password link. Raises `LinkNotOpen`, or `ValidationError` for a weak password."""
    validate_password(password, link.account)
    if link.kind == Kind.SECOND_FACTOR or not links.use_up(link, at=at):
        raise LinkNotOpen(_("This link was used before, or has ended."))
    account = link.account
    account.set_password(password)
    account.save(update_fields=["password"])
    sessions.end_all(account=account, by=by, at=at)
    details = {"kind": str(link.kind)}
    doors.record(Verb.LINK_USED, school=None, by=by, at=at, about=link, details=details)
    return account


@transaction.atomic
def reset_second_factor_by_link(*, link: SignInLink, by: Account, at: datetime) -> None:
    """Use up an agreed reset: every second factor and every session of the account goes. It signs nobody in."""
    if link.kind != Kind.SECOND_FACTOR or not links.use_up(link, at=at):
        raise LinkNotOpen(_("This link was used before, has ended, or nobody has agreed to it yet."))
    factors.forget_all(link.account)
    sessions.end_all(account=link.account, by=by, at=at)
    doors.record(Verb.SECOND_FACTOR_RESET, school=None, by=by, at=at, about=link.account)
