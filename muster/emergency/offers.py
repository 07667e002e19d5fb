"""What emergency offers to the apps below it: what is going on, on Today, and the daily forgetting of names."""

from datetime import time

from django.http import HttpRequest

from muster.emergency.forgetting import forget_names
from muster.emergency.models import Phone, RollCall
from muster.emergency.rules.kinds import Kind, Mode
from muster.emergency.views.roll_calls import READY_FOR
from muster.emergency.words import KINDS, MODES
from muster.pages import panels
from muster.people import schedule
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.models import School


def going_on_panel(request: HttpRequest) -> panels.Panel | None:
    """A roll call that is going on, before anything else; and to whom it matters how old the lists on phones are."""
    if not isinstance(getattr(request, "school", None), School):
        return None
    inside: SchoolRequest = request  # type: ignore[assignment]  # a request with a school came through a gate
    if not inside.may(Permission.ROLL_CALL_TICK):
        return None
    now = [
        (each, KINDS[Kind(each.kind)], MODES[Mode(each.mode)])
        for each in RollCall.objects.at(inside.school).going_on().order_by("started_at")
        if each.kind != Kind.LOCKDOWN
    ]
    leads = inside.may(Permission.ROLL_CALL_VIEW)
    not_ready = Phone.objects.at(inside.school).not_ready(inside.now - READY_FOR).count() if leads else 0
    return panels.Panel(
        "", "emergency/today.html", {"now": now, "leads": leads, "not_ready": not_ready}, order=1 if now else 150
    )


panels.today.offer(going_on_panel)
schedule.offer("forget names in roll calls", forget_names, daily=time(1, 55))
