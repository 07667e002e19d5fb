"""The grid of a class: everything the page shows, fetched with a constant number of statements."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from muster.curriculum.earlier import Earlier
from muster.curriculum.models import Objective, Step
from muster.curriculum.readings import Readings, readings
from muster.markbook.as_at import AsAt
from muster.markbook.following import Follows, followings, is_theirs
from muster.markbook.members import Members, members, pupils_of
from muster.markbook.models import Note
from muster.markbook.newest import Newest, gathered, newest
from muster.markbook.rules.cells import Shown, StepWord, shown
from muster.markbook.rules.coverage import Coverage, Stands, of_class, of_pupil
from muster.markbook.teaching import Stay, Teaching, teaching
from muster.markbook.units import EVERY_STRAND, Opened, stages_for
from muster.people.models import ClassMembership, Pupil, School, SchoolClass, Term
from muster.people.models.accounts import Viewer
from muster.people.prepared import Prepared

__all__ = ["Cell", "ClassGrid", "Row", "class_grid", "pupils_of"]


class Cell(NamedTuple):
    """One cell. `version` is the row it would be marked over.

    `scale` is the one it is judged on where that is not its column's. What is not among this pupil's objectives is not
    `theirs`; `due` says whether a mark is: theirs, and taught while they were there.
    """

    shown: Shown
    version: int | None
    two_views: bool
    noted: bool
    scale: int | None = None
    theirs: bool = True
    due: bool = True


@dataclass(frozen=True)
class Band:
    """Columns under one heading: a unit of the class, or (`own`) what some pupils follow instead of it.

    `in_use` when anything of it was taught: until then every objective counts, as if all were. `path` is the end of
    the address of its unit.
    """

    name: str
    subject: int
    instead_of: int
    own: bool
    in_use: bool
    path: str


@dataclass(frozen=True)
class Column:
    """One objective. `taught_on` is the day it was taught to the class."""

    objective: Objective
    scale: int
    stages: frozenset[int]
    band: Band
    taught_on: date | None

    @property
    def untaught(self) -> bool:
        """Whether it sits sunk: others of its unit were taught, this one was not yet."""
        return self.band.in_use and self.taught_on is None


@dataclass(frozen=True)
class Row:
    """One pupil. `tag` names what they follow instead of the class's objectives."""

    pupil: Pupil
    cells: tuple[Cell, ...]
    tag: str = ""
    covered: Coverage | None = None


@dataclass(frozen=True)
class ClassGrid:
    """Pupils down, objectives across. `scales` has the steps of every scale in use, the first column's first.

    `counts_too` holds the (objective, pupil) for which somebody said that earlier teaching counts too.
    """

    columns: tuple[Column, ...]
    scales: Mapping[int, tuple[StepWord, ...]]
    rows: tuple[Row, ...]
    term: Term | None
    term_from: datetime | None
    as_at: AsAt | None = None
    unseen: int = 0
    counts_too: frozenset[tuple[int, int]] = frozenset()

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """Those of every column."""
        return tuple(column.objective for column in self.columns)

    @property
    def steps(self) -> tuple[StepWord, ...]:
        """The steps of the first column's scale."""
        return self.scales[self.columns[0].scale] if self.columns else ()

    @property
    def every_step(self) -> tuple[StepWord, ...]:
        """The steps of all scales in use."""
        return tuple(step for steps in self.scales.values() for step in steps)

    @property
    def bands(self) -> list[tuple[Band, int]]:
        """The bands from left to right, each with how many columns it has."""
        found: list[tuple[Band, int]] = []
        for column in self.columns:
            if found and found[-1][0] == column.band:
                found[-1] = column.band, found[-1][1] + 1
            else:
                found.append((column.band, 1))
        return found

    @property
    def pupils(self) -> list[int]:
        """Whose records the page shows."""
        return [row.pupil.pk for row in self.rows]

    @property
    def together(self) -> Coverage:
        """Coverage of those who follow the class, in the first unit."""
        return of_class(row.covered for row in self.rows if row.covered is not None and not row.tag)

    @property
    def apart(self) -> tuple[Row, ...]:
        """Those who follow objectives of their own, whose number stands beside every number of the class."""
        return tuple(row for row in self.rows if row.tag)


_steps = Prepared(lambda school: Step.objects.filter(school=school).order_by("position", "pk"))


