"""From a roster and what a school holds to the plan: who each record is, what would change, and what has to be asked.

Nothing here reads a database or a clock. An empty cell says nothing and empties nothing, unless somebody says so. What is
in doubt is asked about and left undone until `answers` say what it is: by cause ("nearly-the-same-name") for all that are
alike, or for one record ("nearly-the-same-name|17").
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from muster.curriculum.rules.stages import year_number
from muster.exchange.rules.from_before import FromBefore, results_in, said_by, together
from muster.exchange.rules.known import HeldGuardian, HeldPupil, HeldSeat, HeldStaff, HeldYear, Known
from muster.exchange.rules.matching import Doubt, People, agrees, folded, given_names, same_words, turned_round
from muster.exchange.rules.plan import (
    Line,
    NewClass,
    NewYear,
    Plan,
    PupilChange,
    Reason,
    Ref,
    Seat,
    Work,
    counted,
)
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import (
    Of,
    Problem,
    Roster,
    RosterClass,
    RosterGuardian,
    RosterMembership,
    RosterPupil,
    RosterSession,
    RosterStaff,
    Source,
)
from muster.exchange.rules.schools import sources_of
from muster.pages.rules.said import say
from muster.people.rules.upn import Odd, oddity, tidy

LONGEST = 200
"""Letters of a name, which is more than any passport holds."""
OLDEST = 26
"""Years after which a birth date is asked about; a school's oldest pupils are 19, at a special school 25."""
HIGHEST_YEAR = 13
A_TENTH = 10
WHOLE_YEAR = timedelta(days=200)
"""A session longer than this is a year, whatever it is called."""
ASKED = frozenset({"date-order"})
"""What a reader can tell only once somebody has answered; any other problem that stops a record refuses it."""
FACTS = {
    "surname": "surname",
    "forenames": "forename",
    "known_as": "known as",
    "born_on": "date of birth",
    "upn": "UPN",
}
GIRLS, BOYS = frozenset({"f", "female", "girl"}), frozenset({"m", "male", "boy"})
TEACHES = ("teacher", "teaching", "lead", "tutor")
WHO_IT_IS = frozenset(
    {
        "id-of-another", "upn-of-another", "two-of-this-name", "another-upn", "no-birth-date", "nearly-the-same-name",
        "one-pupil-twice",
    }
)  # fmt: skip
"""Doubts that are answered by saying whom the record means: same, new, or out."""


def plan_roster(roster: Roster, known: Known, answers: Mapping[str, str] | None = None) -> Plan:
    """What `roster` would do to the school `known`, with the doubts settled that `answers` settle."""
    return _Planning(roster, known, answers or {}).plan()


@dataclass(frozen=True)
class Going:
    """A pupil who would leave, with their last day, where the file says so, and why."""

    one: HeldPupil
    last: date
    source: Source
    why: Reason


def year_word(number: int) -> str:
    """What a year group of that number is called."""
    return {0: "Reception", -1: "Nursery"}.get(number, f"Year {number}")


