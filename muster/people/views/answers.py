"""What a view answers after a form: a page with what is wrong, or a word that it is done and how to undo it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.pages.formatting import full_moment
from muster.people import doors
from muster.people.actions.reach import alone
from muster.people.gates import SchoolRequest
from muster.people.models import ChangeSet
from muster.people.refusals import Refused

Done = TypeVar("Done")
Rest = ParamSpec("Rest")
Answer = TypeVar("Answer", bound=HttpResponseBase)


def reads_and_saves(
    view: Callable[Concatenate[SchoolRequest, Rest], Answer],
) -> Callable[..., Answer]:
    """For a page whose form knows what it was drawn with, or which plan it showed: what is read stays so until saved."""

    @wraps(view)
    def alone_with_the_school(request: SchoolRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> Answer:
        if not {"drawn", "shown"} & request.POST.keys():
            return view(request, *args, **kwargs)
        with transaction.atomic():
            alone(request.school)
            request.school.refresh_from_db()
            return view(request, *args, **kwargs)

    return alone_with_the_school


def attempt(form: BaseForm, act: Callable[[], Done]) -> Done | None:
    """What `act` answers; when it refuses, its sentence stands above the form, and the answer is None."""
    try:
        return act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def sent(form: BaseForm, act: Callable[[dict[str, Any]], Done]) -> Done | None:
    """What `act` answers to what was typed; None while nothing was, or it cannot be taken as it is."""
    return attempt(form, lambda: act(form.cleaned_data)) if form.is_valid() else None


def taken(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether `act` went through; when it refuses, its sentence stands above the form."""
    return attempt(form, lambda: (act(),)) is not None


def tell_who(request: SchoolRequest, form: Any) -> None:
    """Where somebody else has saved since `form` was drawn, say who it was. The staff may know that of each other."""
    about = getattr(form, "about", None)
    if about is None or not form.is_stale or not request.viewer.is_staff:
        return
    last = doors.changed_last(about)
    if last is not None:
        who, at = last
        name = _("you yourself") if who == request.account else str(who)
        said = _("It was %(who)s, %(when)s.") % {"who": name, "when": full_moment(at, request.school.zone)}
        form.add_error(None, said)


def page(request: SchoolRequest, template: str, context: dict[str, Any], *, form: Any = None) -> TemplateResponse:
    """A page with a form: 422 when what was sent cannot be taken, so that no cache or script takes it for done.

    409 when somebody else has saved since the form was drawn.
    """
    wrong = form is not None and form.is_bound and not form.is_valid()
    tell_who(request, form)
    status = 409 if getattr(form, "is_stale", False) else 422 if wrong else 200
    return TemplateResponse(request, template, {**context, "form": form}, status=status)


def undo_address(change_set: ChangeSet) -> str:
    """Where an Undo button is posted to."""
    return reverse("change-undo", args=[change_set.school.slug, change_set.pk])


def done(request: SchoolRequest, said: str, to: str, *args: object, undo: ChangeSet | None = None) -> HttpResponse:
    """Go to the page named `to` and say there what was done. Names are never said: messages travel in a cookie."""
    messages.success(request, said, extra_tags=undo_address(undo) if undo else "")
    return redirect(to, request.school.slug, *args)


def refused(request: SchoolRequest, refusal: Refused, to: str, *args: object) -> HttpResponse:
    """Go to the page named `to` and say there why nothing was done."""
    messages.error(request, str(refusal))
    return redirect(to, request.school.slug, *args)
