"""Who can sign in at a school, for the page on which access is given."""

from dataclasses import dataclass
from datetime import datetime

from muster.people.access import Role
from muster.people.models import Account, Post, School, SignInLink
from muster.people.signin.factors import with_second_factor
from muster.people.signin.links import Kind


@dataclass(frozen=True)
class Entry:
    """One person of the school: what they do there, and whether they can come in."""

    account: Account
    roles: tuple[Role, ...]
    classes: tuple[str, ...]
    has_password: bool
    has_second_factor: bool
    begins_later: bool


def who_can_sign_in(school: School, *, at: datetime) -> list[Entry]:
    """Staff with a post at `school` that has not ended, by name. Day passes have a page of their own. Four queries."""
    today = school.day(at)
    posts = [
        post
        for post in Post.objects.at(school)
        .filter(day_pass__isnull=True)
        .exclude(role__in=[Role.PUPIL, Role.GUARDIAN])
        .select_related("account", "school")
        .prefetch_related("classes__school_class")
        if post.ends_at is None and (post.ends_on is None or post.ends_on >= today)
    ]
    accounts = {post.account_id: post.account for post in posts}
    proved = with_second_factor(accounts.values())
    entries = []
    for account in accounts.values():
        own = [post for post in posts if post.account_id == account.pk]
        names = {
            each.school_class.name
            for post in own
            for each in post.classes.all()
            if each.ends_on is None or each.ends_on >= today
        }
        entries.append(
            Entry(
                account=account,
                roles=tuple(dict.fromkeys(Role(post.role) for post in own)),
                classes=tuple(sorted(names)),
                has_password=account.has_usable_password(),
                has_second_factor=account.pk in proved,
                begins_later=all(post.starts_on > today for post in own),
            )
        )
    return sorted(entries, key=lambda entry: entry.account.name.casefold())


def posts_of(account: Account, school: School, *, at: datetime) -> list[Post]:
    """The posts of `account` at `school` that have not ended."""
    today = school.day(at)
    posts = Post.objects.at(school).filter(account=account).select_related("school").order_by("starts_on", "pk")
    return [
        post
        for post in posts.prefetch_related("classes__school_class")
        if post.ends_at is None and (post.ends_on is None or post.ends_on >= today)
    ]


def waiting_resets(school: School, *, at: datetime) -> list[SignInLink]:
    """Second factors somebody asked to reset and nobody has agreed to yet, for people of `school`, oldest first."""
    here = Post.objects.at(school).values("account")
    asked = SignInLink.objects.filter(
        kind=Kind.SECOND_FACTOR, agreed_by__isnull=True, used_at__isnull=True, ends_at__gt=at, account__in=here
    )
    return list(asked.select_related("account", "made_by").order_by("made_at"))
