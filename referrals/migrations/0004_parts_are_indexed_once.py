"""Columns that lead another index lose their own."""

import django.db.models.deletion
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT


def without_its_own_index(name, index, **field):
    """A foreign key loses the index Django gave it; nothing else about it changes, so it is not checked anew."""
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON referrals_referral ({name}_id)",
            )
        ],
        [migrations.AlterField("referral", name, models.ForeignKey(db_index=False, on_delete=PROTECT, **field))],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0003_referrals_by_passed_time"), ("workorders", "0011_lists_by_every_filter")]

    operations = [
        without_its_own_index(
            "order", "referrals_referral_order_id_170fad6d", related_name="referrals", to="workorders.workorder"
        ),
        without_its_own_index(
            "department", "referrals_referral_department_id_d822fb48",
            related_name="referrals", to="staff.department", verbose_name="department",
        ),
    ]  # fmt: skip
