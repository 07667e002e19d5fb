import uuid

import django.db.models.deletion
from django.db import migrations, models

import muster.people.sealed
from muster.people.tables import Tables


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_uploads_layouts_and_source_ids"),
        ("people", "0001_schools_people_and_posts"),
    ]

    operations = [
        Tables(
            [
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
                ),
            ]
        ),
    ]
