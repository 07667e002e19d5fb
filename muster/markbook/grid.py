"""The grid of a class: everything the page shows, fetched with a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from muster.curriculum.models import Objective, Step
from muster.markbook.models import Note
from muster.markbook.newest import gathered, newest
from muster.markbook.rules.cells import Shown, StepWord, shown
from muster.people.access import Permission
from muster.people.models import Pupil, School, SchoolClass, Term
from muster.people.models.accounts import Viewer
from muster.people.models.pupils import by_name


class Cell(NamedTuple):
    """One cell. `version` is the row it would be marked over."""

    shown: Shown
    version: int | None
    two_views: bool
    noted: bool


@dataclass(frozen=True)
class Row:
    """One pupil."""

    pupil: Pupil
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class ClassGrid:
    """Pupils down, objectives across."""

    objectives: tuple[Objective, ...]
    steps: tuple[StepWord, ...]
    rows: tuple[Row, ...]
    term: Term | None
    term_from: datetime | None

    @property
    def pupils(self) -> list[int]:
        """Whose records the page shows."""
        return [row.pupil.pk for row in self.rows]


def step_words(scale: int) -> list[StepWord]:
    """The steps of a scale in order, retired ones too: an old mark still needs its word."""
    return [
        StepWord(step.pk, step.code, step.word, step.fill, step.digit, step.secure, step.retired_at is not None)
        for step in Step.objects.filter(scale=scale).order_by("position", "pk")
    ]


def pupils_of(school_class: SchoolClass, viewer: Viewer, *, may: Permission, day: date) -> list[Pupil]:
    """The pupils of the class on `day` whom `viewer` may see, by name. Their keys are loaded with one read."""
    inside = Pupil.objects.visible_to(viewer, may=may).in_class(school_class, day)
    return by_name(inside.only("key", "names", "school", "merged_into"))


def merged_records(pupils: Sequence[Pupil]) -> dict[int, int]:
    """Records that were merged into these, and into which: their judgements count as the kept one's."""
    ids = [pupil.pk for pupil in pupils]
    merged = Pupil.objects.filter(merged_into__in=ids).values_list("pk", "merged_into")
    return {pk: into for pk, into in merged if into is not None}


def class_grid(
    school: School,
    school_class: SchoolClass,
    objectives: Sequence[Objective],
    scale: int,
    *,
    viewer: Viewer,
    today: date,
) -> ClassGrid:
    """The grid of `school_class` for `objectives`, as `viewer` may see it, with this term's marks."""
    pupils = pupils_of(school_class, viewer, may=Permission.MARKBOOK_VIEW, day=today)
    merged = merged_records(pupils)
    ids = [pupil.pk for pupil in pupils] + list(merged)
    columns = [objective.pk for objective in objectives]
    marks = gathered(newest(pupils=ids, objectives=columns), merged)
    noted = {
        (merged.get(pupil, pupil), objective)
        for pupil, objective in Note.objects.filter(pupil__in=ids, objective__in=columns).values_list(
            "pupil", "objective"
        )
    }
    steps = step_words(scale)
    words = {step.id: step for step in steps}
    term = Term.objects.begun(school, today)
    term_from = school.midnight(term.first_day) if term else None
    said = {
        "not_yet": _("not yet marked"),
        "absent": _("absent when taught"),
        "not_taught": _("not taught"),
        "earlier": _("%s before this term, not yet marked"),
    }
    drawn: dict[tuple[str, int | None, bool], Shown] = {}
    blank = shown(None, None, judged_at=None, term_from=None, **said)

    def cell(pupil: int, objective: int) -> Cell:
        mark = marks.get((pupil, objective))
        if mark is None:
            return Cell(blank, None, False, (pupil, objective) in noted)
        key = (mark.kind, mark.step, term_from is not None and mark.judged_at < term_from)
        face = drawn.get(key)
        if face is None:
            face = drawn[key] = shown(
                mark.kind, words.get(mark.step or 0), judged_at=mark.judged_at, term_from=term_from, **said
            )
        return Cell(face, mark.version, mark.two_views, (pupil, objective) in noted)

    rows = tuple(Row(pupil, tuple(cell(pupil.pk, column) for column in columns)) for pupil in pupils)
    return ClassGrid(tuple(objectives), tuple(steps), rows, term, term_from)
