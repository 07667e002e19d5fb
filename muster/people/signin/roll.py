"""Who can sign in at a school, for the page on which access is given."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from muster.people.access import Role
from muster.people.actions.changes import UNDO_WITHIN
from muster.people.models import Account, ChangeSet, Post, PostClass, School, SignInLink
from muster.people.roles import role_name
from muster.people.signin.factors import with_second_factor
from muster.people.signin.links import Kind
from muster.people.verbs import Verb


@dataclass(frozen=True)
class Held:
    """A post as a list shows it: its role, its days, and the classes it reaches."""

    post: Post
    role: Role
    last_day: date | None
    classes: tuple[PostClass, ...]

    @property
    def name(self) -> str:
        """What the role is called."""
        return role_name(self.role)


@dataclass(frozen=True)
class Entry:
    """One person of the school: what they do there, and whether they can come in."""

    account: Account
    posts: tuple[Held, ...]
    has_password: bool
    has_second_factor: bool


@dataclass(frozen=True)
class Roll:
    """The staff of a school by date: who has a post today, whose first is still to come, whose last is over."""

    here: list[Entry]
    coming: list[Entry]
    gone: list[Entry]


def staff_by_date(school: School, *, at: datetime, since: date) -> Roll:
    """Staff with a post that has not ended, or ended since the day `since`, by name; a day pass is none.

    Whoever holds a post today is here, with the posts to come; those that are over are shown of who has left only.
    Five statements, however many.
    """
    today = school.day(at)
    held: dict[Account, list[Held]] = {}
    for post in _staff_posts(school):
        if (last_day := _last_day(post)) is None or last_day >= max(since, post.starts_on):
            classes = _reached(post, min(today, last_day or today))
            held.setdefault(post.account, []).append(Held(post, Role(post.role), last_day, classes))
    proved = with_second_factor(held)
    roll = Roll([], [], [])
    for account in sorted(held, key=lambda account: account.name.casefold()):
        going_on = tuple(each for each in held[account] if _goes_on(each.post, today))
        shown = going_on or tuple(held[account])
        entry = Entry(account, shown, account.has_usable_password(), account.pk in proved)
        begun = any(each.post.starts_on <= today for each in going_on)
        (roll.here if begun else roll.coming if going_on else roll.gone).append(entry)
    return roll


def posts_of(account: Account, school: School, *, at: datetime) -> tuple[list[Held], list[Held]]:
    """The posts of `account` at `school` that have not ended, and those that have, each in the order of their days."""
    today = school.day(at)
    going_on, over = [], []
    for post in _staff_posts(school).filter(account=account):
        last_day = _last_day(post)
        held = Held(post, Role(post.role), last_day, _reached(post, min(today, last_day or today)))
        if _goes_on(post, today):
            going_on.append(held)
        elif last_day is not None and last_day >= post.starts_on:
            over.append(held)
    return going_on, over


def changes_of(account: Account, school: School, *, at: datetime) -> list[ChangeSet]:
    """What was changed about the posts of `account` and can still be undone, the newest first."""
    kinds = [Verb.POST_CHANGED, Verb.POST_ENDED]
    made = ChangeSet.objects.at(school).filter(kind__in=kinds, summary__account=account.pk, undone_by__isnull=True)
    return list(made.filter(at__gte=at - UNDO_WITHIN).select_related("school", "by").order_by("-at", "-pk"))


def _staff_posts(school: School) -> QuerySet[Post]:
    """Posts of the staff of `school`, without day passes, with all that a list shows of them."""
    return (
        Post.objects.at(school)
        .filter(day_pass__isnull=True)
        .exclude(role__in=[Role.PUPIL, Role.GUARDIAN])
        .select_related("account", "school")
        .prefetch_related("classes__school_class__year")
        .order_by("starts_on", "pk")
    )


def _goes_on(post: Post, today: date) -> bool:
    """Whether the post has days to come, today among them. One that was ended by hand has none."""
    return post.ends_at is None and (post.ends_on is None or post.ends_on >= today)


def _last_day(post: Post) -> date | None:
    """The last day on which the post counted or will; before its first where it was ended before it began."""
    return min(filter(None, [post.ends_on, post.ends_at and post.school.day(post.ends_at)]), default=None)


def _reached(post: Post, day: date) -> tuple[PostClass, ...]:
    """The classes `post` reaches on `day` or will, by name. A reach ends with the year of its class."""
    reached = [
        each
        for each in post.classes.all()
        if (each.ends_on is None or each.ends_on >= day) and each.school_class.year.last_day >= day
    ]
    return tuple(sorted(reached, key=lambda each: (each.school_class.name, each.starts_on)))


def waiting_resets(school: School, *, at: datetime) -> list[SignInLink]:
    """Second factors somebody asked to reset and nobody has agreed to yet, for people of `school`, oldest first."""
    here = Post.objects.at(school).values("account")
    asked = SignInLink.objects.filter(
        kind=Kind.SECOND_FACTOR, agreed_by__isnull=True, used_at__isnull=True, ends_at__gt=at, account__in=here
    )
    return list(asked.select_related("account", "made_by").order_by("made_at"))
