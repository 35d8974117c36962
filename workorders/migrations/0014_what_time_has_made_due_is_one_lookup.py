"""What the clock looks for every few seconds is in an index of its own, however much of the past lies beside it."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("workorders", "0013_rulings_and_places_are_found")]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        AddIndexConcurrently(
            "step",
            models.Index(
                fields=["person"], condition=Q(ended_at=None, person__isnull=False), name="step_open_of_person"
            ),
        ),
        AddIndexConcurrently(
            "step", models.Index(fields=["due_at"], condition=Q(kind="shelf", ended_at=None), name="shelf_by_due")
        ),
        AddIndexConcurrently(
            "step", models.Index(fields=["due_at"], condition=Q(kind="close_out"), name="close_out_by_due")
        ),
        RemoveIndexConcurrently("step", "shelf_and_close_out_by_due"),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
