"""Requests that wait for a ruling are few among all steps: they have an index of their own, of nothing else.
Orders of the same address are found by it, not by reading their area.

Built beside people at work.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("workorders", "0012_wordings_wait_for_the_clock")]

    operations = [
        AddIndexConcurrently(
            model_name="step",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("kind__in", ["rule_return", "rule_extension"])),
                fields=["order"],
                name="step_open_to_rule_on",
            ),
        ),
        AddIndexConcurrently(
            model_name="workorder",
            index=models.Index(
                condition=models.Q(("address", ""), _negated=True),
                fields=["address", "registered_at"],
                name="order_by_address",
            ),
        ),
    ]
