"""Beside each order a unit may read what its lists are narrowed by; the database keeps it from the next step on."""

import django.db.models.deletion
from django.db import migrations, models


def beside(to):
    """A place's number as the order has it; the order's own key answers for it."""
    return models.ForeignKey(
        db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+", to=to,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0007_what_was_readable_is_entered"),
        ("staff", "0003_failed_sign_ins_are_counted"),
        ("workorders", "0014_what_time_has_made_due_is_one_lookup"),
    ]

    operations = [
        migrations.AddField("readable", "category", beside("workorders.category")),
        migrations.AddField("readable", "area", beside("staff.area")),
        migrations.AddField("readable", "lead_department", beside("staff.department")),
        migrations.AddField("readable", "channel", models.CharField(db_default="", max_length=1)),
        migrations.AddField("readable", "kind", models.CharField(db_default="", max_length=12)),
        migrations.AddField("readable", "urgency", models.CharField(db_default="", max_length=10)),
        migrations.AddField("readable", "ended", models.CharField(db_default="", max_length=20)),
    ]
