"""Bringing many objectives in at once, as a plan says."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max

from muster.curriculum.actions.frameworks import children_of, last_position, top_to_bottom, usual_years
from muster.curriculum.changes import Changes, now_of
from muster.curriculum.kinds import Kind
from muster.curriculum.locking import refuse_locked
from muster.curriculum.models import Framework, Objective, Origin, Stage, Strand, Subject
from muster.curriculum.rules.codes import Codes
from muster.curriculum.rules.filling import Fill, Known, Path, Wanted, plan_filling, same
from muster.curriculum.rules.stages import StageRead, in_usual_order, years_of
from muster.curriculum.verbs import Verb
from muster.people.models import Account, ChangeSet, School
from muster.people.refusals import PlanIsStale


@dataclass(frozen=True)
class OriginDraft:
    """A package to be kept with its framework: its text, and the path each part of it became by its identifier."""

    package: str
    places: Mapping[str, Path]


def known_objectives(framework: Framework) -> list[Known]:
    """Every objective of `framework`, retired ones too, as a plan wants them. Three statements."""
    paths = paths_of(framework)
    stages: dict[int, list[str]] = {}
    for pk, name in (
        Objective.stages.through.objects.filter(stage__framework=framework, stage__retired_at__isnull=True)
        .order_by("stage__position")
        .values_list("objective", "stage__name")
    ):
        stages.setdefault(pk, []).append(name)
    return [
        Known(
            pk=row.pk,
            path=paths[row.strand_id],
            wording=row.wording,
            stages=tuple(stages.get(row.pk, ())),
            code=row.code,
            detail=row.detail,
            is_key=row.is_key,
            identifier=row.identifier,
            uuid=str(row.uuid),
            retired=row.retired_at is not None,
        )
        for row in Objective.objects.to_learn().seen().filter(strand__subject__framework=framework).order_by("pk")
    ]


def paths_of(framework: Framework) -> dict[int, Path]:
    """The names from subject to strand, by strand, retired ones included."""
    rows = {row.pk: row for row in Strand.objects.filter(subject__framework=framework).select_related("subject")}
    paths: dict[int, Path] = {}
    for row in rows.values():
        # Up to the first strand whose path is known, then down again: a deep tree must not run out of stack.
        above: list[Strand] = []
        at: Strand | None = row
        while at is not None and at.pk not in paths:
            above.append(at)
            at = rows.get(at.parent_id) if at.parent_id else None
        for each in reversed(above):
            stem = paths[each.parent_id] if each.parent_id else (each.subject.name,)
            paths[each.pk] = (*stem, each.name)
    return paths


def plan_for(framework: Framework | None, wanted: Iterable[Wanted]) -> Fill:
    """What `wanted` would do to `framework`; None stands for one that is yet to be made."""
    return plan_filling(wanted, known_objectives(framework) if framework else ())


@transaction.atomic
def fill_framework(
    *,
    framework: Framework,
    plan: Fill,
    by: Account | None,
    at: datetime,
    source: str = "",
    origin: OriginDraft | None = None,
) -> ChangeSet | None:
    """Do what `plan` says, in one transaction, and keep the package it came from. None when nothing changes.

    Raises `PlanIsStale` when an objective the plan would change is no longer there, and `IsLocked` where it would change
    locked words.
    """
    if origin and is_kept(framework, origin.package):
        origin = None
    if plan.is_empty and not origin:
        return None
    changes = Changes(framework.school, Kind.FRAMEWORK_FILLED, by=by, at=at)
    if plan.change:
        refuse_locked(
            Objective.objects.filter(pk__in=list(plan.change))
            .exclude(pk__in=only_flagged(plan))
            .select_related("strand__subject")
        )
    strands = fill(framework, plan, changes)
    if source and source != framework.source:
        changes.change(framework, source=source)
    if not origin:
        return changes.finish(Verb.FRAMEWORK_FILLED, framework, source=source[:200])
    return changes.finish(
        Verb.FRAMEWORK_FILLED,
        framework,
        source=source[:200],
        also=lambda act: keep_origin(framework, origin, strands, act),
    )


def fill(framework: Framework, plan: Fill, changes: Changes) -> dict[Path, Strand]:
    """Do what `plan` says, inside another act. Locked words are changed too. Every strand by its path."""
    strands = make_paths(framework, plan.paths, changes)
    stages = make_stages(framework, plan.stages, changes)
    add_rows(plan.add, strands, stages, changes)
    change_rows(framework, plan, strands, stages, changes)
    return strands


def keep_origin(
    framework: Framework, origin: OriginDraft, strands: Mapping[Path, Strand], change_set: ChangeSet
) -> Origin:
    """Keep the package with what each part of it became."""
    subjects = {same(row.name): row.pk for row in framework.subjects.live()}
    places: dict[str, dict[str, int]] = {"subject": {}, "strand": {}}
    for name, path in origin.places.items():
        if len(path) == 1 and same(path[0]) in subjects:
            places["subject"][name] = subjects[same(path[0])]
        elif placed(path) in strands:
            places["strand"][name] = strands[placed(path)].pk
    return Origin.objects.create(
        school=framework.school, framework=framework, package=origin.package, places=places, change_set=change_set
    )


def origin_of(framework: Framework) -> Origin | None:
    """The package `framework` was last read from, or None."""
    return framework.origins.filter(change_set__undone_by__isnull=True).order_by("-pk").first()


def is_kept(framework: Framework, package: str) -> bool:
    """Whether that very package is the one kept already."""
    kept = origin_of(framework)
    return kept is not None and kept.package == package


def placed(path: Path) -> Path:
    """A path for comparing."""
    return tuple(same(name) for name in path)


def only_flagged(plan: Fill) -> list[int]:
    """Objectives of which the plan changes nothing but whether they are key, or their stages: each school's to say."""
    own = {"key flag", "stages"}
    return [pk for pk, differs in plan.change.items() if set(differs.words.split(", ")) <= own]


