"""Roll calls: the frozen list of who was expected, and what named adults said of them. What was said only grows."""

import uuid
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from muster.emergency.rules.kinds import Claim, Kind, Mode
from muster.people.access import GRANTS, Permission
from muster.people.doors import CannotBeRead, sealer
from muster.people.models import Account, OfSchool, OfSchoolQuerySet, Post, Pupil, School, Staff
from muster.people.models.classes import on_day
from muster.people.sealed import SealedText


class RollCallQuerySet(OfSchoolQuerySet["RollCall"]):
    """Roll calls."""

    def own(self) -> Self:
        """Those that stand for themselves, and not for another that they joined."""
        return self.filter(joined__isnull=True)

    def going_on(self) -> Self:
        """Those that have not ended."""
        return self.own().filter(ended_at__isnull=True)


class RollCall(OfSchool):
    """One accounting for everybody. It says nothing about anybody: names are in `Listed`, what was said in `Tick`.

    `uuid` is made where it was started, so that starting twice starts once. `version` counts what was said: it is the
    number of the newest tick. `joined` is the roll call that this one turned out to be the same as. `key` seals names
    and words; destroying it 30 days after the end is how they go. `halves_alone` is how many halves at the desk had no
    other half then, which only names could tell.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    key = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.name.title()) for kind in Kind])
    mode = models.CharField(max_length=5, choices=[(mode.value, mode.name.title()) for mode in Mode])
    started_at = models.DateTimeField()
    received_at = models.DateTimeField()
    started_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    list_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_version = models.PositiveIntegerField(null=True, blank=True)
    joined = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="also_started")
    names_gone_at = models.DateTimeField(null=True, blank=True)
    halves_alone = models.PositiveIntegerField(null=True, blank=True)

    objects = models.Manager.from_queryset(RollCallQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="roll_call_kind_is_known"),
            models.CheckConstraint(condition=Q(mode__in=[mode.value for mode in Mode]), name="roll_call_mode_is_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_version__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, ended_version__isnull=False),
                name="roll_call_ended_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(joined=F("id")), name="roll_call_not_joined_to_itself"),
        ]
        indexes = [models.Index(fields=["school", "started_at"], name="roll_calls_of_school")]

    def __str__(self) -> str:
        return f"{self.mode} {self.kind} {self.pk}"

    @property
    def keeps_words(self) -> bool:
        """Whether names and words can be sealed: not once its key is lost."""
        try:
            sealer().seal(self.key, "", b"")
        except CannotBeRead:
            return False
        return True

    @property
    def is_dark(self) -> bool:
        """Whether its screens are dark, silent, and show nothing to somebody passing by: a lockdown, until it ends."""
        return self.kind == Kind.LOCKDOWN and self.ended_at is None


class Listed(OfSchool):
    """One person on the list of a roll call, frozen when it began; `added_at` for one who was not on it.

    A pupil or a member of staff is named by their own row; `name` holds a visitor's. All that names anybody is emptied
    30 days after the end, which the database lets pass and nothing else; class, kind and number stay.
    """

    class Kind(models.TextChoices):
        """Who somebody is to the school."""

        PUPIL = "pupil", "Pupil"
        STAFF = "staff", "Staff"
        VISITOR = "visitor", "Visitor"

    roll_call = models.ForeignKey(RollCall, on_delete=models.PROTECT, related_name="listed")
    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    visitor = models.PositiveBigIntegerField(null=True, blank=True)
    name = SealedText(null=True)
    group = models.CharField(max_length=60, blank=True)
    expected = models.BooleanField()
    status = models.CharField(max_length=80, null=True, blank=True)
    added_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Listed"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "roll_call", "pupil"], condition=Q(pupil__isnull=False), name="pupil_listed_once"
            ),
            models.UniqueConstraint(
                fields=["school", "roll_call", "staff"], condition=Q(staff__isnull=False), name="staff_listed_once"
            ),
            models.UniqueConstraint(
                fields=["school", "roll_call", "visitor"],
                condition=Q(visitor__isnull=False),
                name="visitor_listed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of {self.roll_call_id}"

    @property
    def sealing_key(self) -> UUID:
        """The key of the roll call, which goes with its names."""
        return self.roll_call.key

    @property
    def sealing_row(self) -> UUID:
        """One roll call lists many."""
        return self.row

    @property
    def who(self) -> str:
        """The same on every device; once names have gone, the row's own number."""
        number = self.pupil_id or self.staff_id or self.visitor
        return f"{self.kind}-{number}" if number else f"row-{self.pk}"


class Tick(OfSchool):
    """What one named adult said in a roll call. Never changed and never taken away: what is withdrawn is said to be so.

    `device_key` is made where it was said, so that sending it again says it once. `number` is its place in the order in
    which the school's server came to know. `made_at` is on the server's clock, corrected for the device's; `device_at`
    is what the device's own clock said. `extra` names somebody on no list by the tick that first told of them. `late`
    ticks arrived when the roll call had ended: they are evidence, and change nothing that was counted.
    """

    device_key = models.UUIDField(unique=True)
    roll_call = models.ForeignKey(RollCall, on_delete=models.PROTECT, related_name="ticks")
    number = models.PositiveIntegerField()
    listed = models.ForeignKey(Listed, on_delete=models.PROTECT, null=True, blank=True, related_name="ticks")
    extra = models.UUIDField(null=True, blank=True)
    claim = models.CharField(max_length=10, choices=[(claim.value, claim.name.title()) for claim in Claim])
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    device = models.UUIDField(null=True, blank=True)
    seq = models.PositiveBigIntegerField(default=0)
    over = models.JSONField(default=list, blank=True)
    group = models.CharField(max_length=60, blank=True)
    count = models.PositiveIntegerField(null=True, blank=True)
    late = models.BooleanField(default=False)
    place = SealedText(null=True)
    text = SealedText(null=True)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Tick"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "roll_call", "number"], name="tick_number_once"),
            models.CheckConstraint(condition=Q(claim__in=[claim.value for claim in Claim]), name="tick_claim_is_known"),
            models.CheckConstraint(
                condition=~Q(claim="heads") | Q(count__isnull=False), name="head_count_has_a_number"
            ),
        ]
        indexes = [models.Index(fields=["listed", "id"], name="ticks_of_person")]

    def __str__(self) -> str:
        return f"{self.claim} {self.number} of {self.roll_call_id}"

    @property
    def sealing_key(self) -> UUID:
        """The key of the roll call, which goes with its names."""
        return self.roll_call.key

    @property
    def sealing_row(self) -> UUID:
        """One roll call has many ticks."""
        return self.device_key


class PhoneQuerySet(OfSchoolQuerySet["Phone"]):
    """Phones."""

    def in_use(self, school: School, at: datetime) -> Self:
        """Those whose accounts may tick at `school` at the instant `at`: the phone of a leaver need not be ready."""
        roles = [role for role, granted in GRANTS.items() if Permission.ROLL_CALL_TICK in granted]
        held = Post.objects.at(school).filter(on_day(school.day(at)), role__in=roles, account__is_active=True)
        held = held.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        return self.filter(account__in=held.values("account"))

    def not_ready(self, since: datetime) -> Self:
        """Those that have not held a list made at or after `since`."""
        return self.filter(list_at__lt=since)


class Phone(OfSchool):
    """A device that keeps the list for a roll call, and how old the list was that it last proved it could open."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    device = models.UUIDField()
    list_at = models.DateTimeField()
    told_at = models.DateTimeField()

    objects = models.Manager.from_queryset(PhoneQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "account", "device"], name="phone_once_an_account")]

    def __str__(self) -> str:
        return f"phone {self.pk}"
