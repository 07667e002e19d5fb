"""What becomes of everybody when one school year is turned into the next: what is proposed, and what was said instead.

Nothing here knows a database or a name of a pupil: pupils, classes and year groups come by number.
"""

import calendar
import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from muster.people.rules.school_days import Span, TermDates, easter

DAY = timedelta(days=1)


# -- days ------------------------------------------------------------------------------------------------------------


def same_date(day: date, years: int = 1) -> date:
    """The same date in a later year; the last day of February for the 29th."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def a_year_on(day: date) -> date:
    """The day a year later that is the same day of the week: the nearest to the same date, so that nothing drifts."""
    wanted = same_date(day)
    ahead = (day.weekday() - wanted.weekday()) % 7
    return wanted + timedelta(days=ahead if ahead <= 3 else ahead - 7)


def next_span(span: Span) -> Span:
    """The year that follows `span` on the next day and is as long as it, by the calendar."""
    first = span.last + DAY
    return Span(first, same_date(first) - DAY)


def next_year_name(name: str, span: Span) -> str:
    """What the next year is called: each number of `name` one up; where it has none, by the years of `span`."""

    def up(match: re.Match[str]) -> str:
        return f"{(int(match[0]) + 1) % 10 ** len(match[0]):0{len(match[0])}}"

    if not re.search(r"\d", name):
        return f"{span.first.year}/{span.last.year % 100:02}"
    return re.sub(r"\d+", up, name)


def moved_terms(terms: Sequence[TermDates], *, within: Span) -> list[TermDates]:
    """`terms` of one year as the next is likely to have them, inside `within`.

    Each day becomes the same day of the week a year on. The days before and after the Easter holiday move with Easter.
    What would lie outside the year is cut off, and a term of which nothing is left is left out.
    """
    ordered = sorted(terms, key=lambda term: term.span.first)
    moved = []
    for number, term in enumerate(ordered):
        before = ordered[number - 1].span.last if number else None
        after = ordered[number + 1].span.first if number + 1 < len(ordered) else None
        first = with_easter(term.span.first) if before and easter_between(before, term.span.first) else None
        last = with_easter(term.span.last) if after and easter_between(term.span.last, after) else None
        span = Span(
            max(first or a_year_on(term.span.first), within.first), min(last or a_year_on(term.span.last), within.last)
        )
        if span.first > span.last:
            continue
        holiday = Span(a_year_on(term.holiday.first), a_year_on(term.holiday.last)) if term.holiday else None
        if holiday and not span.first < holiday.first <= holiday.last < span.last:
            holiday = None
        moved.append(TermDates(term.name, span, holiday))
    return moved


def easter_between(last: date, first: date) -> bool:
    """Whether the holiday between two terms is the one around Easter."""
    return last - 10 * DAY <= easter(last.year) <= first + 10 * DAY and last < first


def with_easter(day: date) -> date:
    """`day` a year on, as far from Easter as it is now."""
    return day + (easter(day.year + 1) - easter(day.year))


def moved_closures(closures: Iterable[tuple[date, str]], *, terms: Sequence[TermDates]) -> list[tuple[date, str]]:
    """Days closed in one year as the next is likely to have them: those that fall into a half of its terms."""
    spans = [part for term in terms for part in (term.halves() or (term.span,))]
    found = {a_year_on(day): reason for day, reason in closures}
    return sorted((day, reason) for day, reason in found.items() if any(day in span for span in spans))


# -- classes and pupils ----------------------------------------------------------------------------------------------


class Goes(StrEnum):
    """What becomes of pupils."""

    TO = "to"
    LEAVES = "leaves"
    ASKED = "asked"
    """Nobody has said yet which class they go to."""


@dataclass(frozen=True)
class Group:
    """A year group."""

    pk: int
    name: str
    code: str
    position: int


@dataclass(frozen=True)
class ClassNow:
    """A class of the year that ends; `group` None: mixed, or nobody said."""

    pk: int
    name: str
    group: int | None = None
    is_teaching: bool = False


@dataclass(frozen=True)
class PupilNow:
    """A pupil who is on roll when the new year begins, and the registration class they come from.

    `placed` is the year group they are placed in this year, whatever their class. `until` is their last day on roll
    where one is known already.
    """

    pk: int
    school_class: int
    placed: int | None = None
    until: date | None = None


@dataclass(frozen=True)
class Said:
    """What somebody said of a line or of one pupil. `group` is the year group of one pupil; None: the next one."""

    goes: Goes
    name: str = ""
    group: int | None = None


@dataclass(frozen=True)
class Line:
    """The pupils of a class who do the same unless something else is said of one of them.

    `group` is theirs in a class without a year group of its own; None: all of the class.
    """

    school_class: int
    group: int | None
    pupils: int
    goes: Goes
    name: str
    is_said: bool

    @property
    def key(self) -> str:
        """What the line is called in a form."""
        return f"{self.school_class}-{self.group or 0}"


@dataclass(frozen=True)
class Move:
    """What becomes of one pupil."""

    pupil: int
    school_class: int
    goes: Goes
    name: str = ""
    group: int | None = None
    until: date | None = None
    is_held_back: bool = False
    is_said: bool = False


@dataclass(frozen=True)
class NewClass:
    """A class of the next year. `stands`: its number where the next year has a class of that name already.

    `comes_from` are the classes whose pupils go there. `carries` is the teaching group it carries on.
    """

    name: str
    group: int | None = None
    comes_from: tuple[int, ...] = ()
    pupils: int = 0
    stands: int | None = None
    carries: int | None = None

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return folded_name(self.name)


@dataclass(frozen=True)
class Choices:
    """Everything that was said: of lines by their key, of pupils by number, classes besides, and groups that go on."""

    lines: Mapping[str, Said] = field(default_factory=dict)
    pupils: Mapping[int, Said] = field(default_factory=dict)
    besides: Sequence[tuple[str, int | None]] | None = None
    """Classes nobody moves up into, and their year groups. None: nobody said, so those of the youngest year again."""
    carried: frozenset[int] = frozenset()


@dataclass(frozen=True)
class YearPlan:
    """What turning the year does to classes and pupils."""

    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    classes: tuple[NewClass, ...]
    besides: tuple[tuple[str, int | None], ...]

    def going(self, goes: Goes) -> list[Move]:
        """The pupils who go there."""
        return [move for move in self.moves if move.goes is goes]

    @property
    def held_back(self) -> list[Move]:
        """The pupils who stay in their year group."""
        return [move for move in self.moves if move.is_held_back and move.goes is not Goes.LEAVES]

    def mark(self, *more: object) -> str:
        """What tells this plan from another one; `more` is what else hangs on the answer of whoever saw it."""
        said = repr((self.moves, self.classes, more))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def folded_name(name: str) -> str:
    """A class's name for comparing: without case or doubled spaces."""
    return " ".join(name.split()).casefold()


