"""The gate every view stands behind: may this person do this kind of thing here, why, and who looked.

`requires` answers the first question of access; the second, to which pupil, is answered by `visible_to`.
Neither `requires`, `signed_in` nor `public` on a view fails a house rule.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone, translation

from muster.people import doors
from muster.people.access import Permission
from muster.people.models import Account, Post, Pupil, School
from muster.people.models.accounts import Viewer
from muster.people.purposes import Purpose, Shows

Rest = ParamSpec("Rest")
Response = TypeVar("Response", bound=HttpResponseBase)


class LookNotDeclared(RuntimeError):
    """A page shows records but did not say whose. Call `request.look_at(pupils)` in the view."""


class HistoryUnavailable(RuntimeError):
    """The look could not be written, so the page may not be shown."""


class SchoolRequest(HttpRequest):
    """A request inside a school. `requires` sets all of this; it is never made directly."""

    school: School
    account: Account
    viewer: Viewer
    now: datetime
    today: date
    looking_at: set[int] | None

    def look_at(self, pupils: Collection[Pupil | int]) -> None:
        """Say whose records this page shows; nobody's is an answer too, silence is not."""
        self.looking_at = self.looking_at or set()
        self.looking_at.update(each if isinstance(each, int) else each.pk for each in pupils)

    def may(self, permission: Permission) -> bool:
        """Whether the person may do this kind of thing in this school."""
        return self.viewer.may(permission, self.school)


class AccountRequest(HttpRequest):
    """A request by somebody signed in, outside any school."""

    account: Account
    viewer: Viewer
    now: datetime


View = Callable[Concatenate[SchoolRequest, Rest], HttpResponseBase]
NO_POST: Final = "There is no such page, or it is not yours."


def instant_of(request: HttpRequest) -> datetime:
    """When the request came in: one instant for all gates, so that posts are read once."""
    noted: datetime | None = getattr(request, "now", None)
    return noted or timezone.now()


def held_at(viewer: Viewer, slug: str) -> list[Post]:
    """The posts of `viewer` at the school with that address."""
    return [post for post in viewer.posts if post.school.slug == slug]


def requires(
    permission: Permission, *, purpose: Purpose, shows: Shows = Shows.NAMES, polled: bool = False
) -> Callable[[Callable[Concatenate[SchoolRequest, Rest], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let in whoever holds a post at the school of the address that grants `permission`.

    No post there is 404, no such permission is 403. With `shows=Shows.RECORD` the view must say whose records it
    shows, the page is rendered, and the look is written before anything leaves: no history, no data (503).
    """

    def decorate(view: Callable[Concatenate[SchoolRequest, Rest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def gate(request: HttpRequest, school: str, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            inside = enter(request, school)
            if not inside.may(permission):
                raise PermissionDenied
            here = inside.school
            with (
                timezone.override(here.zone),
                translation.override(here.language),
                doors.purpose().using(purpose, shows),
            ):
                response = view(inside, *args, **kwargs)
                if isinstance(response, TemplateResponse):
                    response.render()
            if shows is Shows.RECORD:
                write_look(inside, response, purpose, polled=polled)
            return response

        gate.permission = permission  # type: ignore[attr-defined]  # read by the house rules
        gate.purpose, gate.shows = purpose, shows  # type: ignore[attr-defined]
        return gate

    return decorate


def enter(request: HttpRequest, slug: str) -> SchoolRequest:
    """`request`, seen from inside the school; 404 for anyone without a post there now."""
    inside = cast(SchoolRequest, request)
    inside.account = cast(Account, request.user)
    inside.now = instant_of(request)
    inside.viewer = inside.account.viewer(inside.now)
    posts = held_at(inside.viewer, slug)
    if not posts:
        raise Http404(NO_POST)
    inside.school = posts[0].school
    inside.today = inside.school.day(inside.now)
    inside.looking_at = None
    inside.look_at = SchoolRequest.look_at.__get__(inside)  # type: ignore[method-assign]
    inside.may = SchoolRequest.may.__get__(inside)  # type: ignore[method-assign]
    return inside


def write_look(request: SchoolRequest, response: HttpResponseBase, purpose: Purpose, *, polled: bool) -> None:
    """Write down who saw what, unless the answer shows nothing: a redirect, or a refusal that looked at nobody.

    A form that is shown again because something in it was wrong (422) still shows the record around it.
    """
    if 300 <= response.status_code < 400:
        return
    if request.looking_at is None:
        if response.status_code >= 400:
            return
        raise LookNotDeclared(request.path)
    if not request.looking_at:
        return
    match = request.resolver_match
    try:
        doors.looked(
            match.view_name if match else request.path,
            school=request.school,
            by=request.account,
            at=request.now,
            pupils=sorted(request.looking_at),
            purpose=purpose,
            polled=polled,
        )
    except DatabaseError as problem:
        raise HistoryUnavailable from problem


def signed_in(view: Callable[Concatenate[AccountRequest, Rest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For pages about the person's own account, which belong to no school."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        inside = cast(AccountRequest, request)
        inside.account = cast(Account, request.user)
        inside.now = instant_of(request)
        inside.viewer = inside.account.viewer(inside.now)
        return view(inside, *args, **kwargs)

    gate.signed_in = True  # type: ignore[attr-defined]
    return gate


def public(view: Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For pages anybody may open."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    gate.public = True  # type: ignore[attr-defined]
    return login_not_required(gate)


__all__ = ["AccountRequest", "HttpResponse", "SchoolRequest", "public", "requires", "signed_in"]
