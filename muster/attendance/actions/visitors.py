"""Visitors, contractors and staff coming and going."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.attendance.at_the_door import staff_of_today
from muster.attendance.models import StaffSigning, Visit
from muster.attendance.rules.names import matching, words_of
from muster.attendance.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import all_at, alone, require
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
    alone(school)
    visit = Visit.objects.create(
        school=school,
        key=doors.sealer().new_keys(1)[0],
        kind=kind,
        name=name,
        organisation=organisation or None,
        host=host,
        badge=free_badge(school),
        came_at=at,
        signed_in_by=by,
    )
    doors.record(Verb.VISITOR_CAME, school=school, by=by, at=at, about=visit)
    return visit


def free_badge(school: School) -> int:
    """A number nobody here has. At random: whoever knows their own knows no other."""
    taken = set(Visit.objects.at(school).filter(left_at__isnull=True).values_list("badge", flat=True))
    return secrets.choice([badge for badge in range(1000, 10_000) if badge not in taken])


@transaction.atomic
def leave_as(*, school: School, typed: str, by: Account, at: datetime) -> None:
    """Sign out whoever typed their badge number, or their name as they wrote it on coming.

    Raises `NotHere`, in the same words whether nobody has that name here or more than one.
    """
    require(Permission.VISITOR_SIGN, school=school, by=by, at=at)
    here = Visit.objects.at(school).here(at)
    wanted = words_of(typed)
    if typed.strip().isdecimal():
        found = [each for each in here if each.badge == int(typed)]
    else:
        found = [each for each in here if wanted and words_of(each.name) == wanted]
    if len(found) != 1:
        raise NotHere(_("That was not found. Write your badge number, or your name as you did when you came."))
    leave(visit=found[0], by=by, at=at)


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


@transaction.atomic
def sign_as(*, school: School, typed: str, coming: bool, by: Account, at: datetime) -> None:
    """Sign in, or out, the one member of staff whose name was typed. Saying the same twice changes nothing.

    Raises `NotHere` where the name is nobody's, or that of several.
    """
    require(Permission.VISITOR_SIGN, school=school, by=by, at=at)
    alone(school)
    staff = staff_of_today(school, at)
    found = matching(typed, staff, whole=True)
    if len(found) != 1:
        raise NotHere(_("That is not the name of one member of staff. Write your whole name."))
    adult = Staff.objects.at(school).get(pk=found[0])
    inside = StaffSigning.objects.at(school).filter(adult=adult, left_at__isnull=True).first()
    is_in = inside is not None and school.day(inside.came_at) == school.day(at)
    if is_in != coming:
        sign_staff(adult=adult, by=by, at=at)
