"""Bringing a file in: the one way for the command, the pages and the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from muster.curriculum.models import Framework
from muster.curriculum.rules.filling import Effect as FillEffect
from muster.exchange import layouts
from muster.exchange.bringing import Along, Progress, bring_in, nothing_along, nothing_said
from muster.exchange.formats import Files, offered
from muster.exchange.frameworks import planning as frameworks
from muster.exchange.frameworks.planning import is_framework
from muster.exchange.frameworks.read import NOTHING_SAID, SaidOfColumns
from muster.exchange.held import known_at, standing
from muster.exchange.packages import files_of, files_under
from muster.exchange.reading import LISTS, Found, Said, no_columns, read
from muster.exchange.rules.dates import Order, order_in
from muster.exchange.rules.known import nobody
from muster.exchange.rules.many import many_at_once
from muster.exchange.rules.matching import folded
from muster.exchange.rules.plan import Plan
from muster.exchange.rules.planning.whole import plan_roster
from muster.exchange.rules.report import Effect, Report, Row
from muster.exchange.rules.roster import Of, Roster
from muster.exchange.rules.schools import Part, divided
from muster.exchange.rules.table import Table
from muster.pages.rules.kinds import MOST_BYTES, Unreadable, too_large
from muster.pages.rules.said import say
from muster.people import doors
from muster.people.models import Account, ChangeSet, School
from muster.people.purposes import Purpose
from muster.people.refusals import PlanIsStale

ALIASES = {
    "class-list": "classlist", "pupils": "classlist", "staff": "stafflist", "staff-list": "stafflist",
    "objectives": "framework", "frameworks": "framework",
}  # fmt: skip
TRIES = 3
"""How often a plan is made anew where somebody has changed the school in the meantime."""


class UnknownKind(ValueError):
    """Muster does not know this kind of file."""


def kinds() -> list[str]:
    """Every kind of file that can be named."""
    return [*LISTS, *sorted(offered), "framework"]


def files_at(path: Path) -> Files:
    """What lies at `path`. Raises `Unreadable` or `OSError`."""
    if path.is_dir():
        return files_under(path)
    if path.stat().st_size > MOST_BYTES:
        raise too_large(path.stat().st_size)
    return files_of(path.name, path.read_bytes())


def run_import(
    path: Path | str,
    *,
    kind: str = "",
    school: School | None,
    by: Account | None,
    at: datetime,
    dry_run: bool = False,
    order: Order | None = None,
    schools: Sequence[School] = (),
) -> Report:
    """Bring the file, folder or package at `path` in; a dry run writes nothing.

    Into `school`; where that is None, each part of a package into the one of `schools` that has its name, and where there
    is none of those either, a dry run plans against schools that hold nothing. The plan is data: the run applies the very
    plan a dry run reports. A file that cannot be read is reported as such, never half taken. Raises `UnknownKind`.
    """
    kind = ALIASES.get(kind, kind)
    if kind and kind not in kinds():
        raise UnknownKind(
            say(
                "Muster does not know files of the kind “{kind}”. It knows: {kinds}.",
                kind=kind,
                kinds=", ".join(kinds()),
            )
        )
    file = Path(path)
    blank = Report(kind, file.name, school.name if school else "", dry_run)
    try:
        files = files_at(file)
        if kind == "framework" or (not kind and len(files) == 1 and is_framework(next(iter(files.values())))):
            blank = replace(blank, kind="framework", school=school.name if school else say("an empty school"))
            if len(files) != 1:
                raise Unreadable(say("This package holds several files. Bring each file of objectives in by itself."))
            if school is None and not dry_run:
                raise Unreadable(say("Objectives belong to a school. Say which with --school."))
            return run_framework(next(iter(files.values())), blank=blank, school=school, by=by, at=at)
        here = school or next(iter(schools), None)
        day = here.day(at) if here else at.date()
        usual = order_in(here.country) if here else Order.DAY_FIRST
        found, notes = read_as_before(files, Said(kind=kind, order=order), here, today=day, usual=usual)
        if found.roster is None:
            raise Unreadable(no_columns(found.table) if found.table else say("Muster does not know this file."))
        blank = replace(blank, kind=found.kind)
        reports = [
            run_part(part, found, target, blank=blank, by=by, at=at)
            for part, target in targets(found, divided(found.roster), school, schools)
        ]
        report = joined(reports, blank)
        return replace(report, notes=(*notes, *report.notes))
    except OSError as problem:
        return unreadable(blank, f"{file} cannot be opened: {problem.strerror or problem}.")
    except Unreadable as problem:
        return unreadable(blank, str(problem))


def read_as_before(
    files: Files, said: Said, here: School | None, *, today: date, usual: Order | None
) -> tuple[Found, tuple[str, ...]]:
    """(what the files hold, read as somebody said of the last ones like them; what is worth knowing of that)."""
    found = read(files, said, today=today, usual=usual)
    before = layouts.said_before(found, here) if here is not None else None
    if before is None or not (before.get("columns") or before.get("order")):
        return found, ()
    then = layouts.said_in(before)
    said = replace(then, kind=said.kind or then.kind, order=said.order or then.order)
    return read(files, said, today=today, usual=usual), (
        say("The columns are read as they were said to be for the last file with these headings."),
    )


def unreadable(blank: Report, sentence: str) -> Report:
    """The report of a file that cannot be read."""
    return Report(blank.kind, blank.file, blank.school, blank.dry_run, unreadable=sentence)


def targets(
    found: Found, parts: Sequence[Part], school: School | None, schools: Sequence[School]
) -> list[tuple[Part, School | str | None]]:
    """Where each part goes: into a school, against nothing (None), or nowhere, with the sentence why."""
    if school is not None and len(parts) == 1:
        return [(parts[0], school)]
    here = [school] if school is not None else list(schools)
    if not here:
        return [(part, None) for part in parts]
    if len(parts) == 1 and parts[0].school is None:
        raise Unreadable(
            say(
                "Say which school with --school: {schools}. The file does not name it.",
                schools=", ".join(each.slug for each in here),
            )
        )
    named = {folded(text): each for each in here for text in (each.name, each.slug)}
    told = {(layouts.said_before(found, each) or {}).get("part", ""): each for each in here}
    placed: list[tuple[Part, School | str | None]] = []
    for part in parts:
        name, id_ = (part.school.name, part.school.id) if part.school else ("", "")
        target = named.get(folded(name)) or (told.get(id_) if id_ else None)
        said = say(
            "No school here is called “{name}”, so what is its stays out. Say which it is on its own page.", name=name
        )
        placed.append((part, target or said))
    return placed


@many_at_once()
def plan_for(
    roster: Roster, school: School | None, *, at: datetime, may_correct: bool, answers: Mapping[str, str] | None = None
) -> tuple[Plan, tuple[object, ...]]:
    """(the plan, how the school stood when it was made); without a school, against one that holds nothing."""
    if school is None:
        return plan_roster(roster, nobody(at.date()), answers), ()
    since = standing(school)
    return plan_roster(roster, known_at(school, at, roster, may_correct=may_correct), answers), since


@doors.reads(Purpose.ADMINISTER)
def carry_out(
    roster: Roster,
    school: School,
    *,
    by: Account | None,
    at: datetime,
    answers: Mapping[str, str] | None = None,
    mark: str = "",
    progress: Progress = nothing_said,
    along: Along = nothing_along,
) -> tuple[Plan, ChangeSet | None]:
    """Plan and do it. Where somebody changes the school in the meantime the plan is made anew.

    With `mark`, only the plan of that mark is carried out: what was shown. Raises `PlanIsStale` for any other.
    """
    for tries_left in reversed(range(TRIES)):
        plan, since = plan_for(roster, school, at=at, may_correct=by is not None, answers=answers)
        if mark and plan.mark != mark:
            raise PlanIsStale
        try:
            made = bring_in(
                plan=plan, roster=roster, school=school, since=since, by=by, at=at, progress=progress, along=along
            )
            return plan, made
        except PlanIsStale:
            if not tries_left:
                raise
    raise PlanIsStale


def run_part(
    part: Part,
    found: Found,
    target: School | str | None,
    *,
    blank: Report,
    by: Account | None,
    at: datetime,
) -> Report:
    """One school's part of a package, planned and, unless it is a dry run, brought in."""
    name = target.name if isinstance(target, School) else part.school.name if part.school else "an empty school"
    blank = replace(blank, school=name)
    if isinstance(target, str):
        many = len(part.roster.pupils)
        return replace(blank, notes=(target,), rows=(Row(0, Effect.ASK, name, (f"{many:,} pupils wait.",)),))
    before = (layouts.said_before(found, target) or {}) if target is not None else {}
    answers = layouts.said_in(before).answers
    if isinstance(target, School) and not blank.dry_run:
        plan, made = carry_out(part.roster, target, by=by, at=at, answers=answers)
        return report_of(plan, blank, change_set=str(made.uuid) if made else "")
    plan, _since = plan_for(part.roster, target, at=at, may_correct=by is not None or target is None, answers=answers)
    return report_of(plan, blank)


