"""Where sessions are kept, and whose they are. Every request asks for both, so it is asked in few words."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from muster.people.models import Post
from muster.people.prepared import Prepared

_kept = Prepared(
    lambda key, at: Session.objects.filter(session_key=key, expire_date__gt=at).values_list("session_data", flat=True)
)


class SessionStore(db.SessionStore):
    """Django's own sessions in the database."""

    def load(self) -> dict[str, Any]:
        """What the session remembers; nothing where it has ended or never was."""
        for data in _kept(key=self.session_key, at=timezone.now()):
            return self.decode(data)
        self._session_key = None
        return {}


class AccountOfSession(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's own check of who somebody is."""

    def get_user(self, user_id: int) -> Any:
        """The account of a session, with its posts; None where it may not sign in any more."""
        found = Post.objects.with_account(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
