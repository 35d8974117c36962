"""What narrowed units' orders before the database kept it. Some rows at a time: whoever changes one of those orders waits
that long, and where it breaks off it can begin again.
"""

from django.db import migrations, transaction

AT_ONCE = 10_000
# The rows are held first and the orders read by the next statement: who changed one before is seen, who changes one now
# waits, and then writes over what was filled.
HOLD = """
SELECT unit_id, order_id FROM referrals_readable WHERE (unit_id, order_id) > (%s, %s) AND category_id IS NULL
ORDER BY unit_id, order_id LIMIT %s FOR UPDATE
"""
# By their keys: of two bounds the database would think that half the city lies between them.
FILL = """
UPDATE referrals_readable r SET category_id = o.category_id, area_id = o.area_id,
    lead_department_id = o.lead_department_id, channel = o.channel, kind = o.kind, urgency = o.urgency,
    ended = referrals_ended(o.status)
FROM unnest(%s::bigint[], %s::bigint[]) AS held (unit_id, order_id) JOIN workorders_workorder o ON o.id = held.order_id
WHERE r.unit_id = held.unit_id AND r.order_id = held.order_id
"""


def fill(apps, schema_editor):
    held = [(0, 0)]
    with schema_editor.connection.cursor() as cursor:
        while held:
            with transaction.atomic(schema_editor.connection.alias):
                cursor.execute(HOLD, [*held[-1], AT_ONCE])
                held = cursor.fetchall()
                cursor.execute(FILL, [[unit for unit, _order in held], [order for _unit, order in held]])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0009_kept_with_the_order")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
