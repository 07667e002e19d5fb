"""Teaching groups that a teacher makes in passing: a few pupils for a few weeks, for one thing they all need."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import OWN_CLASSES, Permission, Role
from muster.people.actions.changes import CannotUndo, change
from muster.people.actions.classes import refuse_taken
from muster.people.actions.reach import NotTheirPupil, all_at, require
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
    ClassMembership,
    PostClass,
    Pupil,
    SchoolClass,
    YearGroup,
)
from muster.people.refusals import Refused
from muster.people.undoing import offer
from muster.people.verbs import Verb

LONGEST_NAME = 60


class NobodyChosen(Refused):
    """A group is made of somebody."""


class NoName(Refused):
    """A group has a name of at most 60 characters."""


@transaction.atomic
def make_teaching_group(
    *,
    name: str,
    pupils: Sequence[Pupil],
    year: AcademicYear,
    year_group: YearGroup | None,
    last_day: date,
    by: Account,
    at: datetime,
) -> ChangeSet:
    """A teaching group of `pupils` from today to `last_day`, both counting, which `by` reaches as long as it stands.

    Registration classes are not touched, and nobody comes to see a pupil they could not see before. Raises `NoName`,
    `NobodyChosen`, `ClassNameTaken`, and `NotTheirPupil` unless a post of `by` allows it for every one of them.
    """
    school = year.school
    require(Permission.TEACHING_GROUP_MAKE, school=school, by=by, at=at)
    all_at(school, year_group, *pupils)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise NoName(_("Give the group a name of at most 60 characters."))
    if not pupils:
        raise NobodyChosen(_("Choose at least one pupil for the group."))
    viewer = by.viewer(at)
    theirs = Pupil.objects.visible_to(viewer, may=Permission.TEACHING_GROUP_MAKE).filter(school=school)
    if theirs.filter(pk__in=[pupil.pk for pupil in pupils]).count() < len(pupils):
        raise NotTheirPupil(_("One of these is not in a class of yours. Choose again."))
    refuse_taken(name, year)
    today = school.day(at)
    last_day = max(today, last_day)
    group = SchoolClass.objects.create(
        school=school, year=year, name=name, kind=SchoolClass.Kind.TEACHING, year_group=year_group
    )
    ClassMembership.objects.bulk_create(
        ClassMembership(school=school, pupil=pupil, school_class=group, starts_on=today, ends_on=last_day)
        for pupil in pupils
    )
    PostClass.objects.bulk_create(
        PostClass(school=school, post=post, school_class=group, starts_on=today, ends_on=last_day)
        for post in viewer.granting(Permission.TEACHING_GROUP_MAKE, school)
        if Role(post.role) in OWN_CLASSES
    )
    ids = [pupil.pk for pupil in pupils]
    made = change(
        Verb.TEACHING_GROUP_MADE, school=school, by=by, at=at, summary={"teaching_group": group.pk, "pupils": ids}
    )
    doors.record(
        Verb.TEACHING_GROUP_MADE,
        school=school,
        by=by,
        at=at,
        about=made,
        pupils=ids,
        details={"class": group.pk, "until": last_day},
    )
    return made


@offer(Verb.TEACHING_GROUP_MADE, permission=Permission.TEACHING_GROUP_MAKE)
def _not_made(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Take the group away again, by whoever made it, while it is as it was made."""
    if change_set.by_id != by.pk:
        raise CannotUndo(_("Only whoever made a group can undo it. The office can change it."))
    pupils: list[int] = change_set.summary["pupils"]
    group = SchoolClass.objects.at(change_set.school).filter(pk=change_set.summary["teaching_group"]).first()
    if group is None:
        raise CannotUndo(_("The group has been taken away already."))
    inside = ClassMembership.objects.filter(school_class=group)
    if set(inside.values_list("pupil", flat=True)) != set(pupils):
        raise CannotUndo(_("Who is in the group has changed since."))
    try:
        with transaction.atomic():
            inside.delete()
            PostClass.objects.filter(school_class=group, post__account=by).delete()
            group.delete()
    except ProtectedError as problem:
        raise CannotUndo(_("The group has been used since, so it stays in the record.")) from problem
    return pupils
