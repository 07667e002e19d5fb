"""Splitting one objective into several, and merging several into one, at any time of the year.

The new objectives are made hidden, and what rests on the old ones is carried over by short transactions that hold up
nobody. One last short transaction shows the new ones, retires the old and finishes the change set. A change cut off in
between is never seen: its objectives stay hidden and its change set unfinished, and the old ones are as they were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.curriculum import locking
from muster.curriculum.actions.objectives import codes_of
from muster.curriculum.carrying import Carriage, carriers
from muster.curriculum.kinds import Kind
from muster.curriculum.models import Lineage, Objective
from muster.curriculum.names import NameMissing
from muster.curriculum.rules.bending import Rule
from muster.curriculum.rules.filling import cleaned
from muster.curriculum.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import NoLongerThere, all_at, require
from muster.people.models import Account, ChangeSet
from muster.people.refusals import Refused
from muster.privacy import history

MOST_PARTS = 12
HIDDEN = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when an objective is retired that nobody has seen yet: it was in use at no moment anybody can ask about."""


class CannotBend(Refused):
    """These objectives cannot be merged, or this one not split; the sentence says why."""


@dataclass(frozen=True)
class Part:
    """One of those an objective is split into. With `copy` it begins with the marks of the old one, else blank."""

    wording: str
    code: str = ""
    copy: bool = True


@dataclass
class Bending:
    """One split or merge under way."""

    change_set: ChangeSet
    old: list[Objective]
    new: list[Objective]
    onto: dict[int, list[Objective]] = field(default_factory=dict)


def merge_objectives(
    *,
    objectives: Sequence[Objective],
    wording: str,
    by: Account,
    at: datetime,
    code: str = "",
    rule: Rule = Rule.LATEST,
    answers: Mapping[int, int] | None = None,
) -> Objective:
    """Make one objective of several of one subject; of each pupil's marks the one that `rule` says is carried over.

    With `Rule.ASK` every pupil whose marks differ has an answer in `answers` (the id of the objective whose mark
    stands), or `CannotBend` is raised before anything is written. The old ones are retired, with their marks.
    """
    wording = cleaned(wording)
    if not wording:
        raise NameMissing(_("Say what is to be learnt."))
    if rule is Rule.ASK:
        refuse_unanswered(fresh(objectives), answers or {})
    bending = begin(kind=Kind.OBJECTIVES_MERGED, old=objectives, parts=[Part(wording, code)], by=by, at=at)
    return carry_through(bending, rule, answers or {}, by=by, at=at)[0]


def split_objective(*, objective: Objective, parts: Sequence[Part], by: Account, at: datetime) -> list[Objective]:
    """Make several objectives of one. Each part begins with its marks or blank. The old one is retired, with its marks."""
    parts = [Part(cleaned(part.wording), cleaned(part.code), part.copy) for part in parts]
    if any(not part.wording for part in parts):
        raise NameMissing(_("Say for each part what is to be learnt."))
    if not 2 <= len(parts) <= MOST_PARTS:
        raise CannotBend(_("Split it into two parts or more, at most %d.") % MOST_PARTS)
    bending = begin(kind=Kind.OBJECTIVE_SPLIT, old=[objective], parts=parts, by=by, at=at)
    return carry_through(bending, Rule.LATEST, {}, by=by, at=at)


@transaction.atomic
def begin(*, kind: Kind, old: Sequence[Objective], parts: Sequence[Part], by: Account, at: datetime) -> Bending:
    """The change set, unfinished, and the new objectives, hidden."""
    school = old[0].school
    require(Permission.CURRICULUM_EDIT, school=school, by=by, at=at)
    rows = fresh(old)
    first = rows[0]
    change_set = ChangeSet.objects.create(
        school=school, kind=kind.value, by=by, at=at, summary={"objectives": [row.pk for row in rows]}
    )
    codes = codes_of(first.strand)
    stages = sorted({stage.pk for row in rows for stage in row.stages.all()})
    scales = {row.scale_id for row in rows}
    new = []
    for part in parts:
        objective = Objective.objects.create(
            school=school,
            strand=first.strand,
            code=part.code or codes.next_for(first.strand.name),
            wording=part.wording,
            detail="\n".join(dict.fromkeys(row.detail for row in rows if row.detail)),
            is_key=any(row.is_key for row in rows),
            scale_id=next(iter(scales)) if len(scales) == 1 else first.scale_id,
            position=first.position,
            retired_at=HIDDEN,
        )
        objective.stages.set(stages)
        new.append(objective)
    Lineage.objects.bulk_create(
        Lineage(school=school, earlier=row, later=objective, change_set=change_set) for row in rows for objective in new
    )
    carried = [objective for part, objective in zip(parts, new, strict=True) if part.copy]
    return Bending(change_set, rows, new, {row.pk: carried for row in rows})