def scale_words(school: School, scales: Collection[int], *, then: Earlier | None = None) -> dict[int, list[StepWord]]:
    """The steps of `scales` in order, retired ones too: an old mark still needs its word. One statement.

    Other scales of the school follow, because a mark that no mapping leads over keeps the step it was made with.
    """
    found: dict[int, list[StepWord]] = {scale: [] for scale in scales}
    rows = _steps(school=school.pk)
    if then is not None:
        retired = {row.pk for row in rows} - {row.pk for row in then.as_then(rows)}
        rows.sort(key=lambda row: (row.position, row.pk))
    for row in rows:
        gone = row.retired_at is not None if then is None else row.pk in retired
        found.setdefault(row.scale_id, []).append(
            StepWord(
                row.pk, row.code, row.word, row.fill, row.digit, row.secure, gone, row.symbol, row.place, row.number
            )
        )
    return found


def own_columns(
    school: School, opened: Sequence[Opened], follows: Iterable[Follows], *, then: Earlier | None
) -> tuple[list[tuple[Follows, Objective, int, frozenset[int]]], dict[int, frozenset[int]]]:
    """The objectives that pupils follow instead of these units', and the stages of the units' own. One statement.

    Of the same subject those in the same strand; of another, all of what is followed.
    """
    ours_of = {each.unit.subject.pk: each for each in reversed(opened)}
    follows = list(follows)
    # The units' own are read again only where somebody follows another stage of their subject, for the stages they are in.
    again = then is not None or any(each.subject in ours_of for each in follows)
    follows = [each for each in follows if each.instead_of in ours_of]
    there = Q(pk__in=[objective.pk for each in opened for objective in each.objectives] if again else [])
    for each in follows:
        there |= (
            Q(strand__subject=each.subject)
            if each.stage is None
            else Q(strand__subject=each.subject, stages=each.stage)
        )
    if then is not None:
        there |= Q(pk__in=then.differing(Objective, "stages", "strand", "strand_id"))
    rows = (
        Objective.objects.to_learn()
        .filter(there, school=school)
        .defer("detail")
        .with_scale()
        .annotate(band=F("stages"), of=F("strand__subject"))
        .in_order()
    )
    # Any, because what is annotated is no attribute of an objective.
    found: list[Any]
    if then is None:
        found = list(rows.live())
    else:
        found = then.as_then(rows.select_related("strand__subject__framework"))
        then.as_then([row.strand for row in found])
        then.as_then([row.strand.subject for row in found])
        then.as_then([row.strand.subject.framework for row in found])
        for row in found:
            subject = row.strand.subject
            row.judged_on = row.scale_id or subject.scale_id or subject.framework.scale_id
        found.sort(
            key=lambda row: (row.strand.subject.position, row.strand.position, row.strand_id, row.position, row.pk)
        )
    stages: dict[int, frozenset[int]] = {}
    moved = {} if then is None else then.links(Objective, "stages")
    for row in found:
        band: int | None = row.band
        stages[row.pk] = moved.get(row.pk, stages.get(row.pk, frozenset()) | ({band} if band else frozenset()))
    ours = {objective.pk for each in opened for objective in each.objectives}
    columns = []
    for follow in {(each.subject, each.stage): each for each in follows}.values():
        unit = ours_of[follow.instead_of]
        only = unit.unit.strand.pk if unit.unit.strand and follow.subject == follow.instead_of else None
        seen: set[int] = set()
        for row in found:
            if row.pk in ours or row.pk in seen or (only and unit.tops.get(row.strand_id) != only):
                continue
            if row.of == follow.subject and (follow.stage is None or follow.stage in stages[row.pk]):
                seen.add(row.pk)
                columns.append((follow, row, int(row.judged_on), stages[row.pk]))
        ours |= seen
    return columns, stages


