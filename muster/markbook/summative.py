"""The summative sheet of a class: pupils down, subjects across, one snapshot at a time. Constant statements.

A snapshot is a view over dates. Its own are the judgements made since the snapshot before it; what stood then is faint
in a blank. Nothing is copied, so adding, moving or retiring a snapshot moves no mark.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from muster.curriculum.earlier import Earlier, strands_then
from muster.curriculum.models import LIVE, Objective, Snapshot, Stage, Strand, Subject
from muster.curriculum.readings import Readings, readings
from muster.markbook.as_at import AsAt
from muster.markbook.coverage import coverage_of
from muster.markbook.following import followings
from muster.markbook.grid import Cell, noted_cells, scale_words
from muster.markbook.members import Members, members
from muster.markbook.newest import Newest, gathered, newest
from muster.markbook.rules.cells import Shown, StepWord, shown
from muster.markbook.rules.coverage import Coverage
from muster.markbook.rules.snapshots import BLINK, Stretch, stretches, suggested
from muster.markbook.units import stages_for
from muster.people.calendar import year_at
from muster.people.models import AcademicYear, Pupil, School, SchoolClass
from muster.people.models.accounts import Viewer


@dataclass(frozen=True)
class Point:
    """A snapshot, the stretch of time it looks at, and whether marks may still be made on its sheet."""

    snapshot: Snapshot
    stretch: Stretch
    year: AcademicYear
    of_this_year: bool
    begun: bool

    @property
    def open(self) -> bool:
        """Earlier years stay as they are, and one that has not begun has nothing of its own yet."""
        return self.of_this_year and self.begun


@dataclass(frozen=True)
class Line:
    """A column: one judgement of a whole subject. `locked` when it takes no marks any more."""

    objective: Objective
    subject: Subject
    scale: int
    code: str
    wording: str
    locked: bool

    @property
    def name(self) -> str:
        """What stands over the column: its code where it has one, else the whole line."""
        return self.code or self.wording


@dataclass(frozen=True)
class SheetRow:
    """One pupil: a cell a line, the word a share would suggest in it, and the coverage of each subject.

    `tag` names what they follow instead of the class's objectives in any of the subjects.
    """

    pupil: Pupil
    cells: tuple[Cell, ...]
    suggestions: tuple[StepWord | None, ...]
    shares: Mapping[int, Coverage]
    tag: str = ""


@dataclass(frozen=True)
class Sheet:
    """Everything the sheet of one snapshot shows. `unseen` counts pupils of that day whose record may not be opened."""

    point: Point
    lines: tuple[Line, ...]
    rows: tuple[SheetRow, ...]
    scales: Mapping[int, tuple[StepWord, ...]]
    with_shares: bool
    unseen: int = 0

    @property
    def pupils(self) -> list[int]:
        """Whose records the page shows."""
        return [row.pupil.pk for row in self.rows]

    @property
    def subjects(self) -> list[Subject]:
        """Its subjects in order, each once."""
        return list({line.subject.pk: line.subject for line in self.lines}.values())

    def of(self, subject: Subject) -> list[Line]:
        """The lines of one subject."""
        return [line for line in self.lines if line.subject.pk == subject.pk]

    def steps(self, scale: int) -> list[StepWord]:
        """The steps of a scale that may be given now."""
        return [step for step in self.scales.get(scale, ()) if not step.retired]


def points(
    school: School, school_class: SchoolClass, *, now: datetime, as_at: AsAt | None = None, then: Earlier | None = None
) -> list[Point]:
    """The snapshots a class's sheets may show: those of its year and of earlier ones, newest year first, then by day.

    With `then`, those that were there at that moment, under the names and on the days of that time. Two statements.
    """
    rows = Snapshot.objects.at(school).filter(year__first_day__lte=school_class.year.first_day).select_related("year")
    found = list(rows.live()) if then is None else then.as_then(rows)
    found.sort(key=lambda row: (row.year.first_day.toordinal() * -1, row.on, row.pk))
    this_year = year_at(school, school.day(now))
    moment = as_at.at if as_at else now
    there = []
    for year in {row.year_id: row.year for row in found}.values():
        own = [row for row in found if row.year_id == year.pk]
        spans = stretches([row.on for row in own], year_begins=year.first_day, midnight=school.midnight)
        current = this_year is not None and year.pk == this_year.pk
        there += [Point(row, spans[row.on], year, current, spans[row.on].since <= moment) for row in own]
    return there


def usual(found: Sequence[Point], *, today: date) -> Point | None:
    """The one to open first: of the newest year the next to come, else the last; None without any."""
    own = [point for point in found if point.year.pk == found[0].year.pk]
    coming = [point for point in own if point.snapshot.on >= today]
    return coming[0] if coming else own[-1] if own else None


def lines_of(school: School, stages: Sequence[Stage], point: Point, *, then: Earlier | None = None) -> tuple[Line, ...]:
    """The lines of the subjects that the frameworks of `stages` have, in the school's order. One statement.

    One retired since the snapshot stays on its sheet and takes no marks; one for other stages alone is left out. With
    `then` those of that moment, as they and their subjects stood then; one statement more.
    """
    rows = (
        Objective.objects.at(school)
        .summing_up()
        .filter(
            Q(stages__isnull=True) | Q(stages__in=stages),
            strand__subject__framework__in={stage.framework_id for stage in stages},
        )
        .distinct()
        .in_order()
    )
    if then is None:
        in_use = rows.filter(strand__subject__framework__retired_at=None, strand__subject__retired_at=None)
        still = in_use.filter(LIVE | Q(retired_at__gt=point.stretch.until))
        found = list(still.select_related("strand__subject__framework"))
        strands = {row.strand_id: row.strand for row in found}
    else:
        strands = strands_then(school, then)
        found = lines_then(list(rows), strands, then, until=point.stretch.until)
    lines = []
    for row in found:
        subject = strands[row.strand_id].subject
        scale = row.scale_id or subject.scale_id or subject.framework.scale_id
        lines.append(Line(row, subject, scale, row.code, row.wording, row.retired_at is not None))
    return tuple(lines)


def lines_then(
    rows: Sequence[Objective], strands: Mapping[int, Strand], then: Earlier, *, until: datetime
) -> list[Objective]:
    """Those of `rows` that a sheet ending at `until` had at that moment, in the order of then."""
    subjects = {each.pk for each in then.as_then({strand.subject for strand in strands.values()})}
    then.as_then(rows)
    found = [
        row
        for row in rows
        if ("objective", row.pk) not in then.made_since
        and (row.retired_at is None or row.retired_at > min(then.at, until))
        and strands[row.strand_id].subject_id in subjects
    ]

    def place(row: Objective) -> tuple[int, ...]:
        strand = strands[row.strand_id]
        return strand.subject.position, strand.position, strand.pk, row.position, row.pk

    return sorted(found, key=place)


def class_sheet(
    school: School,
    school_class: SchoolClass,
    point: Point,
    *,
    viewer: Viewer,
    now: datetime,
    as_at: AsAt | None = None,
    then: Earlier | None = None,
    suggest: bool = False,
    line: int | None = None,
) -> Sheet:
    """The sheet of `point` for the pupils `viewer` may see; with `line` of that one line alone (no rows if it is none).

    As at a past moment with `as_at`, and `then` for the words of that time. `suggest` adds the word that each pupil's
    share would suggest, where the cell is blank, in the first line of a subject that can be marked: how far a pupil has
    come since says nothing about it. A pupil who follows objectives of their own in the subject never gets one.
    """
    day = school_class.nearest(school.day(as_at.at if as_at else now))
    stages = stages_for(school_class, then=then)
    lines = lines_of(school, stages, point, then=then)
    if line is not None:
        lines = tuple(each for each in lines if each.objective.pk == line)
    who = members(school_class, viewer, day=day, as_at=as_at) if lines else Members(())
    columns = [each.objective.pk for each in lines]
    until, before = point.stretch.until, point.stretch.since - BLINK
    own = gathered(newest(pupils=who.ids, objectives=columns, until=as_at, judged_until=until), who.joined)
    last = gathered(newest(pupils=who.ids, objectives=columns, until=as_at, judged_until=before), who.joined)
    scales = scale_words(school, {each.scale for each in lines}, then=then)
    with_shares = point.year.pk == school_class.year_id
    subjects = {each.subject.pk for each in lines}
    ids = [pupil.pk for pupil in who.pupils]
    followed = followings(ids, day=day, as_at=as_at, instead_of=subjects, joined=who.joined, then=then)
    covered: Mapping[tuple[int, int], Coverage] = {}
    if with_shares and who.pupils:
        covered = coverage_of(
            school,
            ids,
            subjects=subjects,
            stages=stages,
            day=min(point.snapshot.on, day),
            as_at=as_at,
            then=then,
        ).of
    words = {step.id: step for steps in scales.values() for step in steps}
    faces = Faces(words, readings(school, at=as_at.recorded_by if as_at else None), point.stretch.since)
    noted = noted_cells(who, columns, as_at)
    first = {each.subject.pk: each for each in reversed(lines) if not each.locked}.values()
    rows = []
    for pupil in who.pupils:
        shares = {each.subject.pk: covered[pupil.pk, each.subject.pk] for each in lines} if covered else {}
        cells = tuple(faces.cell(pupil.pk, each, own, last, noted) for each in lines)
        follows = followed.get(pupil.pk, [])
        apart = {each.instead_of for each in follows}
        suggestions = tuple(
            suggestion(scales[each.scale], shares[each.subject.pk])
            if suggest and shares and blank(cell) and each in first and each.subject.pk not in apart
            else None
            for each, cell in zip(lines, cells, strict=True)
        )
        tag = ", ".join(dict.fromkeys(each.tag for each in follows))
        rows.append(SheetRow(pupil, cells, suggestions, shares, tag))
    used = {each.scale: tuple(scales[each.scale]) for each in lines}
    return Sheet(point, lines, tuple(rows), used, with_shares, who.unseen)


def blank(cell: Cell) -> bool:
    """Whether nothing of this snapshot's own stands in it."""
    return cell.shown.step is None and not cell.shown.state