class _Planning:
    """One plan in the making."""

    def __init__(self, roster: Roster, known: Known, answers: Mapping[str, str]) -> None:
        self.roster = replace(roster, pupils=tuple(with_middle_names(each) for each in roster.pupils))
        self.known, self.answers, self.today = known, answers, known.today
        self.people = People(known.pupils)
        self.lines: list[Line] = []
        self.left: Counter[tuple[Of, Effect]] = Counter()
        self.notes: list[str] = list(roster.notes)
        self.problems: dict[Source, list[Problem]] = {}
        for problem in roster.problems:
            self.problems.setdefault(problem.source, []).append(problem)

        self.year: NewYear | None = None
        self.year_of: dict[str, int] = {}
        self.year_groups: set[int] = set()
        self.numbers: dict[str, int | None] = {}
        self.classes: list[NewClass] = []
        self.class_refs: dict[str, Ref] = {}
        self.by_class_name: dict[tuple[int, str], Ref] = {}
        self.kinds: dict[Ref, str] = {}
        self.class_years: dict[Ref, int] = {}
        self.renamed: dict[int, str] = {}
        self.join: list[RosterPupil] = []
        self.change: dict[int, PupilChange] = {}
        self.leave: dict[int, date] = {}
        self.back: dict[int, date] = {}
        self.placed: dict[tuple[Ref, int], int] = {}
        self.seats: dict[tuple[Ref, Ref], Seat] = {}
        self.unseat: dict[int, date | None] = {}
        self.refs: dict[str, Ref] = {}
        self.rows_of: dict[Ref, list[RosterPupil]] = {}
        self.waiting: set[str] = set()
        self.unsure: set[str] = set()
        """Ids of people of whose places in classes a row could not be read: none of them is taken to have ended."""
        self.spoken_of: set[int] = set()
        self.staff_there: set[int] = set()
        """Staff whom the file names in a record that was not taken."""
        self.has_strangers = False
        """Whether a record was not taken of which nobody knows whether it is a pupil we have."""
        self.guardians: list[RosterGuardian] = []
        self.families: dict[tuple[Ref, Ref], str] = {}
        self.reach: dict[int, dict[str, str]] = {}
        self.said: list[tuple[Ref, str, str]] = []
        self.results = results_in(roster)
        self.from_before: dict[Ref, FromBefore] = {}
        self.staff: list[RosterStaff] = []
        self.staff_refs: dict[str, Ref] = {}
        self.teach: dict[tuple[Ref, Ref], date] = {}
        self.unteach: list[tuple[int, int]] = []
        self.staff_end: dict[int, date] = {}
        self.remember: dict[tuple[Of, str], Ref] = {}
        self.blanks = 0
        self.going: list[Going] = []

    # -- what the rest asks ------------------------------------------------------------------------------------------

    def answer(self, cause: str, key: str = "") -> str:
        """What somebody said of this record, else of all that are alike; "" when nobody has."""
        return self.answers.get(f"{cause}|{key}", "") or self.answers.get(cause, "")

    def line(self, of: Of, effect: Effect, name: str, source: Source, *reasons: Reason, key: str = "") -> None:
        """Say what happens to one record."""
        self.lines.append(Line(of, effect, name, source, tuple(reasons), key))

    def wrong(self, source: Source) -> tuple[Effect | None, tuple[Reason, ...], tuple[Reason, ...]]:
        """(refuse, ask or None, why, what is worth knowing), of a record that its reader found something wrong with."""
        problems = self.problems.pop(source, [])
        stops = tuple(Reason(each.cause, each.sentence) for each in problems if each.stops)
        remarks = tuple(Reason(each.cause, each.sentence) for each in problems if not each.stops)
        if not stops:
            return None, (), remarks
        asked = all(reason.cause in ASKED for reason in stops)
        return (Effect.ASK if asked else Effect.REFUSE), stops, remarks

    def remembered(self, of: Of, id_: str) -> int | None:
        """The row this id meant last time."""
        return self.known.remembered.get((of, id_)) if id_ and self.roster.lasting_ids else None

    def keep(self, of: Of, id_: str, ref: Ref) -> None:
        """Have the id mean this row from now on."""
        if id_ and self.roster.lasting_ids and self.known.remembered.get((of, id_)) != ref:
            self.remember[of, id_] = ref

    # -- in order ----------------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        """Sessions, classes, pupils, who left, places in classes, families, staff; then what nobody spoke of."""
        self.settle_strays()
        self.settle_sessions()
        for school_class in self.roster.classes:
            self.settle_class(school_class)
        self.settle_pupils()
        self.settle_leavers()
        self.settle_staff()
        self.settle_memberships()
        self.settle_guardians()
        self.settle_rest()
        work = Work(
            year=self.year,
            year_groups=tuple(sorted(self.year_groups)),
            classes=tuple(self.classes),
            renamed=self.renamed,
            join=tuple(self.join),
            change=self.change,
            leave=self.leave,
            back=self.back,
            placed=self.placed,
            seats=tuple(self.seats.values()),
            unseat=self.unseat,
            guardians=tuple(self.guardians),
            families=tuple((guardian, pupil, relation) for (guardian, pupil), relation in self.families.items()),
            reach=self.reach,
            answers=tuple(self.said),
            from_before=self.from_before,
            staff=tuple(self.staff),
            teach=tuple((staff, school_class, day) for (staff, school_class), day in self.teach.items()),
            unteach=tuple(self.unteach),
            staff_end=self.staff_end,
            remember=tuple((of, id_, ref) for (of, id_), ref in self.remember.items()),
        )
        lines = tuple(self.lines)
        return Plan(
            lines, counted(lines, self.left), work, tuple(dict.fromkeys(self.notes)),
            tuple(each.name for each in self.classes), self.blanks,
        )  # fmt: skip

    # -- years and terms ---------------------------------------------------------------------------------------------

    def settle_sessions(self) -> None:
        """Find the school year of each session; make one where the file has a year that the school lacks."""
        whole = [each for each in self.roster.sessions if self.spans_a_year(each)]
        for session in whole:
            self.settle_year(session)
        for session in self.roster.sessions:
            if session in whole:
                continue
            self.year_of[session.id] = self.year_of.get(session.parent) or self.year_holding(session)
            over = session.last_day is not None and session.last_day < self.today
            held = bool(self.year_of[session.id]) or over or session.first_day is None
            made = self.year is not None and not held
            self.line(Of.SESSION, Effect.ADD if made else Effect.LEAVE, session.name, session.source)

    @staticmethod
    def spans_a_year(session: RosterSession) -> bool:
        """Whether a session is a school year, by what it is called or by its length."""
        if session.first_day is None or session.last_day is None or session.last_day <= session.first_day:
            return False
        return session.kind == "year" or session.last_day - session.first_day > WHOLE_YEAR

    def year_holding(self, session: RosterSession) -> int:
        """The school year that most of a session lies in; 0 when none does."""
        if session.first_day is None or session.last_day is None:
            return 0
        middle = session.first_day + (session.last_day - session.first_day) / 2
        return next((year.pk for year in self.known.years if year.first_day <= middle <= year.last_day), 0)

    def settle_year(self, session: RosterSession) -> None:
        """A year that is over is left alone; one the school holds is that one; one more may be made."""
        if session.first_day is None or session.last_day is None:
            return
        held = self.year_holding(session)
        if held:
            self.year_of[session.id] = held
            self.line(Of.SESSION, Effect.LEAVE, session.name, session.source)
        elif session.last_day < self.today:
            said = Reason("year-is-over", say("It is over, so its classes are brought into the school's own year."))
            self.line(Of.SESSION, Effect.LEAVE, session.name, session.source, said)
        elif self.year is None and not self.overlaps(session.first_day, session.last_day):
            terms = [
                (each.name[:40], each.first_day, each.last_day)
                for each in self.roster.sessions
                if each.parent == session.id and each.first_day and each.last_day and each.kind != "half-term"
            ]
            name = self.free_year_name(session.name)
            self.year = NewYear(name, session.first_day, session.last_day, tuple(terms))
            self.notes.append(say("The school year {name} is new.", name=name))
            self.line(Of.SESSION, Effect.ADD, session.name, session.source)
        else:
            said = Reason("year-overlaps", say("Its days lie across the school's own years; those stay as they are."))
            self.line(Of.SESSION, Effect.LEAVE, session.name, session.source, said)

    def overlaps(self, first: date, last: date) -> bool:
        """Whether any year of the school shares a day with these."""
        return any(year.first_day <= last and first <= year.last_day for year in self.known.years)

    def free_year_name(self, name: str) -> str:
        """A name for a year that no other has."""
        taken = {year.name for year in self.known.years}
        name = name[:36]
        return next(free for n in range(1, len(taken) + 2) if (free := name if n == 1 else f"{name} {n}") not in taken)

    @property
    def usual_year(self) -> int | None:
        """Where classes go of which no session says otherwise: the school's present year, or the new one (0)."""
        here = self.known.year
        if here is not None and (here.last_day >= self.today or self.year is None):
            return here.pk
        return 0 if self.year is not None else here.pk if here is not None else None

    def year_for(self, school_class: RosterClass) -> int | None:
        """The school year of a class; None where the school has none and the file gives none."""
        if self.year is not None and self.in_new_year(school_class):
            return 0
        for session in school_class.sessions:
            year = self.years.get(self.year_of.get(session, 0))
            if year is not None and year.last_day >= self.today:
                return year.pk
        return self.usual_year

    def in_new_year(self, school_class: RosterClass) -> bool:
        """Whether a session of the class lies in the year the plan makes."""
        new = self.year
        sessions = {each.id: each for each in self.roster.sessions}
        found = [sessions[each] for each in school_class.sessions if each in sessions]
        return new is not None and any(
            each.first_day is not None and new.first_day <= each.first_day <= new.last_day for each in found
        )

    @property
    def years(self) -> dict[int, HeldYear]:
        """The school's years by number."""
        return {year.pk: year for year in self.known.years}

    def days_of(self, year: int) -> tuple[date, date]:
        """First and last day of a school year, the new one too."""
        if year == 0 and self.year is not None:
            return self.year.first_day, self.year.last_day
        held = self.years[year]
        return held.first_day, held.last_day

    def first_day_in(self, year: int) -> date:
        """From when somebody is in a class of that year if nothing says otherwise: today, or once the year begins."""
        first, _last = self.days_of(year)
        return max(first, self.today)

    # -- classes -----------------------------------------------------------------------------------------------------

    def settle_class(self, wanted: RosterClass) -> None:
        """Find a class by the source's id, else by its name; else it is new."""
        effect, why, remarks = self.wrong(wanted.source)
        if effect is None and not wanted.name.strip():
            effect, why = Effect.REFUSE, (Reason("class-without-name", say("It has no name.")),)
        year = self.year_for(wanted)
        if effect is None and year is None:
            effect, why = (
                Effect.ASK,
                (Reason("no-year", say("This school has no school year yet. Add the year first.")),),
            )
        if effect is not None or year is None:
            self.line(Of.CLASS, effect or Effect.ASK, wanted.name, wanted.source, *why, *remarks)
            return
        ref, new = self.class_called(
            wanted.name, year, wanted.kind or "teaching", wanted.year_groups, id_=wanted.id, gone=wanted.gone
        )
        if ref is None:
            said = Reason("class-is-gone", say("The file says that it is no more."))
            self.line(Of.CLASS, Effect.LEAVE, wanted.name, wanted.source, said)
            return
        self.class_refs[wanted.id] = ref
        self.keep(Of.CLASS, wanted.id, ref)
        if ref in self.renamed:
            said = Reason("class-renamed", say("It has a new name."))
            self.line(Of.CLASS, Effect.CHANGE, wanted.name, wanted.source, said, *remarks)
        else:
            self.line(Of.CLASS, Effect.ADD if new else Effect.LEAVE, wanted.name, wanted.source, *remarks)

    def class_called(
        self, name: str, year: int, kind: str, year_groups: tuple[str, ...] = (), *, id_: str = "", gone: bool = False
    ) -> tuple[Ref | None, bool]:
        """(the class, whether it is made by this call). A name another class of the file has gets a number."""
        name = " ".join(name.split())[:60]
        if not self.by_class_name:
            for held in self.known.classes:
                self.by_class_name.setdefault((held.year, folded(held.name)), held.pk)
                self.kinds[held.pk], self.class_years[held.pk] = held.kind, held.year
        before = self.remembered(Of.CLASS, id_)
        if before is not None and self.class_years.get(before) == year:
            held_name = next(held.name for held in self.known.classes if held.pk == before)
            is_free = (year, folded(name)) not in self.by_class_name
            if is_free and not held_name.startswith(name):
                self.renamed[before] = name
                self.by_class_name[year, folded(name)] = before
            return before, False
        said = self.answers.get(f"class|{folded(name)}", "")
        if said.isdecimal() and int(said) in self.class_years:
            return int(said), False
        found = self.by_class_name.get((year, folded(name)))
        taken = set(self.class_refs.values())
        if found is not None and not (id_ and found in taken):
            return found, False
        if gone:
            return None, False
        base, number = name, 2
        while found is not None and (year, folded(name)) in self.by_class_name:
            name = f"{base[:56]} {number}"
            number += 1
        groups = {known for text in year_groups if (known := self.number_of(text)) is not None}
        group = next(iter(groups)) if len(groups) == 1 else None
        if group is not None:
            self.need_year_group(group)
        self.classes.append(NewClass(name, kind, year, group))
        ref = -len(self.classes)
        self.by_class_name[year, folded(name)] = ref
        self.kinds[ref], self.class_years[ref] = kind, year
        return ref, True

    def number_of(self, text: str) -> int | None:
        """The number of a year group as a file writes it; None when it is none that a school could have."""
        if text not in self.numbers:
            self.numbers[text] = self.number_read(text)
        return self.numbers[text]

    def number_read(self, text: str) -> int | None:
        """That number, worked out; a file has the same few words in every row."""
        said = self.answers.get(f"year|{folded(text)}", "")
        if said.lstrip("-").isdecimal():
            return int(said)
        known = self.known.year_words.get(folded(text))
        if known is not None:
            return known
        number = year_number(text)
        return number if number is not None and -1 <= number <= HIGHEST_YEAR else None

    def need_year_group(self, number: int) -> None:
        """Have the year group made where the school has none of that number."""
        if number not in self.known.year_groups and number not in self.year_groups:
            self.year_groups.add(number)
            self.notes.append(f"{year_word(number)} is new: the school had no such year group.")

    # -- pupils ------------------------------------------------------------------------------------------------------

    def settle_pupils(self) -> None:
        """Say of each child whether it is one we have."""
        listed = self.classes_listed()
        firsts: dict[tuple[object, ...], RosterPupil] = {}
        wholes: dict[tuple[object, ...], RosterPupil] = {}
        upns: dict[str, RosterPupil] = {}
        taken: dict[int, RosterPupil] = {}
        for child in self.roster.pupils:
            effect, why, remarks = self.wrong(child.source)
            upn = tidy(child.upn)
            if upn and (odd := oddity(upn)):
                remarks = (*remarks, Reason("odd-upn", odd_upn(odd)))
            if effect is None:
                effect, why = self.fault_of(child)
            if effect is not None and effect is Effect.REFUSE:
                self.stays_out(child, effect, why, remarks)
                continue
            whole, who = self.all_said(child), (folded(child.surname), folded(child.forenames), child.born_on)
            twin = wholes.get(whole)
            # Without a number or a birth date, two rows alike may well be two children.
            if twin is not None and (upn or child.born_on):
                said = Reason("written-twice", say("The same as row {row}.", row=twin.source.row))
                kept: tuple[Reason, ...] = ()
                if twin.id in self.refs:
                    self.refs[child.id] = self.refs[twin.id]
                    kept = self.settle_before(child, self.refs[twin.id])
                self.line(Of.PUPIL, Effect.LEAVE, child.name, child.source, said, *kept)
                continue
            questions = list(why)
            questions += self.questions_within(child, upn, firsts.get(who), upns.get(upn) if upn else None)
            wholes[whole] = child
            firsts.setdefault(who, child)
            if upn:
                upns.setdefault(upn, child)
            there, doubt = self.who_is(child, listed.get(child.id, frozenset()))
            if there is not None and there.pk in taken:
                twice = Doubt(
                    "one-pupil-twice", say("Another row is about the same pupil. Keep one of them."), (there.pk,)
                )
                there, doubt = self.settled(child, twice)
            if doubt is not None:
                questions.append(Reason(doubt.cause, doubt.sentence, self.where(doubt)))
                self.spoken_of.update(doubt.candidates)
            questions += self.questions_about(child, there)
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

    def classes_listed(self) -> dict[str, frozenset[int]]:
        """The classes we have that the file puts each child into, by the child's id."""
        found: dict[str, set[int]] = {}
        for membership in self.roster.memberships:
            ref = self.class_refs.get(membership.school_class, -1)
            if ref > 0 and not membership.teaches:
                found.setdefault(membership.person, set()).add(ref)
        year = self.usual_year
        named = {(held.year, folded(held.name)): held.pk for held in self.known.classes}
        for child in self.roster.pupils:
            if child.class_name:
                # A class that is not there yet is one nobody we have is in.
                found.setdefault(child.id, set()).add(named.get((year or 0, folded(child.class_name)), 0))
        return {id_: frozenset(classes) for id_, classes in found.items()}

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
        if child.born_on and child.born_on > self.today:
            return Effect.REFUSE, (Reason("born-in-future", say("The birth date is in the future.")),)
        return None, ()

    @staticmethod
    def all_said(child: RosterPupil) -> tuple[object, ...]:
        """All a record says of who a child is."""
        return (
            child.surname, child.forenames, child.known_as, child.born_on, tidy(child.upn), child.year_group,
            child.class_name, tuple(sorted(child.identifiers.items())),
        )  # fmt: skip

    def questions_within(
        self, child: RosterPupil, upn: str, other: RosterPupil | None, same_upn: RosterPupil | None
    ) -> list[Reason]:
        """What has to be asked because of another record of the same file."""
        found = []
        two_upns = other is not None and upn and other.upn and upn != tidy(other.upn)
        settled = self.answer("same-in-file", child.id) == "new"
        if other is not None and (child.born_on or not upn) and not two_upns and not settled:
            said = say("Another row has the same name and birth date. Are they one child or two?")
            found.append(Reason("same-in-file", said, say("Row {row}.", row=other.source.row)))
        if same_upn is not None:
            said = say("Another row has the same UPN. Check which child it is.")
            found.append(Reason("upn-in-file", said, say("Row {row}.", row=same_upn.source.row)))
        return found

    def who_is(self, child: RosterPupil, classes: frozenset[int]) -> tuple[HeldPupil | None, Doubt | None]:
        """Who a child is, by what is held and by what somebody said."""
        there, doubt = self.people.find(child, self.remembered(Of.PUPIL, child.id), classes)
        return self.settled(child, doubt) if doubt is not None else (there, None)

    def settled(self, child: RosterPupil, doubt: Doubt) -> tuple[HeldPupil | None, Doubt | None]:
        """A doubt as somebody settled it; as it was when nobody has."""
        said = self.answer(doubt.cause, child.id)
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
        names = {held.pk: held.name for held in self.known.classes if held.kind == "registration"}
        found = next((names[seat.school_class] for seat in seats if seat.school_class in names), "")
        return say("The other is in {found}.", found=found) if found else ""

    def questions_about(self, child: RosterPupil, there: HeldPupil | None) -> list[Reason]:
        """What has to be asked about a child, whoever it is."""
        found = []
        is_old = child.born_on is not None and self.today.year - child.born_on.year > OLDEST
        # A typed list may have a parent's birth date in the column; a register's own roster says what it holds.
        if is_old and child.born_on and not self.roster.lasting_ids and self.answer("very-old", child.id) != "new":
            found.append(Reason("very-old", say("Born in {year}: is that right?", year=child.born_on.year)))
        is_unknown = bool(child.year_group) and self.number_of(child.year_group) is None
        if is_unknown and self.answers.get(word := f"year|{folded(child.year_group)}") != "out":
            found.append(
                Reason(word, say("“{year_group}” is no year group this school has.", year_group=child.year_group))
            )
        comes = not child.gone and child.left_on is None
        if there is not None and not there.on_roll and comes and self.answer("has-left", child.id) != "back":
            found.append(Reason("has-left", say("This pupil has left. Are they back?")))
        if there is not None and not self.known.may_correct:
            differs = self.difference(child, there)
            if differs.facts:
                words = ", ".join(FACTS[fact] for fact in FACTS if fact in differs.facts)
                said = say(
                    "The record differs ({words}). Put it right on screen, so that who did it is kept.", words=words
                )
                found.append(Reason("record-differs", said))
        return found

    def left_out(self, child: RosterPupil, questions: list[Reason]) -> bool:
        """Whether somebody said to leave this record out; says so."""
        for reason in questions:
            if self.answer(reason.cause, child.id) == "out" and not reason.cause.startswith("year|"):
                said = Reason("left-out", say("Left out, as you said."))
                self.line(Of.PUPIL, Effect.LEAVE, child.name, child.source, said)
                self.waiting.add(child.id)
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
        self.waiting.add(child.id)
        before = self.remembered(Of.PUPIL, child.id)
        if before is not None:
            self.spoken_of.add(before)
        self.lines.append(Line(Of.PUPIL, effect, child.name, child.source, (*why, *remarks), child.id, candidates))

    def take_on(self, child: RosterPupil, remarks: tuple[Reason, ...]) -> None:
        """A child we do not have."""
        if child.gone or (child.left_on is not None and child.left_on < self.today):
            said = Reason("left-before", say("The file says that this child has left, and the school never had them."))
            self.line(Of.PUPIL, Effect.LEAVE, child.name, child.source, said)
            self.waiting.add(child.id)
            return
        self.join.append(child)
        ref = -len(self.join)
        self.refs[child.id] = ref
        self.keep(Of.PUPIL, child.id, ref)
        self.line(Of.PUPIL, Effect.ADD, child.name, child.source, *self.settle_before(child, ref), *remarks)
        self.settle_place(child, ref, None)
        self.settle_groups(child, ref, {})

    def compare(self, child: RosterPupil, there: HeldPupil, remarks: tuple[Reason, ...]) -> None:
        """A child we have: what would change."""
        ref = there.pk
        self.refs[child.id] = ref
        self.spoken_of.add(ref)
        self.keep(Of.PUPIL, child.id, ref)
        if child.gone or (child.left_on is not None and child.left_on <= self.today):
            self.say_gone(child, there)
            return
        differs = self.difference(child, there)
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
            self.back[ref] = self.today
            said.insert(0, "back on roll")
        said += self.settle_place(child, ref, there)
        if self.settle_groups(child, ref, there.groups):
            said.append("key groups")
        kept = self.settle_before(child, ref)
        why = (Reason("changes", say("Changes {said}.", said=", ".join(said))), *kept) if said else kept
        self.line(Of.PUPIL, Effect.CHANGE if why else Effect.LEAVE, child.name, child.source, *why, *remarks)

    def settle_before(self, child: RosterPupil, ref: Ref) -> tuple[Reason, ...]:
        """What the file says of a child's time at earlier schools and is not held yet is kept; the reason that says so."""
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
            self.line(Of.PUPIL, Effect.LEAVE, child.name, child.source)
            return
        last = child.left_on or self.today - timedelta(days=1)
        said = Reason("leaves", say("The file says that they have left."))
        self.going.append(Going(there, max(last, there.joined_on or last), child.source, said))

    def difference(self, child: RosterPupil, there: HeldPupil) -> PupilChange:
        """What the record would change of `there`. Case alone, or names that stand in each other's places, change nothing."""
        facts = {}
        said = (child.surname, child.forenames, child.known_as or there.known_as)
        # Most records are as last time to the letter: nothing to fold.
        is_other = said != (there.surname, there.forenames, there.known_as)
        if is_other and (
            not turned_round(child, there) or (agrees(child, there) and folded(child.surname) == folded(there.surname))
        ):
            names = (
                ("surname", child.surname, there.surname),
                ("forenames", child.forenames, there.forenames),
                ("known_as", child.known_as, there.known_as),
            )
            facts = {
                name: new
                for name, new, old in names
                if new
                and not same_words(new, old)
                and not (name == "forenames" and folded(new) == folded(there.known_as))
                and not (name == "known_as" and same_words(new, there.forenames))
            }
        if child.born_on and child.born_on != there.born_on:
            facts["born_on"] = child.born_on.isoformat()
        upn = tidy(child.upn)
        holder = self.people.by_upn.get(upn)
        if upn and upn != there.upn and (holder is None or holder.pk == there.pk):
            facts["upn"] = upn
        blank = {fact: "" for fact in sorted(child.blank) if getattr(there, fact)}
        self.blanks += bool(blank)
        if self.answer("blanks") == "empty":
            facts |= blank
        numbers = {
            name: number for name, number in child.identifiers.items() if number and name not in there.identifiers
        }
        return PupilChange(facts, numbers, child.address if child.address and not there.address else "")

    def settle_place(self, child: RosterPupil, ref: Ref, there: HeldPupil | None) -> list[str]:
        """The class and year group that a record names itself; what changes, in words."""
        said = []
        year = self.usual_year
        if child.class_name and year is not None:
            words = (child.year_group,) if child.year_group else ()
            school_class, _new = self.class_named_by_rows(child.class_name, year, words)
            if school_class is not None and self.seat(ref, there, school_class, None, None) == Effect.ADD:
                said.append(f"class (to {child.class_name})")
        elif child.class_name:
            self.notes.append(
                say(
                    "This school has no school year yet, so its classes are left out. Add the year, then bring the list again."
                )
            )
        number = self.number_of(child.year_group) if child.year_group else None
        if number is not None and year is not None and (there is None or there.year_group != number):
            self.need_year_group(number)
            self.placed[ref, year] = number
            said.append(f"year group (to {self.known.year_groups.get(number, year_word(number))})")
        return said

    def class_named_by_rows(self, name: str, year: int, words: tuple[str, ...]) -> tuple[Ref | None, bool]:
        """A registration class that rows name; made with the year group all its rows agree on."""
        ref, new = self.class_called(name, year, "registration", words)
        if new:
            key = (year, folded(name))
            agreed = {
                self.number_of(child.year_group)
                for child in self.roster.pupils
                if child.year_group and (year, folded(child.class_name)) == key
            }
            made = self.classes[-1]
            group = next(iter(agreed)) if len(agreed) == 1 else None
            self.classes[-1] = NewClass(made.name, made.kind, made.year, group)
            if group is not None:
                self.need_year_group(group)
        return ref, new

    def settle_groups(self, child: RosterPupil, ref: Ref, held: Mapping[str, str]) -> bool:
        """Key groups the school has and the file speaks of. What is not known changes nothing."""
        wanted = {code: "yes" if said else "no" for code, said in child.groups.items() if said is not None}
        gender = child.gender.strip().casefold()
        if gender in GIRLS | BOYS:
            wanted |= {"girls": "yes" if gender in GIRLS else "no", "boys": "yes" if gender in BOYS else "no"}
        unknown = sorted(set(child.groups) - self.known.groups)
        if unknown:
            self.notes.append(
                say("Not key groups of this school, and left out: {unknown}.", unknown=", ".join(unknown))
            )
        new = [
            (ref, code, said)
            for code, said in sorted(wanted.items())
            if code in self.known.groups and held.get(code) != said
        ]
        self.said += new
        return bool(new)

    # -- who has left ------------------------------------------------------------------------------------------------

    def settle_leavers(self) -> None:
        """Whoever the file says has left, and where it claims to hold every pupil whoever is missing from it, goes; more
        than a tenth stops and asks.
        """
        on_roll = [one for one in self.known.pupils if one.on_roll]
        going = [*self.going, *self.missing(on_roll)]
        answer = self.answers.get("many-leave", "")
        asks = len(going) * A_TENTH > len(on_roll) and answer not in {"leave", "stay"}
        many = say(
            "{many} of {all} pupils would leave, more than a tenth. Have they left?",
            many=f"{len(going):,}",
            all=f"{len(on_roll):,}",
        )
        for each in going:
            name = name_of(each.one)
            if asks:
                self.line(Of.PUPIL, Effect.ASK, name, each.source, Reason("many-leave", many))
            elif answer == "stay":
                said = Reason("stays", say("Stays on roll, as you said."))
                self.line(Of.PUPIL, Effect.LEAVE, name, each.source, said)
            else:
                self.goes(each.one, each.last)
                self.line(Of.PUPIL, Effect.CHANGE, name, each.source, each.why)

    def missing(self, on_roll: Sequence[HeldPupil]) -> list[Going]:
        """Those on roll whom a file that claims to hold every pupil does not speak of."""
        if Of.PUPIL not in self.roster.whole:
            return []
        found = [one for one in on_roll if one.pk not in self.spoken_of]
        if self.has_strangers:
            # It may be anybody this source did not speak of before.
            sourced = self.known.sourced.get(Of.PUPIL, frozenset())
            found = [one for one in found if one.pk in sourced]
        yesterday = self.today - timedelta(days=1)
        said = Reason("leaves", say("Not in the file any more, so has left."))
        return [Going(one, max(yesterday, one.joined_on or yesterday), Source(), said) for one in found]

    def goes(self, one: HeldPupil, last: date) -> None:
        """Take a pupil off roll after `last`, and out of every class."""
        self.leave[one.pk] = last
        for seat in one.seats:
            self.end_seat(seat, last)

    # -- places in classes -------------------------------------------------------------------------------------------

    def settle_memberships(self) -> None:
        """Who is in which class, and who teaches it."""
        wanted: set[tuple[Ref, Ref]] = set()
        for membership in self.roster.memberships:
            self.settle_membership(membership, wanted)
        if Of.MEMBERSHIP not in self.roster.whole:
            return
        spoken = {ref for ref in self.class_refs.values() if ref > 0}
        unsure = {self.refs.get(id_) for id_ in self.unsure}
        yesterday = self.today - timedelta(days=1)
        for held in self.known.pupils:
            if held.pk not in self.spoken_of or held.pk in self.leave or held.pk in unsure:
                continue
            for seat in held.seats:
                out = seat.school_class in spoken and (held.pk, seat.school_class) not in wanted
                if out and seat.pk not in self.unseat and (seat.ends_on is None or seat.ends_on > yesterday):
                    self.end_seat(seat, yesterday)
                    said = Reason("out-of-class", say("Not in this class in the file any more."))
                    self.line(Of.MEMBERSHIP, Effect.CHANGE, name_of(held), Source(), said)
        sourced = self.known.sourced.get(Of.STAFF, frozenset())
        taught = self.taught_in_file()
        for one in self.known.staff:
            if one.pk in sourced:
                for school_class in sorted(one.teaches & spoken):
                    if (one.pk, school_class) not in taught:
                        self.unteach.append((one.pk, school_class))
                        said = Reason("teaches-no-more", say("Does not teach this class in the file any more."))
                        self.line(Of.MEMBERSHIP, Effect.CHANGE, one.name, Source(), said)

    def taught_in_file(self) -> set[tuple[Ref, Ref]]:
        """Everybody who teaches a class, as the file has it."""
        return {
            (self.staff_refs[each.person], self.class_refs[each.school_class])
            for each in self.roster.memberships
            if each.teaches and not each.gone and each.person in self.staff_refs
            and each.school_class in self.class_refs
        }  # fmt: skip

    def settle_membership(self, wanted: RosterMembership, seen: set[tuple[Ref, Ref]]) -> None:
        """One person in one class."""
        effect, why, remarks = (
            self.wrong(wanted.source) if self.problems and wanted.source in self.problems else (None, (), ())
        )
        school_class = self.class_refs.get(wanted.school_class)
        refs = self.staff_refs if wanted.teaches else self.refs
        person = refs.get(wanted.person)
        if effect is None and person is None and wanted.person in self.waiting:
            effect, why = Effect.LEAVE, (Reason("waits", say("It waits for the person it is about.")),)
        elif effect is None and person is None:
            effect, why = Effect.REFUSE, (Reason("no-such-person", say("The file has nobody of this id.")),)
        elif effect is None and school_class is None:
            effect, why = Effect.REFUSE, (Reason("no-such-class", say("The file has no class of this id.")),)
        if effect is not None or person is None or school_class is None:
            said = wanted.person if not remarks else f"{wanted.person}"
            self.line(Of.MEMBERSHIP, effect or Effect.REFUSE, said, wanted.source, *why)
            return
        if wanted.teaches:
            self.settle_teaching(wanted, person, school_class)
            return
        there = self.people.by_pk.get(person)
        if wanted.gone:
            self.settle_gone(wanted, there, school_class)
            return
        seen.add((person, school_class))
        effect = self.seat(person, there, school_class, wanted.starts_on, wanted.ends_on)
        self.left[Of.MEMBERSHIP, effect] += 1

    def settle_gone(self, wanted: RosterMembership, there: HeldPupil | None, school_class: Ref) -> None:
        """A place in a class of which the file says that it has ended."""
        found = [seat for seat in there.seats if seat.school_class == school_class] if there else []
        for seat in found:
            self.end_seat(seat, wanted.ends_on or self.today - timedelta(days=1))
        self.left[Of.MEMBERSHIP, Effect.CHANGE if found else Effect.LEAVE] += 1

    def seat(
        self, ref: Ref, there: HeldPupil | None, school_class: Ref, starts: date | None, ends: date | None
    ) -> Effect:
        """Put somebody into a class, out of another registration class where it is one; what happens."""
        if ref in self.leave:
            return Effect.LEAVE
        held = [seat for seat in (there.seats if there else ()) if seat.school_class == school_class]
        if held:
            if ends is not None and any(seat.ends_on != ends for seat in held) and held[0].starts_on <= ends:
                self.end_seat(held[0], ends)
                return Effect.CHANGE
            return Effect.LEAVE
        if (ref, school_class) in self.seats:
            return Effect.LEAVE
        first, last = self.days_of(self.class_years[school_class])
        begins = starts if starts is not None and first <= starts <= last else self.first_day_in(
            self.class_years[school_class]
        )  # fmt: skip
        if ends is not None and (ends < begins or ends < self.today):
            return Effect.LEAVE
        if begins > last:
            begins = last
        if self.kinds[school_class] == "registration" and there is not None:
            begins = max(begins, self.today) if first <= self.today else begins
            for seat in there.seats:
                if self.kinds.get(seat.school_class) == "registration" and seat.pk not in self.unseat:
                    self.end_seat(seat, begins - timedelta(days=1))
        self.seats[ref, school_class] = Seat(ref, school_class, begins, ends)
        return Effect.ADD

    def end_seat(self, seat: HeldSeat, last: date) -> None:
        """End a place after `last`; one that has not begun by then is taken out."""
        if seat.ends_on is None or seat.ends_on > last:
            self.unseat[seat.pk] = last if seat.starts_on <= last else None

    # -- families ----------------------------------------------------------------------------------------------------

    def settle_guardians(self) -> None:
        """Parents and carers: one adult with several children is one guardian, and those there are stay."""
        held = {one.pk: one for one in self.known.guardians}
        by_key = {key_of(one): one for one in self.known.guardians if one.name and key_of(one)[1]}
        new: dict[tuple[str, str], Ref] = {}
        for one in self.roster.guardians:
            effect, why, remarks = self.wrong(one.source) if self.only_of_guardian(one) else (None, (), ())
            children = [ref for child in one.children if (ref := self.refs.get(child)) is not None]
            if effect is not None or one.gone:
                self.line(Of.GUARDIAN, effect or Effect.LEAVE, one.name, one.source, *why)
                continue
            if not children:
                waits = any(child in self.waiting for child in one.children)
                said = Reason("waits", say("It waits for the child it is about.")) if waits else Reason(
                    "no-such-child", say("The file has no child of this id.")
                )  # fmt: skip
                effect = Effect.LEAVE if waits else Effect.REFUSE
                self.line(Of.GUARDIAN, effect, one.name, one.source, said)
                continue
            there = held.get(self.remembered(Of.GUARDIAN, one.id) or 0)
            there = there or (by_key.get(key_of(one)) if one.name and key_of(one)[1] else None)
            if there is None:
                children, there = self.without_this_adult(one, children, held)
            if there is not None:
                self.join_family(one, there, children, remarks)
                continue
            if not children:
                self.line(Of.GUARDIAN, Effect.LEAVE, one.name, one.source, *remarks)
                continue
            key = key_of(one)
            ref = new.get(key) if one.name and key[1] else None
            if ref is None:
                self.guardians.append(one)
                ref = -len(self.guardians)
                new[key] = ref
                self.line(Of.GUARDIAN, Effect.ADD, one.name, one.source, *remarks)
            else:
                self.line(Of.GUARDIAN, Effect.LEAVE, one.name, one.source, *remarks)
            self.keep(Of.GUARDIAN, one.id, ref)
            for child in children:
                self.families.setdefault((ref, child), one.relation)

    def only_of_guardian(self, one: RosterGuardian) -> bool:
        """Whether what is wrong with the record's row has not been said with its child."""
        return one.source in self.problems

    def without_this_adult(
        self, one: RosterGuardian, children: list[Ref], held: Mapping[int, HeldGuardian]
    ) -> tuple[list[Ref], HeldGuardian | None]:
        """The children who do not have this adult yet, by name or by how they are reached; the adult where all do."""
        left, found = [], None
        for child in children:
            there = self.people.by_pk.get(child)
            adults = [held[pk] for pk in (there.guardians if there else ()) if pk in held]
            same = [
                adult
                for adult in adults
                if (one.name and folded(adult.name) == folded(one.name))
                or (not one.name and key_of(one)[1] and key_of(adult)[1] == key_of(one)[1])
            ]
            if same:
                found = same[0]
            else:
                left.append(child)
        return left, found

    def join_family(
        self, one: RosterGuardian, there: HeldGuardian, children: list[Ref], remarks: tuple[Reason, ...]
    ) -> None:
        """An adult we have: more children, and ways to reach them where there was none."""
        self.keep(Of.GUARDIAN, one.id, there.pk)
        ways = {
            way: said
            for way, said, held in (
                ("email", one.email, there.email),
                ("telephone", one.telephone, there.telephone),
                ("address", one.address, there.address),
            )
            if said and not held
        }
        if ways:
            self.reach[there.pk] = {**self.reach.get(there.pk, {}), **ways}
        theirs = [
            child
            for child in children
            if there.pk not in (held.guardians if (held := self.people.by_pk.get(child)) else ())
        ]
        for child in theirs:
            self.families.setdefault((there.pk, child), one.relation)
        effect = Effect.CHANGE if ways or theirs else Effect.LEAVE
        self.line(Of.GUARDIAN, effect, one.name, one.source, *remarks)

    # -- staff -------------------------------------------------------------------------------------------------------

    def settle_staff(self) -> None:
        """Adults who work there, by the source's id, e-mail address or name."""
        by_pk = {one.pk: one for one in self.known.staff}
        by_email = {one.email.casefold(): one for one in self.known.staff if one.email}
        by_name: dict[str, list[HeldStaff]] = {}
        for one in self.known.staff:
            by_name.setdefault(folded(one.name), []).append(one)
        seen: set[int] = set()
        emails: set[str] = set()
        for wanted in self.roster.staff:
            effect, why, remarks = self.wrong(wanted.source)
            if effect is None and not wanted.name:
                effect, why = Effect.REFUSE, (Reason("names-nobody", say("It names nobody.")),)
            email = wanted.email.casefold()
            if effect is None and email and email in emails:
                effect, why = (
                    Effect.ASK,
                    (Reason("email-twice", say("Somebody else in the file has this e-mail address.")),),
                )
            if effect is not None:
                self.hold_back(Of.STAFF, wanted.id)
                self.line(Of.STAFF, effect, wanted.name, wanted.source, *why, key=wanted.id)
                continue
            there = by_pk.get(self.remembered(Of.STAFF, wanted.id) or 0) or (by_email.get(email) if email else None)
            if there is None:
                named = by_name.get(folded(wanted.name), [])
                if email and any(one.email for one in named):
                    named = [one for one in named if not one.email]
                if len(named) > 1:
                    self.waiting.add(wanted.id)
                    said = Reason(
                        "staff-of-one-name", say("Two members of staff have this name. Add the e-mail address.")
                    )
                    self.line(Of.STAFF, Effect.ASK, wanted.name, wanted.source, said, key=wanted.id)
                    continue
                there = named[0] if named else None
            if email:
                emails.add(email)
            self.settle_one_of_staff(wanted, there, remarks, seen)
        if Of.STAFF in self.roster.whole:
            for pk in sorted(self.known.sourced.get(Of.STAFF, frozenset()) - seen - self.staff_there):
                if pk in by_pk:
                    self.staff_end[pk] = self.today - timedelta(days=1)
                    said = Reason("leaves", say("Not in the file any more, so has left."))
                    self.line(Of.STAFF, Effect.CHANGE, by_pk[pk].name, Source(), said, *stays_in(by_pk[pk]))

    def settle_one_of_staff(
        self, wanted: RosterStaff, there: HeldStaff | None, remarks: tuple[Reason, ...], seen: set[int]
    ) -> None:
        """One adult: new, there already, or gone."""
        gone = wanted.gone or (wanted.ends_on is not None and wanted.ends_on < self.today)
        if there is None and gone:
            self.line(Of.STAFF, Effect.LEAVE, wanted.name, wanted.source)
            return
        if there is None:
            self.staff.append(wanted)
            ref = -len(self.staff)
            if not wanted.email:
                remarks = (
                    *remarks,
                    Reason("no-email", say("Without an e-mail address nobody can be invited to sign in.")),
                )
            elif not teaches(wanted):
                said = say("Neither teacher nor tutor in the file: give a post on the Staff page.")
                remarks = (*remarks, Reason("no-post", said))
            self.line(Of.STAFF, Effect.ADD, wanted.name, wanted.source, *remarks)
        else:
            ref = there.pk
            seen.add(ref)
            if gone and ref in self.known.sourced.get(Of.STAFF, frozenset()):
                self.staff_end[ref] = wanted.ends_on or self.today - timedelta(days=1)
                left = Reason("leaves", say("Has left."))
                self.line(Of.STAFF, Effect.CHANGE, wanted.name, wanted.source, left, *stays_in(there))
            else:
                self.line(Of.STAFF, Effect.LEAVE, wanted.name, wanted.source, *remarks)
        self.staff_refs[wanted.id] = ref
        self.keep(Of.STAFF, wanted.id, ref)

    def settle_teaching(self, wanted: RosterMembership, person: Ref, school_class: Ref) -> None:
        """One adult of one class. Without an e-mail address there is no post that could reach it."""
        held = next((one for one in self.known.staff if one.pk == person), None)
        record = self.staff[-person - 1] if person < 0 else None
        email = held.email if held is not None else record.email if record is not None else ""
        name = held.name if held is not None else record.name if record is not None else ""
        if wanted.gone:
            if held is not None and school_class in held.teaches:
                self.unteach.append((person, school_class))
            self.left[Of.MEMBERSHIP, Effect.LEAVE] += 1
        elif held is not None and school_class in held.teaches:
            self.left[Of.MEMBERSHIP, Effect.LEAVE] += 1
        elif not email or (record is not None and not teaches(record)):
            said = Reason(
                "cannot-be-invited", say("Opens no class yet: first they need a post, with an e-mail address.")
            )
            self.line(Of.MEMBERSHIP, Effect.LEAVE, name, wanted.source, said)
        else:
            first, last = self.days_of(self.class_years[school_class])
            day = wanted.starts_on if wanted.starts_on and first <= wanted.starts_on <= last else first
            self.teach.setdefault((person, school_class), max(day, self.today) if day <= self.today else day)
            self.left[Of.MEMBERSHIP, Effect.ADD] += 1

    # -- what is left ------------------------------------------------------------------------------------------------

    def settle_strays(self) -> None:
        """Problems of rows that no record came of: whoever they are about is in the file, and waits."""
        # Of a file without a problem, which is most files, no row's place is worth gathering.
        sources = sources_of(self.roster) | {each.source for each in self.roster.sessions} if self.problems else set()
        for source in [each for each in self.problems if each not in sources]:
            for problem in self.problems.pop(source):
                effect = Effect.LEAVE if not problem.stops else Effect.ASK if problem.cause in ASKED else Effect.REFUSE
                reason = Reason(problem.cause, problem.sentence)
                self.line(problem.of or Of.PUPIL, effect, problem.name or problem.id, source, reason)
                if problem.stops:
                    self.hold_back(problem.of, problem.id)
        for of, id_ in self.roster.elsewhere:
            self.hold_back(of, id_)

    def hold_back(self, of: Of | None, id_: str) -> None:
        """Take note of somebody who is in the file and not taken: what is theirs waits, and they have not left."""
        if of is Of.MEMBERSHIP:
            self.unsure.add(id_)
        if of in {Of.PUPIL, Of.STAFF, None}:
            self.waiting.add(id_)
        if of in {Of.PUPIL, None}:
            ref = self.remembered(Of.PUPIL, id_)
            self.spoken_of.add(ref or 0)
            self.has_strangers = self.has_strangers or ref is None
        if of in {Of.STAFF, None}:
            self.staff_there.add(self.remembered(Of.STAFF, id_) or 0)

    def settle_rest(self) -> None:
        """What is kept to be read, what the file holds that Muster has no place for, and what is new."""
        if self.from_before:
            kept = self.from_before.values()
            schools, results = sum(len(each.schools) for each in kept), sum(len(each.results) for each in kept)
            self.notes.append(
                say(
                    "Kept to be read, in the words of the file: schools before {schools:,}, results {results:,}.",
                    schools=schools,
                    results=results,
                )
            )
        for file, columns in self.roster.dropped.items():
            words = ", ".join(columns)
            self.notes.append(
                say("Not used in {file}, and left out: {words}.", file=file, words=words)
                if file
                else say("Not used, and left out: {words}.", words=words)
            )
        if any(each.subject or each.room or each.code for each in self.roster.classes):
            self.notes.append(say("Subjects, rooms and codes of classes are left out: there is no place for them yet."))
        if self.classes:
            names = [each.name for each in self.classes]
            shown = ", ".join(names[:20]) + (f" and {len(names) - 20:,} more" if len(names) > 20 else "")
            one = len(names) == 1
            self.notes.append(
                say("New class: {shown}.", shown=shown) if one else say("New classes: {shown}.", shown=shown)
            )