def make_paths(framework: Framework, paths: Iterable[Path], changes: Changes) -> dict[Path, Strand]:
    """The strand at the end of each path, made where it is missing."""
    subjects = {same(row.name): row for row in framework.subjects.live()}
    found: dict[Path, Strand] = {}
    rows = {row.pk: row for row in Strand.objects.filter(subject__framework=framework).live().select_related("subject")}
    for row in rows.values():
        names, at = [row.name], row
        while at.parent_id and at.parent_id in rows:
            at = rows[at.parent_id]
            names.append(at.name)
        found[placed((row.subject.name, *reversed(names)))] = row
    last = last_position(framework.subjects.all())
    lasts: dict[int, int] = {}
    grown: dict[int, Subject] = {}
    for path in paths:
        place = placed(path)
        if len(path) == 1:
            if place[0] not in subjects:
                last += 1
                subjects[place[0]] = Subject.objects.create(
                    school=framework.school, framework=framework, name=path[0], position=last
                )
                changes.made(subjects[place[0]])
        elif place not in found:
            subject = subjects[place[0]]
            if subject.pk not in lasts:
                lasts[subject.pk] = last_position(subject.strands.all())
            lasts[subject.pk] += 1
            found[place] = Strand.objects.create(
                school=framework.school,
                subject=subject,
                parent=found.get(place[:-1]),
                name=path[-1],
                position=lasts[subject.pk],
            )
            changes.made(found[place])
            grown[subject.pk] = subject
    for subject in grown.values():
        number_strands(subject, changes)
    return found


def number_strands(subject: Subject, changes: Changes) -> None:
    """Number the strands of `subject` from top to bottom; only those made before this act are noted."""
    new = set(changes.made_rows.get("strand", ()))
    for position, strand in enumerate(top_to_bottom(children_of(subject)), start=1):
        if strand.position == position:
            continue
        if strand.pk in new:
            Strand.objects.filter(pk=strand.pk).update(position=position)
        else:
            changes.change(strand, position=position)


def make_stages(framework: Framework, names: Iterable[str], changes: Changes) -> dict[str, Stage]:
    """The stage of each name, made where it is missing, youngest first."""
    found = {same(row.name): row for row in framework.stages.live()}
    missing = [StageRead(name, years_of(name)) for name in names if same(name) not in found]
    last = last_position(framework.stages.all())
    for position, read in enumerate(in_usual_order(missing), start=last + 1):
        stage = Stage.objects.create(school=framework.school, framework=framework, name=read.name, position=position)
        stage.year_groups.set(usual_years(read.name, framework.school))
        changes.made(stage)
        found[same(read.name)] = stage
    return found


def strand_at(strands: dict[Path, Strand], path: Path) -> Strand:
    """The strand of a path, however its names are written."""
    return strands[placed(path)]


