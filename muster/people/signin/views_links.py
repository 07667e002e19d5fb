"""Getting in by something handed over: a link, or the code of a day pass."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from muster.people.gates import public
from muster.people.models import Account, SignInLink
from muster.people.refusals import Refused
from muster.people.signin import actions, devices, letters, limits, links, sessions
from muster.people.signin import day_pass as passes
from muster.people.signin.forms import ForgottenForm, NewPasswordForm, PassCodeForm
from muster.people.signin.limits import TooSoon
from muster.people.signin.links import Kind
from muster.people.signin.views import how_long, waiting


@public
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten_password(request: HttpRequest) -> HttpResponseBase:
    """Send a link where letters can be sent; say the same whether or not the address is known."""
    can_send = letters.can_send()
    form = ForgottenForm(request.POST or None)
    sent = False
    if can_send and form.is_valid():
        sent = True
        letters.ask_for(Account.objects.filter(email=form.cleaned_data["email"].lower()).first())
    context = {"form": form, "can_send": can_send, "sent": sent}
    status = 422 if form.is_bound and not sent else 200
    return TemplateResponse(request, "account/password_reset.html", context, status=status)


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a single-use link opens. Opening it uses nothing up, because mail scanners open links too."""
    link, at = links.find(token), timezone.now()
    if link is None or not link.account.is_active:
        raise Http404
    if not links.is_open(link, at):
        return TemplateResponse(request, "signin/link_ended.html", {"link": link}, status=410)
    if links.waits_for_agreement(link):
        return TemplateResponse(request, "signin/link_waits.html", {"link": link}, status=403)
    if link.kind == Kind.SECOND_FACTOR:
        return reset_second_factor(request, link)
    if link.made_by and link.made_by.uuid in devices.known_here(request):
        # It would let whoever made it in as somebody else.
        return TemplateResponse(request, "signin/link_not_here.html", {"link": link}, status=403)
    form = NewPasswordForm(request.POST or None, account=link.account)
    if form.is_valid():
        try:
            account = actions.set_password_by_link(
                link=link, password=form.cleaned_data["password"], by=link.account, at=at
            )
        except actions.LinkNotOpen:
            return TemplateResponse(request, "signin/link_ended.html", {"link": link}, status=410)
        if request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('account_login')}?why=password")
        # Who has a second factor is asked for it next: the link stands for the password alone.
        return cast(HttpResponseBase, perform_password_login(request, {}, Login(user=account)))
    context = {"form": form, "link": link, "is_invitation": link.kind == Kind.INVITATION}
    return TemplateResponse(request, "signin/link_password.html", context, status=422 if form.is_bound else 200)


def reset_second_factor(request: HttpRequest, link: SignInLink) -> HttpResponseBase:
    """Take the old second factor away. It signs nobody in: the password is still needed."""
    if request.method != "POST":
        return TemplateResponse(request, "signin/link_second_factor.html", {"link": link})
    try:
        actions.reset_second_factor_by_link(link=link, by=link.account, at=timezone.now())
    except actions.LinkNotOpen:
        return TemplateResponse(request, "signin/link_ended.html", {"link": link}, status=410)
    return HttpResponseRedirect(f"{reverse('account_login')}?why=second-factor")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def day_pass(request: HttpRequest) -> HttpResponseBase:
    """Type the code of a day pass, or scan it."""
    form = PassCodeForm(request.POST or None)
    problem: TooSoon | None = None
    if form.is_bound and form.is_valid():
        try:
            return open_with(request, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", str(refusal))
        except TooSoon as early:
            problem = early
            form.add_error("code", _("Too many wrong codes came from here. Wait %s.") % how_long(early.seconds))
    response = TemplateResponse(request, "signin/day_pass.html", {"form": form})
    if problem:
        return waiting(response, problem)
    response.status_code = 422 if form.is_bound else 200
    return response


def open_with(request: HttpRequest, code: str) -> HttpResponse:
    """Sign in whoever the pass with `code` is for. Raises the refusals of day passes, or `TooSoon`."""
    at = timezone.now()
    device = devices.device_of(request)
    with limits.pass_guess(request) as guess:
        try:
            found = passes.use(
                code=code,
                passes_of_device=device.passes if device else (),
                known_here=devices.known_here(request),
                by=None,
                at=at,
            )
        except passes.PassNotOpen:
            guess.wrong()
            refused = True
        else:
            refused = False
    if refused:
        raise passes.PassNotOpen(_("There is no such pass today. Check each letter, or ask the office."))
    account = found.post.account
    get_adapter(request).login(request, account)
    sessions.begin(request.session, at=at, day_pass=True)
    response = HttpResponseRedirect(f"/{found.school.slug}/")
    devices.remember(request, response, account, day_pass=found.pk)
    return response
