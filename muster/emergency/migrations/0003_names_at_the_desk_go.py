import django.db.models.deletion
from django.db import migrations, models

import muster.people.sealed
from muster.privacy.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("emergency", "0002_what_was_said_only_grows")]

    operations = [
        migrations.AddField(
            model_name="rollcall",
            name="halves_alone",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="card",
            name="adult",
            field=muster.people.sealed.SealedText(null=True),
        ),
        migrations.AlterField(
            model_name="card",
            name="pupil",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.pupil"
            ),
        ),
        migrations.AlterField(
            model_name="secondhalf",
            name="adult",
            field=muster.people.sealed.SealedText(null=True),
        ),
        migrations.AlterField(
            model_name="secondhalf",
            name="pupil",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.pupil"
            ),
        ),
        AppendOnly(
            "emergency_card",
            also=[["uuid"]],
            forgets=["pupil_id", "guardianship_id", "adult"],
            keeps=["id", "school_id", "uuid", "roll_call_id", "greeted_by_id", "greeted_at"],
        ),
        AppendOnly(
            "emergency_cardstep",
            also=[["row"]],
            forgets=["words"],
            keeps=["id", "school_id", "card_id", "row", "step", "answer", "by_id", "at"],
        ),
        AppendOnly(
            "emergency_secondhalf",
            also=[["uuid"]],
            forgets=["pupil_id", "adult"],
            keeps=["id", "school_id", "uuid", "roll_call_id", "seen_by_id", "seen_at"],
        ),
    ]
