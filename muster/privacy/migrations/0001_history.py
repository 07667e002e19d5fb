from django.db import migrations, models

from muster.privacy.append_only import AppendOnly, Chained


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="HistoryEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain", models.BigIntegerField()),
                ("seq", models.BigIntegerField()),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("kind", models.CharField(choices=[("change", "Change"), ("look", "Look")], max_length=6)),
                ("at", models.DateTimeField()),
                ("month", models.IntegerField()),
                ("tag", models.BinaryField()),
                ("body", models.BinaryField()),
            ],
            options={
                "verbose_name_plural": "history entries",
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "seq"), name="one_entry_a_place_in_the_chain"),
                    models.CheckConstraint(condition=models.Q(("seq__gte", 1)), name="chains_begin_at_one"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["change", "look"])), name="history_kind_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubjectSet",
            fields=[
                ("digest", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("chain", models.BigIntegerField()),
                ("members", models.JSONField()),
            ],
        ),
        Chained("privacy_historyentry"),
        AppendOnly("privacy_subjectset", key=("digest",), repeats="ignore"),
    ]
