"""Which orders a unit has, from the index alone. Built and dropped beside people at work."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0004_parts_are_indexed_once")]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        AddIndexConcurrently(
            "referral",
            models.Index(fields=["department", "status", "id"], include=["order"], name="referral_of_department"),
        ),
        RemoveIndexConcurrently("referral", "referral_by_department"),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
