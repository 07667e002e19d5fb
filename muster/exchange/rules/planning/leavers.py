"""Who would leave the school: whoever the file says has left, and whoever a whole file does not speak of."""

from collections.abc import Sequence
from datetime import timedelta

from muster.exchange.rules.known import HeldPupil
from muster.exchange.rules.plan import Reason
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.planning.places import Places
from muster.exchange.rules.planning.pupils import Going, Pupils
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, Source
from muster.pages.rules.said import say

A_TENTH = 10


class Leavers:
    """Those who go, once it is known how many they are."""

    def __init__(self, draft: Draft, pupils: Pupils, places: Places) -> None:
        self.draft, self.pupils, self.places = draft, pupils, places

    def settle(self) -> None:
        """Whoever the file says has left, and where it claims to hold every pupil whoever is missing from it, goes; more
        than a tenth stops and asks.
        """
        on_roll = [one for one in self.draft.known.pupils if one.on_roll]
        going = [*self.pupils.going, *self.missing(on_roll)]
        answer = self.draft.answers.get("many-leave", "")
        asks = len(going) * A_TENTH > len(on_roll) and answer not in {"leave", "stay"}
        many = say(
            "{many} of {all} pupils would leave, more than a tenth. Have they left?",
            many=f"{len(going):,}",
            all=f"{len(on_roll):,}",
        )
        for each in going:
            if asks:
                self.draft.line(Of.PUPIL, Effect.ASK, each.one.name, each.source, Reason("many-leave", many))
            elif answer == "stay":
                said = Reason("stays", say("Stays on roll, as you said."))
                self.draft.line(Of.PUPIL, Effect.LEAVE, each.one.name, each.source, said)
            else:
                self.places.leaves(each.one, each.last)
                self.draft.line(Of.PUPIL, Effect.CHANGE, each.one.name, each.source, each.why)

    def missing(self, on_roll: Sequence[HeldPupil]) -> list[Going]:
        """Those on roll whom a file that claims to hold every pupil does not speak of."""
        if Of.PUPIL not in self.draft.roster.whole:
            return []
        named = self.draft.spoken_of | self.draft.in_doubt
        found = [one for one in on_roll if one.pk not in named]
        if self.draft.has_strangers:
            # It may be anybody this source did not speak of before.
            sourced = self.draft.known.sourced.get(Of.PUPIL, frozenset())
            found = [one for one in found if one.pk in sourced]
        yesterday = self.draft.today - timedelta(days=1)
        said = Reason("leaves", say("Not in the file any more, so has left."))
        return [Going(one, max(yesterday, one.joined_on or yesterday), Source(), said) for one in found]
