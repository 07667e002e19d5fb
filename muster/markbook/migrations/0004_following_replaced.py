from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models

from muster.privacy.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("markbook", "0003_pictures"),
    ]

    operations = [
        migrations.AddField(
            model_name="following",
            name="over",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="markbook.following",
            ),
        ),
        migrations.AddField(
            model_name="following",
            name="taken_back",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="following",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("over__isnull", True), models.Q(("over", models.F("id")), _negated=True), _connector="OR"
                ),
                name="following_not_over_itself",
            ),
        ),
        migrations.AddField(
            model_name="taught",
            name="said_at",
            field=models.DateTimeField(default=datetime(2026, 9, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        AppendOnly("markbook_taught", also=[["device_key"]]),
        AppendOnly("markbook_following", also=[["over_id"]]),
    ]
