"""The pace of marking, and frameworks published in a trust."""

import django.db.models.deletion
from django.db import migrations, models

from muster.people.tables import Tables


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0003_bending_and_summing_up"),
        ("people", "0001_schools_people_and_posts"),
    ]

    operations = [
        Tables(
            [
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
                    ],
                    options={
                        "abstract": False,
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("school", "framework", "version"), name="framework_version_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