PEOPLE = (Of.PUPIL, Of.STAFF)


def report_of(plan: Plan, blank: Report, *, change_set: str = "") -> Report:
    """What a plan does, as a report: people row by row, and all that is refused or asked about."""
    rows = tuple(
        Row(
            line.source.row, line.effect, line.name, tuple(reason.words for reason in line.reasons),
            of="" if line.of is Of.PUPIL else line.of.value, file=line.source.file,
        )
        for line in plan.lines
        if line.of in PEOPLE or line.effect in {Effect.REFUSE, Effect.ASK}
    )  # fmt: skip
    counts = {
        "classes": len(plan.work.classes),
        "year_groups": len(plan.work.year_groups),
        "memberships": len(plan.work.seats),
        "teaching": len(plan.work.teach),
        "guardians": len(plan.work.guardians),
        "staff": len(plan.work.staff),
        "pupils": len(plan.work.join),
        "leavers": len(plan.work.leave),
    }
    return replace(blank, rows=rows, notes=plan.notes, change_set=change_set, counts=counts)


def notes_of(reports: Sequence[Report]) -> tuple[str, ...]:
    """Every note once: those that hold for all schools as they are, the others behind the name of the school."""
    common = {note for note in reports[0].notes if all(note in report.notes for report in reports)}
    apart = [f"{report.school}: {note}" for report in reports for note in report.notes if note not in common]
    return (*(note for note in reports[0].notes if note in common), *apart)


