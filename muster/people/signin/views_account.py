"""A person's own account: name, password, second factors, where they are signed in."""

import json
from base64 import b64encode

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter as mfa
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from muster.people.gates import AccountRequest, signed_in
from muster.people.signin import actions, factors, limits, sessions
from muster.people.signin.door import at_the_door
from muster.people.signin.factors import Factors, LastFactor, factors_of
from muster.people.signin.forms import CodeForm, NameForm, NewPasswordForm, PasskeyForm, ProofForm
from muster.people.signin.limits import TooSoon
from muster.people.signin.middleware import exempt_from_second_factor
from muster.people.signin.proof import fresh_proof, not_for_day_passes
from muster.people.signin.views import passkey_answer, too_soon, waiting, where_next


def needs_second_factor(request: AccountRequest) -> bool:
    """Whether this person must have one."""
    return settings.SECOND_FACTOR_REQUIRED and request.viewer.is_staff


@signed_in
@require_http_methods(["GET", "HEAD"])
def account(request: AccountRequest) -> HttpResponseBase:
    """Everything about one's own sign-in on one page."""
    found = factors_of(request.account)
    context = {
        "factors": found,
        "passkeys": [(key, key.wrap().name) for key in found.passkeys],
        "open_sessions": sessions.places(request.account, request.session),
        "is_day_pass": sessions.is_day_pass(request.session),
        "required": needs_second_factor(request),
        "posts": request.viewer.posts,
    }
    return TemplateResponse(request, "signin/account.html", context)


@signed_in
@not_for_day_passes
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: AccountRequest) -> HttpResponseBase:
    """Change what one is called."""
    form = NameForm(request.POST or None, initial={"name": request.account.name})
    if form.is_valid():
        actions.change_name(account=request.account, name=form.cleaned_data["name"], by=request.account, at=request.now)
        messages.success(request, _("Your name is changed."))
        return HttpResponseRedirect(reverse("signin-account"))
    return TemplateResponse(request, "signin/name.html", {"form": form}, status=422 if form.is_bound else 200)


@signed_in
@sensitive_post_parameters("password")
@not_for_day_passes
@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: AccountRequest) -> HttpResponseBase:
    """Set a new password. Every other session ends."""
    form = NewPasswordForm(request.POST or None, account=request.account)
    if form.is_valid():
        actions.change_password(
            account=request.account,
            password=form.cleaned_data["password"],
            keep_session=request.session.session_key,
            by=request.account,
            at=request.now,
        )
        update_session_auth_hash(request, request.account)
        sessions.list_again(request)
        messages.success(request, _("Your password is changed. Everywhere else you are signed out."))
        return HttpResponseRedirect(reverse("signin-account"))
    return TemplateResponse(
        request, "account/password_change.html", {"form": form}, status=422 if form.is_bound else 200
    )


@signed_in
@sensitive_post_parameters("password")
@not_for_day_passes
@exempt_from_second_factor
@at_the_door
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: AccountRequest) -> HttpResponseBase:
    """Prove again who is there: by passkey, code or password."""
    found = factors_of(request.account)
    asks_code = found.authenticator is not None
    # Who has a second factor is asked for it: a password watched over a shoulder is not a proof.
    form_class = CodeForm if asks_code else ProofForm
    shows_form = asks_code or (not found.passkeys and request.account.has_usable_password())
    posted = request.method == "POST"
    form = form_class(request.POST if posted and "credential" not in request.POST else None)
    problem, sentence = None, ""
    if posted and "credential" in request.POST:
        key = passkey_answer(request, request.account)
        if key is not None:
            post_authentication(request, key, reauthenticated=True)
            return HttpResponseRedirect(where_next(request))
        sentence = _("That passkey was not accepted. Try again.")
    elif shows_form and form.is_bound and form.is_valid():
        try:
            if prove(request, form, asks_code=asks_code):
                return HttpResponseRedirect(where_next(request))
            form.add_error(None, _("That is not right. Try again."))
        except TooSoon as early:
            problem = early
            form.add_error(None, too_soon(early))
    response = TemplateResponse(
        request,
        "account/reauthenticate.html",
        {
            "form": form if shows_form else None,
            "asks_code": asks_code,
            "passkey_alone": bool(found.passkeys) and not asks_code,
            "problem": sentence,
            "next": where_next(request),
            "options": {"options": webauthn.begin_authentication(request.account)} if found.passkeys else None,
        },
    )
    if problem:
        return waiting(response, problem)
    response.status_code = 422 if posted else 200
    return response


def prove(request: AccountRequest, form: CodeForm | ProofForm, *, asks_code: bool) -> bool:
    """Whether the code or password typed is right; noted in the session if so. Raises `TooSoon`."""
    if asks_code:
        with limits.code_guess(request.account) as guess:
            used = factors.authenticator_for(request.account, form.cleaned_data["code"])
            if used is None:
                guess.wrong()
                return False
        post_authentication(request, used, reauthenticated=True)
        return True
    with limits.password_guess(request, request.account.email) as guess:
        if not request.account.check_password(form.cleaned_data["password"]):
            guess.wrong()
            return False
    record_authentication(request, request.account, method="password", reauthenticated=True)
    return True


# -- second factors --------------------------------------------------------------------------------


@signed_in
@not_for_day_passes
@exempt_from_second_factor
@require_http_methods(["GET", "HEAD"])
def second_factor(request: AccountRequest) -> HttpResponseBase:
    """Choose a second factor. Staff without one land here from everywhere."""
    found = factors_of(request.account)
    return TemplateResponse(
        request, "mfa/index.html", {"factors": found, "required": needs_second_factor(request) and not found.count}
    )