def suggestion(steps: Sequence[StepWord], coverage: Coverage) -> StepWord | None:
    """The word that a pupil's share of the subject would suggest; None where nothing was taught yet."""
    in_use = {step.id: step for step in steps if not step.retired}
    found = suggested(coverage.secure_of_taught, list(in_use))
    return None if found is None else in_use[found]


@dataclass
class Faces:
    """What cells show. Faces are few and are made once."""

    words: Mapping[int, StepWord]
    read: Readings
    since: datetime
    made: dict[tuple[str, int | None, bool], Shown] = field(default_factory=dict)

    def cell(
        self,
        pupil: int,
        line: Line,
        own: Mapping[tuple[int, int], Newest],
        last: Mapping[tuple[int, int], Newest],
        noted: Collection[tuple[int, int]],
    ) -> Cell:
        """The cell of a pupil and a line: this snapshot's own word, else the last one's, faint."""
        key = (pupil, line.objective.pk)
        mark, before = own.get(key), last.get(key)
        if mark is not None and mark.judged_at >= self.since and mark.kind != "clear":
            face = self.face(mark.kind, self.read.of(mark.step, line.scale), faint=False)
        elif before is not None and before.kind == "step":
            face = self.face("step", self.read.of(before.step, line.scale), faint=True)
        else:
            face = self.face("clear", None, faint=False)
        version, two = (mark.version, mark.two_views) if mark is not None else (None, False)
        return Cell(face, version, two, key in noted)

    def face(self, kind: str, step: int | None, *, faint: bool) -> Shown:
        """One face."""
        known = self.made.get((kind, step, faint))
        if known is None:
            known = self.made[kind, step, faint] = shown(
                kind,
                self.words.get(step or 0),
                judged_at=self.since - BLINK if faint else self.since,
                term_from=self.since,
                not_yet=_("not yet marked"),
                absent=_("absent when taught"),
                not_taught=_("not taught"),
                earlier=_("%s at the last snapshot, not yet marked"),
            )
        return known
