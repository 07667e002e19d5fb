from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0001_the_school_day"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="badge",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("badge__isnull", False), ("left_at__isnull", True)),
                fields=("school", "badge"),
                name="badge_of_one_visitor_here",
            ),
        ),
    ]