def odd_upn(odd: Odd) -> str:
    """What is worth knowing of a UPN that is not as it should be."""
    match odd:
        case Odd.LENGTH:
            return say("The UPN is not 13 characters long; it is kept as it is.")
        case Odd.FORM:
            return say("The UPN is not of the usual form; it is kept as it is.")
        case Odd.CHECK:
            return say("The check letter of the UPN does not fit its figures; it is kept as it is.")


def with_middle_names(child: RosterPupil) -> RosterPupil:
    """A child whose middle names the source keeps apart: all given names together, and the first as what is called."""
    if not child.middle_names:
        return child
    given = f"{child.forenames} {child.middle_names}".strip()
    return replace(child, forenames=given, middle_names="", known_as=child.known_as or child.forenames)


def name_of(held: HeldPupil) -> str:
    """As the class says it."""
    return f"{held.known_as or held.forenames} {held.surname}".strip()


def key_of(one: RosterGuardian | HeldGuardian) -> tuple[str, str]:
    """What tells this adult from another: name and e-mail, else name and telephone."""
    return folded(one.name), one.email.casefold() or "".join(figure for figure in one.telephone if figure.isdigit())


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


def ids_of(roster: Roster) -> Iterable[tuple[Of, str]]:
    """Every id of the roster that may have been met before."""
    kinds: tuple[tuple[Of, Iterable[RosterClass | RosterPupil | RosterStaff | RosterGuardian]], ...] = (
        (Of.CLASS, roster.classes), (Of.PUPIL, roster.pupils), (Of.STAFF, roster.staff), (Of.GUARDIAN, roster.guardians),
    )  # fmt: skip
    for of, records in kinds:
        for record in records:
            if record.id:
                yield of, record.id


__all__ = ["WHO_IT_IS", "given_names", "ids_of", "plan_roster", "year_word"]
