"""Incidents: what happened, as it was written down at the time, and what was added to it. Nothing is changed."""

import uuid
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from muster.people.access import Permission, Role
from muster.people.models import Account, OfSchool, OfSchoolQuerySet, Pupil, Staff
from muster.people.models.accounts import Viewer
from muster.people.models.classes import any_of
from muster.people.sealed import SealedText

SEE_ALL = frozenset({Role.HEAD, Role.DSL})
"""Roles that see every incident of their school."""


class IncidentQuerySet(OfSchoolQuerySet["Incident"]):
    """Incidents."""

    def visible_to(self, viewer: Viewer, *, may: Permission) -> Self:
        """Those `viewer` wrote or must know of; all of the school to its head and its safeguarding lead."""
        allowed = []
        for post in viewer.granting(may):
            if Role(post.role) in SEE_ALL:
                allowed.append(Q(school=post.school_id))
            else:
                told = MustKnow.objects.filter(account=viewer.account).values("incident")
                allowed.append(Q(school=post.school_id) & (Q(written_by=viewer.account) | Q(pk__in=told)))
        return self.filter(any_of(allowed))


class Incident(OfSchool):
    """One incident as its writer first wrote it. `uuid` is made with the form, so that sending it twice writes it once."""

    uuid = models.UUIDField(unique=True, editable=False)
    key = models.UUIDField(unique=True, editable=False)
    happened_at = models.DateTimeField()
    place = SealedText()
    what = SealedText()
    done = SealedText(null=True)
    follow_up = SealedText(null=True)
    written_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = models.Manager.from_queryset(IncidentQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["school", "happened_at"], name="incidents_of_school")]

    def __str__(self) -> str:
        return f"incident {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The incident's own key: several people may be in it."""
        return self.key


class IncidentPerson(OfSchool):
    """Somebody an incident is about: a pupil, a member of staff, or anybody else by name."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="people")
    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = SealedText(null=True)
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["IncidentPerson"])()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pupil__isnull=False, staff__isnull=True, name__isnull=True)
                | Q(pupil__isnull=True, staff__isnull=False, name__isnull=True)
                | Q(pupil__isnull=True, staff__isnull=True, name__isnull=False),
                name="incident_person_is_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} in {self.incident_id}"

    @property
    def sealing_key(self) -> UUID:
        """The incident's own key."""
        return self.incident.key

    @property
    def sealing_row(self) -> UUID:
        """One incident has many people."""
        return self.row


class MustKnow(OfSchool):
    """Somebody who must know of an incident, and so may open it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="must_know")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["MustKnow"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "incident", "account"], name="must_know_once")]

    def __str__(self) -> str:
        return f"{self.account_id} of {self.incident_id}"


class Amendment(OfSchool):
    """Something added to an incident later: a correction, or what happened next. The first account stays as it was."""

    uuid = models.UUIDField(unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="amendments")
    text = SealedText()
    written_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Amendment"])()

    def __str__(self) -> str:
        return f"amendment {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The incident's own key."""
        return self.incident.key

    @property
    def sealing_row(self) -> UUID:
        """One incident has many amendments."""
        return self.uuid
