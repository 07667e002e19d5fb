"""The moments of a year at which the school sums up. They are views over dates: none of this touches a mark."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.curriculum.changes import Changes
from muster.curriculum.kinds import Kind
from muster.curriculum.models import Snapshot
from muster.curriculum.names import NameMissing, NameTaken
from muster.curriculum.rules.filling import cleaned
from muster.curriculum.rules.snapshots import SnapshotDraft, Span, usual
from muster.curriculum.verbs import Verb
from muster.people.models import AcademicYear, Account, ChangeSet
from muster.people.refusals import Refused


class OutsideTheYear(Refused):
    """The day of a snapshot lies outside its year."""


def usual_snapshots(year: AcademicYear) -> list[SnapshotDraft]:
    """Three snapshots to begin with: one at the end of each term."""
    terms = [Span(term.name, term.first_day, term.last_day) for term in year.terms.order_by("first_day")]
    return usual(Span(year.name, year.first_day, year.last_day), terms)


def checked(year: AcademicYear, name: str, on: date, *, beside: Snapshot | None = None) -> str:
    """The name as it is kept. Raises where name or day cannot be."""
    name = cleaned(name)
    if not name:
        raise NameMissing(_("Give the snapshot a name, such as Autumn."))
    if not year.first_day <= on <= year.last_day:
        raise OutsideTheYear(
            _("Choose a day of the year %(year)s: %(first)s to %(last)s.")
            % {"year": year.name, "first": year.first_day.isoformat(), "last": year.last_day.isoformat()}
        )
    others = Snapshot.objects.filter(year=year).live()
    if beside is not None:
        others = others.exclude(pk=beside.pk)
    if others.filter(name=name).exists():
        raise NameTaken(_("This year already has a snapshot called “%(name)s”.") % {"name": name})
    if others.filter(on=on).exists():
        raise NameTaken(_("This year already has a snapshot on that day."))
    return name


@transaction.atomic
def add_snapshots(
    *, year: AcademicYear, drafts: Sequence[SnapshotDraft], by: Account | None, at: datetime
) -> list[Snapshot]:
    """Add snapshots to a year, as one change."""
    changes = Changes(year.school, Kind.SNAPSHOTS_ADDED, by=by, at=at)
    made = []
    for draft in drafts:
        name = checked(year, draft.name, draft.on)
        made.append(Snapshot.objects.create(school=year.school, year=year, name=name, on=draft.on))
    changes.made(*made)
    if made:
        changes.finish(Verb.SNAPSHOTS_CHANGED, made[0])
    return made


@transaction.atomic
def change_snapshot(*, snapshot: Snapshot, name: str, on: date, by: Account, at: datetime) -> ChangeSet | None:
    """Rename a snapshot or move it to another day: its sheet shows what stood at the end of that one."""
    changes = Changes(snapshot.school, Kind.SNAPSHOT_CHANGED, by=by, at=at)
    name = checked(snapshot.year, name, on, beside=snapshot)
    changes.change(snapshot, name=name, on=on)
    return None if changes.is_empty else changes.finish(Verb.SNAPSHOTS_CHANGED, snapshot)


@transaction.atomic
def retire_snapshot(*, snapshot: Snapshot, by: Account, at: datetime) -> ChangeSet:
    """Take a snapshot off the list. What was marked on its day stays."""
    changes = Changes(snapshot.school, Kind.SNAPSHOT_RETIRED, by=by, at=at)
    changes.change(snapshot, retired_at=at)
    return changes.finish(Verb.SNAPSHOTS_CHANGED, snapshot)
