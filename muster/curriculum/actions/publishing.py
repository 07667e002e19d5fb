"""A framework shared in a trust: published by its school, taken by others as copies of their own. Never pushed.

What is published is the plain text of the framework. It says nothing of marks, and no school sees another's.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from muster.curriculum.actions.filling import fill, plan_for
from muster.curriculum.actions.from_text import add_from_text, scale_from
from muster.curriculum.actions.scales import change_steps
from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.locking import taken_last
from muster.curriculum.models import Framework, Published, Scale, Step, Taken
from muster.curriculum.names import NameMissing
from muster.curriculum.plain_text import text_of, wanted_of
from muster.curriculum.rules.filling import Fill
from muster.curriculum.rules.plain_text import FrameworkText, read
from muster.curriculum.taken_scales import (
    Judging,
    Reshaping,
    became,
    identities,
    judgings,
    reshapings,
    steps_together,
)
from muster.curriculum.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.changes import change
from muster.people.actions.reach import NoLongerThere, require
from muster.people.models import Account, School
from muster.people.refusals import Refused


class NotToPublish(Refused):
    """This framework cannot be published from here; the sentence says why."""


@dataclass(frozen=True)
class Offer:
    """A framework another school of the trust offers. `taken` is the version this school has, or None."""

    published: Published
    school_name: str
    name: str
    taken: Taken | None

    @property
    def is_newer(self) -> bool:
        """Whether this school has an earlier version of it."""
        return self.taken is not None


def newest_of(school: School) -> list[Published]:
    """The newest version of each framework that other schools of the trust of `school` offer now. One statement."""
    if school.trust_id is None:
        return []
    newest = Published.objects.filter(framework=OuterRef("framework"), withdrawn_at__isnull=True).order_by("-version")
    return list(
        Published.objects.filter(
            school__trust=school.trust_id,
            framework__retired_at__isnull=True,
            pk=Subquery(newest.values("pk")[:1]),
        )
        .exclude(school=school)
        .select_related("framework", "school")
        .order_by("school__name", "framework__name")
    )


def offers_for(school: School) -> list[Offer]:
    """What a school is offered: frameworks it has not taken, and newer versions of those it has. Three statements."""
    found = newest_of(school)
    copies = copies_of(school, [each.framework.uuid for each in found])
    return [
        Offer(each, each.school.name, each.framework.name, copies.get(each.framework.uuid))
        for each in found
        if each.framework.uuid not in copies or copies[each.framework.uuid].version < each.version
    ]


def copies_of(school: School, uuids: Iterable[UUID]) -> dict[UUID, Taken]:
    """What `school` has taken of the frameworks with these uuids."""
    own = {row.pk: row.uuid for row in Framework.objects.at(school).live().filter(uuid__in=list(uuids))}
    return {own[taken.framework_id]: taken for taken in taken_last(own)}


@transaction.atomic
def publish(*, framework: Framework, is_locked: bool, by: Account, at: datetime) -> Published:
    """Offer the framework as it stands to the other schools of the trust, as its next version.

    With `is_locked` those who take it may not change its words. Raises `NotToPublish`.
    """
    school = framework.school
    require(Permission.CURRICULUM_EDIT, school=school, by=by, at=at)
    if school.trust_id is None:
        raise NotToPublish(_("This school belongs to no trust, so there is nobody to publish it to."))
    if taken_last([framework.pk]):
        raise NotToPublish(_("This is a copy of another school’s framework. That school publishes it."))
    text = text_of(framework)
    scales = identities(framework, read(text))
    last = Published.objects.filter(framework=framework).order_by("-version").first()
    if (
        last is not None
        and last.withdrawn_at is None
        and (last.text, last.scales, last.is_locked)
        == (
            text,
            scales,
            is_locked,
        )
    ):
        raise NotToPublish(_("Nothing has changed since version %(version)d.") % {"version": last.version})
    change_set = change(Kind.FRAMEWORK_PUBLISHED.value, school=school, by=by, at=at)
    published = Published.objects.create(
        school=school,
        framework=framework,
        version=(last.version if last else 0) + 1,
        text=text,
        scales=scales,
        is_locked=is_locked,
        change_set=change_set,
    )
    doors.record(
        Verb.FRAMEWORK_PUBLISHED,
        school=school,
        by=by,
        at=at,
        about=framework,
        details={"version": published.version, "locked": is_locked, "change_set": str(change_set.uuid)},
    )
    return published


@dataclass(frozen=True)
class Taking:
    """What taking a version would do. `copy` is the school's own, None where it has none yet; `before` the version it has."""

    copy: Framework | None
    plan: Fill
    scales: tuple[Reshaping, ...] = ()
    judged: tuple[Judging, ...] = ()
    before: Published | None = None

    @property
    def mark(self) -> str:
        """A short digest: what was shown and what is done have the same one."""
        said = repr((self.plan.mark, [(one.scale.pk, one.called, one.steps) for one in self.scales]))
        judged = [(str(one.row), one.scale) for one in self.judged]
        return hashlib.sha256(f"{said} {judged}".encode()).hexdigest()[:16]


