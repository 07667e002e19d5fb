"""What steps were, the pace of marking, and frameworks published in a trust."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0003_bending_and_summing_up"),
        ("people", "0001_schools_people_and_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Taken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="taken", to="curriculum.framework"
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
            },
        ),
        migrations.CreateModel(
            name="EarlierStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=60)),
                ("code", models.CharField(max_length=4)),
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
                ("secure", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="earlier", to="curriculum.step"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("school", "step", "changed_at"), name="earlier_step_ends_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Pace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    models.CheckConstraint(condition=models.Q(("seconds__gt", 0)), name="a_mark_takes_some_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Published",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="published", to="curriculum.framework"
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
                    models.UniqueConstraint(fields=("school", "framework", "version"), name="framework_version_once")
                ],
            },
        ),
    ]
