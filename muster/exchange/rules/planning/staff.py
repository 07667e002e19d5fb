"""The adults of a file: new, there already, or gone; and which classes they teach."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from muster.exchange.rules.known import HeldStaff
from muster.exchange.rules.matching import folded
from muster.exchange.rules.plan import Line, Reason, Ref
from muster.exchange.rules.planning.classes import Classes
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.planning.years import Years
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, RosterMembership, RosterStaff, Source
from muster.pages.rules.said import say

TEACHES = ("teacher", "teaching", "lead", "tutor")


class Staff:
    """Which member of staff each adult of the file is, those who are new, and whom each teaches."""

    def __init__(self, draft: Draft, years: Years, classes: Classes) -> None:
        self.draft, self.years, self.classes = draft, years, classes
        self.new: list[RosterStaff] = []
        self.refs: dict[str, Ref] = {}
        self.teach: dict[tuple[Ref, Ref], date] = {}
        self.unteach: list[tuple[int, int]] = []
        self.end: dict[int, date] = {}
        self.back: list[int] = []
        self.by_email = {one.email.casefold(): one for one in draft.known.staff if one.email}
        self.by_name: dict[str, list[HeldStaff]] = {}
        for one in draft.known.staff:
            self.by_name.setdefault(folded(one.name), []).append(one)

    def settle(self) -> None:
        """Adults who work there, by the source's id, e-mail address or name."""
        by_pk = {one.pk: one for one in self.draft.known.staff}
        seen: set[int] = set()
        emails: set[str] = set()
        for record in self.draft.roster.staff:
            wanted = record
            effect, why, remarks = self.draft.wrong(wanted.source)
            there: HeldStaff | None = None
            could_be: tuple[int, ...] = ()
            if effect is None and not wanted.name:
                effect, why = Effect.REFUSE, (Reason("names-nobody", say("It names nobody.")),)
            elif effect is None and wanted.email and wanted.email.casefold() in emails:
                if self.draft.answer("email-twice", wanted.id) == "without":
                    wanted = replace(wanted, email="")
                else:
                    effect, why = self.asked(
                        wanted, Reason("email-twice", say("Somebody else in the file has this e-mail address."))
                    )
            if effect is None:
                there, could_be = self.who_is(wanted, by_pk)
            if could_be:
                effect, why = self.asked(
                    wanted,
                    Reason("staff-of-one-name", say("Two members of staff have this name. Which of them is it?")),
                )
                # Whichever of them it is has not left.
                self.draft.staff_there.update(could_be)
            if effect is not None:
                self.draft.hold_back(Of.STAFF, wanted.id)
                self.draft.lines.append(Line(Of.STAFF, effect, wanted.name, wanted.source, why, wanted.id, could_be))
                continue
            emails.add(wanted.email.casefold())
            self.settle_one(wanted, there, remarks, seen)
        if Of.STAFF in self.draft.roster.whole:
            for pk in sorted(self.draft.known.sourced.get(Of.STAFF, frozenset()) - seen - self.draft.staff_there):
                if pk in by_pk and by_pk[pk].is_there:
                    self.end[pk] = self.draft.today - timedelta(days=1)
                    said = Reason("leaves", say("Not in the file any more, so has left."))
                    self.draft.line(Of.STAFF, Effect.CHANGE, by_pk[pk].name, Source(), said, *stays_in(by_pk[pk]))

    def who_is(self, wanted: RosterStaff, by_pk: Mapping[int, HeldStaff]) -> tuple[HeldStaff | None, tuple[int, ...]]:
        """(who it is, or None for somebody new, and ()); (None, all it could be) where only a person can say."""
        there = by_pk.get(self.draft.remembered(Of.STAFF, wanted.id) or 0)
        email = wanted.email.casefold()
        there = there or (self.by_email.get(email) if email else None)
        named = self.by_name.get(folded(wanted.name), []) if there is None else []
        if email and any(one.email for one in named):
            named = [one for one in named if not one.email]
        if len(named) < 2:
            return there or next(iter(named), None), ()
        answer = self.draft.answer("staff-of-one-name", wanted.id)
        chosen = next((one for one in named if answer == f"same:{one.pk}"), None)
        return chosen, () if chosen or answer == "new" else tuple(one.pk for one in named)

    def asked(self, wanted: RosterStaff, question: Reason) -> tuple[Effect, tuple[Reason, ...]]:
        """What becomes of somebody about whom there is a question: it is asked, unless they are to be left out."""
        if self.draft.answer(question.cause, wanted.id) == "out":
            return Effect.LEAVE, (Reason("left-out", say("Left out, as you said.")),)
        return Effect.ASK, (question,)

    def settle_one(
        self, wanted: RosterStaff, there: HeldStaff | None, remarks: tuple[Reason, ...], seen: set[int]
    ) -> None:
        """One adult: new, there already, or gone."""
        gone = wanted.gone or (wanted.ends_on is not None and wanted.ends_on < self.draft.today)
        if there is None and gone:
            self.draft.line(Of.STAFF, Effect.LEAVE, wanted.name, wanted.source)
            return
        if there is None:
            self.new.append(wanted)
            ref = -len(self.new)
            if not wanted.email:
                remarks = (
                    *remarks,
                    Reason("no-email", say("Without an e-mail address nobody can be invited to sign in.")),
                )
            elif not teaches(wanted):
                said = say("Neither teacher nor tutor in the file: give a post on the Staff page.")
                remarks = (*remarks, Reason("no-post", said))
            self.draft.line(Of.STAFF, Effect.ADD, wanted.name, wanted.source, *remarks)
        else:
            ref = there.pk
            seen.add(ref)
            sourced = ref in self.draft.known.sourced.get(Of.STAFF, frozenset())
            if gone and there.is_there and sourced:
                self.end[ref] = wanted.ends_on or self.draft.today - timedelta(days=1)
                left = Reason("leaves", say("Has left."))
                self.draft.line(Of.STAFF, Effect.CHANGE, wanted.name, wanted.source, left, *stays_in(there))
            elif not gone and not there.is_there and not there.signs_in:
                self.back.append(ref)
                back = Reason("staff-back", say("Is on the list again, so is back."))
                self.draft.line(Of.STAFF, Effect.CHANGE, wanted.name, wanted.source, back, *remarks)
            else:
                if not gone and not there.is_there and not there.had_post:
                    said = say("There is no post for them here yet: give one on the Staff page.")
                    remarks = (*remarks, Reason("no-post", said))
                elif not gone and not there.is_there and not there.other_posts:
                    # Who signed in before would be let in again by a post, and no file lets anybody in.
                    ended = say("Their posts here have ended: give one again on the Staff page.")
                    remarks = (*remarks, Reason("posts-ended", ended))
                self.draft.line(Of.STAFF, Effect.LEAVE, wanted.name, wanted.source, *remarks)
        self.refs[wanted.id] = ref
        self.draft.keep(Of.STAFF, wanted.id, ref)

    def settle_teaching(self, wanted: RosterMembership, person: Ref, school_class: Ref) -> None:
        """One adult of one class. Without an e-mail address there is no post that could reach it."""
        held = next((one for one in self.draft.known.staff if one.pk == person), None)
        record = self.new[-person - 1] if person < 0 else None
        email = held.email if held is not None else record.email if record is not None else ""
        name = held.name if held is not None else record.name if record is not None else ""
        if wanted.gone:
            if held is not None and school_class in held.teaches:
                self.unteach.append((person, school_class))
            self.draft.left[Of.MEMBERSHIP, Effect.LEAVE] += 1
        elif held is not None and school_class in held.teaches:
            self.draft.left[Of.MEMBERSHIP, Effect.LEAVE] += 1
        elif not email or (held is not None and not held.may_teach) or (record is not None and not teaches(record)):
            said = Reason(
                "cannot-be-invited", say("Opens no class yet: first they need a post, with an e-mail address.")
            )
            self.draft.line(Of.MEMBERSHIP, Effect.LEAVE, name, wanted.source, said)
        else:
            first, last = self.years.days_of(self.classes.year_of[school_class])
            day = wanted.starts_on if wanted.starts_on and first <= wanted.starts_on <= last else first
            self.teach.setdefault(
                (person, school_class), max(day, self.draft.today) if day <= self.draft.today else day
            )
            self.draft.left[Of.MEMBERSHIP, Effect.ADD] += 1


def stays_in(one: HeldStaff) -> tuple[Reason, ...]:
    """What is worth knowing of somebody who leaves by a file: posts that only a person ends."""
    if not one.other_posts:
        return ()
    posts = ", ".join(one.other_posts)
    return (Reason("other-posts", say("Also holds a post ({posts}): end it on the Staff page.", posts=posts)),)


def teaches(one: RosterStaff) -> bool:
    """Whether the source's word for what they do is one of a teacher; a file that says nothing lists teachers."""
    word = one.role.casefold()
    return not word or any(each in word for each in TEACHES)
