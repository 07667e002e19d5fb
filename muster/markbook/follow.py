"""Giving a pupil other objectives than the class's, from any day; ending it; taking it back. Rows are only added."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from muster.curriculum.models import Scale, Stage, Subject
from muster.markbook.models import Following
from muster.markbook.models.teaching import FollowingQuerySet
from muster.markbook.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo, change
from muster.people.actions.reach import all_at, require_pupil
from muster.people.merging import one_child
from muster.people.models import Account, ChangeSet, Pupil
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.undoing import offer

MAY = Permission.FOLLOWING_SET
COPIED = ("school", "pupil", "instead_of", "subject", "stage", "scale", "starts_on", "ends_on", "taken_back")
DAY = timedelta(days=1)
A_YEAR = timedelta(days=366)


class CannotFollow(Refused):
    """The pupil cannot follow that, or not from that day."""


@doors.reads(Purpose.TEACH)
@transaction.atomic
def follow(
    *,
    pupil: Pupil,
    instead_of: Subject,
    subject: Subject,
    stage: Stage | None,
    starts_on: date,
    by: Account,
    at: datetime,
    scale: Scale | None = None,
    besides: bool = False,
) -> ChangeSet:
    """Let `pupil` follow `subject` and `stage` (None: all of it) instead of the class's `instead_of` from `starts_on`.

    What they followed there until then ends the day before, unless this comes `besides`. `scale` None: judged on the
    scale of those objectives. Raises `CannotFollow` and `NotTheirPupil`.
    """
    require_pupil(pupil, by=by, at=at, may=MAY)
    all_at(pupil.school, pupil, instead_of, subject, stage, scale)
    today = pupil.school.day(at)
    if stage is not None and stage.framework_id != subject.framework_id:
        raise CannotFollow(_("That stage is of another framework than the subject."))
    if any(row is not None and row.retired_at is not None for row in (instead_of, subject, stage, scale)):
        raise CannotFollow(_("What you chose has been retired. Choose again."))
    if not today - 10 * A_YEAR <= starts_on <= today + A_YEAR:
        raise CannotFollow(_("Check the year of the day it begins."))
    standing = list(standing_of(pupil).filter(instead_of=instead_of))
    same = [row for row in standing if (row.subject_id, row.stage_id) == (subject.pk, stage.pk if stage else None)]
    if any(row.ends_on is None or row.ends_on >= starts_on for row in same):
        raise CannotFollow(_("They follow that already. End it first, or choose another."))
    made = change(Verb.FOLLOWING_STARTED, school=pupil.school, by=by, at=at)
    if not besides:
        for row in standing:
            if row.ends_on is None or row.ends_on >= starts_on:
                begun = row.starts_on < starts_on
                again(row, made, by=by, at=at, taken_back=not begun, **({"ends_on": starts_on - DAY} if begun else {}))
    Following.objects.create(
        school=pupil.school,
        pupil=pupil,
        instead_of=instead_of,
        subject=subject,
        stage=stage,
        scale=scale,
        starts_on=starts_on,
        recorded_at=at,
        by=by,
        change_set=made,
    )
    tell(Verb.FOLLOWING_STARTED, made, by=by, at=at)
    return made


@doors.reads(Purpose.TEACH)
@transaction.atomic
def end_following(*, following: Following, ends_on: date, by: Account, at: datetime) -> ChangeSet:
    """End it; `ends_on` is its last day. Raises `CannotFollow` where it has been changed since, or had not begun."""
    standing = still(following, by=by, at=at)
    if ends_on < standing.starts_on:
        raise CannotFollow(_("It had not begun by then. Take it back instead."))
    made = change(Verb.FOLLOWING_ENDED, school=following.school, by=by, at=at)
    again(standing, made, by=by, at=at, ends_on=ends_on)
    tell(Verb.FOLLOWING_ENDED, made, by=by, at=at)
    return made


@doors.reads(Purpose.TEACH)
@transaction.atomic
def take_back_following(*, following: Following, by: Account, at: datetime) -> ChangeSet:
    """Say that it never was so. Marks stay. Raises `CannotFollow` where it has been changed since."""
    standing = still(following, by=by, at=at)
    made = change(Verb.FOLLOWING_TAKEN_BACK, school=following.school, by=by, at=at)
    again(standing, made, by=by, at=at, taken_back=True)
    tell(Verb.FOLLOWING_TAKEN_BACK, made, by=by, at=at)
    return made


def standing_of(pupil: Pupil) -> FollowingQuerySet:
    """What holds of one child's following, whichever of their joined records it was said of."""
    return Following.objects.standing().of(list(one_child([pupil.pk])))


def still(following: Following, *, by: Account, at: datetime) -> Following:
    """The row, alone with its school, while nothing has replaced it."""
    kept = following.pupil.merged_into or following.pupil
    require_pupil(kept, by=by, at=at, may=MAY)
    found = Following.objects.standing().filter(pk=following.pk).first()
    if found is None:
        raise CannotFollow(_("This has been changed meanwhile. Look at the page again."))
    return found


def again(row: Following, made: ChangeSet, *, by: Account, at: datetime, **differing: object) -> Following:
    """The same with some values changed, over the row that it replaces."""
    values = {name: getattr(row, name) for name in COPIED} | differing
    return Following.objects.create(**values, over=row, recorded_at=at, by=by, change_set=made)


def tell(verb: Verb, made: ChangeSet, *, by: Account, at: datetime) -> None:
    """Write history, last."""
    rows = list(Following.objects.filter(change_set=made).order_by("pk"))
    doors.record(
        verb,
        school=made.school,
        by=by,
        at=at,
        about=made,
        pupils=sorted({row.pupil_id for row in rows}),
        details={"followings": [row.pk for row in rows]},
    )


def turn_back(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Put back what stood before, by rows of their own. Raises `CannotUndo` where any has been replaced since."""
    with doors.purpose().using(Purpose.TEACH, Shows.RECORD):
        rows = list(Following.objects.filter(change_set=change_set).select_related("over").order_by("-pk"))
        if Following.objects.filter(over__in=rows).exists():
            raise CannotUndo(_("This has been changed since. Change it by hand."))
        made = change(Verb.FOLLOWING_TAKEN_BACK, school=change_set.school, by=by, at=at)
        for row in rows:
            if row.over is None:
                again(row, made, by=by, at=at, taken_back=True)
            else:
                was = {name: getattr(row.over, name) for name in ("starts_on", "ends_on", "taken_back")}
                again(row, made, by=by, at=at, **was)
        return sorted({row.pupil_id for row in rows})


for verb in (Verb.FOLLOWING_STARTED, Verb.FOLLOWING_ENDED, Verb.FOLLOWING_TAKEN_BACK):
    offer(verb, permission=MAY)(turn_back)
