"""A pupil entered twice: two records become one, and can be taken apart again."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo, change
from muster.people.actions.reach import all_at, require_pupil
from muster.people.models import (
    Account,
    ChangeSet,
    ClassMembership,
    Enrolment,
    GroupStatus,
    Guardianship,
    Pupil,
    PupilMerge,
    SchoolClass,
    YearPlacement,
)
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.people.undoing import offer
from muster.people.verbs import Verb


class CannotMerge(Refused):
    """The two records cannot be joined."""


FILLED = ("born_on", "identifiers", "contacts")
"""Facts taken over from the record that goes where the one that stays has none. The UPN goes with its digest."""
MOVED: tuple[type[Model], ...] = (ClassMembership, Enrolment, YearPlacement, GroupStatus, Guardianship)


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def merge_pupils(*, kept: Pupil, gone: Pupil, by: Account, at: datetime) -> ChangeSet:
    """Join `gone` to `kept`. Places, enrolments, groups and guardians move; facts that `kept` lacks are filled in.

    Where both have one of a kind at the same time, that of `kept` counts and the other stays, unseen, with `gone`.
    Judgements are never touched: they are read with `kept` from then on. Raises `CannotMerge`.
    """
    require_pupil(kept, by=by, at=at)
    require_pupil(gone, by=by, at=at)
    all_at(kept.school, gone)
    if kept.pk == gone.pk:
        raise CannotMerge(_("Choose two different records."))
    rows = Pupil.objects.in_bulk([kept.pk, gone.pk])
    kept, gone = rows[kept.pk], rows[gone.pk]
    if kept.account_id and gone.account_id and kept.account_id != gone.account_id:
        raise CannotMerge(_("Both records sign in with an account of their own. End one of the accounts first."))

    before: dict[str, Any] = {"moved": {}, "filled": [], "joined_on": {}}
    for model in MOVED:
        moving = [row.pk for row in _moving(model, kept, gone, before)]
        if moving:
            before["moved"][model._meta.label_lower] = moving
            model._base_manager.filter(pk__in=moving).update(pupil=kept)
    earlier = list(Pupil.objects.filter(merged_into=gone).values_list("pk", flat=True))
    before["earlier"] = earlier
    Pupil.objects.filter(pk__in=earlier).update(merged_into=kept)
    _fill(kept, gone, before)

    merge_change = change(
        Verb.PUPILS_MERGED, school=kept.school, by=by, at=at, summary={"kept": kept.pk, "gone": gone.pk}
    )
    PupilMerge.objects.create(school=kept.school, kept=kept, gone=gone, change_set=merge_change, before=before)
    doors.record(
        Verb.PUPILS_MERGED,
        school=kept.school,
        by=by,
        at=at,
        about=merge_change,
        pupils=[kept.pk, gone.pk],
        details={"kept": kept.pk, "gone": gone.pk},
    )
    return merge_change


def _meet(one: Any, other: Any) -> bool:
    """Whether two rows with `starts_on` and `ends_on` share a day."""
    latest = date.max
    return bool(one.starts_on <= (other.ends_on or latest) and other.starts_on <= (one.ends_on or latest))


def _moving(model: type[Model], kept: Pupil, gone: Pupil, before: dict[str, Any]) -> list[Any]:
    """The rows of `gone` that `kept` can take over."""
    theirs: list[Any] = list(model._base_manager.filter(pupil=gone).order_by("pk"))
    have: list[Any] = list(model._base_manager.filter(pupil=kept))
    if model is ClassMembership:
        kinds = dict(
            SchoolClass.objects.filter(memberships__pupil__in=[kept, gone]).values_list("pk", "kind").distinct()
        )
        only_one = SchoolClass.Kind.REGISTRATION
        return [
            row
            for row in theirs
            if not any(
                _meet(row, held)
                and (
                    row.school_class_id == held.school_class_id
                    or kinds[row.school_class_id] == kinds[held.school_class_id] == only_one
                )
                for held in have
            )
        ]
    if model is GroupStatus:
        return [row for row in theirs if not any(row.group_id == held.group_id and _meet(row, held) for held in have)]
    if model is YearPlacement:
        return [row for row in theirs if row.year_id not in {held.year_id for held in have}]
    if model is Guardianship:
        return [row for row in theirs if row.guardian_id not in {held.guardian_id for held in have}]
    return _enrolments(theirs, have, before)


def _enrolments(theirs: list[Enrolment], have: list[Enrolment], before: dict[str, Any]) -> list[Enrolment]:
    """Enrolments of other times move. Of two at the same time the one that is kept begins with the earlier."""
    moving = []
    for row in theirs:
        meeting = next((held for held in have if _enrolments_meet(row, held)), None)
        if meeting is None:
            moving.append(row)
        elif row.joined_on < meeting.joined_on:
            before["joined_on"].setdefault(str(meeting.pk), meeting.joined_on.isoformat())
            meeting.joined_on = row.joined_on
            Enrolment.objects.filter(pk=meeting.pk).update(joined_on=row.joined_on)
    return moving


def _enrolments_meet(one: Enrolment, other: Enrolment) -> bool:
    latest = date.max

    def last(row: Enrolment) -> date:
        leaving = getattr(row, "leaving", None)
        return leaving.left_on if leaving else latest

    return one.joined_on <= last(other) and other.joined_on <= last(one)


def _fill(kept: Pupil, gone: Pupil, before: dict[str, Any]) -> None:
    """Give `kept` the facts and the account it lacks, and make `gone` point to it."""
    changed = []
    for name in FILLED:
        if getattr(kept, name) is None and getattr(gone, name) is not None:
            setattr(kept, name, getattr(gone, name))
            before["filled"].append(name)
            changed.append(name)
    if kept.upn is None and gone.upn is not None:
        kept.upn, kept.upn_mark = gone.upn, gone.upn_mark
        before["filled"].append("upn")
        changed += ["upn", "upn_mark"]
    gone.merged_into = kept
    account, gone.account = gone.account, None if gone.account_id and not kept.account_id else gone.account
    gone.save(update_fields=["merged_into", "account"])
    if account and not kept.account_id:
        kept.account = account
        before["account"] = account.pk
        changed.append("account")
    if changed:
        kept.save(update_fields=changed)


@offer(Verb.PUPILS_MERGED, permission=Permission.PUPIL_EDIT)
def _apart(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Take two records apart again: each row goes back to the record it came from.

    What was recorded of the kept one since stays with it. Refused once either was joined to a third.
    """
    merge = PupilMerge.objects.select_related("kept", "gone").get(change_set=change_set)
    kept, gone, before = merge.kept, merge.gone, merge.before
    if kept.merged_into_id or gone.merged_into_id != kept.pk:
        raise CannotUndo(_("These records have been joined with another since. Undo that first."))
    by_label = {model._meta.label_lower: model for model in MOVED}
    for label, ids in before["moved"].items():
        by_label[label]._base_manager.filter(pk__in=ids, pupil=kept).update(pupil=gone)
    for pk, joined_on in before["joined_on"].items():
        Enrolment.objects.filter(pk=int(pk)).update(joined_on=date.fromisoformat(joined_on))
    Pupil.objects.filter(pk__in=before["earlier"], merged_into=kept).update(merged_into=gone)
    # A fact put right since belongs to the record it was put right on.
    emptied = [name for name in before["filled"] if getattr(kept, name) == getattr(gone, name)]
    for name in emptied:
        setattr(kept, name, None)
    if "upn" in emptied:
        kept.upn_mark = None
        emptied.append("upn_mark")
    if account := before.get("account"):
        kept.account = None
        emptied.append("account")
    if emptied:
        kept.save(update_fields=emptied)
    gone.merged_into = None
    if account:
        gone.account_id = account
    gone.save(update_fields=["merged_into", "account"])
    return [kept.pk, gone.pk]
