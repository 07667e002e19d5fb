"""What people sign in with, in software: a passkey, an authenticator app, a fresh proof."""

import base64
import hashlib
import hmac
import json
import secrets
import struct
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2 import cbor

from muster.people.models import Account
from tests.support.client import Page, PageClient

ORIGIN = f"https://{settings.HOST}"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    """A passkey as a phone keeps one: a P-256 key for one site, that asks for a finger each time."""

    origin: str = ORIGIN
    flags: int = PRESENT | VERIFIED
    number: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: bytes = b""

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _site(self, name: str) -> bytes:
        return hashlib.sha256(name.encode()).digest()

    def make(self, options: dict[str, Any]) -> str:
        """What the browser sends after making the key, as JSON."""
        asked = options["publicKey"]
        self.user = unb64(asked["user"]["id"])
        point = self.private.public_key().public_numbers()
        public = cbor.encode({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = (
            self._site(asked["rp"]["id"])
            + bytes([self.flags | ATTESTED])
            + struct.pack(">I", 0)
            + bytes(16)
            + struct.pack(">H", len(self.number))
            + self.number
            + public
        )
        response = {
            "clientDataJSON": b64(self._client_data("webauthn.create", asked["challenge"])),
            "attestationObject": b64(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal"],
        }
        return self._answer(response)

    def use(self, options: dict[str, Any]) -> str:
        """What the browser sends after using the key, as JSON."""
        asked = options["publicKey"]
        data = self._site(asked["rpId"]) + bytes([self.flags]) + struct.pack(">I", 0)
        said = self._client_data("webauthn.get", asked["challenge"])
        signature = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64(said),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": b64(self.user),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, Any]) -> str:
        own = b64(self.number)
        return json.dumps(
            {
                "id": own, "rawId": own, "type": "public-key", "response": response,
                "clientExtensionResults": {"credProps": {"rk": True}},
            }
        )  # fmt: skip


def code_of(secret: str, *, at: float | None = None) -> str:
    """What an authenticator app shows for `secret` (RFC 6238), written out with the standard library."""
    step = int(time.time() if at is None else at) // 30
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def options_on(response: Any) -> dict[str, Any]:
    """What a page asks a passkey for."""
    (script,) = [one for one in Page(response.content.decode()).all("script") if one.attributes.get("id")]
    found: dict[str, Any] = json.loads(script.text)["options"]
    return found


def prove(client: PageClient, account: Account) -> None:
    """As if `account` had proved who they are a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()


def with_password(account: Account, password: str) -> Account:
    account.set_password(password)
    account.save(update_fields=["password"])
    return account
