"""The summative sheet of a class: pupils down, subjects across, one snapshot at a time. Constant statements.

A snapshot is a view over dates. Its own are the judgements made since the snapshot before it; what stood then is faint
in a blank. Nothing is copied, so adding, moving or retiring a snapshot moves no mark.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from muster.curriculum.models import Objective, Snapshot, Step, Subject
from muster.curriculum.readings import Readings, readings, steps_at, words_at
from muster.markbook.as_at import AsAt
from muster.markbook.coverage import Covered, coverage_of
from muster.markbook.grid import Cell, pupils_of
from muster.markbook.models import Note
from muster.markbook.newest import Newest, gathered, newest
from muster.markbook.rules.cells import Shown, StepWord, shown
from muster.markbook.rules.coverage import Coverage
from muster.markbook.rules.snapshots import BLINK, Stretch, stretches, suggested
from muster.markbook.units import stages_for
from muster.people.access import Permission
from muster.people.calendar import year_at
from muster.people.merging import stands_for
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
    """One pupil: a cell a line, the word a share would suggest in it, and the coverage of each subject."""

    pupil: Pupil
    cells: tuple[Cell, ...]
    suggestions: tuple[StepWord | None, ...]
    shares: Mapping[int, Coverage]


@dataclass(frozen=True)
class Sheet:
    """Everything the sheet of one snapshot shows."""

    point: Point
    lines: tuple[Line, ...]
    rows: tuple[SheetRow, ...]
    scales: Mapping[int, tuple[StepWord, ...]]
    with_shares: bool = True
    covered: Covered = field(default_factory=lambda: Covered({}, frozenset()))

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


def points(school: School, school_class: SchoolClass, *, now: datetime, as_at: AsAt | None = None) -> list[Point]:
    """The snapshots a class's sheets may show: those of its year and of earlier ones, newest year first, then by day.

    As at a past moment, those that were live then. Two statements.
    """
    live = Q(retired_at__isnull=True) if as_at is None else Q(retired_at__isnull=True) | Q(retired_at__gt=as_at.at)
    rows = list(
        Snapshot.objects.at(school)
        .filter(live, year__first_day__lte=school_class.year.first_day)
        .select_related("year")
        .order_by("-year__first_day", "on", "pk")
    )
    this_year = year_at(school, school.day(now))
    moment = as_at.at if as_at else now
    found = []
    for year in {row.year_id: row.year for row in rows}.values():
        own = [row for row in rows if row.year_id == year.pk]
        spans = stretches([row.on for row in own], year_begins=year.first_day, midnight=school.midnight)
        current = this_year is not None and year.pk == this_year.pk
        found += [Point(row, spans[row.on], year, current, spans[row.on].since <= moment) for row in own]
    return found


def usual(found: Sequence[Point], *, today: date) -> Point | None:
    """The one to open first: of the newest year the next to come, else the last; None without any."""
    own = [point for point in found if point.year.pk == found[0].year.pk]
    coming = [point for point in own if point.snapshot.on >= today]
    return coming[0] if coming else own[-1] if own else None


def lines_of(school: School, school_class: SchoolClass, point: Point, *, as_at: AsAt | None = None) -> tuple[Line, ...]:
    """The lines of the subjects that the class's frameworks have, in the school's order.

    One retired since the snapshot stays on its sheet and takes no marks; one for other stages alone is left out.
    """
    stages = stages_for(school_class)
    moment = min(point.stretch.until, as_at.at) if as_at else point.stretch.until
    rows = (
        Objective.objects.at(school)
        .summing_up()
        .with_scale()
        .filter(Q(retired_at__isnull=True) | Q(retired_at__gt=moment))
        .filter(
            Q(stages__isnull=True) | Q(stages__in=stages),
            strand__subject__framework__in={stage.framework_id for stage in stages},
            strand__subject__framework__retired_at__isnull=True,
            strand__subject__retired_at__isnull=True,
        )
        .select_related("strand__subject")
        .distinct()
        .in_order()
    )
    found = list(rows)
    earlier = words_at([row.pk for row in found], as_at.at) if as_at and as_at.recorded else {}
    return tuple(
        Line(
            row,
            row.strand.subject,
            row.judged_on,
            earlier[row.pk].code if row.pk in earlier else row.code,
            earlier[row.pk].wording if row.pk in earlier else row.wording,
            row.retired_at is not None,
        )
        for row in found
    )


def scales_of(school: School, scales: Collection[int], *, as_at: AsAt | None = None) -> dict[int, list[StepWord]]:
    """The steps of each scale from least to most, retired ones too: an old mark still needs its word."""
    then = steps_at(school, as_at.at) if as_at and as_at.recorded else {}
    found: dict[int, list[StepWord]] = {}
    for step in Step.objects.at(school).order_by("position", "pk"):
        row = then.get(step.pk, step)
        retired = step.retired_at is not None
        word = StepWord(step.pk, row.code, row.word, row.fill, step.digit, row.secure, retired)
        found.setdefault(step.scale_id, []).append(word)
    return found


def class_sheet(
    school: School,
    school_class: SchoolClass,
    point: Point,
    *,
    viewer: Viewer,
    now: datetime,
    as_at: AsAt | None = None,
    suggest: bool = False,
    line: int | None = None,
) -> Sheet:
    """The sheet of `point` for the pupils `viewer` may see; with `line` of that one line alone (no rows if it is none).

    `suggest` adds the word that each pupil's share would suggest, where the cell is blank.
    """
    day = school.day(as_at.at if as_at else now)
    lines = lines_of(school, school_class, point, as_at=as_at)
    if line is not None:
        lines = tuple(each for each in lines if each.objective.pk == line)
    pupils = pupils_of(school_class, viewer, may=Permission.MARKBOOK_VIEW, day=day) if lines else []
    merged = stands_for([pupil.pk for pupil in pupils])
    ids = [pupil.pk for pupil in pupils] + list(merged)
    columns = [each.objective.pk for each in lines]
    until, before = point.stretch.until, point.stretch.since - BLINK
    own = gathered(newest(pupils=ids, objectives=columns, until=as_at, judged_until=until), merged)
    last = gathered(newest(pupils=ids, objectives=columns, until=as_at, judged_until=before), merged)
    scales = scales_of(school, {each.scale for each in lines}, as_at=as_at)
    with_shares = point.year.pk == school_class.year_id
    covered = Covered({}, frozenset())
    if with_shares and pupils:
        covered = coverage_of(
            school,
            [pupil.pk for pupil in pupils],
            subjects={each.subject.pk for each in lines},
            stages=stages_for(school_class),
            day=min(point.snapshot.on, day),
            as_at=as_at,
        )
    faces = Faces(
        lines,
        {step.id: step for steps in scales.values() for step in steps},
        readings(school, at=as_at.recorded_by if as_at else None),
        point.stretch.since,
    )
    noted = noted_cells(ids, columns, merged, as_at)
    rows = []
    for pupil in pupils:
        shares = {subject: one for (who, subject), one in covered.of.items() if who == pupil.pk}
        cells = tuple(faces.cell(pupil.pk, each, own, last, noted) for each in lines)
        words = tuple(
            suggestion(each, scales, shares) if suggest and blank(cell) and not each.locked else None
            for each, cell in zip(lines, cells, strict=True)
        )
        rows.append(SheetRow(pupil, cells, words, shares))
    used = {each.scale: tuple(scales.get(each.scale, ())) for each in lines}
    return Sheet(point, lines, tuple(rows), used, with_shares, covered)


def noted_cells(
    ids: Collection[int], columns: Collection[int], merged: Mapping[int, int], as_at: AsAt | None
) -> set[tuple[int, int]]:
    """The cells that have a note, by pupil and line."""
    rows = Note.objects.filter(pupil__in=ids, objective__in=columns)
    if as_at is not None:
        rows = rows.filter(**{"recorded_at__lte" if as_at.recorded else "written_at__lte": as_at.at})
    return {(merged.get(pupil, pupil), objective) for pupil, objective in rows.values_list("pupil", "objective")}


def blank(cell: Cell) -> bool:
    """Whether nothing of this snapshot's own stands in it."""
    return cell.shown.step is None and not cell.shown.state


def suggestion(line: Line, scales: Mapping[int, Sequence[StepWord]], shares: Mapping[int, Coverage]) -> StepWord | None:
    """The word that a pupil's share of the subject would suggest; None where nothing was taught yet."""
    steps = {step.id: step for step in scales.get(line.scale, ()) if not step.retired}
    share = shares[line.subject.pk].secure_of_taught if line.subject.pk in shares else None
    found = suggested(share, list(steps))
    return None if found is None else steps[found]


@dataclass
class Faces:
    """What cells show. Faces are few and are made once."""

    lines: tuple[Line, ...]
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
                judged_at=self.since - timedelta(days=1) if faint else self.since,
                term_from=self.since,
                not_yet=_("not yet marked"),
                absent=_("absent when taught"),
                not_taught=_("not taught"),
                earlier=_("%s at the last snapshot, not yet marked"),
            )
        return known
