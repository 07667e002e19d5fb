"""Classes: made, named, taken away, taught, and who is in them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, ProtectedError, Q
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import OWN_CLASSES, Permission, Role
from muster.people.actions.changes import CannotUndo, change
from muster.people.actions.pupils import put_back_memberships, refuse_joined
from muster.people.actions.reach import all_at, require, require_class, require_pupil
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
    ClassMembership,
    DayPass,
    Post,
    PostClass,
    Pupil,
    SchoolClass,
    YearGroup,
)
from muster.people.models.classes import on_day
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.people.undoing import offer
from muster.people.verbs import Verb


class ClassNameTaken(Refused):
    """Two classes of one year may not share a name."""


class ClassInUse(Refused):
    """A class that has had pupils, or on which something else rests, stays in the record."""


class AlreadyInClass(Refused):
    """The pupil is in the class that day."""


class NotInClass(Refused):
    """The pupil is not in the class that day."""


class TeachesNoClasses(Refused):
    """The role of the post does not go by classes."""


class NotThoseDays(Refused):
    """The class cannot go from one to the other on those days."""


def refuse_taken(name: str, year: AcademicYear, besides: SchoolClass | None = None) -> None:
    """Raise `ClassNameTaken` where a class of `year`, other than `besides`, is called `name`."""
    same = SchoolClass.objects.at(year.school).filter(year=year, name__iexact=name)
    others = same.exclude(pk=besides.pk) if besides else same
    if others.exists():
        raise ClassNameTaken(_("There is a class called %(name)s in %(year)s already.") % {"name": name, "year": year})


@transaction.atomic
def add_class(
    *,
    year: AcademicYear,
    name: str,
    kind: SchoolClass.Kind = SchoolClass.Kind.REGISTRATION,
    year_group: YearGroup | None = None,
    by: Account | None,
    at: datetime,
) -> SchoolClass:
    """A class of `year`, without anybody in it. Raises `ClassNameTaken`."""
    require(Permission.CLASS_EDIT, school=year.school, by=by, at=at)
    all_at(year.school, year_group)
    refuse_taken(name.strip(), year)
    made = SchoolClass.objects.create(
        school=year.school, year=year, name=name.strip(), kind=kind, year_group=year_group
    )
    doors.record(Verb.CLASS_ADDED, school=year.school, by=by, at=at, about=made)
    return made


@transaction.atomic
def rename_class(
    *, school_class: SchoolClass, name: str, year_group: YearGroup | None, by: Account, at: datetime
) -> SchoolClass:
    """Give the class another name or year group; its pupils and their marks stay. Raises `ClassNameTaken`."""
    require_class(school_class, by=by, at=at)
    all_at(school_class.school, year_group)
    refuse_taken(name.strip(), school_class.year, besides=school_class)
    before = {"name": school_class.name, "year_group": school_class.year_group_id}
    school_class.name, school_class.year_group = name.strip(), year_group
    school_class.save(update_fields=["name", "year_group"])
    doors.record(
        Verb.CLASS_RENAMED, school=school_class.school, by=by, at=at, about=school_class, details={"before": before}
    )
    return school_class


@transaction.atomic
def remove_class(*, school_class: SchoolClass, by: Account, at: datetime) -> None:
    """Take away a class made by mistake. Raises `ClassInUse` when anybody has ever been in it, or anything rests on it."""
    require_class(school_class, by=by, at=at)
    school, name, number = school_class.school, school_class.name, school_class.pk
    used = (
        ClassMembership.objects.filter(school_class=school_class).exists()
        or DayPass.objects.filter(school_class=school_class).exists()
    )
    if used:
        raise ClassInUse(_("%(name)s has had pupils, so it stays in the record.") % {"name": name})
    PostClass.objects.filter(school_class=school_class).delete()
    try:
        school_class.delete()
    except ProtectedError as held:
        said = _("%(name)s came with a file, or has lessons or a room of its own, so it stays in the record.")
        raise ClassInUse(said % {"name": name}) from held
    doors.record(Verb.CLASS_REMOVED, school=school, by=by, at=at, details={"class": number, "name": name})


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def move_class(*, pupil: Pupil, to: SchoolClass, on: date, by: Account | None, at: datetime) -> ChangeSet:
    """Move `pupil` to another registration class from `on`; the day before is the last in the old one.

    Teaching groups are not touched. Marks go with the pupil. Raises `AlreadyInClass`.
    """
    require_pupil(pupil, by=by, at=at)
    all_at(pupil.school, to)
    moved = moved_to(pupil=pupil, to=to, on=on)
    made = change(
        Verb.PUPIL_MOVED,
        school=pupil.school,
        by=by,
        at=at,
        summary=moved,
    )
    doors.record(Verb.PUPIL_MOVED, school=pupil.school, by=by, at=at, about=made, pupils=[pupil.pk])
    return made


def moved_to(*, pupil: Pupil, to: SchoolClass, on: date) -> dict[str, Any]:
    """The rows of a move, for an action that moves pupils as part of something larger, and what putting it back needs.

    A place in a later year stays, and the new one ends where that begins. Inside the caller's transaction, which writes
    history itself. Raises `AlreadyInClass`.
    """
    memberships = ClassMembership.objects.filter(pupil=pupil).exclude(ends_on__lt=on)
    if memberships.filter(school_class=to, starts_on__lte=on).exists():
        raise AlreadyInClass(_("This pupil is in %(class)s on that day already.") % {"class": to.name})
    ended: dict[str, str | None] = {}
    taken_out: list[dict[str, object]] = []
    until: date | None = None
    places = memberships.filter(school_class__kind=SchoolClass.Kind.REGISTRATION).select_related("school_class__year")
    for membership in places.order_by("-starts_on"):
        if membership.starts_on > on and membership.school_class.year.first_day > to.year.last_day:
            until = membership.starts_on - timedelta(days=1)
        elif membership.starts_on >= on:
            taken_out.append(
                {
                    "pupil": pupil.pk,
                    "school_class": membership.school_class_id,
                    "starts_on": membership.starts_on.isoformat(),
                    "ends_on": membership.ends_on.isoformat() if membership.ends_on else None,
                }
            )
            membership.delete()
        else:
            ended[str(membership.pk)] = membership.ends_on.isoformat() if membership.ends_on else None
            membership.ends_on = on - timedelta(days=1)
            membership.save(update_fields=["ends_on"])
    added = ClassMembership.objects.create(
        school=pupil.school, pupil=pupil, school_class=to, starts_on=on, ends_on=until
    )
    return {
        "pupil": pupil.pk,
        "added": added.pk,
        "until": until.isoformat() if until else None,
        "ended": ended,
        "taken_out": taken_out,
    }


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def join_class(
    *, pupils: Sequence[Pupil], school_class: SchoolClass, on: date, by: Account | None, at: datetime
) -> ChangeSet:
    """Put `pupils` into a class from `on`, besides the classes they are in. Those in it already stay as they are."""
    require_class(school_class, by=by, at=at)
    all_at(school_class.school, *pupils)
    inside = set(
        ClassMembership.objects.filter(on_day(on), school_class=school_class).values_list("pupil", flat=True)
    ) | set(
        ClassMembership.objects.filter(school_class=school_class, ends_on__isnull=True).values_list("pupil", flat=True)
    )
    added = ClassMembership.objects.bulk_create(
        ClassMembership(school=school_class.school, pupil=pupil, school_class=school_class, starts_on=on)
        for pupil in pupils
        if pupil.pk not in inside
    )
    ids = [membership.pupil_id for membership in added]
    made = change(
        Verb.PUPIL_JOINED_CLASS,
        school=school_class.school,
        by=by,
        at=at,
        summary={"added": [membership.pk for membership in added], "pupils": ids, "class": school_class.pk},
    )
    doors.record(
        Verb.PUPIL_JOINED_CLASS,
        school=school_class.school,
        by=by,
        at=at,
        about=made,
        pupils=ids,
        details={"class": school_class.pk},
    )
    return made


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def leave_class(*, pupil: Pupil, school_class: SchoolClass, last_day: date, by: Account, at: datetime) -> ChangeSet:
    """Take `pupil` out of a class after `last_day`. Raises `NotInClass`."""
    require_class(school_class, by=by, at=at)
    membership = (
        ClassMembership.objects.filter(on_day(last_day), pupil=pupil, school_class=school_class)
        .order_by("-starts_on")
        .first()
    )
    if membership is None:
        raise NotInClass(_("This pupil is not in %(class)s on that day.") % {"class": school_class.name})
    ended = {str(membership.pk): membership.ends_on.isoformat() if membership.ends_on else None}
    membership.ends_on = last_day
    membership.save(update_fields=["ends_on"])
    made = change(
        Verb.PUPIL_LEFT_CLASS,
        school=school_class.school,
        by=by,
        at=at,
        summary={"pupil": pupil.pk, "ended": ended, "taken_out": []},
    )
    doors.record(
        Verb.PUPIL_LEFT_CLASS,
        school=school_class.school,
        by=by,
        at=at,
        about=made,
        pupils=[pupil.pk],
        details={"class": school_class.pk},
    )
    return made


@transaction.atomic
def teach(*, post: Post, school_class: SchoolClass, on: date, by: Account | None, at: datetime) -> PostClass:
    """Let the holder of `post` reach a class from `on`. One that reaches it already stays as it is.

    Raises `TeachesNoClasses` for a role that does not go by classes.
    """
    require_class(school_class, by=by, at=at)
    all_at(school_class.school, post)
    if Role(post.role) not in OWN_CLASSES:
        raise TeachesNoClasses(_("This post reaches the whole school or none of it, so it is given no classes."))
    standing = PostClass.objects.filter(post=post, school_class=school_class).exclude(ends_on__lt=on).first()
    if standing and standing.starts_on <= on and standing.ends_on is None:
        return standing
    if standing:
        standing.starts_on, standing.ends_on = min(standing.starts_on, on), None
        standing.save(update_fields=["starts_on", "ends_on"])
        made = standing
    else:
        made = PostClass.objects.create(school=school_class.school, post=post, school_class=school_class, starts_on=on)
    doors.record(
        Verb.TEACHING_BEGUN,
        school=school_class.school,
        by=by,
        at=at,
        about=made,
        details={"post": post.pk, "class": school_class.pk, "on": on},
    )
    return made


@transaction.atomic
def stop_teaching(*, post_class: PostClass, last_day: date, by: Account, at: datetime) -> None:
    """End the reach of a post to a class after `last_day`; one that had not begun by then is taken away.

    One that has ended by then stays as it is: an end is never moved on.
    """
    require_class(post_class.school_class, by=by, at=at)
    standing = PostClass.objects.filter(pk=post_class.pk).first()
    if standing is None or (standing.ends_on is not None and standing.ends_on <= last_day):
        return
    details = {"post": post_class.post_id, "class": post_class.school_class_id, "last_day": last_day}
    if post_class.starts_on > last_day:
        PostClass.objects.filter(pk=post_class.pk).delete()
    else:
        PostClass.objects.filter(pk=post_class.pk).update(ends_on=last_day)
    doors.record(Verb.TEACHING_ENDED, school=post_class.school, by=by, at=at, details=details)


@transaction.atomic
def hand_over(*, post_class: PostClass, to: Post, on: date, until: date | None, by: Account, at: datetime) -> ChangeSet:
    """Let the holder of `to` reach a class from `on` in place of whoever does now; after `until` it comes back.

    Both ends count; without `until` it is for good. Nobody's reach begins or ends before its day. Raises
    `NotThoseDays`, `TeachesNoClasses`, or the refusals of reach.
    """
    school_class = post_class.school_class
    school = school_class.school
    require_class(school_class, by=by, at=at)
    all_at(school, post_class, to)
    giver, to = PostClass.objects.get(pk=post_class.pk), Post.objects.get(pk=to.pk)
    if Role(to.role) not in OWN_CLASSES:
        raise TeachesNoClasses(_("This post reaches the whole school or none of it, so it is given no classes."))
    _refuse_days(giver, to, on=on, until=until, today=school.day(at))
    before, made = _days(giver), {}
    taken = PostClass.objects.create(
        school=school, post=to, school_class=school_class, starts_on=on, ends_on=until or giver.ends_on
    )
    made[str(taken.pk)] = _days(taken)
    if until and (giver.ends_on is None or until < giver.ends_on):
        again = PostClass.objects.create(
            school=school, post_id=giver.post_id, school_class=school_class,
            starts_on=until + timedelta(days=1), ends_on=giver.ends_on,
        )  # fmt: skip
        made[str(again.pk)] = _days(again)
    after = None
    if giver.starts_on == on:
        PostClass.objects.filter(pk=giver.pk).delete()
    else:
        giver.ends_on = on - timedelta(days=1)
        giver.save(update_fields=["ends_on"])
        after = _days(giver)
    giving = {"id": post_class.pk, "post": giver.post_id, "before": before, "after": after}
    summary = {"class": school_class.pk, "giving": giving, "made": made}
    done = change(Verb.TEACHING_HANDED_OVER, school=school, by=by, at=at, summary=summary)
    details = {"class": school_class.pk, "from": giver.post_id, "post": to.pk, "on": on, "until": until}
    doors.record(Verb.TEACHING_HANDED_OVER, school=school, by=by, at=at, about=taken, details=details)
    return done


def _refuse_days(giver: PostClass, to: Post, *, on: date, until: date | None, today: date) -> None:
    """Raise `NotThoseDays` unless `giver` has the class on `on`, and the holder of `to` can have it until `until`."""
    last = until or giver.ends_on or date.max
    if until and until < on:
        raise NotThoseDays(_("The last day is before the first."))
    if on < today:
        raise NotThoseDays(_("A class is handed over today or on a later day."))
    if not giver.starts_on <= on <= min(giver.ends_on or date.max, giver.post.ends_on or date.max):
        raise NotThoseDays(_("They do not have the class on that day, so it cannot be handed over then."))
    if to.pk == giver.post_id:
        raise NotThoseDays(_("They have the class already. Choose somebody else."))
    if to.ends_at is not None or not to.starts_on <= on <= (to.ends_on or date.max):
        raise NotThoseDays(_("The post of whoever takes the class does not count on that day."))
    if until and until > (to.ends_on or date.max):
        raise NotThoseDays(_("The post of whoever takes the class ends before that last day."))
    standing = PostClass.objects.filter(post=to, school_class=giver.school_class_id, starts_on__lte=last)
    if standing.exclude(ends_on__lt=on).exists():
        raise NotThoseDays(_("They have the class on some of those days already. End that first."))


def _days(reach: PostClass) -> list[str | None]:
    """First and last day, as a summary keeps them."""
    return [reach.starts_on.isoformat(), reach.ends_on.isoformat() if reach.ends_on else None]


@offer(Verb.TEACHING_HANDED_OVER, permission=Permission.CLASS_EDIT)
def _not_handed_over(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Give a class back to whoever had it. Touches no pupil."""
    summary = change_set.summary
    giving, made = summary["giving"], summary["made"]
    rows = {str(row.pk): _days(row) for row in PostClass.objects.filter(pk__in=[*made, giving["id"]])}
    expected = {**made, **({str(giving["id"]): giving["after"]} if giving["after"] else {})}
    if rows != expected or not Post.objects.filter(pk=giving["post"]).exists():
        raise CannotUndo(_("Who teaches this class has been changed again since. Put it right by hand."))
    PostClass.objects.filter(pk__in=list(rows)).delete()
    first, last = (day and date.fromisoformat(day) for day in giving["before"])
    PostClass.objects.create(
        pk=giving["id"], school=change_set.school, post_id=giving["post"], school_class_id=summary["class"],
        starts_on=first, ends_on=last,
    )  # fmt: skip
    return ()


