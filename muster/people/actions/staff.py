"""Staff who never sign in: they are on the list of a roll call and at the door as long as they work here."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import require
from muster.people.models import Account, School, Staff
from muster.people.refusals import Refused
from muster.people.verbs import Verb


class StaffNeedsAName(Refused):
    """Nobody can be called without one."""

    status = 422


class HasAnAccount(Refused):
    """Whoever can sign in works here by their posts."""


@transaction.atomic
def add_staff(*, school: School, name: str, by: Account, at: datetime) -> Staff:
    """Somebody who works at `school` and does not sign in. Raises `StaffNeedsAName`; two may have one name."""
    require(Permission.ACCESS_GRANT, school=school, by=by, at=at)
    if not name.strip():
        raise StaffNeedsAName(_("Write who it is."))
    staff = Staff.objects.create(school=school, name=" ".join(name.split())[:200])
    doors.record(Verb.STAFF_ADDED, school=school, by=by, at=at, about=staff)
    return staff


@transaction.atomic
def has_left(*, staff: Staff, left: bool, by: Account, at: datetime) -> None:
    """Say that somebody without an account works here no more, or does again. Saying the same twice changes nothing.

    Raises `HasAnAccount`.
    """
    require(Permission.ACCESS_GRANT, school=staff.school, by=by, at=at)
    held = Staff.objects.select_for_update().get(pk=staff.pk)
    if held.account_id is not None:
        raise HasAnAccount(_("They can sign in. End their posts on their own page."))
    if (held.left_at is not None) == left:
        return
    held.left_at = at if left else None
    held.save(update_fields=["left_at"])
    doors.record(Verb.STAFF_LEFT if left else Verb.STAFF_RETURNED, school=held.school, by=by, at=at, about=held)
