"""Coming in and going out."""

from typing import cast

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from muster.people.gates import public
from muster.people.models import Account
from muster.people.rules.staying import Over
from muster.people.signin import actions, factors, limits, sessions
from muster.people.signin.devices import device_of
from muster.people.signin.forms import CodeForm, CredentialForm, SignInForm
from muster.people.signin.limits import TooSoon
from muster.people.signin.middleware import exempt_from_second_factor


def why_signed_out(why: str) -> str:
    """The sentence on the sign-in page for how somebody came to be there; none for an unknown reason."""
    return {
        Over.IDLE: _("You were away for a while, so Muster signed you out. What you marked is kept."),
        Over.LONG: _("Twelve hours have passed, so Muster asks who you are again. What you marked is kept."),
        Over.NO_POST: _(
            "You hold no post at a school here today, so there is nothing to open. "
            "If that is a mistake, ask the school office."
        ),
        Over.ENDED: _("Your session was ended, on another device or by the school office."),
        "password": _("Your new password is set. Sign in with it."),
        "second-factor": _("Your old second factor is gone. Sign in with your password and set up a new one."),
        "bye": _("You are signed out. This device keeps nothing about pupils."),
    }.get(why, "")


def how_long(seconds: int) -> str:
    """`20 seconds`, `3 minutes`."""
    if seconds < 60:
        return _("1 second") if seconds == 1 else _("%d seconds") % seconds
    minutes = -(-seconds // 60)
    return _("1 minute") if minutes == 1 else _("%d minutes") % minutes


def too_soon(problem: TooSoon) -> str:
    """What to do after too many wrong guesses."""
    return _("That was wrong a few times. Wait %s, then try again. A passkey works at once.") % how_long(
        problem.seconds
    )


def waiting(response: HttpResponse, problem: TooSoon) -> HttpResponse:
    """`response`, saying when to come back."""
    response.status_code = 429
    response["Retry-After"] = str(problem.seconds)
    return response


def where_next(request: HttpRequest) -> str:
    """Where the person was going: our own pages only."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=settings.SESSION_COOKIE_SECURE)
    return asked if ours else settings.LOGIN_REDIRECT_URL


def passkey_first(request: HttpRequest) -> bool:
    """Whether this browser was last signed in with a passkey, so that the page offers one before anything else."""
    device = device_of(request)
    return device is not None and device.passkey


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """E-mail address and password, or a passkey."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(where_next(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    problem = None
    if form.is_bound and form.is_valid():
        email, password = form.cleaned_data["email"], form.cleaned_data["password"]
        try:
            with limits.password_guess(request, email) as guess:
                account = authenticate(request, email=email, password=password)
                AuthenticationBackend.unstash_authenticated_user()
                if account is None:
                    guess.wrong()
        except TooSoon as early:
            problem, account = early, None
        if account is not None:
            login = Login(user=account, redirect_url=where_next(request))
            return cast(HttpResponseBase, perform_password_login(request, {}, login))
        form.add_error(
            None, too_soon(problem) if problem else _("That address and password do not belong together. Try again.")
        )
    response = TemplateResponse(
        request,
        "account/login.html",
        {
            "form": form,
            "next": where_next(request),
            "passkey_first": passkey_first(request) and not form.is_bound,
            "why": why_signed_out(request.GET.get("why", "")),
            "warns": request.GET.get("why") in {Over.NO_POST, Over.ENDED},
        },
    )
    if problem:
        return waiting(response, problem)
    response.status_code = 422 if form.is_bound else 200
    return response


@public
@require_http_methods(["GET", "POST"])
def sign_in_by_passkey(request: HttpRequest) -> HttpResponseBase:
    """GET: what the browser needs to ask for a passkey. POST: what the passkey answered. Never delayed."""
    if request.method == "GET":
        return JsonResponse({"options": webauthn.begin_authentication()})
    form = CredentialForm(request.POST)
    sentence = _("That passkey is not known here. Try another, or use your password.")
    if form.is_valid():
        credential = form.cleaned_data["credential"]
        try:
            webauthn.parse_authentication_response(credential)
            account = cast(Account, webauthn.extract_user_from_response(credential))
            if not account.is_active:
                raise ValidationError(sentence)
            key = webauthn.complete_authentication(account, credential)
        except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
            form.add_error(None, sentence)
        else:
            login = Login(user=account, redirect_url=where_next(request))
            return cast(HttpResponseBase, perform_passwordless_login(request, key, login))
    context = {"form": SignInForm(), "next": where_next(request), "problem": sentence}
    return TemplateResponse(request, "account/login.html", context, status=422)


@public
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """After the password: a code from the app, a recovery code, or a passkey."""
    stage = request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001  allauth's decorator leaves it there
    account = cast(Account, stage.login.user)
    found = factors.factors_of(account)
    form = CodeForm(request.POST if "code" in request.POST else None)
    used: Authenticator | None = None
    problem: TooSoon | None = None
    sentence = ""
    if "credential" in request.POST:
        used = passkey_answer(request, account)
        sentence = "" if used else _("That passkey was not accepted. Try again, or use a code.")
    elif form.is_bound and form.is_valid():
        try:
            with limits.code_guess(account) as guess:
                used = factors.authenticator_for(account, form.cleaned_data["code"])
                if used is None:
                    guess.wrong()
                    form.add_error("code", _("That code is wrong, or was used before. Wait for the next one."))
        except TooSoon as early:
            problem = early
            form.add_error("code", too_soon(early))
    if used is not None:
        post_authentication(request, used)
        return cast(HttpResponseBase, stage.exit())
    response = TemplateResponse(
        request,
        "mfa/authenticate.html",
        {
            "form": form,
            "problem": sentence,
            "has_app": found.authenticator is not None,
            "has_passkey": bool(found.passkeys),
            "options": {"options": webauthn.begin_authentication(account)} if found.passkeys else None,
        },
    )
    if problem:
        return waiting(response, problem)
    response.status_code = 422 if request.method == "POST" else 200
    return response


def passkey_answer(request: HttpRequest, account: Account) -> Authenticator | None:
    """The passkey of `account` that answered, or None for any other answer."""
    form = CredentialForm(request.POST)
    if not form.is_valid():
        return None
    credential = form.cleaned_data["credential"]
    try:
        webauthn.parse_authentication_response(credential)
        return cast(Authenticator, webauthn.complete_authentication(account, credential))
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return None


@public
@exempt_from_second_factor
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, and have the browser forget what it kept.

    A browser whose outbox still holds another person's marks asks to keep its storage (`keep=storage`), or those marks
    would be lost. Cookies are never cleared this way: the instruction reaches every other site of the school's domain.
    """
    if request.user.is_authenticated:
        actions.sign_out(account=request.user, by=request.user, at=timezone.now())
        sessions.forget(request.session)
    logout(request)
    response = HttpResponseRedirect("/sign-in/?why=bye")
    kept = request.POST.get("keep") == "storage"
    response["Clear-Site-Data"] = '"cache"' if kept else '"cache", "storage"'
    return response
