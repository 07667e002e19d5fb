"""Changes to a post that stands: its last day, another role from a day on, and its end; each can be undone.

Nobody changes a post of their own, so whoever gives access cannot lock themselves out, and somebody who can undo it is
always left. What a person may open follows from their posts at every request: nothing here has to be closed by hand.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import OWN_CLASSES, Permission, Role
from muster.people.actions.changes import CannotUndo, change
from muster.people.actions.reach import NoLongerThere, require
from muster.people.models import Account, ChangeSet, Post, PostClass
from muster.people.refusals import Refused
from muster.people.signin.actions import MayNotGive, NotTheirAccount, givable, refuse_doubled
from muster.people.undoing import offer
from muster.people.verbs import Verb

DAY = timedelta(days=1)


class EndsBeforeItBegins(Refused):
    """The last day lies before the first."""


class NotWithinPost(Refused):
    """The day on which the role would change is not one the post leaves room for."""


class SameRole(Refused):
    """The post has that role already."""


def _theirs_to_change(post: Post, *roles: Role, by: Account, at: datetime) -> Post:
    """Be alone with the school and read `post` anew; raise unless `by` gives its role and `roles`, to others."""
    require(Permission.ACCESS_GRANT, school=post.school, by=by, at=at)
    found = Post.objects.select_related("school", "account").get(pk=post.pk)
    if not {Role(found.role), *roles} <= givable(by, found.school, at):
        raise MayNotGive(_("Ask the head: this post is not one you give."))
    if found.account_id == by.pk:
        raise NotTheirAccount(_("You cannot change or end your own post. Ask somebody else who gives posts."))
    if found.ends_at is not None or (found.ends_on is not None and found.ends_on < found.school.day(at)):
        raise NoLongerThere(_("This post has ended already."))
    return found


def _made(verb: Verb, post: Post, before: dict[str, Any], *, by: Account, at: datetime, **more: Any) -> ChangeSet:
    """The change set of a post that was as `before` says."""
    summary = {"account": post.account_id, "post": post.pk, "before": before, "after": _days(post, before), **more}
    return change(verb, school=post.school, by=by, at=at, summary=summary)


def _days(post: Post, like: dict[str, Any] | None = None) -> dict[str, Any]:
    """When `post` ends, and the reaches that end with it, or those that `like` names."""
    reaches = post.classes.filter(pk__in=like["classes"]) if like else _ending_with(post)
    return {
        "ends_on": post.ends_on.isoformat() if post.ends_on else None,
        "ends_at": post.ends_at.isoformat() if post.ends_at else None,
        "classes": {str(each.pk): each.ends_on.isoformat() if each.ends_on else None for each in reaches},
    }


def _ending_with(post: Post) -> list[PostClass]:
    """The reaches given until the last day of the post: they move with it. An open one ends with the post anyway."""
    return list(post.classes.filter(ends_on=post.ends_on)) if post.ends_on else []


@transaction.atomic
def change_last_day(*, post: Post, last_day: date | None, by: Account, at: datetime) -> ChangeSet:
    """Let a post end after `last_day`, earlier or later than it would; None: it has no end.

    Raises `EndsBeforeItBegins`, `AlreadyPosted` where it would run into another post of the same role, or the refusals
    of whoever may not change it.
    """
    post = _theirs_to_change(post, by=by, at=at)
    if last_day is not None and last_day < post.starts_on:
        raise EndsBeforeItBegins(_("The last day is before the first."))
    refuse_doubled(post, last_day=last_day)
    before, moving = _days(post), _ending_with(post)
    post.ends_on = last_day
    post.save(update_fields=["ends_on"])
    for reach in moving:
        reach.ends_on = max(last_day, reach.starts_on) if last_day else None
        reach.save(update_fields=["ends_on"])
    made = _made(Verb.POST_CHANGED, post, before, by=by, at=at)
    details = {"account": post.account_id, "last_day": last_day}
    doors.record(Verb.POST_CHANGED, school=post.school, by=by, at=at, about=post, details=details)
    return made


@transaction.atomic
def change_role(*, post: Post, role: Role, on: date, by: Account, at: datetime) -> ChangeSet:
    """Let `post` end the day before `on`, and its holder begin another with `role` that day, until the same last day.

    The classes go along where the new role goes by classes too. Raises `SameRole`, `NotWithinPost`, `AlreadyPosted`,
    or the refusals of whoever may not give either.
    """
    post = _theirs_to_change(post, role, by=by, at=at)
    school = post.school
    if role == post.role:
        raise SameRole(_("That is what they do already. Choose another role."))
    if on < school.day(at):
        raise NotWithinPost(_("A role changes today or on a later day."))
    if on <= post.starts_on or (post.ends_on is not None and on > post.ends_on):
        raise NotWithinPost(_("The role changes after the first day of the post, and not after its last."))
    follows = Post(school=school, account=post.account, role=role, starts_on=on, ends_on=post.ends_on)
    refuse_doubled(follows, last_day=post.ends_on)
    standing = [
        reach
        for reach in post.classes.filter(school_class__year__last_day__gte=on)
        if role in OWN_CLASSES and (reach.ends_on is None or reach.ends_on >= on)
    ]
    before: dict[str, Any] = {**_days(post), "classes": {}}
    post.ends_on = on - DAY
    post.save(update_fields=["ends_on"])
    follows.save()
    reaches = PostClass.objects.bulk_create(
        PostClass(
            school=school, post=follows, school_class_id=reach.school_class_id,
            starts_on=max(reach.starts_on, on), ends_on=reach.ends_on,
        )
        for reach in standing
    )  # fmt: skip
    made = _made(Verb.POST_CHANGED, post, before, by=by, at=at, follows=follows.pk, followed_by=_whole(follows))
    details = {"account": post.account_id, "role": role.value, "on": on, "classes": [each.pk for each in reaches]}
    doors.record(Verb.POST_CHANGED, school=school, by=by, at=at, about=follows, details=details)
    return made


@transaction.atomic
def end_post(*, post: Post, by: Account, at: datetime) -> ChangeSet:
    """End a post now. Whoever then holds none is signed out, with a sentence saying why, at their next request."""
    post = _theirs_to_change(post, by=by, at=at)
    before: dict[str, Any] = {**_days(post), "classes": {}}
    today = max(post.school.day(at), post.starts_on)
    post.ends_on = min(post.ends_on or today, today)
    post.ends_at = at
    post.save(update_fields=["ends_on", "ends_at"])
    made = _made(Verb.POST_ENDED, post, before, by=by, at=at)
    details = {"account": post.account_id}
    doors.record(Verb.POST_ENDED, school=post.school, by=by, at=at, about=post, details=details)
    return made


def _whole(post: Post) -> dict[str, Any]:
    """All that was given with a post, to see later whether it is still the same."""
    return _days(post, {"classes": list(post.classes.values_list("pk", flat=True))})


@offer(Verb.POST_ENDED, permission=Permission.ACCESS_GRANT)
@offer(Verb.POST_CHANGED, permission=Permission.ACCESS_GRANT)
def _as_before(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Let a post end as it would have, and take away the one that followed it. Touches no pupil."""
    summary = change_set.summary
    post = Post.objects.select_related("school", "account").filter(pk=summary["post"]).first()
    if post is None:
        raise CannotUndo(_("This post has been taken away since."))
    follows = Post.objects.select_related("school").filter(pk=summary.get("follows")).first()
    if not {Role(each.role) for each in (post, follows) if each} <= givable(by, post.school, at):
        raise MayNotGive(_("Ask the head: this post is not one you give."))
    if post.account_id == by.pk:
        raise NotTheirAccount(_("You cannot change or end your own post. Ask somebody else who gives posts."))
    there = _whole(follows) if follows else None
    if _days(post, summary["before"]) != summary["after"] or there != summary.get("followed_by"):
        raise CannotUndo(_("This post has been changed again since. Undo that first, or put it right by hand."))
    if follows:
        PostClass.objects.filter(post=follows).delete()
        follows.delete()
    before = summary["before"]
    last_day = before["ends_on"] and date.fromisoformat(before["ends_on"])
    post.ends_on, post.ends_at = last_day, before["ends_at"] and datetime.fromisoformat(before["ends_at"])
    refuse_doubled(post, last_day=last_day)
    post.save(update_fields=["ends_on", "ends_at"])
    for reach in post.classes.filter(pk__in=before["classes"]):
        ended = before["classes"][str(reach.pk)]
        reach.ends_on = ended and date.fromisoformat(ended)
        reach.save(update_fields=["ends_on"])
    return ()
