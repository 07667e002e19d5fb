"""Pupils: sealed facts, when they were on roll, and what a viewer may open."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from muster.people.access import OWN_CLASSES, WHOLE_SCHOOL, Permission, Role
from muster.people.doors import CannotBeRead, sealer
from muster.people.models.accounts import Account, Viewer
from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.classes import ClassMembership, any_of, classes_reached, on_day
from muster.people.models.schools import AcademicYear, YearGroup
from muster.people.sealed import SealedDate, SealedJSON, SealedText


def folded(text: str) -> str:
    """`text` for comparing and finding: without accents, case or doubled spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(mark for mark in plain if not unicodedata.combining(mark)).split())


class PupilQuerySet(OfSchoolQuerySet["Pupil"]):
    """Pupils."""

    def visible_to(self, viewer: Viewer, *, may: Permission) -> Self:
        """Pupils for whom a post of `viewer` grants `may` that day. None unless a post lets them in.

        Merged records are left out: what was theirs stands with the record that was kept.
        """
        allowed: list[Q] = []
        schools: list[int] = []
        by_class = False
        for post in viewer.granting(may):
            match Role(post.role):
                case Role.PUPIL:
                    allowed.append(Q(account=viewer.account, school=post.school_id))
                case Role.GUARDIAN:
                    allowed.append(Q(school=post.school_id, pk__in=children_of(viewer.account)))
                case role if role in WHOLE_SCHOOL:
                    schools.append(post.school_id)
                case role if role in OWN_CLASSES:
                    by_class = True
        # Only what can let somebody in is asked for: each condition costs every page that names pupils.
        if schools:
            allowed.append(Q(school__in=schools))
        if by_class:
            reached = classes_reached(viewer, may).filter(on_day_of(viewer, "school_class__memberships__"))
            allowed.append(Q(pk__in=reached.values("school_class__memberships__pupil")))
        return self.filter(any_of(allowed), merged_into__isnull=True)

    def on_roll(self, day: date) -> Self:
        """Those enrolled on `day`; the day of joining and the last day both count."""
        open_then = Enrolment.objects.filter(joined_on__lte=day).filter(
            Q(leaving__isnull=True) | Q(leaving__left_on__gte=day)
        )
        return self.filter(pk__in=open_then.values("pupil"), merged_into__isnull=True)

    def in_class(self, school_class: models.Model, day: date) -> Self:
        """Those in the class on `day`."""
        inside = ClassMembership.objects.filter(on_day(day), school_class=school_class.pk)
        return self.filter(pk__in=inside.values("pupil"), merged_into__isnull=True)


def children_of(account: Account) -> models.QuerySet[Any, int]:
    """Ids of the pupils whose guardian signs in as `account`, where no order forbids it."""
    from muster.people.models.families import Guardianship  # families are about pupils, so they import this module

    return Guardianship.objects.filter(guardian__account=account, no_contact=False).values_list("pupil", flat=True)


def on_day_of(viewer: Viewer, prefix: str) -> Q:
    """`on_day` for the posts of `viewer`, each by the date of its own school."""
    days = {post.school_id: post.school.day(viewer.at) for post in viewer.posts}
    return any_of([Q(school=school) & on_day(day, prefix) for school, day in days.items()])


class Pupil(OfSchool):
    """A child at a school. Facts about the child are sealed with the child's own key.

    `names` holds surname, forenames and known_as. `upn_mark` is a keyed digest, for exact match only.
    `identifiers` holds other numbers by name; `contacts` the home address.
    """

    key = models.UUIDField(unique=True, editable=False)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="pupil")
    names = SealedJSON()
    born_on = SealedDate(null=True)
    upn = SealedText(null=True)
    upn_mark = models.BinaryField(null=True, editable=False)
    identifiers = SealedJSON(null=True)
    contacts = SealedJSON(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")

    objects = models.Manager.from_queryset(PupilQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "upn_mark"],
                condition=Q(upn_mark__isnull=False, merged_into__isnull=True),
                name="upn_once_a_school",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="pupil_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"pupil {self.pk}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.key

    @property
    def surname(self) -> str:
        """Family name."""
        return str(self.names.get("surname", ""))

    @property
    def forenames(self) -> str:
        """Given names."""
        return str(self.names.get("forenames", ""))

    @property
    def known_as(self) -> str:
        """The name the child is called by, where it is not the first given name."""
        return str(self.names.get("known_as", ""))

    @property
    def name(self) -> str:
        """As the class says it: Amina Ali."""
        return f"{self.known_as or self.forenames} {self.surname}".strip()

    @property
    def formal_name(self) -> str:
        """As the register says it: ALI, Amina Noor, but in the school's own casing."""
        return ", ".join(part for part in (self.surname, self.forenames) if part)

    @property
    def sort_key(self) -> tuple[str, str, int]:
        """Surname, then given name, accents and case ignored, then the older record."""
        return folded(self.surname), folded(self.known_as or self.forenames), self.pk


def by_name(pupils: Iterable[Pupil]) -> list[Pupil]:
    """`pupils` sorted by surname; their keys are loaded with one read. Those whose names cannot be read come last."""
    rows = list(pupils)
    sealer().warm(row.key for row in rows)
    return sorted(rows, key=_read_sort_key)


def _read_sort_key(pupil: Pupil) -> tuple[bool, tuple[str, str, int]]:
    try:
        return False, pupil.sort_key
    except CannotBeRead:
        return True, ("", "", pupil.pk)


class Enrolment(OfSchool):
    """A pupil on roll from a day. Ended by a `Leaving`."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="enrolments")
    joined_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Enrolment"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "pupil", "joined_on"], name="joined_once_a_day")]

    def __str__(self) -> str:
        return f"{self.pupil_id} from {self.joined_on}"


class Leaving(OfSchool):
    """The end of one enrolment. `left_on` is the last day on roll."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="leaving")
    left_on = models.DateField()
    destination = SealedText(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Leaving"])()

    def __str__(self) -> str:
        return f"{self.enrolment_id} to {self.left_on}"

    @property
    def sealing_key(self) -> UUID:
        """The child's own key."""
        return self.enrolment.pupil.key


class YearPlacement(OfSchool):
    """The year group a pupil is placed in for an academic year, whatever their age."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="placements")
    year = models.ForeignKey(AcademicYear, on_delete=models.PROTECT, related_name="placements")
    year_group = models.ForeignKey(YearGroup, on_delete=models.PROTECT, related_name="placements")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["YearPlacement"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "pupil", "year"], name="one_placement_a_year")]

    def __str__(self) -> str:
        return f"{self.pupil_id} in {self.year_group_id}"


class PupilMerge(OfSchool):
    """A child entered twice: `gone` was joined to `kept`."""

    kept = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="merges_kept")
    gone = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="merges_gone")
    change_set = models.ForeignKey("people.ChangeSet", on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["PupilMerge"])()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_joins_two")]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"
