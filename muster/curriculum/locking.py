"""Which objectives of a school's copy of a published framework keep the words they came with."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from muster.curriculum.models import Framework, Objective, Taken
from muster.people.refusals import Refused


class IsLocked(Refused):
    """These words are another school's, which published them locked."""


def taken_last(frameworks: Iterable[int]) -> list[Taken]:
    """For each of these frameworks that is a copy, the version taken last. One statement."""
    newest = Taken.objects.filter(framework=OuterRef("framework"), undone_at__isnull=True).order_by("-pk")
    return list(Taken.objects.filter(framework__in=list(frameworks), pk=Subquery(newest.values("pk")[:1])))


def locked_in(framework: Framework | int) -> frozenset[UUID]:
    """The uuids of the locked objectives of a framework; none where it is the school's own. One statement."""
    pk = framework if isinstance(framework, int) else framework.pk
    return frozenset(UUID(uuid) for each in taken_last([pk]) if each.is_locked for uuid in each.objectives)


def refuse_locked(objectives: Iterable[Objective]) -> None:
    """Raise `IsLocked` where one of `objectives`, all of one framework, is locked. Their strands are there already."""
    rows = list(objectives)
    if rows and locked_in(rows[0].strand.subject.framework_id) & {row.uuid for row in rows}:
        raise IsLocked(
            _("These words came with a published framework that is locked. Add objectives of your own beside them.")
        )
