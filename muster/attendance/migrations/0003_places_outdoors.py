from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0002_visitors_have_badges"),
    ]

    operations = [
        migrations.AddField(
            model_name="dayplan",
            name="outdoors",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
    ]
