import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import muster.people.sealed
from muster.people.tables import Tables


class Migration(migrations.Migration):
    # What development versions made step by step, before there was a release.
    replaces = [("exchange", "0001_uploads_layouts_and_source_ids"), ("exchange", "0002_what_children_came_with")]

    initial = True

    dependencies = [
        ("people", "0001_people_and_their_school"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="Layout",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("headings", models.BinaryField()),
                        ("kind", models.CharField(max_length=20)),
                        ("columns", models.JSONField(default=dict)),
                        ("at", models.DateTimeField()),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("school", "headings"), name="one_layout_a_set_of_headings")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="SourceId",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=20)),
                        ("of", models.CharField(max_length=12)),
                        ("mark", models.BinaryField()),
                        (
                            "guardian",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="source_ids",
                                to="people.guardian",
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="source_ids",
                                to="people.pupil",
                            ),
                        ),
                        (
                            "school",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.school"
                            ),
                        ),
                        (
                            "school_class",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="source_ids",
                                to="people.schoolclass",
                            ),
                        ),
                        (
                            "staff",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="source_ids",
                                to="people.staff",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("school", "source", "of", "mark"), name="an_id_means_one_row"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("pupil__isnull", False),
                                    ("staff__isnull", False),
                                    ("guardian__isnull", False),
                                    ("school_class__isnull", False),
                                    _connector="OR",
                                ),
                                name="an_id_means_a_row",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Upload",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        ("name", muster.people.sealed.SealedText(null=True)),
                        ("data", muster.people.sealed.SealedBytes()),
                        ("settings", muster.people.sealed.SealedJSON(null=True)),
                        ("shown", muster.people.sealed.SealedBytes(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("reading", "Being read"),
                                    ("shown", "Shown, and nothing written"),
                                    ("bringing", "Being brought in"),
                                    ("done", "Brought in"),
                                    ("failed", "Cannot be read"),
                                ],
                                default="reading",
                                max_length=8,
                            ),
                        ),
                        ("mark", models.CharField(blank=True, max_length=16)),
                        ("headings", models.BinaryField(null=True)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("of", models.PositiveIntegerField(default=0)),
                        ("said", models.CharField(blank=True, max_length=300)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "change_set",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="upload",
                                to="people.changeset",
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
                        "indexes": [models.Index(fields=["state", "at"], name="uploads_to_work_on")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CameWith",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("said", muster.people.sealed.SealedJSON()),
                        (
                            "change_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.changeset"
                            ),
                        ),
                        (
                            "pupil",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="came_with", to="people.pupil"
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
                        "indexes": [],
                        "constraints": [],
                    },
                ),
            ],
        ),
    ]
