"""Whether somebody may make a change: asked by every action, because a view is not the only way in.

Whoever asks is alone with the school from then on: two changes at the same moment are decided one after the other, so
that an action which looks first and acts then never acts on what another has changed in between. `by` is None where Muster itself acts: a command of whoever runs the installation, before anybody can sign in.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from muster.people.access import Permission
from muster.people.models import Account, OfSchool, Pupil, School, SchoolClass
from muster.people.refusals import Refused


class NotTheirPupil(Refused):
    """The pupil is not one whose record this person may change."""


class NotTheirSchool(Refused):
    """The person holds no post at the school that allows the change."""


class OtherSchool(Refused):
    """Two things that are to be joined belong to different schools."""


class NoLongerThere(Refused):
    """Something that was chosen has been taken away, or joined with another record, since."""


def alone(school: School) -> None:
    """Let no other change to `school` be decided before this transaction ends: what is read from now on stays so.

    Marking and looking go on all the same. On SQLite whoever writes is alone already. Only the row's other columns are
    held, not its key, or every new row of the school would wait.
    """
    School.objects.select_for_update(no_key=True).only("pk").get(pk=school.pk)


def require(permission: Permission, *, school: School, by: Account | None, at: datetime) -> None:
    """Be alone with `school`; raise `NotTheirSchool` unless a post of `by` there grants `permission` at `at`."""
    alone(school)
    if by is not None and not by.viewer(at).may(permission, school):
        raise NotTheirSchool(_("Your post at this school does not allow this."))


def require_pupil(pupil: Pupil, *, by: Account | None, at: datetime, may: Permission = Permission.PUPIL_EDIT) -> None:
    """Be alone with the pupil's school; raise `NotTheirPupil` unless a post of `by` grants `may` for them at `at`."""
    alone(pupil.school)
    if by is not None and not Pupil.objects.visible_to(by.viewer(at), may=may).contains(pupil):
        raise NotTheirPupil(_("You may not change this pupil's record, or it has been joined with another one."))


def require_class(school_class: SchoolClass, *, by: Account | None, at: datetime) -> None:
    """Be alone with its school; raise `NotTheirSchool` unless a post of `by` lets them change this class at `at`."""
    alone(school_class.school)
    if by is not None and not SchoolClass.objects.visible_to(by.viewer(at), may=Permission.CLASS_EDIT).contains(
        school_class
    ):
        raise NotTheirSchool(_("You may not change this class, or it has been taken away."))


def all_at(school: School, *rows: OfSchool | None) -> None:
    """Raise `OtherSchool` unless every row (None apart) is of `school`, and `NoLongerThere` unless all still stand.

    One statement for each kind of row. Ask it once alone with the school.
    """
    given = [row for row in rows if row is not None]
    if any(row.school_id != school.pk for row in given):
        raise OtherSchool(_("These belong to different schools."))
    for model in dict.fromkeys(type(row) for row in given):
        keys = {row.pk for row in given if type(row) is model}
        standing: QuerySet[Any] = model._base_manager.filter(pk__in=keys)
        if model is Pupil:
            standing = Pupil.objects.filter(pk__in=keys, merged_into__isnull=True)
        if standing.count() < len(keys):
            raise NoLongerThere(_("What you chose has been taken away meanwhile. Choose again."))
