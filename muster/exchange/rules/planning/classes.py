"""The classes of a file: one we have by the source's id or by its name, else a new one; and the year groups they need."""

from muster.curriculum.rules.stages import year_number
from muster.exchange.rules.causes import year_cause
from muster.exchange.rules.matching import folded, same_words
from muster.exchange.rules.plan import NewClass, Reason, Ref
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.planning.years import Years
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, RosterClass, Source
from muster.pages.rules.said import say

HIGHEST_YEAR = 13
LONGEST_ROOM = 60
MOST_NAMED = 20


class Classes:
    """Which class each of the file's is, and those to be made."""

    def __init__(self, draft: Draft, years: Years) -> None:
        self.draft, self.years = draft, years
        self.new: list[NewClass] = []
        self.refs: dict[str, Ref] = {}
        self.renamed: dict[int, str] = {}
        self.year_groups: set[int] = set()
        self.numbers: dict[str, int | None] = {}
        self.by_name: dict[tuple[int, str], Ref] = {}
        self.kinds: dict[Ref, str] = {}
        self.year_of: dict[Ref, int] = {}
        self.room_of: dict[Ref, str] = {}
        self.rooms: dict[Ref, str] = {}
        """The room that each class is to have."""
        self.said_rooms: dict[Ref, str] = {}
        """The room that the first row of each class to name one names: that one counts."""
        self.moves: list[str] = []
        self.closed: set[int] = set()
        """Classes we have that are no more: the file says so, or holds every class and not this one."""
        for held in draft.known.classes:
            self.by_name.setdefault((held.year, folded(held.name)), held.pk)
            self.kinds[held.pk], self.year_of[held.pk], self.room_of[held.pk] = held.kind, held.year, held.room
        self.in_use = {seat.school_class for one in draft.known.pupils for seat in one.seats}
        self.in_use |= {school_class for one in draft.known.staff for school_class in one.teaches}
        """Classes that somebody is in or teaches."""

    def settle(self) -> None:
        """Say of each class whether it is one we have."""
        for school_class in self.draft.roster.classes:
            self.settle_class(school_class)
        if Of.CLASS in self.draft.roster.whole:
            self.settle_missing()
        if self.moves:
            rooms = ", ".join(self.moves[:MOST_NAMED])
            more = len(self.moves) - MOST_NAMED
            rooms += say(" and {more:,} more", more=more) if more > 0 else ""
            self.draft.notes.append(say("Rooms of their own: {rooms}.", rooms=rooms))

    def settle_class(self, wanted: RosterClass) -> None:
        """Find a class by the source's id, else by its name; else it is new."""
        effect, why, remarks = self.draft.wrong(wanted.source)
        if effect is None and not wanted.name.strip():
            effect, why = Effect.REFUSE, (Reason("class-without-name", say("It has no name.")),)
        year = self.years.of_class(wanted)
        if effect is None and year is None:
            effect, why = (
                Effect.ASK,
                (Reason("no-year", say("This school has no school year yet.")),),
            )
        if effect is not None or year is None:
            self.draft.hold_back(Of.CLASS, wanted.id)
            self.draft.line(Of.CLASS, effect or Effect.ASK, wanted.name, wanted.source, *why, *remarks)
            return
        ref, new = self.called(
            wanted.name, year, wanted.kind or "teaching", wanted.year_groups, id_=wanted.id, gone=wanted.gone
        )
        if ref is None:
            said = Reason("class-is-gone", say("The file says that it is no more."))
            self.draft.line(Of.CLASS, Effect.LEAVE, wanted.name, wanted.source, said)
            return
        self.refs[wanted.id] = ref
        self.draft.keep(Of.CLASS, wanted.id, ref)
        changes = [Reason("class-renamed", say("It has a new name."))] if ref in self.renamed else []
        if wanted.gone and ref in self.in_use:
            self.closed.add(ref)
            changes.append(Reason("class-closed", say("The file says that it is no more, so nobody is in it.")))
        elif not wanted.gone:
            changes += self.settle_room(wanted, ref)
            remarks = (*remarks, *self.other_room(wanted, ref))
        effect = Effect.ADD if new else Effect.CHANGE if changes else Effect.LEAVE
        self.draft.line(Of.CLASS, effect, wanted.name, wanted.source, *changes, *remarks)

    def settle_missing(self) -> None:
        """Classes of this source that a file of every class does not name, in the years that it speaks of."""
        named = {ref for ref in self.refs.values() if ref > 0} | self.draft.classes_there
        years = {self.year_of[ref] for ref in self.refs.values()}
        sourced = self.draft.known.sourced.get(Of.CLASS, frozenset())
        for held in self.draft.known.classes:
            if held.pk in sourced & self.in_use and held.pk not in named and held.year in years:
                self.closed.add(held.pk)
                said = Reason("class-closed", say("Not in the file any more, so nobody is in it."))
                self.draft.line(Of.CLASS, Effect.CHANGE, held.name, Source(), said)

    def settle_room(self, wanted: RosterClass, ref: Ref) -> list[Reason]:
        """The room of a class, by the first row that names one; what changes."""
        room, before = room_in(wanted), self.room_of.get(ref, "")
        if not room or ref in self.said_rooms:
            return []
        self.said_rooms[ref] = room
        if same_words(room, before):
            return []
        self.rooms[ref] = room
        detail = say("{room}, not {before}.", room=room, before=before) if before else f"{room}."
        self.moves.append(f"{wanted.name} ({room})")
        return [Reason("class-room", say("It has a room of its own:"), detail)]

    def other_room(self, wanted: RosterClass, ref: Ref) -> tuple[Reason, ...]:
        """What is worth knowing of a row that names another room than the first row of its class."""
        room, counts = room_in(wanted), self.said_rooms.get(ref, "")
        if not room or same_words(room, counts):
            return ()
        said = say("Another row puts this class into {counts}, and that counts.", counts=counts)
        return (Reason("two-rooms", said, say("Not {room}.", room=room)),)

    def called(
        self, name: str, year: int, kind: str, year_groups: tuple[str, ...] = (), *, id_: str = "", gone: bool = False
    ) -> tuple[Ref | None, bool]:
        """(the class, whether it is made by this call). A name another class of the file has gets a number."""
        name = " ".join(name.split())[:60]
        before = self.draft.remembered(Of.CLASS, id_)
        if before is not None and self.year_of.get(before) == year:
            held_name = next(held.name for held in self.draft.known.classes if held.pk == before)
            is_free = (year, folded(name)) not in self.by_name
            if is_free and not held_name.startswith(name):
                self.renamed[before] = name
                self.by_name[year, folded(name)] = before
            return before, False
        said = self.draft.answers.get(f"class|{folded(name)}", "")
        if said.isdecimal() and int(said) in self.year_of:
            return int(said), False
        found = self.by_name.get((year, folded(name)))
        if found is not None and not (id_ and found in self.refs.values()):
            return found, False
        if gone:
            return None, False
        base, number = name, 2
        while found is not None and (year, folded(name)) in self.by_name:
            name = f"{base[:56]} {number}"
            number += 1
        groups = {known for text in year_groups if (known := self.number_of(text)) is not None}
        group = next(iter(groups)) if len(groups) == 1 else None
        if group is not None:
            self.need_year_group(group)
        self.new.append(NewClass(name, kind, year, group))
        ref = -len(self.new)
        self.by_name[year, folded(name)] = ref
        self.kinds[ref], self.year_of[ref] = kind, year
        return ref, True

    def named_by_rows(self, name: str, year: int, words: tuple[str, ...]) -> tuple[Ref | None, bool]:
        """A registration class that rows name; made with the year group all its rows agree on."""
        ref, new = self.called(name, year, "registration", words)
        if new:
            key = (year, folded(name))
            agreed = {
                self.number_of(child.year_group)
                for child in self.draft.roster.pupils
                if child.year_group and (year, folded(child.class_name)) == key
            }
            made = self.new[-1]
            group = next(iter(agreed)) if len(agreed) == 1 else None
            self.new[-1] = NewClass(made.name, made.kind, made.year, group)
            if group is not None:
                self.need_year_group(group)
        return ref, new

    def number_of(self, text: str) -> int | None:
        """The number of a year group as a file writes it; None when it is none that a school could have."""
        if text not in self.numbers:
            self.numbers[text] = self.number_read(text)
        return self.numbers[text]

    def number_read(self, text: str) -> int | None:
        """That number, worked out; a file has the same few words in every row."""
        said = self.draft.answers.get(year_cause(folded(text)), "")
        if said.lstrip("-").isdecimal():
            return int(said)
        known = self.draft.known.year_words.get(folded(text))
        if known is not None:
            return known
        number = year_number(text)
        return number if number is not None and -1 <= number <= HIGHEST_YEAR else None

    def need_year_group(self, number: int) -> None:
        """Have the year group made where the school has none of that number."""
        if number not in self.draft.known.year_groups and number not in self.year_groups:
            self.year_groups.add(number)
            self.draft.notes.append(f"{year_word(number)} is new: the school had no such year group.")


def room_in(wanted: RosterClass) -> str:
    """The room a row names, no longer than one may be."""
    return " ".join(wanted.room.split())[:LONGEST_ROOM]


def year_word(number: int) -> str:
    """What a year group of that number is called."""
    return {0: "Reception", -1: "Nursery"}.get(number, f"Year {number}")
