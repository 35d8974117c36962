"""The list of wordings that wait for the index may grow: the clock enters them, no saver does."""

import django.contrib.postgres.indexes
from django.db import migrations, models


def limited_to(kilobytes):
    return django.contrib.postgres.indexes.GinIndex(
        models.Func("text", function="workorders_grams"), name="wording_by_gram", gin_pending_list_limit=kilobytes
    )


class Migration(migrations.Migration):
    dependencies = [("workorders", "0011_lists_by_every_filter")]

    operations = [
        migrations.RunSQL(
            "ALTER INDEX wording_by_gram SET (gin_pending_list_limit = 4096)",
            "ALTER INDEX wording_by_gram SET (gin_pending_list_limit = 1024)",
            state_operations=[
                migrations.RemoveIndex("wording", "wording_by_gram"),
                migrations.AddIndex("wording", limited_to(4096)),
            ],
        ),
    ]
