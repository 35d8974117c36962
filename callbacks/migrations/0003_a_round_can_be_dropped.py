"""A round of calling that nobody goes on with, because the order was closed by another door."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("callbacks", "0002_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="callback",
            name="status",
            field=models.CharField(
                choices=[
                    ("trying", "not reached yet"),
                    ("completed", "completed"),
                    ("unreachable", "not reached"),
                    ("dropped", "not needed any more"),
                ],
                default="trying",
                max_length=12,
                verbose_name="status",
            ),
        ),
    ]