def class_grid(
    school: School,
    school_class: SchoolClass,
    opened: Sequence[Opened],
    *,
    viewer: Viewer,
    now: datetime,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
    over: Callable[[Mapping[int, int]], Mapping[tuple[int, int], Newest]] | None = None,
    with_own: bool = True,
) -> ClassGrid:
    """The grid of `school_class` for the units `opened`, as `viewer` may see it, with this term's marks.

    As at a past moment with `as_at`, and `then` for the words of that time. `over` lays marks over those that stand
    (practice); it is told which records were joined to which. `with_own` adds the columns of what pupils follow instead of the class's objectives.
    """
    day = school_class.nearest(school.day(as_at.at if as_at else now))
    who = members(school_class, viewer, day=day, as_at=as_at)
    subjects = {each.unit.subject.pk for each in opened}
    ids = [pupil.pk for pupil in who.pupils]
    followed = followings(ids, day=day, as_at=as_at, joined=who.joined, then=then)
    followed = {
        pupil: [each for each in rows if {each.instead_of, each.subject} & subjects] for pupil, rows in followed.items()
    }
    follows = [each for rows in followed.values() for each in rows]
    instead = units_followed(school_class, opened, follows)
    own, stages = own_columns(school, opened, follows, then=then) if follows else ([], {})
    wanted = [objective.pk for each in opened for objective in each.objectives]
    wanted += [objective.pk for _follow, objective, _scale, _stages in own] if with_own else []
    given = teaching([school_class.pk], wanted, day=day, as_at=as_at, joined=who.joined)
    columns = columns_of(opened, own if with_own else [], stages, given.of_class(school_class.pk), instead)
    stays = class_stays(school_class, who) if given.on else {}
    marks = gathered(newest(pupils=who.ids, objectives=wanted, until=as_at), who.joined)
    if over is not None:
        marks = {**marks, **over(who.joined)}
    used = [*dict.fromkeys(column.scale for column in columns), *(each.scale for each in follows if each.scale)]
    term = Term.objects.begun(school, day)
    term_from = school.midnight(term.first_day) if term else None
    scales = scale_words(school, list(dict.fromkeys(used)), then=then)
    # A word that is in use on the scale of its column is read as itself: where all are, nothing else need be asked.
    usual = {step.id: scale for scale, steps in scales.items() for step in steps if not step.retired}
    judged_on = {column.objective.pk: column.scale for column in columns}
    if len(set(judged_on.values())) == 1:
        strange = (
            {mark.step for mark in marks.values()} - {None} - {pk for pk in usual if usual[pk] == columns[0].scale}
        )
        as_said = not strange
    else:
        as_said = all(
            mark.step is None or objective not in judged_on or usual.get(mark.step) == judged_on[objective]
            for (_pupil, objective), mark in marks.items()
        )
    as_said = as_said and not any(each.scale for each in follows)
    read = Readings() if as_said else readings(school, at=as_at.recorded_by if as_at else None)
    faces = Faces(scales, read, term_from)
    noted: dict[int, set[int]] = {}
    for noted_pupil, objective in noted_cells(who, wanted, as_at):
        noted.setdefault(noted_pupil, set()).add(objective)
    first = columns[0].band if columns else None
    said_too = {pupil for _class, _objective, pupil in given.counts_too}
    unnoted = [False] * len(wanted)
    known: dict[Any, tuple[list[Spot], Scope]] = {}
    rows = []
    for pupil in who.pupils:
        theirs, inside = followed.get(pupil.pk, []), stays.get(pupil.pk, [])
        alike = (tuple(each[2:] for each in theirs), tuple(inside), pupil.pk if pupil.pk in said_too else 0)
        if alike not in known:
            places = places_of(columns, theirs, pupil.pk, given, school_class.pk, inside)
            known[alike] = places, scope_of(first, columns, places)
        places, scope = known[alike]
        pk = pupil.pk
        here = [marks.get((pk, objective)) for objective in wanted]
        cells = faces.cells(here, places, [objective in noted[pk] for objective in wanted] if pk in noted else unnoted)
        covered = coverage_in(scope, here, faces) if first is not None and first.in_use else None
        rows.append(Row(pupil, cells, ", ".join(dict.fromkeys(each.tag for each in theirs)), covered))
    return ClassGrid(
        tuple(columns),
        {scale: tuple(scales[scale]) for scale in dict.fromkeys(used)},
        tuple(rows),
        term,
        term_from,
        as_at,
        who.unseen,
        frozenset((objective, pupil) for _class, objective, pupil in given.counts_too),
    )


