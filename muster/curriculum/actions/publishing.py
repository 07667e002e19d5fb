"""A framework shared in a trust: published by its school, taken by others as copies of their own. Never pushed.

What is published is the plain text of the framework. It says nothing of marks, and no school sees another's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from muster.curriculum.actions.filling import fill_framework, plan_for
from muster.curriculum.actions.from_text import add_from_text
from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.locking import taken_last
from muster.curriculum.models import Framework, Published, Taken
from muster.curriculum.names import NameMissing
from muster.curriculum.plain_text import text_of, wanted_of
from muster.curriculum.rules.filling import Fill
from muster.curriculum.rules.plain_text import FrameworkText, read
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
    last = Published.objects.filter(framework=framework).order_by("-version").first()
    if last is not None and last.withdrawn_at is None and (last.text, last.is_locked) == (text, is_locked):
        raise NotToPublish(_("Nothing has changed since version %(version)d.") % {"version": last.version})
    change_set = change(Kind.FRAMEWORK_PUBLISHED.value, school=school, by=by, at=at)
    published = Published.objects.create(
        school=school,
        framework=framework,
        version=(last.version if last else 0) + 1,
        text=text,
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


def plan_to_take(school: School, text: FrameworkText) -> tuple[Framework | None, Fill]:
    """The school's own copy, if it has one, and what taking this version would do to it."""
    copies = Framework.objects.at(school).select_related("school", "scale")
    copy = copies.filter(uuid=text.uuid).first() if text.uuid else None
    return copy, plan_for(copy, wanted_of(text))


@transaction.atomic
def take(*, published: Published, school: School, by: Account, at: datetime, mark: str) -> Framework:
    """Take a version into the school's own copy, as the plan that was shown (`mark`) says.

    What the school added stays as it is, and so does what the new version has no more. Raises `NoLongerThere` where it
    was withdrawn, or where the plan has become another.
    """
    require(Permission.CURRICULUM_EDIT, school=school, by=by, at=at)
    offered = [each for each in newest_of(school) if each.pk == published.pk]
    text = read(published.text)
    copy, plan = plan_to_take(school, text)
    if not offered or plan.mark != mark:
        raise NoLongerThere(_("This has changed since it was shown. Look at it again."))
    if text.uuid is None:
        raise NameMissing(_("This version has no identifier."))
    if copy is None:
        copy, change_set = add_from_text(school=school, text=text, by=by, at=at)
    else:
        if copy.retired_at is not None:
            back = Changes(school, Kind.FRAMEWORK_CHANGED, by=by, at=at)
            back.change(copy, retired_at=None)
            back.finish(Verb.CURRICULUM_CHANGED, copy)
        filled = fill_framework(framework=copy, plan=plan, by=by, at=at, is_taking=True)
        change_set = filled or change(Kind.FRAMEWORK_TAKEN.value, school=school, by=by, at=at)
    Taken.objects.create(
        school=school,
        framework=copy,
        origin=published.school.name[:200],
        version=published.version,
        is_locked=published.is_locked,
        objectives=[str(one.uuid) for _path, one in text.objectives() if one.uuid],
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