def after(group: int | None, groups: Sequence[Group]) -> Group | None:
    """The year group after `group`; None after the last one, and for none."""
    ordered = sorted(groups, key=lambda each: each.position)
    place = next((number for number, each in enumerate(ordered) if each.pk == group), None)
    return ordered[place + 1] if place is not None and place + 1 < len(ordered) else None


def is_last(group: int | None, groups: Sequence[Group]) -> bool:
    """Whether pupils of `group` leave the school at the end of the year."""
    return group is not None and after(group, groups) is None


def stepped_up(name: str, now: Group, then: Group) -> str:
    """`name` with the year group in it one up: 3 Hazel, 4 Hazel; 3H, 4H; Year 3 Hazel, Year 4 Hazel. "" without one."""
    for old, new in ((now.name, then.name), (now.code, then.code)):
        found = re.search(rf"(?<![^\W_]){re.escape(old)}(?!\d)(?![^\W\d_]{{2}})", name, flags=re.IGNORECASE)
        if old and found:
            return name[: found.start()] + new + name[found.end() :]
    return ""


def proposed_name(each: ClassNow, classes: Sequence[ClassNow], groups: Sequence[Group]) -> str:
    """What the class its pupils go to is likely to be called.

    The year group in the name goes up by one. Where names have none, as where rooms have names, pupils go to the class
    of the next year group that stands at the same place; and where those are not as many, the name goes along.
    """
    now = next((group for group in groups if group.pk == each.group), None)
    then = after(each.group, groups)
    if now is None or then is None:
        return each.name
    if stepped := stepped_up(each.name, now, then):
        return stepped
    beside, above = (
        sorted((one for one in classes if one.group == pk and not one.is_teaching), key=lambda one: one.name)
        for pk in (now.pk, then.pk)
    )
    if len(beside) == len(above):
        return above[beside.index(each)].name
    return each.name


