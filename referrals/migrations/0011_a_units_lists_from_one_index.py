"""A unit's lists, however narrowed, from one index alone. Built and dropped beside people at work."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0010_what_narrows_units_orders_is_filled")]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        # Each row was written anew: from the index alone is read only what is known to be everybody's.
        migrations.RunSQL("VACUUM (ANALYZE) referrals_readable", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "readable",
            models.Index(
                fields=["unit", "registered_at", "order"],
                include=["category", "area", "lead_department", "channel", "kind", "urgency", "ended"],
                name="readable_with_what_narrows",
            ),
        ),
        RemoveIndexConcurrently("readable", "readable_by_registered"),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
