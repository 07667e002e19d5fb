"""What attendance offers to the apps below it: offline register marks, and cards on Today."""

from collections.abc import Sequence
from datetime import datetime, time

from django.http import HttpRequest
from django.utils.translation import gettext as _

from muster.attendance.actions.registers import mark
from muster.attendance.days import plan_on, session_now
from muster.attendance.expected import Expected, expected_at
from muster.attendance.forgetting import forget_comings_and_goings
from muster.attendance.forms import classes_today
from muster.attendance.items import Item
from muster.attendance.models import Visit
from muster.attendance.registers_of_day import lessons_now, registers_of_day
from muster.attendance.words import why_word
from muster.pages import panels
from muster.people import outbox, schedule
from muster.people.access import OWN_CLASSES, Permission
from muster.people.gates import SchoolRequest
from muster.people.models import Account, Pupil, School, SchoolClass
from muster.people.outbox import Result


def register_marks(items: Sequence[Item], school: School, account: Account, at: datetime) -> Sequence[Result]:
    """Register marks made in class, with or without a network."""
    return mark(items, school=school, by=account, at=at)


def register_card(request: HttpRequest) -> panels.Panel | None:
    """The register this person has to take now, one step from Today; nothing once it is taken."""
    if not isinstance(getattr(request, "school", None), School):
        return None
    inside: SchoolRequest = request  # type: ignore[assignment]  # a request with a school came through a gate
    if not OWN_CLASSES.intersection(inside.viewer.roles(inside.school)) or not inside.may(Permission.REGISTER_TAKE):
        return None
    session = session_now(inside.school, plan_on(inside.school, inside.today), inside.now)
    waiting = [
        each
        for each in [
            *registers_of_day(inside.school, inside.viewer, inside.today, session),
            *lessons_now(inside.school, inside.viewer, inside.now),
        ]
        if not each.is_taken and each.sitting.opens_at <= inside.now
    ]
    if not waiting:
        return None
    context = {"register": waiting[0], "is_open": waiting[0].sitting.is_open(inside.now)}
    return panels.Panel("", "attendance/register_card.html", context, order=5)


def day_in_numbers(request: HttpRequest) -> panels.Panel | None:
    """How the session stands in the whole school, for the office and leaders: numbers, each leading to its list."""
    if not isinstance(getattr(request, "school", None), School):
        return None
    inside: SchoolRequest = request  # type: ignore[assignment]  # as above
    if not inside.may(Permission.REGISTER_AMEND):
        return None
    session = session_now(inside.school, plan_on(inside.school, inside.today), inside.now)
    found = registers_of_day(inside.school, inside.viewer, inside.today, session)
    if not found or found[0].sitting.opens_at > inside.now:
        return None
    context = {
        "present": sum(each.present for each in found),
        "late": sum(each.late for each in found),
        "unexplained": sum(each.unexplained for each in found),
        "missing": sum(not each.is_taken for each in found),
        "sitting": found[0].sitting,
    }
    return panels.Panel(_("In school today"), "attendance/day_in_numbers.html", context, order=8)


def my_visitors(request: HttpRequest) -> panels.Panel | None:
    """Who is here to see this person, from when they sign in until they leave."""
    if not isinstance(getattr(request, "school", None), School):
        return None
    inside: SchoolRequest = request  # type: ignore[assignment]  # as above
    if not inside.viewer.is_staff:
        return None
    visits = Visit.objects.at(inside.school).here(inside.now).filter(host__account=inside.account)
    here = [each for each in visits.order_by("came_at") if inside.school.day(each.came_at) == inside.today]
    return (
        panels.Panel(_("Here to see you"), "attendance/my_visitors.html", {"visits": here}, order=4) if here else None
    )


def should_be_now(request: HttpRequest, pupil: Pupil) -> panels.Panel | None:
    """Where a pupil should be now, for the office, tutors and the pupil's teachers. Never where they were seen."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # the page of a pupil stands behind a gate
    if not Pupil.objects.visible_to(inside.viewer, may=Permission.EXPECTED_VIEW).contains(pupil):
        return None
    found = expected_at(inside.school, inside.now, pupils=[pupil.pk])
    one = found.of(pupil.pk)
    if one is None:
        return None
    context = {
        "place": one.place,
        "words": why_word(one.place.why),
        "adult": found.staff.get(one.place.adult or 0, ""),
        "may_amend": inside.may(Permission.REGISTER_AMEND),
        "may_plan": inside.may(Permission.TIMETABLE_EDIT),
        "child_id": pupil.pk,
        "day": inside.today,
        "send_to": classes_to_send_to(inside, pupil, found),
    }
    return panels.Panel(_("Should be now"), "attendance/should_be.html", context, order=30)


def classes_to_send_to(request: SchoolRequest, pupil: Pupil, found: Expected) -> Sequence[SchoolClass]:
    """The classes a pupil can be given a pass to now by whoever takes their register; none outside the day."""
    one = found.of(pupil.pk)
    if found.session is None or one is None or not one.place.on_site:
        return ()
    if not Pupil.objects.visible_to(request.viewer, may=Permission.REGISTER_TAKE).contains(pupil):
        return ()
    return [each for each in classes_today(request) if each.pk != one.school_class]


outbox.offer("register-mark", register_marks, reads=Item.read)
panels.today.offer(register_card)
panels.today.offer(day_in_numbers)
panels.today.offer(my_visitors)
panels.pupil.offer(should_be_now)
schedule.offer("forget comings and goings", forget_comings_and_goings, daily=time(1, 45))