def planned(
    groups: Sequence[Group],
    classes: Sequence[ClassNow],
    pupils: Sequence[PupilNow],
    choices: Choices,
    *,
    standing: Mapping[str, int] | None = None,
) -> YearPlan:
    """What becomes of `pupils` and which classes there are next year. `standing` has those there already, by name.

    Everybody goes up by one from the year group they are placed in. Who is placed in the last one leaves, whatever
    their class; a pupil of a leaving class who is not stays, and their class is asked for.
    """
    registration = [each for each in classes if not each.is_teaching]
    by_class: dict[int, list[PupilNow]] = defaultdict(list)
    for pupil in pupils:
        by_class[pupil.school_class].append(pupil)
    lines: list[Line] = []
    moves: list[Move] = []
    mixed = {
        each.pk: {pupil.placed for pupil in by_class[each.pk] if pupil.placed}
        for each in registration
        if each.group is None
    }
    for each in registration:
        inside = by_class[each.pk]
        for group in lines_of(each, inside):
            theirs = [pupil for pupil in inside if each.group is not None or pupil.placed == group]
            line = proposed_line(each, group, registration, groups, mixed)
            said = choices.lines.get(line.key)
            if said:
                name = " ".join(said.name.split())
                goes = Goes.ASKED if said.goes is Goes.TO and not name else said.goes
                line = replace(line, goes=goes, name=name or line.name, is_said=True)
            lines.append(replace(line, pupils=len(theirs)))
            moves += [move_of(pupil, each, line, groups, choices.pupils.get(pupil.pk)) for pupil in theirs]
    besides = tuple(choices.besides) if choices.besides is not None else intake(registration, groups)
    carried = [each for each in classes if each.is_teaching and each.pk in choices.carried]
    made = next_classes(lines, moves, registration, groups, besides, carried, standing or {})
    # Whose year group nobody said is placed in that of the class.
    of_class = {each.key: each.group for each in made}
    moves = [
        replace(move, group=of_class.get(folded_name(move.name)))
        if move.goes is Goes.TO and move.group is None
        else move
        for move in moves
    ]
    return YearPlan(tuple(lines), tuple(moves), tuple(made), besides)


def lines_of(each: ClassNow, pupils: Collection[PupilNow]) -> list[int | None]:
    """The year groups by which a class is drawn: one line, and in a mixed class one for each group of its pupils."""
    if each.group is not None:
        return [None]
    return sorted({pupil.placed for pupil in pupils}, key=lambda group: group or 0) or [None]


def proposed_line(
    each: ClassNow,
    group: int | None,
    classes: Sequence[ClassNow],
    groups: Sequence[Group],
    mixed: Mapping[int, set[int]],
) -> Line:
    """What a line does unless something is said. Of a mixed class those stay whose next year group is in it too."""
    theirs = each.group if each.group is not None else group
    if is_last(theirs, groups):
        return Line(each.pk, group, 0, Goes.LEAVES, "", False)
    if each.group is not None or theirs is None:
        return Line(each.pk, group, 0, Goes.TO, proposed_name(each, classes, groups), False)
    then = after(theirs, groups)
    if then is not None and then.pk in mixed[each.pk]:
        return Line(each.pk, group, 0, Goes.TO, each.name, False)
    above = [one for one in classes if one.pk in mixed and then is not None and then.pk in mixed[one.pk]]
    if len(above) == 1:
        return Line(each.pk, group, 0, Goes.TO, above[0].name, False)
    return Line(each.pk, group, 0, Goes.ASKED, "", False)


