"""Who is in which class and who teaches it, as the rows of a package say it one by one."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from muster.exchange.rules.known import HeldPupil, HeldSeat, HeldStaff
from muster.exchange.rules.plan import Reason, Ref
from muster.exchange.rules.planning.classes import Classes
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.planning.places import Places
from muster.exchange.rules.planning.pupils import Pupils
from muster.exchange.rules.planning.staff import Staff
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, RosterMembership, Source
from muster.pages.rules.said import say


class Memberships:
    """Each row, and whoever a whole file does not name in a class any more."""

    def __init__(self, draft: Draft, classes: Classes, pupils: Pupils, staff: Staff, places: Places) -> None:
        self.draft, self.classes, self.pupils, self.staff, self.places = draft, classes, pupils, staff, places

    def settle(self) -> None:
        """Who is in which class, and who teaches it."""
        wanted: set[tuple[Ref, Ref]] = set()
        seated = {(one.pk, seat.school_class) for one in self.draft.known.pupils for seat in one.seats}
        stay = 0
        for membership in self.draft.roster.memberships:
            if self.stays(membership, seated, wanted):
                stay += 1
            else:
                self.settle_one(membership, wanted)
        if stay:
            self.draft.left[Of.MEMBERSHIP, Effect.LEAVE] += stay
        self.settle_closed()
        if Of.MEMBERSHIP in self.draft.roster.whole:
            self.settle_missing(wanted)

    def settle_closed(self) -> None:
        """Nobody is in a class that is no more, and nobody teaches it."""
        said = Reason("class-closed", say("The class is no more."))
        yesterday = self.draft.today - timedelta(days=1)
        for held in self.draft.known.pupils:
            for seat in held.seats:
                if seat.school_class in self.classes.closed:
                    self.give_up(held, seat, yesterday, said)
        for one in self.draft.known.staff:
            for school_class in sorted(one.teaches & self.classes.closed):
                self.teaches_no_more(one, school_class, said)

    def settle_missing(self, wanted: set[tuple[Ref, Ref]]) -> None:
        """Whoever a whole file does not name in a class that it speaks of is in it no more, or teaches it no more."""
        spoken = {ref for ref in self.classes.refs.values() if ref > 0} - self.classes.closed
        sure = self.draft.spoken_of - self.draft.in_doubt - self.unsure(self.pupils.refs)
        yesterday = self.draft.today - timedelta(days=1)
        said = Reason("out-of-class", say("Not in this class in the file any more."))
        for held in self.draft.known.pupils:
            if held.pk not in sure:
                continue
            for seat in held.seats:
                if seat.school_class in spoken and (held.pk, seat.school_class) not in wanted:
                    self.give_up(held, seat, yesterday, said)
        sourced = self.draft.known.sourced.get(Of.STAFF, frozenset())
        sourced = sourced - self.draft.staff_there - self.unsure(self.staff.refs)
        taught = self.taught_in_file()
        no_more = Reason("teaches-no-more", say("Does not teach this class in the file any more."))
        for one in self.draft.known.staff:
            if one.pk in sourced:
                for school_class in sorted(one.teaches & spoken):
                    if (one.pk, school_class) not in taught:
                        self.teaches_no_more(one, school_class, no_more)

    def give_up(self, held: HeldPupil, seat: HeldSeat, last: date, said: Reason) -> None:
        """End a place that has not ended by then, unless something has ended it already; say so."""
        if held.pk in self.places.leave or seat.pk in self.places.unseat:
            return
        if seat.ends_on is None or seat.ends_on > last:
            self.places.end(seat, last)
            self.draft.line(Of.MEMBERSHIP, Effect.CHANGE, held.name, Source(), said)

    def teaches_no_more(self, one: HeldStaff, school_class: int, said: Reason) -> None:
        """Take a class from somebody who taught it; say so."""
        if (one.pk, school_class) not in self.staff.unteach:
            self.staff.unteach.append((one.pk, school_class))
            self.draft.line(Of.MEMBERSHIP, Effect.CHANGE, one.name, Source(), said)

    def unsure(self, refs: Mapping[str, Ref]) -> set[Ref]:
        """Those of whose places a row could not be read."""
        return {refs[id_] for id_ in self.draft.unsure if id_ in refs}

    def taught_in_file(self) -> set[tuple[Ref, Ref]]:
        """Everybody who teaches a class, as the file has it."""
        return {
            (self.staff.refs[each.person], self.classes.refs[each.school_class])
            for each in self.draft.roster.memberships
            if each.teaches and not each.gone and each.person in self.staff.refs
            and each.school_class in self.classes.refs
        }  # fmt: skip

    def stays(self, said: RosterMembership, seated: AbstractSet[tuple[int, int]], wanted: set[tuple[Ref, Ref]]) -> bool:
        """Whether a row says of a pupil what is so already, as most of ten thousand do; it is noted as `wanted`."""
        if said.teaches or said.gone or said.ends_on is not None or self.draft.problems:
            return False
        place = (self.pupils.refs.get(said.person, 0), self.classes.refs.get(said.school_class, 0))
        if place not in seated or place[0] in self.places.leave:
            return False
        wanted.add(place)
        return True

    def settle_one(self, wanted: RosterMembership, seen: set[tuple[Ref, Ref]]) -> None:
        """One person in one class."""
        effect, why, _remarks = self.draft.wrong(wanted.source)
        school_class = self.classes.refs.get(wanted.school_class)
        refs = self.staff.refs if wanted.teaches else self.pupils.refs
        person = refs.get(wanted.person)
        if effect is None and person is None and wanted.person in self.draft.waiting:
            effect, why = Effect.LEAVE, (Reason("waits", say("It waits for the person it is about.")),)
        elif effect is None and person is None:
            effect, why = Effect.REFUSE, (Reason("no-such-person", say("The file has nobody of this id.")),)
        elif effect is None and school_class is None:
            effect, why = Effect.REFUSE, (Reason("no-such-class", say("The file has no class of this id.")),)
        if effect is not None or person is None or school_class is None:
            self.draft.line(Of.MEMBERSHIP, effect or Effect.REFUSE, wanted.person, wanted.source, *why)
            return
        if wanted.teaches:
            self.staff.settle_teaching(wanted, person, school_class)
            return
        there = self.pupils.people.by_pk.get(person)
        if wanted.gone:
            self.settle_gone(wanted, there, school_class)
            return
        seen.add((person, school_class))
        effect = self.places.take(person, there, school_class, wanted.starts_on, wanted.ends_on)
        self.draft.left[Of.MEMBERSHIP, effect] += 1

    def settle_gone(self, wanted: RosterMembership, there: HeldPupil | None, school_class: Ref) -> None:
        """A place in a class of which the file says that it has ended."""
        found = [seat for seat in there.seats if seat.school_class == school_class] if there else []
        for seat in found:
            self.places.end(seat, wanted.ends_on or self.draft.today - timedelta(days=1))
        self.draft.left[Of.MEMBERSHIP, Effect.CHANGE if found else Effect.LEAVE] += 1
