"""Which roll call a page opens first, and in which order it names those that are going on."""

from datetime import datetime

from muster.emergency.rules.kinds import Kind, Mode

GRAVEST: tuple[Mode, ...] = (Mode.REAL, Mode.DRILL, Mode.TEST)


def urgency(*, kind: Kind, mode: Mode, started_at: datetime, number: int) -> tuple[int, bool, float, int]:
    """What to sort by, the one to open first in front: real before drill before test, then a lockdown, then the newest.

    A phone that was last on one that is still going on opens that one instead: nobody is taken away from ticking. Only
    the phone knows, so that half is in `roll-call.js`; it takes everything else in the order in which the school names it.
    """
    return GRAVEST.index(mode), kind is not Kind.LOCKDOWN, -started_at.timestamp(), -number
