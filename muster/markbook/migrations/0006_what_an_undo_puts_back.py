from django.db import migrations, models

from muster.privacy.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("markbook", "0005_moves_within_the_trust"),
    ]

    operations = [
        migrations.AddField(
            model_name="judgement",
            name="earlier_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("earlier_at__isnull", True),
                    models.Q(("earlier_at__lte", models.F("judged_at")), models.Q(("kind", "clear"), _negated=True)),
                    _connector="OR",
                ),
                name="judgement_puts_back_what_was_earlier",
            ),
        ),
        AppendOnly("markbook_judgement", also=[["device_key"]]),
    ]
