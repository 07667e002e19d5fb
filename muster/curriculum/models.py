"""Frameworks of objectives and the scales they are judged on. All of it belongs to one school."""

import uuid
from typing import Self, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Lower

from muster.people.models import AcademicYear, ChangeSet, OfSchool, OfSchoolQuerySet, YearGroup

M = TypeVar("M", bound=models.Model, covariant=True)


RETIRED = "retired_at"
LIVE = Q(retired_at__isnull=True)
"""Nothing here is ever deleted, because marks rest on it: what a school no longer wants is retired."""


class LiveQuerySet(OfSchoolQuerySet[M]):
    """Rows that can be retired."""

    def live(self) -> Self:
        """Those that have not been retired."""
        return self.filter(retired_at__isnull=True)


class Fill(models.TextChoices):
    """The nine fills a step may have; see the design tokens in pages."""

    NONE = "", "None"
    ROSE = "rose", "Rose"
    STRAW = "straw", "Straw"
    LEAF = "leaf", "Leaf"
    LILAC = "lilac", "Lilac"
    SKY = "sky", "Sky"
    SAND = "sand", "Sand"
    AQUA = "aqua", "Aqua"
    PINK = "pink", "Pink"
    STONE = "stone", "Stone"


class Place(models.TextChoices):
    """Where a step stands against what the school expects."""

    NONE = "", "Not said"
    BELOW = "below", "Below"
    AT = "at", "At"
    ABOVE = "above", "Above"


class Scale(OfSchool):
    """The school's own words, in order, from least to most."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(LiveQuerySet["Scale"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], condition=LIVE, name="scale_name_once_a_school")
        ]

    def __str__(self) -> str:
        return self.name


class Step(OfSchool):
    """One word of a scale.

    `code` is what a cell shows ("S", "PK1"); `digit` is the key that marks it, 0 to 9, or None beyond the ninth,
    where the code itself is typed. `number` is optional and used only inside one framework and one year.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    word = models.CharField(max_length=60)
    code = models.CharField(max_length=4)
    digit = models.PositiveSmallIntegerField(null=True, blank=True)
    symbol = models.CharField(max_length=4, blank=True)
    fill = models.CharField(max_length=8, choices=Fill.choices, blank=True)
    place = models.CharField(max_length=8, choices=Place.choices, blank=True)
    number = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    secure = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(LiveQuerySet["Step"])()

    class Meta:
        constraints = [
            models.UniqueConstraint("school", "scale", Lower("code"), condition=LIVE, name="step_code_once_a_scale"),
            models.UniqueConstraint(
                fields=["school", "scale", "digit"],
                condition=LIVE & Q(digit__isnull=False),
                name="step_digit_once_a_scale",
            ),
            models.CheckConstraint(condition=Q(digit__isnull=True) | Q(digit__lte=9), name="step_digit_is_one_key"),
            models.CheckConstraint(condition=~Q(code__in=["", ".", "-", "="]), name="step_code_is_no_command"),
            models.CheckConstraint(condition=Q(place__in=["", "below", "at", "above"]), name="step_place_is_known"),
        ]

    def __str__(self) -> str:
        return self.word


class StepMapping(OfSchool):
    """That marks on one step are read as another: two steps were merged, or a subject went over to another scale.

    Marks keep the step they were made with. From `made_at` until `ended_at` (None: still) they are read as `new`
    wherever `new`'s scale is the one in use.
    """

    old = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="read_as")
    new = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["StepMapping"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "old", "new"], condition=Q(ended_at__isnull=True), name="step_mapped_once"
            ),
            models.CheckConstraint(condition=~Q(old=F("new")), name="step_is_read_as_another"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} read as {self.new_id}"


class Framework(OfSchool):
    """An ordered tree of objectives the school owns; `uuid` stays the same in every copy of it."""

    uuid = models.UUIDField(default=uuid.uuid4)
    name = models.CharField(max_length=120)
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="frameworks")
    source = models.CharField(max_length=200, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(LiveQuerySet["Framework"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "uuid"], name="framework_once_a_school"),
            models.UniqueConstraint(fields=["school", "name"], condition=LIVE, name="framework_name_once_a_school"),
        ]

    def __str__(self) -> str:
        return self.name