def plan_to_take(school: School, published: Published) -> Taking:
    """The school's own copy, if it has one, and what taking this version would do to it."""
    text = read(published.text)
    copies = Framework.objects.at(school).select_related("school", "scale")
    copy = copies.filter(uuid=text.uuid).first() if text.uuid else None
    plan = plan_for(copy, wanted_of(text))
    if copy is None:
        return Taking(None, plan)
    taken = next(iter(taken_last([copy.pk])), None)
    scales = tuple(reshapings(copy, text, published, taken))
    versions = Published.objects.filter(framework=published.framework)
    before = versions.filter(version=taken.version).first() if taken else None
    judged = tuple(judgings(copy, (before, published), scales)) if before else ()
    return Taking(copy, plan, scales, judged, before)


@transaction.atomic
def take(
    *,
    published: Published,
    school: School,
    by: Account,
    at: datetime,
    mark: str,
    read_as: Mapping[int, int | None] | None = None,
) -> Framework:
    """Take a version into the school's own copy, as the plan that was shown (`mark`) says: objectives and scales.

    What the school added stays as it is, and so does what the new version has no more; of a step that goes, marks keep
    it, and are read as `read_as` says, or where that says nothing as its publisher reads them. Raises `NoLongerThere`
    where it was withdrawn, or where the plan has become another; `Unanswered` where nobody says how marks are read.
    """
    require(Permission.CURRICULUM_EDIT, school=school, by=by, at=at)
    offered = [each for each in newest_of(school) if each.pk == published.pk]
    taking = plan_to_take(school, published)
    if not offered or taking.mark != mark:
        raise NoLongerThere(_("This has changed since it was shown. Look at it again."))
    text = read(published.text)
    if text.uuid is None:
        raise NameMissing(_("This version has no identifier."))
    copy, became_of = taking.copy, {}
    if copy is None:
        copy, change_set, made = add_from_text(school=school, text=text, by=by, at=at)
        became_of = {name: (scale, steps_of(scale)) for name, scale in made.items()}
    else:
        changes = Changes(school, Kind.FRAMEWORK_TAKEN, by=by, at=at)
        changes.change(copy, retired_at=None)
        became_of = take_scales(taking, text, published, read_as or {}, changes)
        if not taking.plan.is_empty:
            fill(copy, taking.plan, changes)
        # Once more: what is new in this version is there now.
        for each in judgings(copy, (taking.before, published), taking.scales) if taking.before else ():
            changes.change(each.row, scale_id=became_of[each.scale][0].pk if each.scale else None)
        change_set = changes.finish(Verb.FRAMEWORK_FILLED, copy)
    Taken.objects.create(
        school=school,
        framework=copy,
        origin=published.school.name[:200],
        version=published.version,
        is_locked=published.is_locked,
        objectives=[str(one.uuid) for _path, one in text.objectives() if one.uuid],
        scales=became(published, text, became_of),
        change_set=change_set,
    )
    doors.record(
        Verb.FRAMEWORK_TAKEN,
        school=school,
        by=by,
        at=at,
        about=copy,
        details={"version": published.version, "change_set": str(change_set.uuid)},
    )
    return copy


def take_scales(
    taking: Taking, text: FrameworkText, published: Published, read_as: Mapping[int, int | None], changes: Changes
) -> dict[str, tuple[Scale, list[Step]]]:
    """Make the scales of the copy what the version says, and add those it lacks; each with its steps in the text's order.

    Marks on steps of other scales that the publisher reads as one of these are read so too.
    """
    found: dict[str, tuple[Scale, list[Step]]] = {}
    for each in taking.scales:
        if each.scale.retired_at is not None:
            changes.change_all(list(steps_together(each.scale)), retired_at=None)
            changes.change(each.scale, name=each.called, retired_at=None)
        own = {pk: place for pk, place in each.read_as.items() if pk in {step.pk for step in each.gone}}
        now = change_steps(changes, each.scale, name=each.called, steps=each.steps, read_as={**own, **read_as})
        found[each.name] = each.scale, [now[place] for place in each.said]
    for said in text.scales:
        if said.name not in found:
            made = scale_from(said, changes)
            found[said.name] = made, steps_of(made)
    taken = next(iter(taken_last([taking.copy.pk])), None) if taking.copy else None
    here = {uuid: pk for held in taken.scales.values() for uuid, pk in held["steps"].items()} if taken else {}
    there = Step.objects.at(changes.school).in_bulk(list(here.values()))
    for name, (_scale, steps) in found.items():
        known = published.scales.get(name, {"steps": [], "read_as": {}})
        by_uuid = dict(zip(known["steps"], steps, strict=False))
        for old, new in known["read_as"].items():
            step = there.get(here.get(old, 0))
            if step is not None and new in by_uuid and step.pk not in read_as and step.pk != by_uuid[new].pk:
                changes.read(step, by_uuid[new])
    return found


def steps_of(scale: Scale) -> list[Step]:
    """The steps of a scale in use, in order."""
    return list(scale.steps.live().order_by("position", "pk"))
