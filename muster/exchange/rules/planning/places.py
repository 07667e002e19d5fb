"""Places in classes: who takes one, who gives one up, and who leaves the school and with it all of theirs."""

from datetime import date, timedelta

from muster.exchange.rules.known import HeldPupil, HeldSeat
from muster.exchange.rules.plan import Ref, Seat
from muster.exchange.rules.planning.classes import Classes
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.planning.years import Years
from muster.exchange.rules.report import Effect


class Places:
    """Places taken and given up so far, and the last day of whoever leaves."""

    def __init__(self, draft: Draft, years: Years, classes: Classes) -> None:
        self.draft, self.years, self.classes = draft, years, classes
        self.seats: dict[tuple[Ref, Ref], Seat] = {}
        self.unseat: dict[int, date | None] = {}
        self.leave: dict[int, date] = {}

    def take(
        self, ref: Ref, there: HeldPupil | None, school_class: Ref, starts: date | None, ends: date | None
    ) -> Effect:
        """Put somebody into a class, out of another registration class where it is one; what happens."""
        if ref in self.leave:
            return Effect.LEAVE
        held = [seat for seat in (there.seats if there else ()) if seat.school_class == school_class]
        if held:
            if ends is not None and any(seat.ends_on != ends for seat in held) and held[0].starts_on <= ends:
                self.end(held[0], ends)
                return Effect.CHANGE
            return Effect.LEAVE
        if (ref, school_class) in self.seats:
            return Effect.LEAVE
        first, last = self.years.days_of(self.classes.year_of[school_class])
        begins = starts if starts is not None and first <= starts <= last else self.years.first_day_in(
            self.classes.year_of[school_class]
        )  # fmt: skip
        if ends is not None and (ends < begins or ends < self.draft.today):
            return Effect.LEAVE
        if begins > last:
            begins = last
        if self.classes.kinds[school_class] == "registration" and there is not None:
            begins = max(begins, self.draft.today) if first <= self.draft.today else begins
            for seat in there.seats:
                if self.classes.kinds.get(seat.school_class) != "registration" or seat.pk in self.unseat:
                    continue
                if seat.starts_on > last:
                    # The place of the year that follows, made when the year was turned: this one ends where it begins.
                    before = seat.starts_on - timedelta(days=1)
                    ends = before if ends is None else min(ends, before)
                else:
                    self.end(seat, begins - timedelta(days=1))
        self.seats[ref, school_class] = Seat(ref, school_class, begins, ends)
        return Effect.ADD

    def end(self, seat: HeldSeat, last: date) -> None:
        """End a place after `last`; one that has not begun by then is taken out."""
        if seat.ends_on is None or seat.ends_on > last:
            self.unseat[seat.pk] = last if seat.starts_on <= last else None

    def leaves(self, one: HeldPupil, last: date) -> None:
        """Take a pupil off roll after `last`, and out of every class."""
        self.leave[one.pk] = last
        for seat in one.seats:
            self.end(seat, last)