def joined(reports: Sequence[Report], blank: Report) -> Report:
    """One report of several schools."""
    if len(reports) == 1:
        return reports[0]
    counts: dict[str, int] = {}
    for report in reports:
        for name, many in report.counts.items():
            counts[name] = counts.get(name, 0) + many
    return replace(
        blank,
        school="; ".join(report.school for report in reports),
        rows=tuple(replace(row, school=report.school) for report in reports for row in report.rows),
        notes=notes_of(reports),
        change_set=", ".join(filter(None, (report.change_set for report in reports))),
        counts=counts | {"schools": len(reports)},
    )


def run_framework(data: bytes, *, blank: Report, school: School | None, by: Account | None, at: datetime) -> Report:
    """Plan a file of objectives and, unless it is a dry run, fill the framework that came from a file of that name."""
    source = blank.file[:200]
    framework = frameworks.framework_of(data, source=source, school=school) if school else None

    def said_of(table: Table) -> SaidOfColumns:
        return layouts.objectives_before(table, school) if school else NOTHING_SAID

    planned = frameworks.plan_of(data, framework=framework, said_of=said_of)
    notes = list(planned.read.notes)
    name = framework.name if framework else planned.case.title if planned.case else name_from(blank.file)
    if framework is None:
        name = free_name(name, school)
        notes.insert(0, say("A new framework, “{name}”.", name=name))
        if school is None or frameworks.scale_for(planned, school) is None:
            words = ", ".join(frameworks.first_words(planned))
            notes.append(say("The school has no such scale yet, so it is given one: {words}.", words=words))
    change_set = ""
    if school and not blank.dry_run and not planned.is_empty:
        with transaction.atomic():
            framework = framework or frameworks.new_framework(
                planned, name=name, source=source, school=school, by=by, at=at
            )
            made = frameworks.carry_out(planned, framework=framework, source=source, by=by, at=at)
            change_set = str(made.uuid) if made else ""
    return framework_report(planned, blank, notes=tuple(notes), change_set=change_set)


def name_from(file: str) -> str:
    """A name from that of a file."""
    return " ".join(Path(file).stem.replace("_", " ").replace("-", " ").split()).capitalize()


def free_name(name: str, school: School | None) -> str:
    """`name`, or with a number behind it, as no other framework of the school has it."""
    base = " ".join(name.split())[:110] or "Framework"
    taken = set(Framework.objects.at(school).live().values_list("name", flat=True)) if school else set()
    return next(name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base} {n}") not in taken)


KEPT_ANEW = "Links, order or details that Muster shows nowhere are kept anew with the package."

EFFECTS = {
    FillEffect.ADD: Effect.ADD,
    FillEffect.CHANGE: Effect.CHANGE,
    FillEffect.LEAVE: Effect.LEAVE,
    FillEffect.REFUSE: Effect.REFUSE,
}


def framework_rows(planned: frameworks.Planned) -> tuple[Row, ...]:
    """Every row of a file of objectives and what happens to it."""
    plan = planned.plan
    rows = [Row(row.number, EFFECTS[row.effect], row.wording, (row.reason,) if row.reason else ()) for row in plan.rows]
    rows += [Row(number, Effect.REFUSE, wording, (why,)) for number, wording, why in planned.read.faults]
    if planned.case and plan.is_empty and not planned.is_kept:
        rows.append(Row(0, Effect.CHANGE, planned.case.title, (say(KEPT_ANEW),)))
    return tuple(sorted(rows, key=lambda row: row.number))


def framework_report(
    planned: frameworks.Planned, blank: Report, *, notes: tuple[str, ...], change_set: str = ""
) -> Report:
    """What a plan does, as a report."""
    plan = planned.plan
    rows = framework_rows(planned)
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
        rows,
        notes,
        change_set=change_set,
        counts=counts,
    )
