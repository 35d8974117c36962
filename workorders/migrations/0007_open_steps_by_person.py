"""What a person has in hand is found at once, however much he has done before."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("workorders", "0006_a_key_registers_once")]

    operations = [
        migrations.AddIndex(
            "step",
            models.Index(
                fields=["person"], condition=Q(ended_at=None, person__isnull=False), name="step_open_of_person"
            ),
        ),
    ]
