"""Closed orders of which something is still to go, the oldest first."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("workorders", "0017_what_is_kept_no_longer")]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        AddIndexConcurrently(
            "workorder",
            models.Index(
                fields=["erased", "closed_at"],
                condition=Q(closed_at__isnull=False, preserved=False, erased__lt=2),
                name="order_to_erase",
            ),
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
