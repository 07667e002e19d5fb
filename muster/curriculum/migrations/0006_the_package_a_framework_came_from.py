"""The package a framework was read from, kept whole."""

import django.db.models.deletion
from django.db import migrations, models

from muster.people.tables import Tables


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0005_scales_of_what_is_published"),
    ]

    operations = [
        Tables(
            [
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
                    },
                ),
            ]
        ),
    ]
