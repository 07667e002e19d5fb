"""What has to be asked about a child before anything is done: who it is, and what cannot be right."""

from functools import cached_property

from muster.exchange.rules.causes import LONGEST_WORD, year_cause
from muster.exchange.rules.known import HeldPupil
from muster.exchange.rules.matching import Doubt, People, folded
from muster.exchange.rules.plan import PupilChange, Reason
from muster.exchange.rules.planning.classes import Classes
from muster.exchange.rules.planning.differences import FACTS, difference
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, RosterPupil, Source
from muster.pages.rules.said import say
from muster.people.rules.upn import Odd, tidy

LONGEST = 200
"""Letters of a name, which is more than any passport holds."""
OLDEST = 26
"""Years after which a birth date is asked about; a school's oldest pupils are 19, at a special school 25."""


class Doubts:
    """The questions about each child, less those that somebody answered."""

    def __init__(self, draft: Draft, classes: Classes, people: People) -> None:
        self.draft, self.classes, self.people = draft, classes, people
        self.differences: dict[tuple[Source, int], PupilChange] = {}

    def fault_of(self, child: RosterPupil) -> tuple[Effect | None, tuple[Reason, ...]]:
        """Why a child cannot be taken as the record stands."""
        if not (child.surname or child.forenames):
            return Effect.REFUSE, (Reason("names-nobody", say("It names nobody.")),)
        for word, text in (("surname", child.surname), ("forename", child.forenames), ("known as", child.known_as)):
            if len(text) > LONGEST:
                return Effect.REFUSE, (
                    Reason(
                        "name-too-long", say("The {word} is longer than {longest} letters.", word=word, longest=LONGEST)
                    ),
                )
        if self.born_in_future(child):
            return Effect.REFUSE, (Reason("born-in-future", say("The birth date is in the future.")),)
        return None, ()

    @staticmethod
    def all_said(child: RosterPupil) -> tuple[object, ...]:
        """All a record says of who a child is."""
        return (
            child.surname, child.forenames, child.known_as, child.born_on, tidy(child.upn), child.year_group,
            child.class_name, tuple(sorted(child.identifiers.items())),
        )  # fmt: skip

    @cached_property
    def classes_listed(self) -> dict[str, frozenset[int]]:
        """The classes we have that the file puts each child into, by the child's id."""
        found: dict[str, set[int]] = {}
        for membership in self.draft.roster.memberships:
            ref = self.classes.refs.get(membership.school_class, -1)
            if ref > 0 and not membership.teaches:
                found.setdefault(membership.person, set()).add(ref)
        year = self.classes.years.usual
        named = {(held.year, folded(held.name)): held.pk for held in self.draft.known.classes}
        for child in self.draft.roster.pupils:
            if child.class_name:
                # A class that is not there yet is one nobody we have is in.
                found.setdefault(child.id, set()).add(named.get((year or 0, folded(child.class_name)), 0))
        return {id_: frozenset(classes) for id_, classes in found.items()}

    def born_in_future(self, child: RosterPupil) -> bool:
        """Whether the birth date lies ahead."""
        return child.born_on is not None and child.born_on > self.draft.today

    def questions_within(
        self, child: RosterPupil, upn: str, other: RosterPupil | None, same_upn: RosterPupil | None
    ) -> list[Reason]:
        """What has to be asked because of another record of the same file."""
        found = []
        two_upns = other is not None and upn and other.upn and upn != tidy(other.upn)
        settled = self.draft.answer("same-in-file", child.id) == "new"
        if other is not None and (child.born_on or not upn) and not two_upns and not settled:
            said = say("Another row has the same name and birth date. Are they one child or two?")
            found.append(Reason("same-in-file", said, say("Row {row}.", row=other.source.row)))
        if same_upn is not None:
            said = say("Another row has the same UPN. Check which child it is.")
            found.append(Reason("upn-in-file", said, say("Row {row}.", row=same_upn.source.row)))
        return found

    def who_is(self, child: RosterPupil) -> tuple[HeldPupil | None, Doubt | None]:
        """Who a child is, by what is held and by what somebody said."""
        there, doubt = self.people.find(
            child,
            self.draft.remembered(Of.PUPIL, child.id),
            lambda: self.classes_listed.get(child.id, frozenset()),
        )
        return self.settled(child, doubt) if doubt is not None else (there, None)

    def difference(self, child: RosterPupil, there: HeldPupil) -> PupilChange:
        """What the record would change of that pupil; empty cells empty something where somebody said so."""
        key = (child.source, there.pk)
        if key not in self.differences:
            empties = self.draft.answer("blanks") == "empty"
            self.differences[key] = difference(child, there, self.people, blanks_empty=empties)
        return self.differences[key]

    def settled(self, child: RosterPupil, doubt: Doubt) -> tuple[HeldPupil | None, Doubt | None]:
        """A doubt as somebody settled it; as it was when nobody has."""
        said = self.draft.answer(doubt.cause, child.id)
        chosen = said.removeprefix("same:")
        if said == "same" and len(doubt.candidates) == 1 and doubt.cause != "one-pupil-twice":
            return self.people.by_pk[doubt.candidates[0]], None
        if said.startswith("same:") and chosen.isdecimal() and int(chosen) in doubt.candidates:
            return self.people.by_pk[int(chosen)], None
        return (None, None) if said == "new" else (None, doubt)

    def where(self, doubt: Doubt) -> str:
        """The class of the child it could be."""
        if len(doubt.candidates) != 1:
            return ""
        seats = self.people.by_pk[doubt.candidates[0]].seats
        names = {held.pk: held.name for held in self.draft.known.classes if held.kind == "registration"}
        found = next((names[seat.school_class] for seat in seats if seat.school_class in names), "")
        return say("The other is in {found}.", found=found) if found else ""

    def questions_about(self, child: RosterPupil, there: HeldPupil | None) -> list[Reason]:
        """What has to be asked about a child, whoever it is."""
        found = []
        years = self.classes.years
        if years.is_unsure and (child.class_name or child.year_group):
            this, following = years.draft.known.year, years.following
            said = say(
                "The year {this} is nearly over. Is this a list of it, or of {following}?",
                this=this.name if this else "",
                following=following.name if following else "",
            )
            found.append(Reason("which-year", said))
        is_old = child.born_on is not None and self.draft.today.year - child.born_on.year > OLDEST
        # A typed list may have a parent's birth date in the column; a register's own roster says what it holds.
        if (
            is_old
            and child.born_on
            and not self.draft.roster.lasting_ids
            and self.draft.answer("very-old", child.id) != "new"
        ):
            found.append(
                Reason(
                    "very-old",
                    say("Born more than {years} years ago: is that right?", years=OLDEST),
                    say("In {year}.", year=child.born_on.year),
                )
            )
        is_unknown = bool(child.year_group) and self.classes.number_of(child.year_group) is None
        if is_unknown and self.draft.answers.get(word := year_cause(folded(child.year_group))) != "out":
            found.append(
                Reason(
                    word,
                    say("“{year_group}” is no year group this school has.", year_group=child.year_group[:LONGEST_WORD]),
                )
            )
        comes = not child.gone and child.left_on is None
        if there is not None and not there.on_roll and comes and self.draft.answer("has-left", child.id) != "back":
            found.append(Reason("has-left", say("This pupil has left. Are they back?")))
        if there is not None and not self.draft.known.may_correct:
            differs = self.difference(child, there)
            if differs.facts:
                words = ", ".join(FACTS[fact] for fact in FACTS if fact in differs.facts)
                said = say("The record differs ({words}).", words=words)
                found.append(Reason("record-differs", said))
        return found


def odd_upn(odd: Odd) -> str:
    """What is worth knowing of a UPN that is not as it should be."""
    match odd:
        case Odd.LENGTH:
            return say("The UPN is not 13 characters long; it is kept as it is.")
        case Odd.FORM:
            return say("The UPN is not of the usual form; it is kept as it is.")
        case Odd.CHECK:
            return say("The check letter of the UPN does not fit its figures; it is kept as it is.")
