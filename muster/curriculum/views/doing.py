"""How a view does one thing and says so, with the way back."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from muster.curriculum.kinds import SAID, Kind
from muster.people.gates import SchoolRequest
from muster.people.models import ChangeSet
from muster.people.refusals import Refused
from muster.people.views.answers import undo_address


def say(request: SchoolRequest) -> None:
    """Say what this request has just done, with Undo."""
    made = ChangeSet.objects.at(request.school).filter(by=request.account, at=request.now)
    change_set = made.select_related("school").order_by("-pk").first()
    if change_set is None:
        messages.info(request, _("Nothing was different."))
        return
    messages.success(request, str(SAID[Kind(change_set.kind)]), extra_tags=undo_address(change_set))


def act(request: SchoolRequest, action: Callable[..., Any], **values: Any) -> bool:
    """Do `action` as the person asking, now; say what was done, or why it was refused. Whether it was done."""
    try:
        action(by=request.account, at=request.now, **values)
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    say(request)
    return True


def typed(request: SchoolRequest, name: str, longest: int) -> str:
    """What was typed into the field `name`, at most `longest` letters; without NUL, which PostgreSQL cannot hold."""
    return request.POST.get(name, "").replace("\x00", "")[:longest]


def back(address: str, anchor: str = "", **query: Any) -> HttpResponseRedirect:
    """To `address`, with the query that is not empty, at `anchor`."""
    said = urlencode({name: value for name, value in query.items() if value})
    return redirect(address + (f"?{said}" if said else "") + (f"#{anchor}" if anchor else ""))
