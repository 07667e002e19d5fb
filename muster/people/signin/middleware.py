"""The gate in front of every address: signed in, still somebody here, not away too long, with a second factor.

It denies unless the view itself says otherwise: `@public` lets anybody in, `exempt_from_second_factor` lets in staff who
have not set theirs up yet, and `@polled` tells whoever was let in within the last minute that nothing has changed. A
device on the door reaches nothing, public or not, but what `at_the_door` stands on. On the usual path it adds no
statement: the session and the account are loaded anyway, and the posts it reads are the ones the view's own gate would
have read, kept for the same instant.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from allauth.account.internal.stagekit import clear_login
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from muster.pages.errors import wants_json
from muster.people.models import Account
from muster.people.rules.staying import Over, why_over
from muster.people.signin import door, sessions
from muster.people.signin.factors import has_second_factor

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Next = Callable[[HttpRequest], HttpResponse]


WAITS = "X-Muster-Waits"
"""The header of a page that asks by itself and waits for something to happen; the board of a running roll call is in use."""


def exempt_from_second_factor(view: View) -> View:
    """Let staff reach `view` before they have set up a second factor: the pages that set it up, and the way out."""
    view.without_second_factor = True  # type: ignore[attr-defined]
    return view


class TimedRequest(HttpRequest):
    """A request that knows when it came in; every gate behind uses that one instant."""

    now: datetime


class SignedIn:
    """Turns away whoever may not be here, before any view runs."""

    def __init__(self, get_response: Next) -> None:
        """Wrap `get_response`."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the instant, and pass on."""
        cast(TimedRequest, request).now = timezone.now()
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """None lets the request through."""
        told_already = getattr(view, "told_already", None)
        answer: HttpResponseBase | None = told_already and told_already(request, *args, **kwargs)
        if answer is not None:
            return answer
        public = not getattr(view, "login_required", True)
        if not request.user.is_authenticated:
            return None if public else self._turned_away(request)
        if door.home(request.session) and door.was_proved(request, request.user):
            door.end(request, by=request.user, at=cast(TimedRequest, request).now)
        over = self._over(request)
        if over:
            self._end(request)
            request.session[sessions.WHY] = over
            return None if public else self._sign_in_again(request, over)
        # A page that asks by itself whether something happened is nobody at the desk.
        if WAITS not in request.headers:
            sessions.note_seen(request.session, at=cast(TimedRequest, request).now)
        if door.home(request.session) and not getattr(view, "at_the_door", False):
            return self._back_to_the_door(request)
        if public or not self._is_unproved(request):
            return None
        if has_second_factor(request.user):
            # Set up since, somewhere else. Whoever sits here has shown the password alone, and shows the rest now.
            self._end(request)
            return self._sign_in_again(request, Over.ENDED)
        return None if getattr(view, "without_second_factor", False) else self._set_up_first(request)

    def _over(self, request: HttpRequest) -> Over | None:
        now, session = cast(TimedRequest, request).now, request.session
        began = sessions.began_at(session)
        if began is None:
            # Signed in by a way that notes nothing. Its twelve hours begin here.
            sessions.begin(session, at=now)
            began = now
        roles = cast(Account, request.user).viewer(now).every_role
        # On the door nobody comes for hours, and whoever comes can open nothing: only the twelve hours count.
        seen = now if door.home(session) else sessions.seen_at(session)
        return why_over(began_at=began, seen_at=seen, now=now, roles=roles)

    def _is_unproved(self, request: HttpRequest) -> bool:
        """Whether this is staff, outside the demo, whose session has seen no second factor.

        A day pass stands for one: it is handed over in person.
        """
        session = request.session
        if not settings.SECOND_FACTOR_REQUIRED or session.get(sessions.SECOND_FACTOR) or sessions.is_day_pass(session):
            return False
        return cast(Account, request.user).viewer(cast(TimedRequest, request).now).is_staff

    def _end(self, request: HttpRequest) -> None:
        clear_login(request)
        logout(request)

    def _turned_away(self, request: HttpRequest) -> HttpResponseBase:
        """Nobody is signed in here. Where somebody was, their account or session has been ended since."""
        session = request.session
        if sessions.WHY in session:
            return self._sign_in_again(request, Over(session[sessions.WHY]))
        was_here = SESSION_KEY in session
        if was_here:
            self._end(request)
        # A cookie that leads to no session: it was ended from another device, or by the office.
        was_here = was_here or (session.session_key is None and settings.SESSION_COOKIE_NAME in request.COOKIES)
        return self._sign_in_again(request, Over.ENDED if was_here else None)

    def _sign_in_again(self, request: HttpRequest, why: Over | None) -> HttpResponseBase:
        if wants_json(request):
            reason = _("You are signed out. Sign in again; what waits on this device is kept.")
            return JsonResponse({"reason": reason, "why": why or "signed-out"}, status=401)
        asked: dict[str, str] = {}
        if request.method in {"GET", "HEAD"} and request.path != "/":
            asked["next"] = request.get_full_path()
        if why:
            asked["why"] = why
        return HttpResponseRedirect(reverse("account_login") + (f"?{urlencode(asked)}" if asked else ""))

    def _back_to_the_door(self, request: HttpRequest) -> HttpResponseBase:
        if wants_json(request):
            return JsonResponse({"reason": _("This device is on the door."), "why": "door"}, status=403)
        return HttpResponseRedirect(door.home(request.session))

    def _set_up_first(self, request: HttpRequest) -> HttpResponseBase:
        if wants_json(request):
            reason = _("Set up a second factor first. What waits on this device is kept.")
            return JsonResponse({"reason": reason, "why": "second-factor"}, status=403)
        return HttpResponseRedirect(reverse("mfa_index"))
