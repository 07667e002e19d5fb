"""A pupil moves within the trust: the old school sends, the new one accepts, and has a copy of the record of its own.

Both schools say yes, each by somebody who may change its pupils' records; one person with posts in both does both. The
copy has a key of its own: each school keeps and erases what it holds by its own days.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.changes import change
from muster.people.actions.merging import merge_pupils
from muster.people.actions.pupils import Joiner, enrolment_on, leave, taken_on_roll
from muster.people.actions.reach import alone, require, require_pupil
from muster.people.models import (
    Account,
    ChangeSet,
    Enrolment,
    GroupStatus,
    Guardian,
    Guardianship,
    KeyGroup,
    Leaving,
    Pupil,
    School,
    SchoolClass,
    Transfer,
)
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.people.transferring import carriers
from muster.people.verbs import Verb


class CannotSend(Refused):
    """The record cannot go to that school."""


class NoLongerOffered(Refused):
    """The record was taken back, or accepted by somebody else."""


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def send(*, pupil: Pupil, to: School, left_on: date, by: Account, at: datetime) -> Transfer:
    """Offer the record of `pupil` to another school of the trust. Who is on roll leaves on `left_on`.

    Raises `CannotSend`, and as `leave` does.
    """
    require_pupil(pupil, by=by, at=at)
    school = pupil.school
    if to.pk == school.pk or to.trust_id != school.trust_id:
        raise CannotSend(_("Choose another school of the trust."))
    if Transfer.objects.waiting().filter(school=school, pupil=pupil).exists():
        raise CannotSend(_("This record has been sent already. Take it back first."))
    enrolment = enrolment_on(pupil, left_on)
    if enrolment is not None and not Leaving.objects.filter(enrolment=enrolment).exists():
        leave(pupil=pupil, left_on=left_on, destination=to.name, by=by, at=at)
    elif enrolment is None and not Leaving.objects.filter(enrolment__pupil=pupil).exists():
        raise CannotSend(_("This pupil has never been on roll here."))
    made = Transfer.objects.create(school=school, pupil=pupil, to=to, left_on=left_on, sent_at=at, sent_by=by)
    doors.record(Verb.RECORD_SENT, school=school, by=by, at=at, about=made, pupils=[pupil.pk], details={"to": to.slug})
    return made


@transaction.atomic
def take_back(*, transfer: Transfer, by: Account, at: datetime) -> None:
    """Offer it no longer. The pupil's last day stays. Raises `NoLongerOffered` once it was accepted."""
    require(Permission.PUPIL_EDIT, school=transfer.school, by=by, at=at)
    if not Transfer.objects.waiting().filter(pk=transfer.pk).update(taken_back_at=at):
        raise NoLongerOffered(_("The other school has accepted it already."))
    doors.record(
        Verb.RECORD_TAKEN_BACK, school=transfer.school, by=by, at=at, about=transfer, pupils=[transfer.pupil_id]
    )


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def accept(
    *,
    transfer: Transfer,
    school_class: SchoolClass | None,
    joined_on: date,
    joins: Pupil | None = None,
    by: Account,
    at: datetime,
) -> tuple[ChangeSet, Pupil]:
    """Take the pupil on roll at the school the record was sent to, with a copy of it; the old one stays as it was left.

    Where the child is on roll there already, because a roster came first, `joins` is their record: the copy is joined to
    it, and its day and class count. One transaction, alone with both schools. Raises `NoLongerOffered`, `CannotSend` for a
    `joins` of another school, and as `enrol` does (a UPN the school has).
    """
    to, origin = transfer.to, transfer.school
    for school in sorted((to, origin), key=lambda each: each.pk):
        alone(school)
    require(Permission.PUPIL_EDIT, school=to, by=by, at=at)
    if not Transfer.objects.waiting().filter(pk=transfer.pk).update(accepted_at=at, accepted_by=by):
        raise NoLongerOffered(_("This record is no longer offered: it was taken back, or accepted by somebody else."))
    old = Pupil.objects.select_related("school").get(pk=transfer.pupil_id)
    if joins is not None:
        if joins.school_id != to.pk or joins.merged_into_id is not None:
            raise CannotSend(_("Choose a pupil of this school."))
        newest = Enrolment.objects.filter(pupil=joins).order_by("-joined_on").first()
        school_class, joined_on = None, newest.joined_on if newest else joined_on
    joiner = Joiner(
        surname=old.surname,
        forenames=old.forenames,
        known_as=old.known_as,
        born_on=old.born_on,
        upn="" if joins is not None and joins.upn == old.upn else old.upn or "",
        school_class=school_class,
        joined_on=joined_on,
        identifiers=old.identifiers,
        contacts=old.contacts,
    )
    (new,) = taken_on_roll(school=to, joiners=[joiner], by=by, at=at)
    _copy_family(old, new)
    left_out = _copy_groups(old, new)
    made = change(
        Verb.RECORD_ACCEPTED, school=to, by=by, at=at, summary={"pupils": [new.pk], "groups_left_out": left_out}
    )
    for carrier in carriers():
        carrier.copy(old, new, change_set=made, by=by, at=at)
    for school, about, pupil in ((origin, transfer, old), (to, made, new)):
        doors.record(Verb.RECORD_ACCEPTED, school=school, by=by, at=at, about=about, pupils=[pupil.pk])
    if joins is not None:
        merge_pupils(kept=joins, gone=new, by=by, at=at)
    return made, joins or new


def _copy_family(old: Pupil, new: Pupil) -> None:
    """Parents and carers, each with a key of their own here. An order that forbids contact goes along."""
    rows = list(Guardianship.objects.filter(pupil=old).select_related("guardian").order_by("position", "pk"))
    for row, key in zip(rows, doors.sealer().new_keys(len(rows)), strict=True):
        guardian = Guardian.objects.create(
            school=new.school, key=key, names=row.guardian.names, contacts=row.guardian.contacts
        )
        Guardianship.objects.create(
            school=new.school,
            pupil=new,
            guardian=guardian,
            relation=row.relation,
            responsibility=row.responsibility,
            no_contact=row.no_contact,
            position=row.position,
        )


def _copy_groups(old: Pupil, new: Pupil) -> int:
    """What was said of key groups that this school has too. Answers how many sayings have no group here."""
    here = {group.code: group for group in KeyGroup.objects.at(new.school)}
    by_name = {group.name.casefold(): group for group in here.values() if group.retired_on is None}
    rows = list(GroupStatus.objects.filter(pupil=old).select_related("group").order_by("starts_on"))
    found = [(row, here.get(row.group.code) or by_name.get(row.group.name.casefold())) for row in rows]
    GroupStatus.objects.bulk_create(
        GroupStatus(
            school=new.school,
            pupil=new,
            group=group,
            answer=row.answer,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            source=row.source,
        )
        for row, group in found
        if group is not None
    )
    return sum(group is None for _row, group in found)
