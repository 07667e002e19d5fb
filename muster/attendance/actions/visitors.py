"""Visitors, contractors and staff coming and going."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.attendance.models import StaffSigning, Visit
from muster.attendance.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import all_at, require
from muster.people.models import Account, School, Staff
from muster.people.refusals import Refused


class NotHere(Refused):
    """Somebody is not signed in, or has been signed out already."""


class NoVisitorName(Refused):
    """A visitor has a name."""


@transaction.atomic
def come(
    *, school: School, name: str, organisation: str, kind: str, host: Staff | None, by: Account, at: datetime
) -> Visit:
    """Sign in a visitor at `at`. `by` is whose device it was done on. Raises `NotTheirSchool` and `NoVisitorName`."""
    require(Permission.VISITOR_SIGN, school=school, by=by, at=at)
    all_at(school, host)
    name = " ".join(name.split())
    if not name:
        raise NoVisitorName(_("Write your name."))
    visit = Visit.objects.create(
        school=school,
        key=doors.sealer().new_keys(1)[0],
        kind=kind,
        name=name,
        organisation=organisation or None,
        host=host,
        came_at=at,
        signed_in_by=by,
    )
    doors.record(Verb.VISITOR_CAME, school=school, by=by, at=at, about=visit)
    return visit


@transaction.atomic
def leave(*, visit: Visit, by: Account, at: datetime) -> None:
    """Sign out a visitor at `at`. Raises `NotHere` where they have left already."""
    require(Permission.VISITOR_SIGN, school=visit.school, by=by, at=at)
    if not Visit.objects.filter(pk=visit.pk, left_at__isnull=True).update(left_at=max(at, visit.came_at)):
        raise NotHere(_("This visitor has been signed out already."))
    doors.record(Verb.VISITOR_LEFT, school=visit.school, by=by, at=at, about=visit)


@transaction.atomic
def clear(*, visit: Visit, by: Account, at: datetime) -> None:
    """Say, with one's own name, that a visitor of an earlier day is not here any more. Raises `NotHere`."""
    require(Permission.VISITOR_SIGN, school=visit.school, by=by, at=at)
    if visit.school.day(visit.came_at) >= visit.school.day(at):
        raise NotHere(_("This visitor came today: sign them out instead."))
    if not Visit.objects.filter(pk=visit.pk, left_at__isnull=True).update(left_at=at, cleared_by=by):
        raise NotHere(_("This visitor has been signed out already."))
    doors.record(Verb.VISITOR_CLEARED, school=visit.school, by=by, at=at, about=visit)


@transaction.atomic
def sign_staff(*, adult: Staff, by: Account, at: datetime) -> StaffSigning:
    """Sign a member of staff in, or out again where they are in since this morning."""
    require(Permission.VISITOR_SIGN, school=adult.school, by=by, at=at)
    inside = StaffSigning.objects.at(adult.school).filter(adult=adult, left_at__isnull=True).first()
    if inside is not None:
        inside.left_at = at
        inside.save(update_fields=["left_at"])
    if inside is None or adult.school.day(inside.came_at) != adult.school.day(at):
        inside = StaffSigning.objects.create(school=adult.school, adult=adult, came_at=at)
    doors.record(Verb.STAFF_SIGNED, school=adult.school, by=by, at=at, about=inside)
    return inside
