"""Whether somebody may make a change: asked by every action, because a view is not the only way in.

`by` is None where Muster itself acts: a command of whoever runs the installation, before anybody can sign in.
"""

from datetime import datetime

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


def require(permission: Permission, *, school: School, by: Account | None, at: datetime) -> None:
    """Raise `NotTheirSchool` unless a post of `by` at `school` grants `permission` at `at`."""
    if by is not None and not by.viewer(at).may(permission, school):
        raise NotTheirSchool(_("Your post at this school does not allow this."))


def require_pupil(pupil: Pupil, *, by: Account | None, at: datetime, may: Permission = Permission.PUPIL_EDIT) -> None:
    """Raise `NotTheirPupil` unless a post of `by` grants `may` for this pupil at `at`."""
    if by is not None and not Pupil.objects.visible_to(by.viewer(at), may=may).contains(pupil):
        raise NotTheirPupil(_("You may not change this pupil's record."))


def require_class(school_class: SchoolClass, *, by: Account | None, at: datetime) -> None:
    """Raise `NotTheirSchool` unless a post of `by` lets them change this class at `at`."""
    if by is not None and not SchoolClass.objects.visible_to(by.viewer(at), may=Permission.CLASS_EDIT).contains(
        school_class
    ):
        raise NotTheirSchool(_("You may not change this class."))


def all_at(school: School, *rows: OfSchool | None) -> None:
    """Raise `OtherSchool` unless every row (None apart) is of `school`."""
    if any(row is not None and row.school_id != school.pk for row in rows):
        raise OtherSchool(_("These belong to different schools."))


def same_school(*rows: OfSchool) -> None:
    """Raise `OtherSchool` unless all rows belong to one school."""
    if len({row.school_id for row in rows}) > 1:
        raise OtherSchool(_("These belong to different schools."))
