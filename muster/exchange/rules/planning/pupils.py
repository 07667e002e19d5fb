"""The children of a file: new, there already and changed or not, or left undone until somebody says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from muster.exchange.rules.causes import YEAR
from muster.exchange.rules.from_before import FromBefore, results_in, said_by, together
from muster.exchange.rules.known import HeldPupil
from muster.exchange.rules.matching import Doubt, People, folded
from muster.exchange.rules.plan import Line, PupilChange, Reason, Ref
from muster.exchange.rules.planning.classes import Classes, year_word
from muster.exchange.rules.planning.differences import FACTS, blank_in
from muster.exchange.rules.planning.doubts import Doubts, odd_upn
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.planning.places import Places
from muster.exchange.rules.planning.years import Years
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, RosterPupil, Source
from muster.pages.rules.said import say
from muster.people.rules.upn import oddity, tidy

GIRLS, BOYS = frozenset({"f", "female", "girl"}), frozenset({"m", "male", "boy"})


@dataclass(frozen=True)
class Going:
    """A pupil who would leave, with their last day, where the file says so, and why."""

    one: HeldPupil
    last: date
    source: Source
    why: Reason


class Pupils:
    """Which pupil each child of the file is, those who would join, and what would change."""

    def __init__(self, draft: Draft, years: Years, classes: Classes, places: Places) -> None:
        self.draft, self.years, self.classes, self.places = draft, years, classes, places
        self.people = People(draft.known.pupils)
        self.doubts = Doubts(draft, classes, self.people)
        self.refs: dict[str, Ref] = {}
        self.new: list[RosterPupil] = []
        self.change: dict[int, PupilChange] = {}
        self.back: dict[int, date] = {}
        self.placed: dict[tuple[Ref, int], int] = {}
        self.answers: list[tuple[Ref, str, str]] = []
        self.results = results_in(draft.roster)
        self.from_before: dict[Ref, FromBefore] = {}
        self.blanks = 0
        self.going: list[Going] = []

    def settle(self) -> None:
        """Say of each child whether it is one we have."""
        firsts: dict[tuple[object, ...], RosterPupil] = {}
        wholes: dict[tuple[object, ...], RosterPupil] = {}
        upns: dict[str, RosterPupil] = {}
        taken: dict[int, RosterPupil] = {}
        for one in self.draft.roster.pupils:
            child = one
            effect, why, remarks = self.draft.wrong(child.source)
            if self.doubts.born_in_future(one) and self.draft.answer("born-in-future", one.id) == "without":
                child = replace(one, born_on=None)
                without = say("The birth date is in the future, and is left out, as you said.")
                remarks = (*remarks, Reason("born-in-future", without))
            upn = tidy(child.upn)
            if upn and (odd := oddity(upn)):
                remarks = (*remarks, Reason("odd-upn", odd_upn(odd)))
            if effect is None:
                effect, why = self.doubts.fault_of(child)
            if effect is not None and effect is Effect.REFUSE:
                self.draft.hold_back(Of.PUPIL, child.id)
                self.stays_out(child, effect, why, remarks)
                continue
            whole, who = self.doubts.all_said(child), (folded(child.surname), folded(child.forenames), child.born_on)
            twin = wholes.get(whole)
            # Without a number or a birth date, two rows alike may well be two children.
            if twin is not None and (upn or child.born_on):
                said = Reason("written-twice", say("The same as row {row}.", row=twin.source.row))
                kept: tuple[Reason, ...] = ()
                if twin.id in self.refs:
                    self.refs[child.id] = self.refs[twin.id]
                    kept = self.settle_before(child, self.refs[twin.id])
                self.draft.line(Of.PUPIL, Effect.LEAVE, child.name, child.source, said, *kept)
                continue
            questions = list(why)
            questions += self.doubts.questions_within(child, upn, firsts.get(who), upns.get(upn) if upn else None)
            wholes[whole] = child
            firsts.setdefault(who, child)
            if upn:
                upns.setdefault(upn, child)
            there, doubt = self.doubts.who_is(child)
            if there is not None and there.pk in taken:
                twice = Doubt(
                    "one-pupil-twice", say("Another row is about the same pupil. Keep one of them."), (there.pk,)
                )
                there, doubt = self.doubts.settled(child, twice)
            if doubt is not None:
                questions.append(Reason(doubt.cause, doubt.sentence, self.doubts.where(doubt)))
                self.draft.in_doubt.update(doubt.candidates)
            questions += self.doubts.questions_about(child, there)
            if questions:
                # Whoever it was last time, and whoever it is by what it says.
                self.draft.in_doubt.update({self.draft.remembered(Of.PUPIL, child.id) or 0, there.pk if there else 0})
            if self.left_out(child, questions):
                continue
            if questions:
                self.stays_out(child, Effect.ASK, tuple(questions), remarks, doubt.candidates if doubt else ())
                continue
            if there is None:
                self.take_on(child, remarks)
            else:
                taken[there.pk] = child
                self.compare(child, there, remarks)

    def left_out(self, child: RosterPupil, questions: list[Reason]) -> bool:
        """Whether somebody said to leave this record out; says so."""
        for reason in questions:
            if self.draft.answer(reason.cause, child.id) == "out" and not reason.cause.startswith(YEAR):
                said = Reason("left-out", say("Left out, as you said."))
                self.draft.line(Of.PUPIL, Effect.LEAVE, child.name, child.source, said)
                self.draft.waiting.add(child.id)
                return True
        return False

    def stays_out(
        self,
        child: RosterPupil,
        effect: Effect,
        why: tuple[Reason, ...],
        remarks: tuple[Reason, ...],
        candidates: tuple[int, ...] = (),
    ) -> None:
        """A child nothing is done about now."""
        self.draft.waiting.add(child.id)
        self.draft.lines.append(
            Line(Of.PUPIL, effect, child.name, child.source, (*why, *remarks), child.id, candidates)
        )

    def take_on(self, child: RosterPupil, remarks: tuple[Reason, ...]) -> None:
        """A child we do not have."""
        if child.gone or (child.left_on is not None and child.left_on < self.draft.today):
            said = Reason("left-before", say("The file says that this child has left, and the school never had them."))
            self.draft.line(Of.PUPIL, Effect.LEAVE, child.name, child.source, said)
            self.draft.waiting.add(child.id)
            return
        self.new.append(child)
        ref = -len(self.new)
        self.refs[child.id] = ref
        self.draft.keep(Of.PUPIL, child.id, ref)
        self.draft.line(Of.PUPIL, Effect.ADD, child.name, child.source, *self.settle_before(child, ref), *remarks)
        self.settle_place(child, ref, None)
        self.settle_groups(child, ref, {})

    def compare(self, child: RosterPupil, there: HeldPupil, remarks: tuple[Reason, ...]) -> None:
        """A child we have: what would change."""
        ref = there.pk
        self.refs[child.id] = ref
        self.draft.spoken_of.add(ref)
        self.draft.keep(Of.PUPIL, child.id, ref)
        if child.gone or (child.left_on is not None and child.left_on <= self.draft.today):
            self.say_gone(child, there)
            return
        differs = self.doubts.difference(child, there)
        self.blanks += bool(blank_in(child, there))
        said = [
            FACTS[fact] if differs.facts[fact] else say("{fact} (emptied)", fact=FACTS[fact])
            for fact in FACTS
            if fact in differs.facts
        ]
        said += ["address"] if differs.address else []
        said += sorted(differs.identifiers)
        if said:
            self.change[ref] = differs
        if not there.on_roll:
            self.back[ref] = self.draft.today
            said.insert(0, "back on roll")
        said += self.settle_place(child, ref, there)
        if self.settle_groups(child, ref, there.groups):
            said.append("key groups")
        kept = self.settle_before(child, ref)
        why = (Reason("changes", say("Changes {said}.", said=", ".join(said))), *kept) if said else kept
        self.draft.line(Of.PUPIL, Effect.CHANGE if why else Effect.LEAVE, child.name, child.source, *why, *remarks)

    def settle_before(self, child: RosterPupil, ref: Ref) -> tuple[Reason, ...]:
        """What the file says of a child's time at earlier schools and is not held yet is kept; the reason that says so."""
        if not (child.before or self.results):
            return ()
        held, planned = self.people.by_pk.get(ref), self.from_before.get(ref, FromBefore())
        new = said_by(child, self.results).besides(held.from_before if held else FromBefore()).besides(planned)
        if not new:
            return ()
        self.from_before[ref] = together([planned, new])
        many = say("Schools {schools:,}, results {results:,}.", schools=len(new.schools), results=len(new.results))
        return (Reason("from-before", say("What earlier schools say of this child is kept."), many),)

    def say_gone(self, child: RosterPupil, there: HeldPupil) -> None:
        """A child of whom the file says that they have left: how many these are together is looked at afterwards."""
        if not there.on_roll:
            self.draft.line(Of.PUPIL, Effect.LEAVE, child.name, child.source)
            return
        last = child.left_on or self.draft.today - timedelta(days=1)
        said = Reason("leaves", say("The file says that they have left."))
        self.going.append(Going(there, max(last, there.joined_on or last), child.source, said))

    def settle_place(self, child: RosterPupil, ref: Ref, there: HeldPupil | None) -> list[str]:
        """The class and year group that a record names itself; what changes, in words."""
        said = []
        year = self.years.usual
        if child.class_name and year is not None:
            words = (child.year_group,) if child.year_group else ()
            school_class, _new = self.classes.named_by_rows(child.class_name, year, words)
            if school_class is not None and self.places.take(ref, there, school_class, None, None) == Effect.ADD:
                said.append(f"class (to {child.class_name})")
        elif child.class_name:
            self.draft.notes.append(
                say(
                    "This school has no school year yet, so its classes are left out. Add the year, then bring the list again."
                )
            )
        number = self.classes.number_of(child.year_group) if child.year_group else None
        if number is not None and year is not None and (there is None or self.placed_in(there, year) != number):
            self.classes.need_year_group(number)
            self.placed[ref, year] = number
            said.append(f"year group (to {self.draft.known.year_groups.get(number, year_word(number))})")
        return said

    def placed_in(self, there: HeldPupil, year: int) -> int | None:
        """The number of the year group somebody is placed in for a school year."""
        here = self.draft.known.year
        return there.year_group if here is None or year == here.pk else there.placed.get(year)

    def settle_groups(self, child: RosterPupil, ref: Ref, held: Mapping[str, str]) -> bool:
        """Key groups the school has and the file speaks of. What is not known changes nothing."""
        wanted = {code: "yes" if said else "no" for code, said in child.groups.items() if said is not None}
        gender = child.gender.strip().casefold()
        if gender in GIRLS | BOYS:
            wanted |= {"girls": "yes" if gender in GIRLS else "no", "boys": "yes" if gender in BOYS else "no"}
        unknown = sorted(set(child.groups) - self.draft.known.groups)
        if unknown:
            self.draft.notes.append(
                say("Not key groups of this school, and left out: {unknown}.", unknown=", ".join(unknown))
            )
        new = [
            (ref, code, said)
            for code, said in sorted(wanted.items())
            if code in self.draft.known.groups and held.get(code) != said
        ]
        self.answers += new
        return bool(new)
