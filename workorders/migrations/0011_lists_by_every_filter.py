"""Each filter of the list has an index that gives its orders in their order, and no column is indexed twice.

Built and dropped beside people at work.
"""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT


def without_its_own_index(name, index, **field):
    """A foreign key loses the index Django gave it; nothing else about it changes, so it is not checked anew."""
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON workorders_workorder ({name}_id)",
            )
        ],
        [migrations.AlterField("workorder", name, models.ForeignKey(db_index=False, on_delete=PROTECT, **field))],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("workorders", "0010_fewer_indexes_for_a_storm")]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        AddIndexConcurrently(
            "workorder",
            models.Index(
                fields=["status", "next_due_at", "id"],
                condition=models.Q(next_due_at__isnull=False),
                name="order_open_by_status",
            ),
        ),
        AddIndexConcurrently(
            "workorder", models.Index(fields=["channel", "registered_at", "id"], name="order_by_channel")
        ),
        AddIndexConcurrently(
            "workorder", models.Index(fields=["registered_by", "registered_at", "id"], name="order_by_registrar")
        ),
        AddIndexConcurrently(
            "workorder",
            models.Index(
                fields=["merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="order_merged_into_another",
            ),
        ),
        without_its_own_index(
            "category", "workorders_workorder_category_id_f0962fd4",
            related_name="orders", to="workorders.category", verbose_name="category",
        ),
        without_its_own_index(
            "area", "workorders_workorder_area_id_c0890b7c",
            blank=True, null=True, related_name="orders", to="staff.area", verbose_name="area",
        ),
        without_its_own_index(
            "holder_department", "workorders_workorder_holder_department_id_f72528d2",
            blank=True, null=True, related_name="+", to="staff.department",
        ),
        without_its_own_index(
            "holder_person", "workorders_workorder_holder_person_id_1d0a88de",
            blank=True, null=True, related_name="+", to=settings.AUTH_USER_MODEL,
        ),
        without_its_own_index(
            "lead_department", "workorders_workorder_lead_department_id_6ba2f22a",
            blank=True, null=True, related_name="led_orders", to="staff.department", verbose_name="lead department",
        ),
        without_its_own_index(
            "merged_into", "workorders_workorder_merged_into_id_ee7b8da0",
            blank=True, null=True, related_name="merged", to="workorders.workorder",
        ),
        without_its_own_index(
            "registered_by", "workorders_workorder_registered_by_id_ab64c3de",
            null=True, related_name="registered_orders", to=settings.AUTH_USER_MODEL,
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]  # fmt: skip
