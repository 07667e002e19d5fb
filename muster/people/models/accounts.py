"""Accounts, staff and the posts they hold."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from muster.people.access import GRANTS, STAFF_ROLES, Permission, Role
from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.schools import School
from muster.people.prepared import Prepared


class Accounts(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "Account":
        """An account that signs in as `email`; without a password it needs a single-use link first."""
        account = self.model(email=email.strip().lower(), name=name)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Addresses are kept in lower case."""
        return self.get(email=(username or "").lower())


class Account(AbstractBaseUser):
    """Anyone who signs in. What they may do comes from their posts, never from here."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = Accounts()

    def __str__(self) -> str:
        return self.name or self.email

    def viewer(self, at: datetime) -> "Viewer":
        """This account as it stands at `at`, with the posts it then holds. One query, kept for the same instant."""
        known: Viewer | None = self.__dict__.get("_viewer")
        if known is None or known.at != at:
            known = Viewer(self, at, tuple(Post.objects.held(self, at=at)))
            self.__dict__["_viewer"] = known
        return known


class StaffQuerySet(OfSchoolQuerySet["Staff"]):
    """Grown-ups who work at a school."""

    def without_account(self, at: datetime) -> Self:
        """Those who never sign in and work there at the instant `at`: kitchen, caretaker, cleaners, or brought without an e-mail address."""
        return self.filter(account__isnull=True).still_there(at)

    def still_there(self, at: datetime) -> Self:
        """Without those of whom somebody said, by the instant `at`, that they have left."""
        return self.filter(Q(left_at__isnull=True) | Q(left_at__gt=at))


class Staff(OfSchool):
    """A grown-up who works at a school, with or without an account.

    Whoever has one works there by their posts. For the others `left_at` says since when they do not any more.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="staff")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(StaffQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "account"], condition=Q(account__isnull=False), name="staff_once_a_school"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PostQuerySet(OfSchoolQuerySet["Post"]):
    """Posts."""

    def held(self, account: Account, *, at: datetime) -> "list[Post]":
        """The posts `account` holds at the instant `at`; first and last day count, by each school's own date.

        Those that came with the account count once, for whoever asks first: what is asked later may have changed.
        """
        posts = account.__dict__.pop("_came_with", None) or _posts(account=account.pk)
        return [post for post in posts if account.is_active and post.is_held(at)]

    def with_account(self, account: int) -> Account | None:
        """The account with that number and its posts, as every request asks for both. One statement where it has any post."""
        posts = _posts_and_account(account=account)
        if not posts:
            return next(iter(_account(account=account)), None)
        found = posts[0].account
        found.__dict__["_came_with"] = posts
        return found


_posts = Prepared(lambda account: Post.objects.filter(account=account).select_related("school").order_by("pk"))
_posts_and_account = Prepared(
    lambda account: Post.objects.filter(account=account).select_related("account", "school").order_by("pk")
)
_account = Prepared(lambda account: Account.objects.filter(pk=account))


class Post(OfSchool):
    """A role at one school between two days. A day pass also ends at an hour."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=12, choices=[(role.value, role.name.title()) for role in Role])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(PostQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="post_begins_before_it_ends"
            ),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="post_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.school_id}"

    def is_held(self, at: datetime) -> bool:
        """Whether the post counts at the instant `at`."""
        day = self.school.day(at)
        return (
            self.starts_on <= day
            and (self.ends_on is None or day <= self.ends_on)
            and (self.ends_at is None or at < self.ends_at)
        )

    def grants(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in GRANTS[Role(self.role)]


class PostClass(OfSchool):
    """A class that a post reaches between two days; both ends count."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="classes")
    school_class = models.ForeignKey("people.SchoolClass", on_delete=models.PROTECT, related_name="post_classes")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["PostClass"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "post", "school_class", "starts_on"], name="post_class_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_class_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} reaches {self.school_class_id}"


@dataclass(frozen=True)
class Viewer:
    """Who is asking, when, and which posts they hold then. Both questions of access start here."""

    account: Account
    at: datetime
    posts: tuple[Post, ...] = field(default=())

    def granting(self, permission: Permission, school: School | None = None) -> list[Post]:
        """The posts that allow it, in one school or in all."""
        return [
            post for post in self.posts if post.grants(permission) and (school is None or post.school_id == school.pk)
        ]

    def may(self, permission: Permission, school: School) -> bool:
        """Whether any post allows it in `school`."""
        return bool(self.granting(permission, school))

    @property
    def schools(self) -> list[School]:
        """The schools of the posts held, by name."""
        return sorted({post.school for post in self.posts}, key=lambda school: school.name)

    def roles(self, school: School) -> list[Role]:
        """The roles held at `school`."""
        return [Role(post.role) for post in self.posts if post.school_id == school.pk]

    @property
    def every_role(self) -> frozenset[Role]:
        """The roles held, at whichever school."""
        return frozenset(Role(post.role) for post in self.posts)

    @property
    def is_staff(self) -> bool:
        """Whether any post is one of the staff."""
        return any(Role(post.role) in STAFF_ROLES for post in self.posts)


class SignInLink(models.Model):
    """A single-use link that lets somebody in once: an invitation, or recovery of a password or second factor.

    Only a digest of the token is kept. A recovery of the second factor needs a second member of staff
    (`agreed_by`), who is not the first, before the link works.
    """

    class Kind(models.TextChoices):
        """What the link is for."""

        INVITATION = "invitation", "Invitation"
        PASSWORD = "password", "New password"
        SECOND_FACTOR = "second-factor", "New second factor"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager["SignInLink"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("made_by")), name="link_agreed_by_another"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.account_id}"
