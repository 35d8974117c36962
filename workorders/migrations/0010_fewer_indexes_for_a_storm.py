"""A rung climbed writes its step, its reminder and its entry into every index of theirs: only what is asked for stays.

The columns that lead another index need none of their own; rungs are found one kind of rung after the other; of most
kinds of step nobody asks by due time. Built and dropped beside people at work.
"""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE


def without_its_own_index(model, name, index, **field):
    """A foreign key loses the index Django gave it; nothing else about it changes, so it is not checked anew."""
    column = f"workorders_{model} ({name}_id)"
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {column}",
            )
        ],
        [migrations.AlterField(model, name, models.ForeignKey(db_index=False, **field))],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("workorders", "0009_orders_are_found_by_their_wording")]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        AddIndexConcurrently("step", models.Index(fields=["order", "due_at", "id"], name="step_of_order")),
        AddIndexConcurrently(
            "step",
            models.Index(
                fields=["next_rung", "next_rung_at", "id"],
                condition=models.Q(next_rung_at__isnull=False),
                name="step_by_rung",
            ),
        ),
        AddIndexConcurrently(
            "step",
            models.Index(fields=["person"], condition=models.Q(person__isnull=False), name="step_of_person"),
        ),
        AddIndexConcurrently(
            "step",
            models.Index(
                fields=["kind", "due_at"],
                condition=models.Q(kind__in=["close_out", "shelf"]),
                name="shelf_and_close_out_by_due",
            ),
        ),
        AddIndexConcurrently(
            "event", models.Index(fields=["by"], condition=models.Q(by__isnull=False), name="event_by_person")
        ),
        RemoveIndexConcurrently("step", "step_open_of_order"),
        RemoveIndexConcurrently("step", "step_by_next_rung"),
        RemoveIndexConcurrently("step", "step_open_by_due"),
        RemoveIndexConcurrently("step", "step_by_kind_and_due"),
        RemoveIndexConcurrently("step", "step_open_of_person"),
        without_its_own_index(
            "step", "order", "workorders_step_order_id_8f8b7706",
            on_delete=CASCADE, related_name="steps", to="workorders.workorder",
        ),
        without_its_own_index(
            "step", "person", "workorders_step_person_id_908b23d5",
            blank=True, null=True, on_delete=PROTECT, related_name="steps", to=settings.AUTH_USER_MODEL,
        ),
        without_its_own_index(
            "reminder", "step", "workorders_reminder_step_id_5c8e1a83",
            on_delete=CASCADE, related_name="reminders", to="workorders.step",
        ),
        without_its_own_index(
            "event", "order", "workorders_event_order_id_f1c19c50",
            on_delete=PROTECT, related_name="events", to="workorders.workorder",
        ),
        without_its_own_index(
            "event", "by", "workorders_event_by_id_b28f9fe9",
            null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL,
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]  # fmt: skip
