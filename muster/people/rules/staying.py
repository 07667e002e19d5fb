"""How long a session lasts."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from muster.people.access import OWN_CLASSES, Role

AT_MOST = timedelta(hours=12)
"""A school day with an evening at the kitchen table; tomorrow begins with a fresh proof."""

IDLE_OWN_CLASSES = timedelta(minutes=60)
"""Teachers: one lesson without a mark must not sign the next one's marking out."""

IDLE_WHOLE_SCHOOL = timedelta(minutes=30)
"""Everyone whose screen could open every child, or who hands out access: an unattended desk is the risk."""

IDLE_FAMILY = timedelta(minutes=30)
"""Pupils and guardians, often on shared devices."""

NOTED_EVERY = timedelta(minutes=5)
"""A session notes that it was used no more often than this, so that looking at pages writes nothing. Someone may
therefore be asked to sign in up to this much before the idle limit, never after it."""


class Over(StrEnum):
    """Why a session ended; the sign-in page has a sentence for each."""

    IDLE = "idle"
    LONG = "long"
    NO_POST = "no-post"
    ENDED = "ended"


def idle_limit(roles: Collection[Role]) -> timedelta:
    """The shortest limit among the roles held."""
    limits = {
        IDLE_OWN_CLASSES
        if role in OWN_CLASSES or role is Role.DUTY
        else IDLE_FAMILY
        if role in {Role.PUPIL, Role.GUARDIAN}
        else IDLE_WHOLE_SCHOOL
        for role in roles
    }
    return min(limits, default=IDLE_FAMILY)


def why_over(*, began_at: datetime, seen_at: datetime, now: datetime, roles: Collection[Role]) -> Over | None:
    """Why a session is over at `now`, or None while it lasts. `roles` are those held at `now`, at any school."""
    if not roles:
        return Over.NO_POST
    if now - began_at >= AT_MOST:
        return Over.LONG
    if now - seen_at >= idle_limit(roles):
        return Over.IDLE
    return None
