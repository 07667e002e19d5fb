from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_moves_within_the_trust")]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="left_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