class Subject(OfSchool):
    """A subject of a framework, in the school's order. `scale` None: judged on the framework's."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="subjects")
    name = models.CharField(max_length=120)
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, null=True, blank=True, related_name="subjects")
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(LiveQuerySet["Subject"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "framework", "name"], condition=LIVE, name="subject_once_a_framework"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Strand(OfSchool):
    """A part of a subject, nested as deep as the school likes.

    `position` is the place in the whole subject, read from top to bottom with every strand before what it holds.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="strands")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(LiveQuerySet["Strand"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "subject", "parent", "name"],
                condition=LIVE,
                name="strand_once_beside_its_siblings",
            ),
            models.UniqueConstraint(
                fields=["school", "subject", "name"],
                condition=LIVE & Q(parent__isnull=True),
                name="top_strand_once_a_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stage(OfSchool):
    """A band of a framework: a year, two years, a key stage, or any name; the year groups it is usual for."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    year_groups = models.ManyToManyField(YearGroup, related_name="stages", blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(LiveQuerySet["Stage"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "framework", "name"], condition=LIVE, name="stage_once_a_framework"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ObjectiveQuerySet(LiveQuerySet["Objective"]):
    """Objectives."""

    def to_learn(self) -> Self:
        """What is to be learnt: without the lines that sum a subject up."""
        return self.filter(sums_up=False)

    def summing_up(self) -> Self:
        """The lines of the summative sheet."""
        return self.filter(sums_up=True)

    def seen(self) -> Self:
        """Without those that an unfinished split or merge is making, or was cut off making: nobody ever sees them."""
        unfinished = Lineage.objects.filter(later=OuterRef("pk"), change_set__finished_at__isnull=True)
        return self.filter(~Exists(unfinished))

    def with_scale(self) -> Self:
        """Each with `judged_on`: the id of the scale it is judged on, its own before its subject's and framework's."""
        return self.annotate(judged_on=Coalesce("scale", "strand__subject__scale", "strand__subject__framework__scale"))

    def in_order(self) -> Self:
        """As the school arranged them: subject by subject, strands as in the tree, then their own order."""
        return self.order_by("strand__subject__position", "strand__position", "strand_id", "position", "pk")


class Objective(OfSchool):
    """One thing to be learnt. `uuid` stays for life; never deleted, only retired.

    `code` is short, for the heading of a column; `wording` is the whole statement; `is_key` marks the few
    that matter most. One objective may belong to several stages. `identifier` is what the file it came from
    calls it, so that reading a newer file finds it again. `scale` None: judged on its subject's.

    One that `sums_up` is a line of the summative sheet ("Attainment", "Progress"): a judgement of the whole subject,
    which is marked like any other and is in no count of what is to be learnt.
    """

    uuid = models.UUIDField(default=uuid.uuid4)
    strand = models.ForeignKey(Strand, on_delete=models.PROTECT, related_name="objectives")
    stages = models.ManyToManyField(Stage, related_name="objectives", blank=True)
    code = models.CharField(max_length=40, blank=True)
    identifier = models.CharField(max_length=200, blank=True)
    wording = models.TextField()
    detail = models.TextField(blank=True)
    is_key = models.BooleanField(default=False)
    sums_up = models.BooleanField(default=False)
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, null=True, blank=True, related_name="objectives")
    position = models.PositiveIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(ObjectiveQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "uuid"], name="objective_once_a_school"),
            models.CheckConstraint(condition=~Q(wording=""), name="objective_says_something"),
        ]
        indexes = [models.Index(fields=["strand", "position"], name="objectives_of_strand")]

    def __str__(self) -> str:
        return self.code or self.wording[:40]


class EarlierWords(OfSchool):
    """What an objective was called until it was reworded at `changed_at`, so that a page as of then reads as it did."""

    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="earlier_words")
    code = models.CharField(max_length=40, blank=True)
    wording = models.TextField()
    changed_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OfSchoolQuerySet["EarlierWords"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "objective", "changed_at"], name="earlier_words_end_once"),
        ]

    def __str__(self) -> str:
        return self.code or self.wording[:40]


class Lineage(OfSchool):
    """That one objective came out of another, by a split or a merge. The earlier one is retired, never deleted."""

    earlier = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="became")
    later = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="came_from")
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Lineage"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "earlier", "later"], name="lineage_once"),
            models.CheckConstraint(condition=~Q(earlier=F("later")), name="objective_comes_from_another"),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} became {self.later_id}"


class Snapshot(OfSchool):
    """A moment of the year at which the school sums up. A view over dates: changing it moves no mark.

    It shows what stood at the end of `on`; what was judged after the snapshot before it is this one's own.
    """

    year = models.ForeignKey(AcademicYear, on_delete=models.PROTECT, related_name="snapshots")
    name = models.CharField(max_length=60)
    on = models.DateField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(LiveQuerySet["Snapshot"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year", "name"], condition=LIVE, name="snapshot_name_once_a_year"
            ),
            models.UniqueConstraint(fields=["school", "year", "on"], condition=LIVE, name="one_snapshot_a_day"),
        ]

    def __str__(self) -> str:
        return self.name


class Pace(OfSchool):
    """How many seconds a mark takes at a school, for the workload line. Without a row: three."""

    seconds = models.DecimalField(max_digits=4, decimal_places=1)

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Pace"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school"], name="one_pace_a_school"),
            models.CheckConstraint(condition=Q(seconds__gt=0), name="a_mark_takes_some_time"),
        ]

    def __str__(self) -> str:
        return f"{self.seconds} s"


class Published(OfSchool):
    """One version of a framework that its school offers to the other schools of its trust, as the text they read.

    Never changed: a newer version is another row. `is_locked`: who takes it may not change its words. `scales` says which
    scales and steps the words of the text are, so that one renamed is found again: see `taken_scales`.
    """

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="published")
    version = models.PositiveIntegerField()
    text = models.TextField()
    scales = models.JSONField(default=dict)
    is_locked = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Published"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "framework", "version"], name="framework_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.framework_id}, version {self.version}"


class Taken(OfSchool):
    """That a school took a version of a framework published in its trust. Its own copy is `framework`, of the same uuid.

    The row added last speaks. `objectives` are the uuids that came with it; those a school added itself are not among
    them, and are never locked. `scales` has the school's own scales and steps that those of the version became.
    """

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="taken")
    origin = models.CharField(max_length=200)
    version = models.PositiveIntegerField()
    is_locked = models.BooleanField(default=False)
    objectives = models.JSONField(default=list)
    scales = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Taken"])()

    def __str__(self) -> str:
        return f"{self.framework_id} from {self.origin}"


class Origin(OfSchool):
    """The package a framework was read from, whole, so that it can be written again with all that Muster has no word for.

    The row added last speaks, unless its act was undone. `places` says what each part of the package became: under
    "subject" and "strand", its identifier and the number of the row.
    """

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="origins")
    package = models.TextField()
    places = models.JSONField(default=dict)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager.from_queryset(OfSchoolQuerySet["Origin"])()

    def __str__(self) -> str:
        return f"origin of {self.framework_id}"
