import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from muster.people.tables import Tables


class Migration(migrations.Migration):
    # What development versions made step by step, before there was a release.
    replaces = [
        ("curriculum", "0001_frameworks_and_scales"),
        ("curriculum", "0002_retiring_and_identifiers"),
        ("curriculum", "0003_bending_and_summing_up"),
        ("curriculum", "0004_pace_and_publishing"),
        ("curriculum", "0005_scales_of_what_is_published"),
        ("curriculum", "0006_the_package_a_framework_came_from"),
    ]

    initial = True

    dependencies = [
        ("people", "0001_people_and_their_school"),
    ]

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="Scale",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("name", models.CharField(max_length=80)),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("school", "name"),
                                name="scale_name_once_a_school",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Framework",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4)),
                        ("name", models.CharField(max_length=120)),
                        ("source", models.CharField(blank=True, max_length=200)),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "scale",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="frameworks",
                                to="curriculum.scale",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "uuid"), name="framework_once_a_school"),
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("school", "name"),
                                name="framework_name_once_a_school",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Stage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("name", models.CharField(max_length=80)),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "framework",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stages",
                                to="curriculum.framework",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "year_groups",
                            models.ManyToManyField(blank=True, related_name="stages", to="people.yeargroup"),
                        ),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("school", "framework", "name"),
                                name="stage_once_a_framework",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Step",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("position", models.PositiveSmallIntegerField()),
                        ("word", models.CharField(max_length=60)),
                        ("code", models.CharField(max_length=4)),
                        ("digit", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("symbol", models.CharField(blank=True, max_length=4)),
                        (
                            "fill",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "None"),
                                    ("rose", "Rose"),
                                    ("straw", "Straw"),
                                    ("leaf", "Leaf"),
                                    ("lilac", "Lilac"),
                                    ("sky", "Sky"),
                                    ("sand", "Sand"),
                                    ("aqua", "Aqua"),
                                    ("pink", "Pink"),
                                    ("stone", "Stone"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                blank=True,
                                choices=[("", "Not said"), ("below", "Below"), ("at", "At"), ("above", "Above")],
                                max_length=8,
                            ),
                        ),
                        ("number", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                        ("secure", models.BooleanField(default=False)),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "scale",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="curriculum.scale"
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("digit__isnull", True), ("digit__lte", 9), _connector="OR"),
                                name="step_digit_is_one_key",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("code__in", ["", ".", "-", "="]), _negated=True),
                                name="step_code_is_no_command",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("place__in", ["", "below", "at", "above"])),
                                name="step_place_is_known",
                            ),
                            models.UniqueConstraint(
                                models.F("school"),
                                models.F("scale"),
                                django.db.models.functions.text.Lower("code"),
                                condition=models.Q(("retired_at__isnull", True)),
                                name="step_code_once_a_scale",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True), ("digit__isnull", False)),
                                fields=("school", "scale", "digit"),
                                name="step_digit_once_a_scale",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Strand",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="curriculum.strand",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="strands",
                                to="curriculum.subject",
                            ),
                        ),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("school", "subject", "parent", "name"),
                                name="strand_once_beside_its_siblings",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True), ("parent__isnull", True)),
                                fields=("school", "subject", "name"),
                                name="top_strand_once_a_subject",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Objective",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4)),
                        ("code", models.CharField(blank=True, max_length=40)),
                        ("wording", models.TextField()),
                        ("detail", models.TextField(blank=True)),
                        ("is_key", models.BooleanField(default=False)),
                        ("position", models.PositiveIntegerField()),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "stages",
                            models.ManyToManyField(blank=True, related_name="objectives", to="curriculum.stage"),
                        ),
                        (
                            "strand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objectives",
                                to="curriculum.strand",
                            ),
                        ),
                        ("identifier", models.CharField(blank=True, max_length=200)),
                        (
                            "scale",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objectives",
                                to="curriculum.scale",
                            ),
                        ),
                        ("sums_up", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "uuid"), name="objective_once_a_school"),
                            models.CheckConstraint(
                                condition=models.Q(("wording", ""), _negated=True), name="objective_says_something"
                            ),
                        ],
                        "indexes": [models.Index(fields=["strand", "position"], name="objectives_of_strand")],
                    },
                ),
                migrations.CreateModel(
                    name="Subject",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "framework",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subjects",
                                to="curriculum.framework",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "scale",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subjects",
                                to="curriculum.scale",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("school", "framework", "name"),
                                name="subject_once_a_framework",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="EarlierWords",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=40)),
                        ("wording", models.TextField()),
                        ("changed_at", models.DateTimeField()),
                        (
                            "objective",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="earlier_words",
                                to="curriculum.objective",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("school", "objective", "changed_at"), name="earlier_words_end_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Lineage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.changeset"
                            ),
                        ),
                        (
                            "earlier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="became",
                                to="curriculum.objective",
                            ),
                        ),
                        (
                            "later",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="came_from",
                                to="curriculum.objective",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "earlier", "later"), name="lineage_once"),
                            models.CheckConstraint(
                                condition=models.Q(("earlier", models.F("later")), _negated=True),
                                name="objective_comes_from_another",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Snapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("on", models.DateField()),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="snapshots",
                                to="people.academicyear",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("school", "year", "name"),
                                name="snapshot_name_once_a_year",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("school", "year", "on"),
                                name="one_snapshot_a_day",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="StepMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.changeset"
                            ),
                        ),
                        (
                            "new",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="curriculum.step"
                            ),
                        ),
                        (
                            "old",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="read_as",
                                to="curriculum.step",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("school", "old", "new"),
                                name="step_mapped_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("old", models.F("new")), _negated=True),
                                name="step_is_read_as_another",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Taken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("origin", models.CharField(max_length=200)),
                        ("version", models.PositiveIntegerField()),
                        ("is_locked", models.BooleanField(default=False)),
                        ("objectives", models.JSONField(default=list)),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.changeset"
                            ),
                        ),
                        (
                            "framework",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taken",
                                to="curriculum.framework",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        ("scales", models.JSONField(default=dict)),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Pace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("seconds", models.DecimalField(decimal_places=1, max_digits=4)),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school",), name="one_pace_a_school"),
                            models.CheckConstraint(
                                condition=models.Q(("seconds__gt", 0)), name="a_mark_takes_some_time"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Published",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("text", models.TextField()),
                        ("is_locked", models.BooleanField(default=False)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.changeset"
                            ),
                        ),
                        (
                            "framework",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="published",
                                to="curriculum.framework",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        ("scales", models.JSONField(default=dict)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("school", "framework", "version"), name="framework_version_once"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Origin",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("package", models.TextField()),
                        ("places", models.JSONField(default=dict)),
                        (
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.changeset"
                            ),
                        ),
                        (
                            "framework",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="origins",
                                to="curriculum.framework",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [],
                        "constraints": [],
                    },
                ),
            ],
        ),
    ]
