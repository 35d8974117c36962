"""The wording of the orders that were there before, and its index.

Takes minutes for a million orders and holds nobody up: people register and amend meanwhile. It may be broken off and
run again.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models

WORDING = """
INSERT INTO workorders_wording (order_id, text)
SELECT id, upper(concat_ws(E'\\n', title, content, address)) FROM workorders_workorder ORDER BY id
ON CONFLICT (order_id) DO NOTHING
"""

INDEX = """
CREATE INDEX CONCURRENTLY wording_by_gram ON workorders_wording
USING gin (workorders_grams(text)) WITH (gin_pending_list_limit = 1024)
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("workorders", "0008_an_orders_wording")]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        migrations.RunSQL(WORDING, migrations.RunSQL.noop),
        migrations.RunSQL(
            # What an attempt that was broken off has left is no index.
            ["DROP INDEX CONCURRENTLY IF EXISTS wording_by_gram", INDEX],
            "DROP INDEX CONCURRENTLY IF EXISTS wording_by_gram",
            state_operations=[
                migrations.AddIndex(
                    "wording",
                    django.contrib.postgres.indexes.GinIndex(
                        models.Func("text", function="workorders_grams"),
                        name="wording_by_gram",
                        gin_pending_list_limit=1024,
                    ),
                )
            ],
        ),
        # How rare a gram is, the search finds out by itself: counting them would cost every ANALYZE seconds.
        migrations.RunSQL("ALTER INDEX wording_by_gram ALTER COLUMN 1 SET STATISTICS 0", migrations.RunSQL.noop),
        migrations.RunSQL("RESET statement_timeout", "SET statement_timeout = 0"),
    ]
