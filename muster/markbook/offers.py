"""What markbook offers to the apps below it: offline changes, and a card on Today."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest

from muster.markbook.actions import judge, write_notes
from muster.markbook.progress import carry_on
from muster.pages import panels
from muster.people import outbox
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.models import Account, School
from muster.people.outbox import Item, Result


def judgements(items: Sequence[Item], school: School, account: Account, at: datetime) -> Sequence[Result]:
    """Offline marks."""
    return judge(items, school=school, by=account, at=at)


def notes(items: Sequence[Item], school: School, account: Account, at: datetime) -> Sequence[Result]:
    """Offline notes."""
    return write_notes(items, school=school, by=account, at=at)


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


outbox.offer("judgement", judgements)
outbox.offer("note", notes)
panels.today.offer(carry_on_panel)