def teachers_of(school_class: SchoolClass, day: date, *, to_come: bool = False) -> list[PostClass]:
    """Who reaches the class on `day` as its teacher, tutor or cover, by name; then who will, by day, if `to_come`."""
    rows = (
        PostClass.objects.filter(school_class=school_class)
        .exclude(ends_on__lt=day)
        .exclude(post__ends_on__lt=day)
        .filter(Q(post__ends_at__isnull=True) | Q(post__ends_at__date__gte=day))
        .select_related("post__account")
        .annotate(role=F("post__role"))
    )
    if not to_come:
        rows = rows.filter(starts_on__lte=day, post__starts_on__lte=day)
    return sorted(rows, key=lambda row: (max(row.starts_on, row.post.starts_on, day), row.post.account.name, row.pk))


@offer(Verb.PUPIL_MOVED, permission=Permission.PUPIL_EDIT)
def _not_moved(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Put a pupil back into the class they came from."""
    summary = change_set.summary
    refuse_joined([summary["pupil"]])
    gone, _each = ClassMembership.objects.filter(pk=summary["added"], ends_on=summary.get("until")).delete()
    if not gone:
        raise CannotUndo(_("This pupil has moved or left since."))
    put_back_memberships(summary, change_set.school)
    return [summary["pupil"]]


@offer(Verb.PUPIL_JOINED_CLASS, permission=Permission.CLASS_EDIT)
def _not_joined(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Take pupils back out of a class they were put into by mistake."""
    summary = change_set.summary
    refuse_joined(summary["pupils"])
    gone, _each = ClassMembership.objects.filter(pk__in=summary["added"], ends_on__isnull=True).delete()
    if gone != len(summary["added"]):
        raise CannotUndo(_("One of these pupils has moved or left since."))
    pupils: list[int] = summary["pupils"]
    return pupils


@offer(Verb.PUPIL_LEFT_CLASS, permission=Permission.CLASS_EDIT)
def _not_left(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Put a pupil back into a class they were taken out of."""
    refuse_joined([change_set.summary["pupil"]])
    put_back_memberships(change_set.summary, change_set.school)
    return [change_set.summary["pupil"]]


__all__ = [
    "AlreadyInClass",
    "ClassInUse",
    "ClassNameTaken",
    "NotInClass",
    "NotThoseDays",
    "TeachesNoClasses",
    "add_class",
    "hand_over",
    "join_class",
    "leave_class",
    "move_class",
    "remove_class",
    "rename_class",
    "stop_teaching",
    "teach",
    "teachers_of",
]
