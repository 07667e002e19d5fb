"""A fresh proof of identity, asked for before anything that would let a passer-by keep access."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from muster.people.signin import sessions
from muster.people.signin.adapters import proved_lately

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def ask_for_proof(request: HttpRequest, back_to: str) -> HttpResponseBase:
    """Send the person to prove who they are, and then to `back_to`."""
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back_to})}")


def fresh_proof(view: View) -> View:
    """Ask who is there unless that was proved within ten minutes. A form is not sent twice: its page is shown again.

    Stands beneath the gate: `@signed_in` or `@requires(…)` first, then this.
    """

    @wraps(view)
    def gate(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if proved_lately(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            messages.info(request, _("Prove that it is you, then press the button again."))
        return ask_for_proof(request, request.POST.get("back") or request.get_full_path())

    return gate  # type: ignore[return-value]  # wraps keeps its shape


def not_for_day_passes(view: View) -> View:
    """Turn away sessions opened with a day pass: there is no account of their own to change."""

    @wraps(view)
    def gate(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if sessions.is_day_pass(request.session):
            return HttpResponseRedirect(reverse("signin-account"))
        return view(request, *args, **kwargs)

    return gate  # type: ignore[return-value]  # wraps keeps its shape
