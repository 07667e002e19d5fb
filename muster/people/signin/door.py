"""Door mode: a device that is signed in and stands unattended reaches the pages of the door, and nothing else.

It ends when whoever put it there proves again who they are, on that device. A proof made before does not count, however
lately: whoever walks up in the next ten minutes must not be let in by it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from muster.people import doors
from muster.people.models import Account, School
from muster.people.signin.verbs import Verb

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
DOOR = "door"


def at_the_door(view: View) -> View:
    """Let a device in door mode reach `view`: what visitors use, and the proof that ends it."""
    view.at_the_door = True  # type: ignore[attr-defined]
    return view


def home(session: SessionBase) -> str:
    """The first page of the door; "" where the device is not in door mode."""
    return str(session[DOOR]["home"]) if DOOR in session else ""


@transaction.atomic
def begin(request: HttpRequest, *, first: str, school: School, by: Account, at: datetime) -> None:
    """Put the device of `request` on the door of `school`; `first` is the address of the page it shows there."""
    proofs = len(get_authentication_records(request, by))
    request.session[DOOR] = {"home": first, "school": school.slug, "proofs": proofs}
    doors.record(Verb.DOOR_BEGAN, school=school, by=by, at=at, about=by)


def was_proved(request: HttpRequest, account: Account) -> bool:
    """Whether the person proved who they are since the device was put on the door."""
    return len(get_authentication_records(request, account)) > int(request.session[DOOR]["proofs"])


@transaction.atomic
def end(request: HttpRequest, *, by: Account, at: datetime) -> None:
    """Take the device off the door."""
    school = School.objects.filter(slug=request.session.pop(DOOR)["school"]).first()
    doors.record(Verb.DOOR_ENDED, school=school, by=by, at=at, about=by)
