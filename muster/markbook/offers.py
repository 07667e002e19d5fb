"""What markbook offers to the apps below it: offline changes, a card on Today, a pupil's learning strip."""

from collections.abc import Sequence
from datetime import datetime, time

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.markbook import practice
from muster.markbook.actions import write_notes
from muster.markbook.items import Item
from muster.markbook.models import Brought
from muster.markbook.past_days import judge_each_day
from muster.markbook.pictures import thumbnails_of
from muster.markbook.progress import carry_on
from muster.markbook.pupil_page import pupil_learning
from muster.markbook.reading import noted_as_read
from muster.markbook.teach import teach
from muster.pages import panels
from muster.people import outbox, schedule
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.merging import one_child
from muster.people.models import Account, Pupil, School, Term
from muster.people.outbox import Result


def judgements(items: Sequence[Item], school: School, account: Account, at: datetime) -> Sequence[Result]:
    """Offline marks."""
    return judge_each_day(items, school=school, by=account, at=at)


def notes(items: Sequence[Item], school: School, account: Account, at: datetime) -> Sequence[Result]:
    """Offline notes."""
    return write_notes(items, school=school, by=account, at=at)


def taught(items: Sequence[Item], school: School, account: Account, at: datetime) -> Sequence[Result]:
    """What was said offline to have been taught."""
    return teach(items, school=school, by=account, at=at)


def practice_marks(items: Sequence[Item], school: School, account: Account, at: datetime) -> Sequence[Result]:
    """Marks of practice classes."""
    return practice.mark(items, school=school, by=account, at=at)


def carry_on_panel(request: HttpRequest) -> panels.Panel | None:
    """Where the teacher left off, one step from Today."""
    if not isinstance(getattr(request, "school", None), School):
        return None
    inside: SchoolRequest = request  # type: ignore[assignment]  # a request with a school came through a gate
    if not inside.may(Permission.MARKBOOK_JUDGE):
        return None
    found = carry_on(inside)
    if found is None:
        return None
    return panels.Panel("", "markbook/carry_on.html", {"carry_on": found}, order=20)


def learning_strip(request: HttpRequest, pupil: Pupil) -> panels.Panel | None:
    """How a pupil stands in each subject, for those who may see their marks."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # the page of a pupil stands behind a gate
    if not Pupil.objects.visible_to(inside.viewer, may=Permission.MARKBOOK_VIEW).contains(pupil):
        return None
    learning = pupil_learning(pupil, school=inside.school, today=inside.today)
    term = Term.objects.begun(inside.school, inside.today)
    noted_as_read(learning.shown, school=inside.school, term=term)
    href = reverse("pupil-learning", args=[inside.school.slug, pupil.pk])
    context = {
        "strips": learning.strips,
        "href": href,
        "may_set_apart": inside.may(Permission.FOLLOWING_SET),
        "child_id": pupil.pk,
    }
    return panels.Panel(_("Learning"), "markbook/strip.html", context, order=10) if learning.strips else None


def pictures_of(request: HttpRequest, pupil: Pupil) -> panels.Panel | None:
    """The newest pictures on notes about a pupil."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # as above
    if not Pupil.objects.visible_to(inside.viewer, may=Permission.MARKBOOK_VIEW).contains(pupil):
        return None
    found = thumbnails_of(one_child([pupil.pk]), most=8)
    context = {"pictures": found, "with_wording": True}
    return panels.Panel(_("Pictures"), "markbook/pictures.html", context, order=60) if found else None


def brought_along(request: HttpRequest, pupil: Pupil) -> panels.Panel | None:
    """That a pupil brought along what has no place in the markbook, for those who may see their marks."""
    inside: SchoolRequest = request  # type: ignore[assignment]  # as above
    if not inside.may(Permission.MARKBOOK_VIEW):
        return None
    count = Brought.objects.filter(pupil=pupil).count()
    href = reverse("brought", args=[inside.school.slug, pupil.pk])
    context = {"count": count, "href": href}
    return (
        panels.Panel(_("From the school before"), "markbook/brought_panel.html", context, order=70) if count else None
    )


outbox.offer("judgement", judgements, reads=Item.read)
outbox.offer("note", notes, reads=Item.read)
outbox.offer("practice-judgement", practice_marks, reads=Item.read)
outbox.offer("taught", taught, reads=Item.read)
panels.today.offer(carry_on_panel)
panels.pupil.offer(learning_strip)
panels.pupil.offer(pictures_of)
panels.pupil.offer(brought_along)
schedule.offer("discard unused practice classes", practice.sweep, daily=time(1, 50))
