"""Guardians and whose they are."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.actions.reach import all_at, require_pupil
from muster.people.models import Account, Guardian, Guardianship, Pupil
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.people.verbs import Verb


class GuardianNeedsAName(Refused):
    """A guardian without a name cannot be told from another."""


class AlreadyGuardian(Refused):
    """The guardian is this pupil's already."""


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def add_guardian(
    *,
    pupil: Pupil,
    name: str,
    relation: str = "",
    contacts: Mapping[str, str] | None = None,
    responsibility: bool = True,
    no_contact: bool = False,
    by: Account | None,
    at: datetime,
) -> Guardianship:
    """A new guardian of `pupil`, after those there are. `contacts` may hold email, telephone and address."""
    require_pupil(pupil, by=by, at=at)
    if not name.strip():
        raise GuardianNeedsAName(_("A parent or carer needs a name."))
    guardian = Guardian(
        school=pupil.school,
        key=doors.sealer().new_keys(1)[0],
        names={"name": name.strip()},
        contacts=_filled(contacts),
    )
    guardian.save(force_insert=True)
    return _join(pupil, guardian, relation=relation, responsibility=responsibility, no_contact=no_contact, by=by, at=at)


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def share_guardian(*, guardianship: Guardianship, pupil: Pupil, by: Account | None, at: datetime) -> Guardianship:
    """Make a brother's or sister's guardian this pupil's too, as what they are to that one. Raises `AlreadyGuardian`.

    An order that forbids contact goes along: it is taken away by hand where it does not hold for this child.
    """
    require_pupil(guardianship.pupil, by=by, at=at)
    require_pupil(pupil, by=by, at=at)
    all_at(pupil.school, guardianship)
    if Guardianship.objects.filter(pupil=pupil, guardian=guardianship.guardian).exists():
        raise AlreadyGuardian(_("This is one of the pupil's parents or carers already."))
    return _join(
        pupil,
        guardianship.guardian,
        relation=guardianship.relation,
        responsibility=guardianship.responsibility,
        no_contact=guardianship.no_contact,
        by=by,
        at=at,
    )


def _join(
    pupil: Pupil,
    guardian: Guardian,
    *,
    relation: str,
    responsibility: bool,
    no_contact: bool,
    by: Account | None,
    at: datetime,
) -> Guardianship:
    made = Guardianship.objects.create(
        school=pupil.school,
        pupil=pupil,
        guardian=guardian,
        relation=relation.strip(),
        responsibility=responsibility,
        no_contact=no_contact,
        position=Guardianship.objects.filter(pupil=pupil).count() + 1,
    )
    doors.record(Verb.GUARDIAN_ADDED, school=pupil.school, by=by, at=at, about=made, pupils=[pupil.pk])
    return made


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def change_guardian(
    *,
    guardianship: Guardianship,
    name: str,
    relation: str,
    contacts: Mapping[str, str],
    responsibility: bool,
    no_contact: bool,
    by: Account,
    at: datetime,
) -> Guardianship:
    """Put right who a guardian is, how to reach them, and whether anything may."""
    require_pupil(guardianship.pupil, by=by, at=at)
    all_at(guardianship.school, guardianship)
    if not name.strip():
        raise GuardianNeedsAName(_("A parent or carer needs a name."))
    guardian = guardianship.guardian
    changed = [
        word
        for word, before, after in (
            ("name", guardian.name, name.strip()),
            ("contacts", guardian.contacts or None, _filled(contacts)),
            ("relation", guardianship.relation, relation.strip()),
            ("responsibility", guardianship.responsibility, responsibility),
            ("no_contact", guardianship.no_contact, no_contact),
        )
        if before != after
    ]
    guardian.names = {**guardian.names, "name": name.strip()}
    guardian.contacts = _filled(contacts)
    guardian.save(update_fields=["names", "contacts"])
    guardianship.relation = relation.strip()
    guardianship.responsibility, guardianship.no_contact = responsibility, no_contact
    guardianship.save(update_fields=["relation", "responsibility", "no_contact"])
    doors.record(
        Verb.GUARDIAN_CHANGED,
        school=guardianship.school,
        by=by,
        at=at,
        about=guardianship,
        pupils=[guardianship.pupil_id],
        details={"changed": changed},
    )
    return guardianship


def _filled(contacts: Mapping[str, str] | None) -> dict[str, str] | None:
    """Only what says something; None when nothing does."""
    return {kind: text.strip() for kind, text in (contacts or {}).items() if text.strip()} or None
