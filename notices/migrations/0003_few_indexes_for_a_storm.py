"""What waits and what is being sent are two look-ups; a foreign key that leads another index needs none of its own.

Built and dropped beside people at work.
"""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

CASCADE = django.db.models.deletion.CASCADE


def without_its_own_index(model, name, index, **field):
    """The foreign key loses the index Django gave it; nothing else about it changes, so it is not checked anew."""
    column = f"notices_{model} ({name}_id)"
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {column}",
            )
        ],
        [migrations.AlterField(model, name, models.ForeignKey(db_index=False, on_delete=CASCADE, **field))],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notices", "0002_initial")]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        AddIndexConcurrently(
            "delivery", models.Index(fields=["not_before"], condition=Q(status="waiting"), name="delivery_waiting")
        ),
        AddIndexConcurrently(
            "delivery", models.Index(fields=["claimed_at"], condition=Q(status="sending"), name="delivery_being_sent")
        ),
        RemoveIndexConcurrently("delivery", "delivery_to_do"),
        without_its_own_index(
            "notice", "recipient", "notices_notice_recipient_id_fd0027f8",
            related_name="notices", to=settings.AUTH_USER_MODEL,
        ),
        without_its_own_index(
            "delivery", "notice", "notices_delivery_notice_id_2d5dfa0c", related_name="deliveries", to="notices.notice"
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]  # fmt: skip
