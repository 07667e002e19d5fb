"""Where django-allauth asks us: what happens at sign-in, and how secrets of second factors are kept."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from muster.people import doors
from muster.people.models import Account
from muster.people.rules.staying import Over
from muster.people.signin import devices, sessions
from muster.people.signin.limits import address_of
from muster.people.signin.verbs import Verb

AAD = "signin.second-factor:"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts and sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: the office invites."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address, by our own rule about proxies."""
        return address_of(request)

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """Turn away whoever proved who they are but holds no post today, and say so."""
        if not user.is_active or not user.viewer(timezone.now()).posts:
            return HttpResponseRedirect(f"{reverse('account_login')}?why={Over.NO_POST}")
        return None

    def login(self, request: HttpRequest, user: Account) -> None:
        """Begin the session, note how it began, and write it in history."""
        at = timezone.now()
        records = get_authentication_records(request, user)
        super().login(request, user)
        proved = any(record.get("method") == "mfa" for record in records)
        sessions.begin(request.session, at=at, second_factor=proved)
        how = sorted({str(record.get("type") or record.get("method")) for record in records})
        write_sign_in(user, how=how, at=at)

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Have the browser remember that it was used for this account."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        by_passkey = any(record.get("type") == "webauthn" for record in get_authentication_records(request, user))
        devices.remember(request, response, user, passkey=by_passkey)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether too long has passed since this person last proved who they are, at sign-in or since."""
        request = context.request
        return request is None or not proved_lately(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """One page offers every way."""
        return [{"id": "reauthenticate", "description": "", "url": reverse("account_reauthenticate")}]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our views say what happened in their own words."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """History holds every change; letters about them are ours to word."""


def proved_lately(request: HttpRequest) -> bool:
    """Whether the person at this browser proved who they are within the last ten minutes."""
    records = get_authentication_records(request, request.user)
    return bool(records) and 0 <= time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


@transaction.atomic
def write_sign_in(account: Account, *, how: list[str], at: datetime) -> None:
    """Write a completed sign-in into the installation's history."""
    doors.record(Verb.SIGNED_IN, school=None, by=account, at=at, about=account, details={"how": how})


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Second factors. Seeds are sealed, each under a key of its own that the installation's key-encryption key wraps."""

    def encrypt(self, text: str) -> str:
        """`key:sealed`; the key lies in the key store, apart from the data."""
        sealer = doors.sealer()
        (key,) = sealer.new_keys(1)
        return f"{key}:{urlsafe_b64encode(sealer.seal(key, f'{AAD}{key}', text.encode())).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given."""
        name, _, sealed = encrypted_text.partition(":")
        key = UUID(name)
        return doors.sealer().unseal(key, f"{AAD}{key}", urlsafe_b64decode(sealed)).decode()

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows above the code."""
        return f"Muster {settings.HOST}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the configured name, whatever the request was sent to."""
        return {"id": settings.HOST, "name": "Muster"}

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, Any]:
        """What a passkey is kept under: the account's own number here, and the name a person tells them apart by."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": user.name, "name": user.email}