def after_adding(request: AccountRequest, before: Factors) -> HttpResponseBase:
    """Where to go once a factor is added: to fresh recovery codes for the first, else back to the account."""
    request.session[sessions.SECOND_FACTOR] = True
    if before.recovery is None:
        return show_new_codes(request)
    return HttpResponseRedirect(reverse("signin-account"))


def show_new_codes(request: AccountRequest) -> HttpResponseBase:
    """Make recovery codes and show them, the only time they can be shown."""
    codes = factors.make_recovery_codes(account=request.account, by=request.account, at=request.now)
    return TemplateResponse(request, "mfa/recovery_codes/index.html", {"codes": [f"{c[:4]} {c[4:]}" for c in codes]})


@signed_in
@not_for_day_passes
@exempt_from_second_factor
@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: AccountRequest) -> HttpResponseBase:
    """Set up an authenticator app: scan, then type the code it shows."""
    posted = request.method == "POST"
    secret = factors.secret_in_making(request.session, request.account, begin=not posted, at=request.now)
    form = CodeForm(request.POST if posted else None)
    if form.is_valid():
        step = factors.step_of(secret, form.cleaned_data["code"], now=request.now.timestamp())
        if step is not None and factors.use_step(request.account, step):
            before = factors_of(request.account)
            factors.add_authenticator(account=request.account, secret=secret, by=request.account, at=request.now)
            request.session.pop(factors.IN_MAKING, None)
            messages.success(request, _("Your authenticator app is set up."))
            return after_adding(request, before)
        form.add_error("code", _("That code is not the one the app shows now. Wait for the next and type it."))
    picture = mfa().build_totp_svg(mfa().build_totp_url(request.account, secret))
    context = {
        "form": form,
        "picture": f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}",
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    }
    return TemplateResponse(request, "mfa/totp/activate_form.html", context, status=422 if posted else 200)


@signed_in
@not_for_day_passes
@fresh_proof
@require_POST
def authenticator_removal(request: AccountRequest) -> HttpResponseBase:
    """Take the authenticator app away."""
    return removed(request, factors_of(request.account).authenticator)


@signed_in
@not_for_day_passes
@exempt_from_second_factor
@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def new_passkey(request: AccountRequest) -> HttpResponseBase:
    """Add a passkey: the browser makes it, we check it."""
    posted = request.method == "POST"
    form = PasskeyForm(request.POST if posted else None)
    if form.is_valid():
        credential = form.cleaned_data["credential"]
        try:
            webauthn.parse_registration_response(credential)
            checked = webauthn.complete_registration(credential)
            if not checked.is_user_verified():
                raise ValidationError("unverified")
        except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
            form.add_error(
                None, _("The passkey could not be added. Try again; it has to ask for your finger, face or PIN.")
            )
        else:
            before = factors_of(request.account)
            called = form.cleaned_data["name"] or sessions.browser_named(request.headers.get("User-Agent", ""))
            factors.add_passkey(
                account=request.account,
                name=called or _("Passkey"),
                credential=credential,
                by=request.account,
                at=request.now,
            )
            messages.success(request, _("Your passkey is added. Next time, sign in with it."))
            return after_adding(request, before)
    options = json.loads(json.dumps(webauthn.begin_registration(request.account, passwordless=True)))
    context = {"form": form, "options": {"options": options}}
    return TemplateResponse(request, "mfa/webauthn/add_form.html", context, status=422 if posted else 200)


@signed_in
@not_for_day_passes
@fresh_proof
@require_POST
def passkey_removal(request: AccountRequest, number: int) -> HttpResponseBase:
    """Take one passkey away."""
    return removed(request, next((key for key in factors_of(request.account).passkeys if key.pk == number), None))


def removed(request: AccountRequest, factor: object) -> HttpResponseBase:
    """Take a factor away, or say why it stays."""
    if factor is None:
        raise Http404
    try:
        factors.remove_factor(account=request.account, factor=factor, by=request.account, at=request.now)
    except LastFactor:
        messages.error(request, _("Staff keep at least one second factor. Add another, then take this one away."))
    else:
        messages.success(request, _("It is taken away."))
    return HttpResponseRedirect(reverse("signin-account"))


@signed_in
@not_for_day_passes
@exempt_from_second_factor
@fresh_proof
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: AccountRequest) -> HttpResponseBase:
    """GET says how many are left. POST makes ten new ones."""
    found = factors_of(request.account)
    if not found.count:
        return HttpResponseRedirect(reverse("mfa_index"))
    if request.method == "POST":
        return show_new_codes(request)
    return TemplateResponse(request, "mfa/recovery_codes/generate.html", {"left": found.codes_left})


# -- sessions --------------------------------------------------------------------------------------


@signed_in
@require_POST
def session_end(request: AccountRequest, number: int) -> HttpResponse:
    """End one of one's own sessions."""
    if not sessions.end_one(account=request.account, number=number, by=request.account, at=request.now):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return HttpResponseRedirect(reverse("signin-account"))


@signed_in
@require_POST
def other_sessions_end(request: AccountRequest) -> HttpResponse:
    """End every session of one's own but this."""
    sessions.end_all(account=request.account, by=request.account, at=request.now, but=request.session.session_key)
    messages.success(request, _("Every other device is signed out."))
    return HttpResponseRedirect(reverse("signin-account"))