def units_followed(
    school_class: SchoolClass, opened: Sequence[Opened], follows: Sequence[Follows]
) -> dict[tuple[int, int], int]:
    """Units on the page, by subject and stage, that are not the class's own but followed by some of it instead of
    another subject's, whose id is the answer. One statement, and none where nobody follows what is on the page.
    """
    found = {
        (each.unit.subject.pk, each.unit.stage.pk): follow.instead_of
        for each in opened
        for follow in follows
        if follow.subject == each.unit.subject.pk and follow.stage in (None, each.unit.stage.pk)
    }
    if not found:
        return {}
    usual = {stage.pk for stage in stages_for(school_class)}
    return {unit: instead for unit, instead in found.items() if unit[1] not in usual}


def columns_of(
    opened: Sequence[Opened],
    own: Sequence[tuple[Follows, Objective, int, frozenset[int]]],
    stages: Mapping[int, frozenset[int]],
    taught: Mapping[int, date],
    instead: Mapping[tuple[int, int], int],
) -> list[Column]:
    """The columns from left to right: unit after unit, then what is followed instead, band by band."""
    columns: list[Column] = []
    for each in opened:
        unit = each.unit
        band = Band(
            name=f"{unit.subject.name}, {unit.stage.name}" + (f", {unit.strand.name}" if unit.strand else ""),
            subject=unit.subject.pk,
            instead_of=instead.get((unit.subject.pk, unit.stage.pk), unit.subject.pk),
            own=(unit.subject.pk, unit.stage.pk) in instead,
            in_use=any(objective.pk in taught for objective in each.objectives),
            path=unit.path,
        )
        usual = frozenset({unit.stage.pk})
        columns += [
            Column(one, each.scales[one.pk], stages.get(one.pk, usual), band, taught.get(one.pk))
            for one in each.objectives
        ]
    bands: dict[tuple[int, int | None], Band] = {}
    in_use = {(follow.subject, follow.stage) for follow, one, _scale, _stages in own if one.pk in taught}
    for follow, one, scale, inside in own:
        key = follow.subject, follow.stage
        if key not in bands:
            stage = follow.stage or min(inside, default=0)
            bands[key] = Band(
                name=f"{follow.subject_name}, {follow.stage_name}" if follow.stage_name else follow.subject_name,
                subject=follow.subject,
                instead_of=follow.instead_of,
                own=True,
                in_use=key in in_use,
                path=f"{follow.subject}/{stage}/{EVERY_STRAND}/",
            )
        columns.append(Column(one, scale, inside, bands[key], taught.get(one.pk)))
    return columns


class Spot(NamedTuple):
    """What a column is to one pupil: theirs or not, due or not, taught to them or not, and on which scale.

    `own` is that scale where it is not the column's.
    """

    theirs: bool
    due: bool
    taught: bool
    scale: int
    own: int | None


def places_of(
    columns: Sequence[Column],
    follows: Sequence[Follows],
    pupil: int,
    given: Teaching,
    school_class: int,
    stays: Sequence[Stay],
) -> list[Spot]:
    """What each column is to one pupil."""
    found = []
    for column in columns:
        band, scale = column.band, column.scale
        theirs = not band.own
        mine = [each for each in follows if each.instead_of == band.instead_of]
        if mine:
            by = is_theirs(mine, subject=band.subject, stages=column.stages)
            theirs = by is not None
            scale = (by.scale if by else None) or scale
        taught = column.taught_on is not None and (
            any(stay.holds(column.taught_on) for stay in stays)
            or (school_class, column.objective.pk, pupil) in given.counts_too
        )
        due = theirs and (taught or not band.in_use)
        found.append(Spot(theirs, due, taught, scale, scale if scale != column.scale else None))
    return found


def class_stays(school_class: SchoolClass, who: Members) -> dict[int, list[Stay]]:
    """When each of the members was in the class. One statement."""
    found: dict[int, list[Stay]] = {}
    rows = ClassMembership.objects.filter(school_class=school_class, pupil__in=who.ids)
    for pupil, starts_on, ends_on in rows.values_list("pupil", "starts_on", "ends_on"):
        found.setdefault(who.joined.get(pupil, pupil), []).append(Stay(school_class.pk, starts_on, ends_on))
    return found


