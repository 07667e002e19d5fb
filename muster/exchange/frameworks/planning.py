"""From the bytes of a framework file (a workbook, text, a CASE package) to its plan, and from the plan to the framework."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from muster.curriculum.actions import OriginDraft, add_framework, add_scale, fill_framework, origin_of, plan_for
from muster.curriculum.models import Framework, Scale
from muster.curriculum.rules.filling import Fill
from muster.curriculum.rules.steps import StepDraft
from muster.exchange.case.read import CaseRead, read_objects, read_package
from muster.exchange.case.sheets import package_in
from muster.exchange.frameworks.fields import BETWEEN_STAGES, BETWEEN_STRANDS, NAMES
from muster.exchange.frameworks.read import MOST_ROWS, NOTHING_SAID, FrameworkRead, SaidOfColumns, read_framework
from muster.exchange.rules.columns import Columns, knows, recognise
from muster.exchange.rules.table import Table, TableRow
from muster.exchange.tables import read_table
from muster.pages.rules.kinds import Kind, Unreadable, kind_of
from muster.pages.sheets import read_book
from muster.people.models import Account, ChangeSet, School

FIRST_SCALE = ("Emerging", "Developing", "Secure")
"""The scale a school is given when a framework comes before any scale of its own."""


@dataclass(frozen=True)
class Planned:
    """A plan and what it was read from. A CASE package is kept with its framework."""

    plan: Fill
    table: Table
    read: FrameworkRead
    case: CaseRead | None = None
    is_kept: bool = True
    """Whether the framework keeps that very package already; True of what is none."""
    said: SaidOfColumns = NOTHING_SAID

    @property
    def is_empty(self) -> bool:
        """Whether the run would change nothing."""
        return self.plan.is_empty and self.is_kept


def nothing_said(table: Table) -> SaidOfColumns:
    """Nobody has said which column is which."""
    return NOTHING_SAID


def plan_of(
    data: bytes, *, framework: Framework | None, said_of: Callable[[Table], SaidOfColumns] = nothing_said
) -> Planned:
    """The plan of a file for `framework`; None stands for one yet to be made. `said_of` is asked what was said of a table.

    Raises `Unreadable`, and `ColumnsUnknown` where only a person can say which column is which.
    """
    case = case_in(data)
    if case:
        return plan_of_package(case, framework=framework)
    table = read_table(data, most_rows=MOST_ROWS, knows=knows(NAMES))
    said = said_of(table)
    read = read_framework(table, said)
    return Planned(plan_for(framework, read.wanted), table, read, said=said)


def case_in(data: bytes) -> CaseRead | None:
    """The CASE package that a file is, as JSON or as a workbook of its sheets; None for any other file."""
    match kind_of(data):
        case Kind.JSON:
            return read_package(data)
        case Kind.WORKBOOK | Kind.OLD_WORKBOOK:
            package = package_in(read_book(data))
            return read_objects(package) if package else None
    return None


def is_framework(data: bytes) -> bool:
    """Whether a file says by itself that it holds objectives: a CASE package, or headings of subject and statement."""
    try:
        if case_in(data):
            return True
        found = recognise(read_table(data, most_rows=MOST_ROWS, knows=knows(NAMES)).headings, NAMES)
    except Unreadable:
        return False
    return {"subject", "wording"} <= set(found.known)


def plan_of_package(case: CaseRead, *, framework: Framework | None) -> Planned:
    """The plan of a CASE package."""
    fields = ("subject", "strand", "stage", "code", "wording")
    rows = tuple(
        TableRow(
            one.row,
            (one.subject, BETWEEN_STRANDS.join(one.strands), BETWEEN_STAGES.join(one.stages), one.code, one.wording),
        )
        for one in case.wanted
    )
    table = Table(("subject", "CFItem", "educationLevel", "humanCodingScheme", "fullStatement"), rows)
    read = FrameworkRead(
        case.wanted, case.faults, Columns({field: place for place, field in enumerate(fields)}, (), ()), case.notes
    )
    kept = origin_of(framework) if framework else None
    is_kept = kept is not None and kept.package == case.package
    return Planned(plan_for(framework, case.wanted), table, read, case, is_kept)


def framework_of(data: bytes, *, source: str, school: School) -> Framework | None:
    """The framework of `school` that a file brings up to date: a package's by its identifier, else by the file's name."""
    live = Framework.objects.at(school).live()
    if case := case_in(data):
        uuid = uuid_in(case.identifier)
        if uuid and (found := live.filter(uuid=uuid).first()):
            return found
    return live.filter(source=source).first()


def uuid_in(text: str) -> UUID | None:
    """The UUID that a text is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def carry_out(
    planned: Planned, *, framework: Framework, source: str, by: Account | None, at: datetime
) -> ChangeSet | None:
    """Do what the plan says and keep its package. None when nothing changes."""
    case = planned.case
    origin = OriginDraft(case.package, case.places) if case else None
    return fill_framework(framework=framework, plan=planned.plan, source=source, origin=origin, by=by, at=at)


@transaction.atomic
def new_framework(
    planned: Planned, *, name: str, source: str, school: School, by: Account | None, at: datetime
) -> Framework:
    """A framework for the plan to fill: with the package's identifier, judged in the words of its rubric or in the school's."""
    uuid = uuid_in(planned.case.identifier) if planned.case else None
    if uuid and Framework.objects.at(school).filter(uuid=uuid).exists():
        uuid = None
    scale = scale_for(planned, school) or new_scale(planned, school, by=by, at=at)
    return add_framework(school=school, name=name, scale=scale, source=source, uuid=uuid, by=by, at=at)


def scale_for(planned: Planned, school: School) -> Scale | None:
    """The school's scale that has the words of the package's rubric; without a rubric, the school's first."""
    scales = Scale.objects.at(school).live().order_by("pk")
    if not planned.case or not planned.case.scale:
        return scales.first()
    words = first_words(planned)
    for scale in scales.prefetch_related("steps"):
        steps = sorted((step for step in scale.steps.all() if not step.retired_at), key=lambda step: step.position)
        if [step.word for step in steps] == words:
            return scale
    return None


def first_steps(planned: Planned) -> tuple[str, tuple[StepDraft, ...]]:
    """Name and steps of a scale for a school that has none such: the package's rubric, else three steps to begin with."""
    given = planned.case.scale if planned.case else None
    return given or ("Depth", tuple(StepDraft(word, secure=word == FIRST_SCALE[-1]) for word in FIRST_SCALE))


def first_words(planned: Planned) -> list[str]:
    """The words of that scale."""
    return [step.word for step in first_steps(planned)[1]]


def new_scale(planned: Planned, school: School, *, by: Account | None, at: datetime) -> Scale:
    """That scale, under a name no other has. The school changes the words as it likes."""
    name, steps = first_steps(planned)
    taken = set(Scale.objects.at(school).live().values_list("name", flat=True))
    free = next(each for n in range(1, len(taken) + 2) if (each := name if n == 1 else f"{name[:70]} {n}") not in taken)
    return add_scale(school=school, name=free, steps=list(steps), by=by, at=at)
