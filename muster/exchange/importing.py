"""Bringing a file in: the one way for the command, the pages and the tests."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from muster.curriculum import actions as curriculum
from muster.curriculum.models import Framework, Scale
from muster.curriculum.rules.filling import Effect as FillEffect
from muster.curriculum.rules.filling import Fill
from muster.curriculum.rules.steps import StepDraft
from muster.exchange.classlist import planning as class_lists
from muster.exchange.classlist.actions import import_class_list
from muster.exchange.frameworks import planning as frameworks
from muster.exchange.rules.dates import Order
from muster.exchange.rules.pupils import ClassList
from muster.exchange.rules.report import Effect, Report, Row
from muster.exchange.rules.table import MOST_BYTES, Unreadable
from muster.people.models import Account, School

ALIASES = {"class-list": "classlist", "pupils": "classlist", "objectives": "framework", "frameworks": "framework"}
FIRST_SCALE = ("Emerging", "Developing", "Secure")
"""The scale a school is given when a framework comes before any scale of its own."""


class UnknownKind(ValueError):
    """Muster does not know this kind of file."""


def run_import(
    path: Path | str,
    *,
    kind: str,
    school: School,
    by: Account | None,
    at: datetime,
    dry_run: bool = False,
    order: Order | None = None,
) -> Report:
    """Bring the file at `path` into `school` as a class list or framework; a dry run writes nothing.

    The plan is data: the run applies the very plan a dry run reports, in one transaction. A file that cannot be read
    is reported as such, never half taken. Raises `UnknownKind`.
    """
    kind = ALIASES.get(kind, kind)
    known: dict[str, Callable[..., Report]] = {"classlist": run_class_list, "framework": run_framework}
    if kind not in known:
        raise UnknownKind(f"Muster does not know files of the kind “{kind}”. It knows: {', '.join(known)}.")
    file = Path(path)
    blank = Report(kind, file.name, school.name, dry_run)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Unreadable(
                f"This file is larger than 1 MB ({file.stat().st_size / MOST_BYTES:.1f} MB). Take out what is not needed, or split it."
            )
        data = file.read_bytes()
        return known[kind](data, blank=blank, school=school, by=by, at=at, order=order)
    except OSError as problem:
        return unreadable(blank, f"{file} cannot be opened: {problem.strerror or problem}.")
    except Unreadable as problem:
        return unreadable(blank, str(problem))


def unreadable(blank: Report, sentence: str) -> Report:
    """The report of a file that cannot be read."""
    return Report(blank.kind, blank.file, blank.school, blank.dry_run, unreadable=sentence)


def run_class_list(
    data: bytes, *, blank: Report, school: School, by: Account | None, at: datetime, order: Order | None
) -> Report:
    """Plan a class list and, unless it is a dry run, do what the plan says."""
    planned = class_lists.plan_of(data, school=school, day=school.day(at), order=order, may_correct=by is not None)
    change_set = None if blank.dry_run else import_class_list(plan=planned.plan, school=school, by=by, at=at)
    return report_of(planned.plan, blank, change_set=str(change_set.uuid) if change_set else "")


def report_of(plan: ClassList, blank: Report, *, change_set: str = "") -> Report:
    """What a plan does, as a report."""
    counts = {"classes": len(plan.new_classes), "year_groups": len(plan.new_year_groups)}
    return Report(
        blank.kind, blank.file, blank.school, blank.dry_run, plan.rows, plan.notes, change_set=change_set, counts=counts
    )


def run_framework(
    data: bytes, *, blank: Report, school: School, by: Account | None, at: datetime, order: Order | None
) -> Report:
    """Plan a file of objectives and, unless it is a dry run, fill the framework that came from a file of that name."""
    framework = Framework.objects.at(school).live().filter(source=blank.file[:200]).first()
    planned = frameworks.plan_of(data, framework=framework)
    notes = list(planned.read.notes)
    name = framework.name if framework else free_name(blank.file, school)
    if framework is None:
        notes.insert(0, f"A new framework, “{name}”.")
    scale = framework.scale if framework else Scale.objects.at(school).live().order_by("pk").first()
    if scale is None:
        notes.append(f"The school has no scale yet, so it is given one: {', '.join(FIRST_SCALE)}.")
    change_set = ""
    if not blank.dry_run and not planned.plan.is_empty:
        with transaction.atomic():
            scale = scale or first_scale(school, by=by, at=at)
            framework = framework or curriculum.add_framework(
                school=school, name=name, scale=scale, source=blank.file[:200], by=by, at=at
            )
            made = curriculum.fill_framework(
                framework=framework, plan=planned.plan, source=blank.file[:200], by=by, at=at
            )
            change_set = str(made.uuid) if made else ""
    return framework_report(planned, blank, notes=tuple(notes), change_set=change_set)


def first_scale(school: School, *, by: Account | None, at: datetime) -> Scale:
    """Three steps to begin with; the school changes the words as it likes."""
    steps = [StepDraft(word, secure=word == FIRST_SCALE[-1]) for word in FIRST_SCALE]
    return curriculum.add_scale(school=school, name="Depth", steps=steps, by=by, at=at)


def free_name(file: str, school: School) -> str:
    """A name for a framework from that of its file, which no other framework has."""
    words = Path(file).stem.replace("_", " ").replace("-", " ").split()
    base = " ".join(words).strip().capitalize()[:110] or "Framework"
    taken = set(Framework.objects.at(school).live().values_list("name", flat=True))
    return next(name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base} {n}") not in taken)


EFFECTS = {
    FillEffect.ADD: Effect.ADD,
    FillEffect.CHANGE: Effect.CHANGE,
    FillEffect.LEAVE: Effect.LEAVE,
    FillEffect.REFUSE: Effect.REFUSE,
}


def framework_rows(plan: Fill, faults: tuple[tuple[int, str, str], ...]) -> tuple[Row, ...]:
    """Every row of a file of objectives and what happens to it."""
    rows = [Row(row.number, EFFECTS[row.effect], row.wording, (row.reason,) if row.reason else ()) for row in plan.rows]
    rows += [Row(number, Effect.REFUSE, wording, (why,)) for number, wording, why in faults]
    return tuple(sorted(rows, key=lambda row: row.number))


def framework_report(
    planned: frameworks.Planned, blank: Report, *, notes: tuple[str, ...], change_set: str = ""
) -> Report:
    """What a plan does, as a report."""
    plan = planned.plan
    counts = {
        "objectives": len(plan.add),
        "changed": len(plan.change),
        "subjects": sum(len(path) == 1 for path in plan.paths),
        "strands": sum(len(path) > 1 for path in plan.paths),
        "stages": len(plan.stages),
    }
    return Report(
        blank.kind,
        blank.file,
        blank.school,
        blank.dry_run,
        framework_rows(plan, planned.read.faults),
        notes,
        change_set=change_set,
        counts=counts,
    )
