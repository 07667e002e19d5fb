"""Writing an incident down, and adding to it. What was written first stays as it was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from muster.emergency.models import Amendment, Incident, IncidentPerson, MustKnow
from muster.emergency.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.doors import sealer
from muster.people.models import Account, Pupil, School, Staff
from muster.people.purposes import Purpose
from muster.people.refusals import Refused


class NotTheirs(Refused):
    """The incident is not open to this person."""

    status = 404


@dataclass(frozen=True)
class People:
    """Whom an incident is about: rows of this school by number, and others by name."""

    pupils: Collection[int] = ()
    staff: Collection[int] = ()
    others: Sequence[str] = ()


@doors.reads(Purpose.SAFEGUARDING)
@transaction.atomic
def log(
    *,
    school: School,
    uuid: UUID,
    happened_at: datetime,
    place: str,
    what: str,
    done: str,
    follow_up: str,
    people: People,
    must_know: Collection[Account],
    by: Account,
    at: datetime,
) -> Incident:
    """Write an incident down. Sending the same form again (`uuid`) writes nothing and answers the one there is."""
    before = Incident.objects.at(school).filter(uuid=uuid, written_by=by).first()
    if before is not None:
        return before
    incident = Incident.objects.create(
        school=school,
        uuid=uuid,
        key=sealer().new_keys(1)[0],
        happened_at=min(happened_at, at),
        place=place,
        what=what,
        done=done or None,
        follow_up=follow_up or None,
        written_by=by,
        written_at=at,
    )
    pupils = list(Pupil.objects.at(school).filter(pk__in=people.pupils).order_by("pk"))
    rows = [
        *(IncidentPerson(pupil=one) for one in pupils),
        *(IncidentPerson(staff=one) for one in Staff.objects.at(school).filter(pk__in=people.staff)),
        *(IncidentPerson(name=one) for one in people.others),
    ]
    for row in rows:
        row.school, row.incident, row.added_by, row.added_at = school, incident, by, at
    IncidentPerson.objects.bulk_create(rows)
    MustKnow.objects.bulk_create(
        MustKnow(school=school, incident=incident, account=each, added_by=by, added_at=at)
        for each in dict.fromkeys(must_know)
    )
    doors.record(
        Verb.INCIDENT_LOGGED,
        school=school,
        by=by,
        at=at,
        about=incident,
        pupils=[one.pk for one in pupils],
    )
    return incident


@doors.reads(Purpose.SAFEGUARDING)
@transaction.atomic
def amend(
    *, incident: Incident, uuid: UUID, text: str, must_know: Collection[Account], by: Account, at: datetime
) -> Amendment:
    """Add to an incident, and tell more people. Raises `NotTheirs` where `by` may not open it."""
    if not Incident.objects.visible_to(by.viewer(at), may=Permission.INCIDENT_VIEW).contains(incident):
        raise NotTheirs(_("There is no such incident, or it is not open to you."))
    before = Amendment.objects.filter(uuid=uuid, written_by=by, incident=incident).first()
    if before is not None:
        return before
    school = incident.school
    amendment = Amendment.objects.create(
        school=school, uuid=uuid, incident=incident, text=text, written_by=by, written_at=at
    )
    told = set(MustKnow.objects.filter(incident=incident).values_list("account", flat=True))
    MustKnow.objects.bulk_create(
        MustKnow(school=school, incident=incident, account=each, added_by=by, added_at=at)
        for each in dict.fromkeys(must_know)
        if each.pk not in told
    )
    about = IncidentPerson.objects.filter(incident=incident, pupil__isnull=False).values_list("pupil", flat=True)
    doors.record(Verb.INCIDENT_AMENDED, school=school, by=by, at=at, about=incident, pupils=sorted(set(about)))
    return amendment
