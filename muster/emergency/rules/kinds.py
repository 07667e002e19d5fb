"""The words of a roll call: what kind it is, whether it is real, and what a named adult can say of somebody."""

from enum import StrEnum


class Kind(StrEnum):
    """What adults are to do (Standard Response Protocol)."""

    EVACUATE = "evacuate"
    HOLD = "hold"
    SECURE = "secure"
    LOCKDOWN = "lockdown"
    SHELTER = "shelter"


BY_ROOM = frozenset({Kind.HOLD, Kind.SECURE})
"""Kinds in which everybody stays where they are: the roll is taken per room, not per class."""


class Mode(StrEnum):
    """All three run the same code; the band on every page and paper says which it is."""

    REAL = "real"
    DRILL = "drill"
    TEST = "test"


class Claim(StrEnum):
    """What an event says. The first six are about a person, strongest first."""

    INJURED = "injured"
    NEEDS_HELP = "needs-help"
    WITH_ME = "with-me"
    OFF_SITE = "off-site"
    NOT_HERE = "not-here"
    MISSING = "missing"
    EXTRA = "extra"
    """Somebody who is on no list and is with the one who says so."""
    HEADS = "heads"
    """How many heads somebody counted in a class."""
    NOTE = "note"
    UNDO = "undo"
    """Nothing but that earlier events no longer count."""


RANK: tuple[Claim, ...] = (
    Claim.INJURED,
    Claim.NEEDS_HELP,
    Claim.WITH_ME,
    Claim.OFF_SITE,
    Claim.NOT_HERE,
    Claim.MISSING,
)
"""What is shown of a person of whom several things are said: the first of these. Needs help outranks with me outranks
missing (screens.md section 5)."""
HERE = frozenset({Claim.INJURED, Claim.NEEDS_HELP, Claim.WITH_ME})
AWAY = frozenset({Claim.OFF_SITE, Claim.NOT_HERE})
ACCOUNTS = HERE | AWAY
"""Claims by which a named adult accounts for a person. Nothing else does, and no sensor makes one."""
