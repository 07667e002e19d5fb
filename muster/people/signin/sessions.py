"""What a session remembers about how it began, and ending sessions.

Everything `SignedIn` needs on every request is kept in the session itself, which is loaded anyway: a page view costs
no statement more for it. The list a person sees of their own sessions is written once, at sign-in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from muster.people import doors
from muster.people.models import Account, Post
from muster.people.rules.staying import NOTED_EVERY
from muster.people.signin.verbs import Verb

BEGAN = "signed_in_at"
SEEN = "seen_at"
SECOND_FACTOR = "second_factor"
DAY_PASS = "day_pass"
WHY = "why_over"
"""Left behind by a session that ended by itself. The first to meet the end may be a request that nobody sees."""


def begin(session: SessionBase, *, at: datetime, second_factor: bool = False, day_pass: bool = False) -> None:
    """Note how and when somebody signed in. `second_factor`: this account has one, and it was asked for."""
    session.pop(WHY, None)
    session[BEGAN] = session[SEEN] = at.timestamp()
    session[SECOND_FACTOR] = second_factor
    if day_pass:
        session[DAY_PASS] = True


def began_at(session: SessionBase) -> datetime | None:
    """When the session began, or None where nothing was noted."""
    noted = session.get(BEGAN)
    return None if noted is None else datetime.fromtimestamp(noted, UTC)


def seen_at(session: SessionBase) -> datetime:
    """When the session was last noted as used; the beginning of time where it never was."""
    return datetime.fromtimestamp(session.get(SEEN, 0), UTC)


def note_seen(session: SessionBase, *, at: datetime) -> None:
    """Note that the session is in use, unless that was noted a moment ago."""
    if at - seen_at(session) >= NOTED_EVERY:
        session[SEEN] = at.timestamp()


def is_day_pass(session: SessionBase) -> bool:
    """Whether this session was opened with a day pass."""
    return bool(session.get(DAY_PASS))


# -- the person's own list -----------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Somewhere an account is signed in."""

    number: int
    browser: str
    since: datetime
    here: bool


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
DEVICES = (
    ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("CrOS", "Chromebook"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_named(user_agent: str) -> str:
    """`Chrome on Windows`, as near as a browser says."""
    browser = next((name for part, name in BROWSERS if part in user_agent), "")
    device = next((name for part, name in DEVICES if part in user_agent), "")
    return " on ".join(filter(None, [browser, device]))


def places(account: Account, session: SessionBase) -> list[Place]:
    """Where `account` is signed in, this session first, then the newest."""
    rows = UserSession.objects.filter(user_id=account.pk)
    living = set(Session.objects.filter(session_key__in=rows.values("session_key")).values_list("pk", flat=True))
    found = [
        Place(row.pk, browser_named(row.user_agent), row.created_at, row.session_key == session.session_key)
        for row in rows
        if row.session_key in living
    ]
    return sorted(found, key=lambda place: (not place.here, -place.since.timestamp()))


def _end(rows: Iterable[Any]) -> int:
    keys = [row.session_key for row in rows]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


@transaction.atomic
def end_one(*, account: Account, number: int, by: Account, at: datetime) -> bool:
    """End one session of `account`; False where there is none of that number."""
    ended = _end(UserSession.objects.filter(user_id=account.pk, pk=number))
    if ended:
        doors.record(Verb.SESSION_ENDED, school=None, by=by, at=at, about=account)
    return bool(ended)


@transaction.atomic
def end_all(*, account: Account, by: Account | None, at: datetime, but: str | None = None) -> int:
    """End every session of `account`, apart from the one whose key is `but`. Says how many ended."""
    ended = _end(UserSession.objects.filter(user_id=account.pk).exclude(session_key=but or ""))
    if ended:
        doors.record(Verb.SESSIONS_ENDED, school=None, by=by, at=at, about=account, details={"sessions": ended})
    return ended


def end_of_leavers(at: datetime) -> str:
    """End every session of whoever holds no post at `at`; the next request would be turned away anyway.

    Run each minute, so that a page left open on a leaver's device leads nowhere. Two statements while nobody left.
    """
    here = set(UserSession.objects.values_list("user_id", flat=True))
    posts = Post.objects.filter(account__in=here).select_related("school", "account")
    staying = {post.account_id for post in posts if post.account.is_active and post.is_held(at)}
    gone = Account.objects.filter(pk__in=here - staying) if here - staying else ()
    ended = sum(end_all(account=account, by=None, at=at) for account in gone)
    return f"{ended} ended"


def forget(session: SessionBase) -> None:
    """Take this session off the list; signing out ends it."""
    UserSession.objects.filter(session_key=session.session_key).delete()


def list_again(request: HttpRequest) -> None:
    """Put this session back on the list under its new key, after a change of password."""
    UserSession.objects.create_from_request(request)