def fresh(old: Sequence[Objective]) -> list[Objective]:
    """The rows as they are now, in the school's order. Raises where they cannot be bent."""
    school = old[0].school
    all_at(school, *old)
    ids = {row.pk for row in old}
    rows = list(
        Objective.objects.live()
        .to_learn()
        .filter(pk__in=ids)
        .select_related("school", "strand__subject__framework")
        .prefetch_related("stages")
        .in_order()
    )
    if len(rows) < len(ids):
        raise NoLongerThere(_("One of these has been retired meanwhile. Choose again."))
    if len({row.strand.subject_id for row in rows}) > 1:
        raise CannotBend(_("Merge objectives of one subject. Move them there first."))
    if len(ids) < len(old):
        raise CannotBend(_("Choose at least two different ones to merge."))
    locking.refuse_locked(rows)
    return rows


def refuse_unanswered(rows: Sequence[Objective], answers: Mapping[int, int]) -> None:
    """Raise `CannotBend` while marks of a pupil differ and nobody has chosen one of them."""
    ids, scale = [row.pk for row in rows], scale_of(rows[0])
    missing = sum(each.unanswered(ids, answers, scale=scale, school=rows[0].school) for each in carriers())
    if missing:
        raise CannotBend(
            ngettext(
                "%(count)d pupil still needs an answer: the marks differ.",
                "%(count)d pupils still need an answer: their marks differ.",
                missing,
            )
            % {"count": missing}
        )


def scale_of(objective: Objective) -> int:
    """The scale an objective is judged on."""
    subject = objective.strand.subject
    return objective.scale_id or subject.scale_id or subject.framework.scale_id


def carry_through(
    bending: Bending, rule: Rule, answers: Mapping[int, int], *, by: Account, at: datetime
) -> list[Objective]:
    """Carry everything over and show it. Whatever goes wrong, nothing of it is seen."""
    change_set, new = bending.change_set, bending.new
    carriage = Carriage(change_set, bending.onto, rule, answers, scale_of(new[0]), at)
    for carrier in carriers():
        carrier.carry(carriage)
    show(bending=bending, carriage=carriage, by=by, at=at)
    return new


@transaction.atomic
def show(*, bending: Bending, carriage: Carriage, by: Account, at: datetime) -> None:
    """The last, short transaction: what came meanwhile, then the new objectives instead of the old."""
    change_set = carriage.change_set
    school = change_set.school
    require(Permission.CURRICULUM_EDIT, school=school, by=by, at=at)
    # Nobody marks from here on: a mark made a moment ago is carried too, and one made a moment later is refused.
    history.hold(school)
    fresh(bending.old)
    pupils: set[int] = set()
    for carrier in carriers():
        pupils.update(carrier.carry_the_last(carriage))
    Objective.objects.filter(pk__in=[row.pk for row in bending.new]).update(retired_at=None)
    Objective.objects.filter(pk__in=[row.pk for row in bending.old]).update(retired_at=at)
    for row in bending.new:
        row.retired_at = None
    change_set.finished_at = at
    change_set.summary = {
        "objectives": [row.pk for row in bending.old],
        "made": {"objective": [row.pk for row in bending.new]},
        "copied": sorted({row.pk for onto in carriage.onto.values() for row in onto}),
        "changed": [
            {"of": "objective", "pk": row.pk, "before": {"retired_at": None}, "after": {"retired_at": at.isoformat()}}
            for row in bending.old
        ],
    }
    change_set.save(update_fields=["finished_at", "summary"])
    doors.record(
        Verb.OBJECTIVES_MERGED if change_set.kind == Kind.OBJECTIVES_MERGED else Verb.OBJECTIVE_SPLIT,
        school=school,
        by=by,
        at=at,
        about=change_set,
        pupils=sorted(pupils),
        details={
            "old": [row.pk for row in bending.old],
            "new": [row.pk for row in bending.new],
            "rule": carriage.rule.value,
            "change_set": str(change_set.uuid),
        },
    )