def add_rows(wanted: Iterable[Wanted], strands: dict[Path, Strand], stages: dict[str, Stage], changes: Changes) -> None:
    """Add objectives in bulk, each after those its strand has."""
    rows = list(wanted)
    if not rows:
        return
    homes = {one.row: strand_at(strands, one.path) for one in rows}
    subjects = {home.subject_id for home in homes.values()}
    codes = {pk: Codes() for pk in subjects}
    for pk, code in (
        Objective.objects.filter(strand__subject__in=subjects).exclude(code="").values_list("strand__subject", "code")
    ):
        codes[pk].taken.add(code.casefold())
    for one in rows:
        codes[homes[one.row].subject_id].taken.add(one.code.casefold())
    lasts: dict[int, int] = dict(
        Objective.objects.filter(strand__in={home.pk for home in homes.values()})
        .values("strand")
        .annotate(last=Max("position"))
        .values_list("strand", "last")
    )
    given = uuids_given(rows, changes.school)
    new: list[Objective] = []
    for one in rows:
        home = homes[one.row]
        lasts[home.pk] = lasts.get(home.pk, 0) + 1
        new.append(
            Objective(
                school=changes.school,
                strand=home,
                code=one.code or codes[home.subject_id].next_for(home.name),
                uuid=given.get(one.row) or uuid4(),
                identifier="" if one.row in given else one.identifier,
                wording=one.wording,
                detail=one.detail,
                is_key=bool(one.is_key),
                position=lasts[home.pk],
            )
        )
    made = Objective.objects.bulk_create(new)
    changes.made(*made)
    link = Objective.stages.through
    link.objects.bulk_create(
        link(objective_id=row.pk, stage_id=stages[same(name)].pk)
        for one, row in zip(rows, made, strict=True)
        for name in one.stages
    )


def uuids_given(rows: Iterable[Wanted], school: School) -> dict[int, UUID]:
    """The UUIDs that a file's identifiers are, by row: an objective keeps the one it had where the file was written.

    One that another objective of the school has already is only kept as the file's own name for it.
    """
    found: dict[int, UUID] = {}
    for one in rows:
        with suppress(ValueError):
            found[one.row] = UUID(one.identifier)
    taken = set(Objective.objects.at(school).filter(uuid__in=found.values()).values_list("uuid", flat=True))
    return {row: uuid for row, uuid in found.items() if uuid not in taken}


def change_rows(
    framework: Framework, plan: Fill, strands: dict[Path, Strand], stages: dict[str, Stage], changes: Changes
) -> None:
    """Change objectives that were there, in bulk."""
    there = Objective.objects.filter(strand__subject__framework=framework).in_bulk(list(plan.change))
    if len(there) != len(plan.change):
        raise PlanIsStale
    strands = homes_of_the_returned(framework, plan, there, strands, changes)
    paths = paths_of(framework)
    link = Objective.stages.through
    stood: dict[int, list[int]] = {}
    for pk, stage in link.objects.filter(objective__in=list(plan.change)).values_list("objective", "stage"):
        stood.setdefault(pk, []).append(stage)
    moved: dict[int, list[int]] = {}
    for pk, differs in plan.change.items():
        row = there[pk]
        values: dict[str, Any] = {
            name: value
            for name in ("wording", "code", "detail", "is_key")
            if (value := getattr(differs, name)) is not None
        }
        path = differs.path or (paths[row.strand_id] if differs.back else None)
        if path:
            values["strand_id"] = strand_at(strands, path).pk
        if differs.back:
            values["retired_at"] = None
        before = {name: now_of(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        after = {name: now_of(row, name) for name in values}
        if differs.stages is not None:
            before["stages"] = sorted(stood.get(pk, ()))
            after["stages"] = sorted(stages[same(name)].pk for name in differs.stages)
            moved[pk] = after["stages"]
        changes.note(row, before, after)
    Objective.objects.bulk_update(
        there.values(), ["wording", "code", "detail", "is_key", "strand", "retired_at"], batch_size=200
    )
    link.objects.filter(objective__in=list(moved)).delete()
    link.objects.bulk_create(link(objective_id=pk, stage_id=stage) for pk, now in moved.items() for stage in now)


def homes_of_the_returned(
    framework: Framework,
    plan: Fill,
    there: Mapping[int, Objective],
    strands: dict[Path, Strand],
    changes: Changes,
) -> dict[Path, Strand]:
    """`strands`, with a live one for every objective that returns and whose own was retired."""
    back = [pk for pk, differs in plan.change.items() if differs.back and not differs.path]
    if not back:
        return strands
    every = paths_of(framework)
    ordered = list(dict.fromkeys(every[there[pk].strand_id] for pk in sorted(back)))
    wanted = [path[:depth] for path in ordered for depth in range(1, len(path) + 1)]
    return {**strands, **make_paths(framework, wanted, changes)}
