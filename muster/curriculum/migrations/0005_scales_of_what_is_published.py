"""Which scales and steps a published framework has, and which of its own a school made of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0004_pace_and_publishing")]

    operations = [
        migrations.AddField("published", "scales", models.JSONField(default=dict)),
        migrations.AddField("taken", "scales", models.JSONField(default=dict)),
    ]
