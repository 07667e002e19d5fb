"""A plan in the making: what every subject of it asks, says and leaves for the next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from muster.exchange.rules.known import Known
from muster.exchange.rules.plan import Line, Reason, Ref
from muster.exchange.rules.report import Effect
from muster.exchange.rules.roster import Of, Problem, Roster, RosterPupil, Source
from muster.exchange.rules.schools import sources_of
from muster.pages.rules.said import say

ASKED = frozenset({"date-order"})
"""What a reader can tell only once somebody has answered; any other problem that stops a record refuses it."""


class Draft:
    """The roster, the school and the answers, and what has been said of each record so far."""

    def __init__(self, roster: Roster, known: Known, answers: Mapping[str, str]) -> None:
        self.roster = replace(roster, pupils=tuple(with_middle_names(each) for each in roster.pupils))
        self.known, self.answers, self.today = known, answers, known.today
        self.lines: list[Line] = []
        self.left: Counter[tuple[Of, Effect]] = Counter()
        """Records that need no line."""
        self.notes: list[str] = list(roster.notes)
        self.problems: dict[Source, list[Problem]] = {}
        for problem in roster.problems:
            self.problems.setdefault(problem.source, []).append(problem)
        self.remember: dict[tuple[Of, str], Ref] = {}
        self.waiting: set[str] = set()
        """Ids of people in the file who are not taken: what is theirs waits."""
        self.unsure: set[str] = set()
        """Ids of people of whose places in classes a row could not be read: none of them is taken to have ended."""
        self.spoken_of: set[int] = set()
        """Pupils we have whom the file names in a record that was taken."""
        self.in_doubt: set[int] = set()
        """Pupils we have whom a record that was not taken names, or may name: they have not left, and keep their places."""
        self.staff_there: set[int] = set()
        """Staff whom the file names in a record that was not taken."""
        self.classes_there: set[int] = set()
        """Classes we have that the file names in a record that was not taken."""
        self.has_strangers = False
        """Whether a record was not taken of which nobody knows whether it is a pupil we have."""

    def answer(self, cause: str, key: str = "") -> str:
        """What somebody said of this record, else of all that are alike; "" when nobody has."""
        return self.answers.get(f"{cause}|{key}", "") or self.answers.get(cause, "")

    def line(self, of: Of, effect: Effect, name: str, source: Source, *reasons: Reason, key: str = "") -> None:
        """Say what happens to one record."""
        self.lines.append(Line(of, effect, name, source, tuple(reasons), key))

    def wrong(self, source: Source) -> tuple[Effect | None, tuple[Reason, ...], tuple[Reason, ...]]:
        """(refuse, ask or None, why, what is worth knowing), of a record that its reader found something wrong with."""
        # Most files have no problem, and a large one has tens of thousands of rows to ask about.
        problems = self.problems.pop(source, []) if self.problems else []
        stops = tuple(Reason(each.cause, each.sentence, each.detail) for each in problems if each.stops)
        remarks = tuple(Reason(each.cause, each.sentence, each.detail) for each in problems if not each.stops)
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

    def settle_strays(self) -> None:
        """Problems of rows that no record came of: whoever they are about is in the file, and waits."""
        # Of a file without a problem, which is most files, no row's place is worth gathering.
        sources = sources_of(self.roster) | {each.source for each in self.roster.sessions} if self.problems else set()
        known: dict[str, list[Source]] = {}
        for source in [each for each in self.problems if each not in sources]:
            for problem in self.problems.pop(source):
                if not problem.stops:
                    known.setdefault(problem.sentence, []).append(source)
                    continue
                effect = Effect.ASK if problem.cause in ASKED else Effect.REFUSE
                reason = Reason(problem.cause, problem.sentence, problem.detail)
                self.line(problem.of or Of.PUPIL, effect, problem.name or problem.id, source, reason)
                self.hold_back(problem.of, problem.id)
        # A row that says something of a person or class is none itself, so it is not counted as one.
        for sentence, places in known.items():
            self.notes.append(f"{sentence} {where(places)}")
        for of, id_ in self.roster.elsewhere:
            self.hold_back(of, id_)

    def hold_back(self, of: Of | None, id_: str) -> None:
        """Take note of somebody who is in the file and not taken: what is theirs waits, and they have not left."""
        if of is Of.CLASS:
            self.classes_there.add(self.remembered(Of.CLASS, id_) or 0)
        if of is Of.MEMBERSHIP:
            self.unsure.add(id_)
            # A row that puts somebody into a class says that they are there, even where their own row is missing.
            self.in_doubt.add(self.remembered(Of.PUPIL, id_) or 0)
            self.staff_there.add(self.remembered(Of.STAFF, id_) or 0)
        if of in {Of.PUPIL, Of.STAFF, None}:
            self.waiting.add(id_)
        if of in {Of.PUPIL, None}:
            ref = self.remembered(Of.PUPIL, id_)
            self.in_doubt.add(ref or 0)
            self.has_strangers = self.has_strangers or ref is None
        if of in {Of.STAFF, None}:
            self.staff_there.add(self.remembered(Of.STAFF, id_) or 0)


def where(places: Sequence[Source]) -> str:
    """The rows of something that is worth knowing, the first of them where there are many."""
    shown = ", ".join(f"{each.file} {each.row}".strip() for each in places[:5])
    more = len(places) - 5
    return say("(Rows: {shown} and {more:,} more.)", shown=shown, more=more) if more > 0 else f"({shown})"


def with_middle_names(child: RosterPupil) -> RosterPupil:
    """A child whose middle names the source keeps apart: all given names together, and the first as what is called."""
    if not child.middle_names:
        return child
    given = f"{child.forenames} {child.middle_names}".strip()
    return replace(child, forenames=given, middle_names="", known_as=child.known_as or child.forenames)
