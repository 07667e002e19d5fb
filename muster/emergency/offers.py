"""What emergency offers to the apps below it: what is going on, on Today, and the daily forgetting of names."""

from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from muster.emergency.forgetting import forget_names
from muster.emergency.models import Card, MustKnow, Phone, RollCall
from muster.emergency.rules.kinds import Kind, Mode
from muster.emergency.views.handing import OPEN_AFTER_THE_END
from muster.emergency.views.roll_calls import READY_FOR, going_on
from muster.emergency.words import KINDS, MODES
from muster.pages import panels
from muster.people import doors, schedule
from muster.people.access import Permission
from muster.people.gates import SchoolRequest
from muster.people.models import School
from muster.people.purposes import Purpose


def going_on_panel(request: HttpRequest) -> panels.Panel | None:
    """A roll call that is going on, before anything else; and to whom it matters how old the lists on phones are."""
    if not isinstance(getattr(request, "school", None), School):
        return None
    inside: SchoolRequest = request  # type: ignore[assignment]  # a request with a school came through a gate
    if not inside.may(Permission.ROLL_CALL_TICK):
        return None
    now = [
        (each, KINDS[Kind(each.kind)], MODES[Mode(each.mode)])
        for each in going_on(inside)
        if each.kind != Kind.LOCKDOWN
    ]
    # Handing back goes on when the roll call has ended: after a real one, and after any in which it had begun.
    ended = RollCall.objects.at(inside.school).own().filter(ended_at__gt=inside.now - OPEN_AFTER_THE_END)
    begun = Q(mode=Mode.REAL) | Exists(Card.objects.at(inside.school).filter(roll_call=OuterRef("pk")))
    desks = list(ended.filter(begun).order_by("started_at"))
    leads = inside.may(Permission.ROLL_CALL_VIEW)
    phones = Phone.objects.at(inside.school).in_use(inside.school, inside.now)
    not_ready = phones.not_ready(inside.now - READY_FOR).count() if leads else 0
    context = {
        "now": now,
        "desks": [(each, KINDS[Kind(each.kind)], MODES[Mode(each.mode)]) for each in desks],
        "leads": leads,
        "not_ready": not_ready,
        "may_log": inside.may(Permission.INCIDENT_LOG),
    }
    return panels.Panel("", "emergency/today.html", context, order=1 if now or desks else 150)


MOST_TOLD = 5
TOLD_FOR = timedelta(days=14)
"""How long Today reminds somebody of an incident they must know of."""


@doors.reads(Purpose.SAFEGUARDING)
def told_of(inside: SchoolRequest) -> list[tuple[int, datetime]]:
    """The incidents that somebody else lately said this person must know of, the newest first: number and when it was."""
    told = MustKnow.objects.at(inside.school).filter(account=inside.account, added_at__gt=inside.now - TOLD_FOR)
    told = told.exclude(incident__written_by=inside.account)
    return list(told.order_by("-added_at", "-pk").values_list("incident", "incident__happened_at")[:MOST_TOLD])


def must_know_panel(request: HttpRequest) -> panels.Panel | None:
    """Incidents that somebody else wrote and this person must know of: when, and a way there; no name."""
    if not isinstance(getattr(request, "school", None), School):
        return None
    inside: SchoolRequest = request  # type: ignore[assignment]  # as above
    if not inside.may(Permission.INCIDENT_VIEW):
        return None
    rows = told_of(inside)
    if not rows:
        return None
    return panels.Panel(_("You are to know of"), "emergency/must_know.html", {"incidents": rows}, order=3)


panels.today.offer(going_on_panel)
panels.today.offer(must_know_panel)
schedule.offer("forget names in roll calls", forget_names, daily=time(1, 55))