def noted_cells(who: Members, objectives: Collection[int], as_at: AsAt | None) -> set[tuple[int, int]]:
    """The cells that have a note, by pupil and objective. One statement."""
    if as_at is None:
        rows = _notes(pupils=who.ids, objectives=objectives)
    else:
        until = {"recorded_at__lte" if as_at.recorded else "written_at__lte": as_at.at}
        rows = list(notes_on(who.ids, objectives).filter(**until))
    return {(who.joined.get(pupil, pupil), objective) for pupil, objective in rows}


def notes_on(pupils: Collection[int], objectives: Collection[int]) -> "QuerySet[Note, tuple[int, int]]":
    """The cells of the notes about these pupils and objectives."""
    return Note.objects.filter(pupil__in=pupils, objective__in=objectives).values_list("pupil", "objective")


_notes = Prepared(notes_on)


class Scope(NamedTuple):
    """Which columns count in the coverage of a pupil: place, objective and scale of each, and what was taught of it."""

    own: list[tuple[int, int, int]]
    taught: frozenset[int]


def scope_of(band: Band | None, columns: Sequence[Column], places: Sequence[Spot]) -> Scope:
    """What counts in one subject of the page: the unit, or what is followed instead of it."""
    own = [
        (number, column.objective.pk, place.scale, place.taught)
        for number, (column, place) in enumerate(zip(columns, places, strict=True))
        if place.theirs and band is not None and column.band.instead_of == band.instead_of
    ]
    return Scope([each[:3] for each in own], frozenset(each[1] for each in own if each[3]))


def coverage_in(scope: Scope, marks: Sequence[Newest | None], faces: "Faces") -> Coverage:
    """The coverage of one pupil in a scope."""
    stands = {
        objective: faces.stands(mark, scale)
        for number, objective, scale in scope.own
        if (mark := marks[number]) is not None
    }
    return of_pupil(own=[each[1] for each in scope.own], taught=scope.taught, stands=stands)


class Faces:
    """What cells show. Faces are few and are made once."""

    def __init__(self, scales: Mapping[int, Sequence[StepWord]], read: Readings, term_from: datetime | None) -> None:
        """`read` says how marks are read on the scale of their cell."""
        self.words = {step.id: step for steps in scales.values() for step in steps}
        self.read, self.term_from = read, term_from
        # Marks come in UTC, and instants of one zone are compared at once. Without a term nothing is of an earlier one.
        self.since = term_from.astimezone(UTC) if term_from else datetime.min.replace(tzinfo=UTC)
        self.said = {
            "not_yet": _("not yet marked"),
            "absent": _("absent when taught"),
            "not_taught": _("not taught"),
            "earlier": _("%s before this term, not yet marked"),
        }
        self.blank = shown(None, None, judged_at=None, term_from=None, **self.said)
        self.blanks = {place: Cell(self.blank, None, False, False, None, *place) for place in PLACES}
        self.drawn: dict[tuple[str, int | None, int, bool], Shown] = {}
        self.counted: dict[tuple[str, int | None, int], Stands] = {}

    def cells(self, marks: Sequence[Newest | None], places: Sequence[Spot], noted: Sequence[bool]) -> tuple[Cell, ...]:
        """The cells of one pupil, from left to right: what stands in each, what its column is to them, and its notes."""
        drawn, since = self.drawn, self.since
        found = []
        for mark, (theirs, due, _taught, scale, own), note in zip(marks, places, noted, strict=True):
            if mark is None:
                found.append(
                    Cell(self.blank, None, False, note, own, theirs, due)
                    if note or own is not None
                    else self.blanks[theirs, due]
                )
                continue
            kind, step, judged_at, _by, version, two_views, _said_at = mark
            key = (kind, step, scale, judged_at < since)
            face = drawn.get(key)
            if face is None:
                word = self.words.get(self.read.of(step, scale) or 0)
                face = drawn[key] = shown(kind, word, judged_at=judged_at, term_from=self.term_from, **self.said)
            found.append(Cell(face, version, two_views, note, own, theirs, due))
        return tuple(found)

    def stands(self, mark: Newest, scale: int) -> Stands:
        """What a mark counts as, whatever term it was made in."""
        key = (mark.kind, mark.step, scale)
        found = self.counted.get(key)
        if found is None:
            step = self.words.get(self.read.of(mark.step, scale) or 0)
            found = self.counted[key] = Stands(mark.kind, step is not None and step.secure)
        return found


PLACES = ((True, True), (True, False), (False, False))