def move_of(pupil: PupilNow, each: ClassNow, line: Line, groups: Sequence[Group], said: Said | None) -> Move:
    """What becomes of one pupil of a line."""
    now = pupil.placed or each.group
    then = after(now, groups)
    group = then.pk if then else None
    if said:
        group = said.group or group
        name = " ".join(said.name.split())
        goes = Goes.ASKED if said.goes is Goes.TO and not name else said.goes
        if goes is Goes.LEAVES:
            return Move(pupil.pk, each.pk, goes, until=pupil.until, is_said=True)
        held = group is not None and group == now
        return Move(pupil.pk, each.pk, goes, name if goes is Goes.TO else "", group, pupil.until, held, True)
    stays = now is not None and then is not None
    if is_last(now, groups) or (line.goes is Goes.LEAVES and not stays):
        if line.goes is Goes.LEAVES or not line.is_said:
            return Move(pupil.pk, each.pk, Goes.LEAVES, until=pupil.until)
        # The school said that the class goes on, so the last year group is not its end.
        group = now
    if line.goes is Goes.LEAVES:
        if line.is_said:
            return Move(pupil.pk, each.pk, Goes.LEAVES, until=pupil.until)
        return Move(pupil.pk, each.pk, Goes.ASKED, "", group, pupil.until)
    return Move(pupil.pk, each.pk, line.goes, line.name if line.goes is Goes.TO else "", group, pupil.until)


def intake(classes: Sequence[ClassNow], groups: Sequence[Group]) -> tuple[tuple[str, int | None], ...]:
    """The classes of the youngest year group again, for those who come new."""
    first = min(groups, key=lambda group: group.position, default=None)
    found = [each for each in classes if first is not None and each.group == first.pk]
    return tuple((each.name, each.group) for each in sorted(found, key=lambda each: each.name))


def next_classes(
    lines: Sequence[Line],
    moves: Sequence[Move],
    classes: Sequence[ClassNow],
    groups: Sequence[Group],
    besides: Sequence[tuple[str, int | None]],
    carried: Sequence[ClassNow],
    standing: Mapping[str, int],
) -> list[NewClass]:
    """The classes of the next year: those pupils go to, those that begin empty, and groups that go on.

    A class has a year group where all who come there by class are of one; else it is mixed.
    """
    names: dict[str, str] = {}
    group_of: dict[str, set[int | None]] = defaultdict(set)
    comes: dict[str, set[int]] = defaultdict(set)
    size: dict[str, int] = defaultdict(int)
    own = {each.pk: each.group for each in classes}

    def note(name: str, group: int | None) -> str:
        key = folded_name(name)
        names.setdefault(key, " ".join(name.split()))
        group_of[key].add(group)
        return key

    for line in lines:
        if line.goes is Goes.TO:
            theirs = own[line.school_class] if line.group is None else line.group
            then = after(theirs, groups)
            comes[note(line.name, then.pk if then else theirs)].add(line.school_class)
    for name, group in besides:
        note(name, group)
    for move in moves:
        if move.goes is Goes.TO:
            key = folded_name(move.name)
            if key not in names:
                note(move.name, move.group)
            comes[key].add(move.school_class)
            size[key] += 1
    position = {group.pk: group.position for group in groups}
    found = [
        NewClass(
            names[key],
            next(iter(group_of[key])) if len(group_of[key]) == 1 else None,
            tuple(sorted(comes[key])),
            size[key],
            standing.get(key),
        )
        for key in names
    ]
    found.sort(key=lambda each: (position.get(each.group or 0, 10_000), each.name))
    for each in sorted(carried, key=lambda one: one.name):
        if folded_name(each.name) not in names:
            then = after(each.group, groups)
            found.append(
                NewClass(
                    each.name, then.pk if then else None, stands=standing.get(folded_name(each.name)), carries=each.pk
                )
            )
    return found
