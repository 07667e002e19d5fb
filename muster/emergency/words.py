"""What kinds, modes and claims are called."""

from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.emergency.rules.derive import HERE_AND_AWAY, HERE_AND_MISSING, TWO_PLACES, UNKNOWN
from muster.emergency.rules.handing import Answer, Step
from muster.emergency.rules.kinds import Claim, Kind, Mode

KINDS: dict[Kind, str | Promise] = {
    Kind.EVACUATE: gettext_lazy("Evacuate"),
    Kind.HOLD: gettext_lazy("Hold"),
    Kind.SECURE: gettext_lazy("Secure"),
    Kind.LOCKDOWN: gettext_lazy("Lockdown"),
    Kind.SHELTER: gettext_lazy("Shelter"),
}
WHAT_TO_DO: dict[Kind, str | Promise] = {
    Kind.EVACUATE: gettext_lazy("Go to the assembly place and account for everybody there."),
    Kind.HOLD: gettext_lazy("Stay in the rooms, keep the corridors empty, account for everybody."),
    Kind.SECURE: gettext_lazy("Everybody inside, outside doors locked, account for everybody."),
    Kind.LOCKDOWN: gettext_lazy("Doors locked, lights off, out of view. Muster stays silent and dark."),
    Kind.SHELTER: gettext_lazy("Take shelter as trained for this hazard, account for everybody."),
}
MODES: dict[Mode, str | Promise] = {
    Mode.REAL: gettext_lazy("Real"),
    Mode.DRILL: gettext_lazy("Drill"),
    Mode.TEST: gettext_lazy("Test"),
}
WITHOUT_GROUP: dict[str, str | Promise] = {
    "pupil": gettext_lazy("No class"),
    "staff": gettext_lazy("Staff"),
    "visitor": gettext_lazy("Visitors"),
}
"""What those stand under who are in no class, by their kind: the same words as on the board, where heads are counted."""
CLAIMS: dict[Claim, str | Promise] = {
    Claim.INJURED: gettext_lazy("Injured"),
    Claim.NEEDS_HELP: gettext_lazy("Needs help"),
    Claim.WITH_ME: gettext_lazy("With me"),
    Claim.OFF_SITE: gettext_lazy("Off site"),
    Claim.NOT_HERE: gettext_lazy("Not here today"),
    Claim.MISSING: gettext_lazy("Missing"),
    Claim.EXTRA: gettext_lazy("Extra person"),
    Claim.HEADS: gettext_lazy("Head count"),
    Claim.NOTE: gettext_lazy("Note"),
    Claim.UNDO: gettext_lazy("Taken back"),
}
CONTRADICTIONS: dict[str, str | Promise] = {
    TWO_PLACES: gettext_lazy("claimed at two places"),
    HERE_AND_AWAY: gettext_lazy("said to be here and away"),
    HERE_AND_MISSING: gettext_lazy("said to be here and missing"),
}
NO_WORDS = gettext_lazy("The key of this roll call is lost, so it keeps no names and no words. Write them on paper.")
STEPS: dict[Step, str | Promise] = {
    Step.GREET: gettext_lazy("Greet"),
    Step.CARD: gettext_lazy("Fill in the card"),
    Step.CHECK: gettext_lazy("Check who it is, and the right to collect"),
    Step.FETCH: gettext_lazy("Fetch the child"),
    Step.ASK: gettext_lazy("Ask the child in private"),
    Step.HAND_OVER: gettext_lazy("Hand over"),
}

ANSWERS: dict[Answer, str | Promise] = {Answer.YES: gettext_lazy("yes"), Answer.NO: gettext_lazy("no")}


def state_word(state: str) -> str:
    """What the board says of somebody."""
    return _("Not yet accounted for") if state == UNKNOWN else str(CLAIMS[Claim(state)])


def duration(passed: timedelta | None) -> str:
    """How long something took: 4 min 05 s. A dash where it did not happen."""
    if passed is None:
        return "–"
    minutes, seconds = divmod(int(passed.total_seconds()), 60)
    return _("%(minutes)s min %(seconds)02d s") % {"minutes": minutes, "seconds": seconds}
