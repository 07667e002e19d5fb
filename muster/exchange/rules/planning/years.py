"""The school year of every session and class; one the school lacks may be made."""

from datetime import date, timedelta
from functools import cached_property

from muster.exchange.rules.known import HeldYear
from muster.exchange.rules.plan import NewYear, Reason
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, RosterClass, RosterSession
from muster.pages.rules.said import say

WHOLE_YEAR = timedelta(days=200)
"""A session longer than this is a year, whatever it is called."""
NEARLY_OVER = timedelta(days=62)
"""How long before its end a list that names no year may well be one of the next."""


class Years:
    """The school's years, by number; 0 is the one the plan makes."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.new: NewYear | None = None
        self.of_session: dict[str, int] = {}

    def settle(self) -> None:
        """Find the school year of each session; make one where the file has a year that the school lacks."""
        whole = [each for each in self.draft.roster.sessions if self.spans_a_year(each)]
        for session in whole:
            self.settle_year(session)
        for session in self.draft.roster.sessions:
            if session in whole:
                continue
            self.of_session[session.id] = self.of_session.get(session.parent) or self.holding(session)
            over = session.last_day is not None and session.last_day < self.draft.today
            held = bool(self.of_session[session.id]) or over or session.first_day is None
            made = self.new is not None and not held
            self.draft.line(Of.SESSION, Effect.ADD if made else Effect.LEAVE, session.name, session.source)

    @staticmethod
    def spans_a_year(session: RosterSession) -> bool:
        """Whether a session is a school year, by what it is called or by its length."""
        if session.first_day is None or session.last_day is None or session.last_day <= session.first_day:
            return False
        return session.kind == "year" or session.last_day - session.first_day > WHOLE_YEAR

    def holding(self, session: RosterSession) -> int:
        """The school year that most of a session lies in; 0 when none does."""
        if session.first_day is None or session.last_day is None:
            return 0
        middle = session.first_day + (session.last_day - session.first_day) / 2
        return next((year.pk for year in self.draft.known.years if year.first_day <= middle <= year.last_day), 0)

    def settle_year(self, session: RosterSession) -> None:
        """A year that is over is left alone; one the school holds is that one; one more may be made."""
        if session.first_day is None or session.last_day is None:
            return
        held = self.holding(session)
        if held:
            self.of_session[session.id] = held
            self.draft.line(Of.SESSION, Effect.LEAVE, session.name, session.source)
        elif session.last_day < self.draft.today:
            said = Reason("year-is-over", say("It is over, so its classes are brought into the school's own year."))
            self.draft.line(Of.SESSION, Effect.LEAVE, session.name, session.source, said)
        elif self.new is None and not self.overlaps(session.first_day, session.last_day):
            terms = [
                (each.name[:40], each.first_day, each.last_day)
                for each in self.draft.roster.sessions
                if each.parent == session.id and each.first_day and each.last_day and each.kind != "half-term"
            ]
            name = self.free_name(session.name)
            self.new = NewYear(name, session.first_day, session.last_day, tuple(terms))
            self.draft.notes.append(say("The school year {name} is new.", name=name))
            self.draft.line(Of.SESSION, Effect.ADD, session.name, session.source)
        else:
            said = Reason("year-overlaps", say("Its days lie across the school's own years; those stay as they are."))
            self.draft.line(Of.SESSION, Effect.LEAVE, session.name, session.source, said)

    def overlaps(self, first: date, last: date) -> bool:
        """Whether any year of the school shares a day with these."""
        return any(year.first_day <= last and first <= year.last_day for year in self.draft.known.years)

    def free_name(self, name: str) -> str:
        """A name for a year that no other has."""
        taken = {year.name for year in self.draft.known.years}
        name = name[:36]
        return next(free for n in range(1, len(taken) + 2) if (free := name if n == 1 else f"{name} {n}") not in taken)

    @cached_property
    def following(self) -> HeldYear | None:
        """The year a list that names none may be of as well as of this one: this one is nearly over, and the next is made."""
        here = self.draft.known.year
        if here is None or self.draft.roster.sessions or not here.last_day - self.draft.today <= NEARLY_OVER:
            return None
        later = [year for year in self.draft.known.years if year.first_day > here.last_day]
        return min(later, key=lambda year: year.first_day, default=None)

    @cached_property
    def is_unsure(self) -> bool:
        """Whether nobody has said yet which of the two years it is of."""
        return self.following is not None and self.draft.answer("which-year") not in {"this", "next"}

    @cached_property
    def usual(self) -> int | None:
        """Where classes go of which no session says otherwise: the school's present year, or the new one (0)."""
        here = self.draft.known.year
        if self.following is not None and self.draft.answer("which-year") == "next":
            return self.following.pk
        if here is not None and (here.last_day >= self.draft.today or self.new is None):
            return here.pk
        return 0 if self.new is not None else here.pk if here is not None else None

    def of_class(self, school_class: RosterClass) -> int | None:
        """The school year of a class; None where the school has none and the file gives none."""
        if self.new is not None and self.in_new_year(school_class):
            return 0
        for session in school_class.sessions:
            year = self.by_pk.get(self.of_session.get(session, 0))
            if year is not None and year.last_day >= self.draft.today:
                return year.pk
        return self.usual

    def in_new_year(self, school_class: RosterClass) -> bool:
        """Whether a session of the class lies in the year the plan makes."""
        new = self.new
        sessions = {each.id: each for each in self.draft.roster.sessions}
        found = [sessions[each] for each in school_class.sessions if each in sessions]
        return new is not None and any(
            each.first_day is not None and new.first_day <= each.first_day <= new.last_day for each in found
        )

    @property
    def by_pk(self) -> dict[int, HeldYear]:
        """The school's years by number."""
        return {year.pk: year for year in self.draft.known.years}

    def days_of(self, year: int) -> tuple[date, date]:
        """First and last day of a school year, the new one too."""
        if year == 0 and self.new is not None:
            return self.new.first_day, self.new.last_day
        held = self.by_pk[year]
        return held.first_day, held.last_day

    def first_day_in(self, year: int) -> date:
        """From when somebody is in a class of that year if nothing says otherwise: today, or once the year begins."""
        first, _last = self.days_of(year)
        return max(first, self.draft.today)
