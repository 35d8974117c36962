"""What units could read before the database kept it. Some parts at a time: whoever changes one of those waits that long,
and where it breaks off it can begin again.
"""

from django.db import migrations

AT_ONCE = 10_000
# The parts are held meanwhile: one that is returned just now waits, and then takes away what was entered.
ENTER = """
WITH part AS (
    SELECT id, order_id, department_id, status FROM referrals_referral WHERE id > %s ORDER BY id LIMIT %s FOR SHARE
), entered AS (
    INSERT INTO referrals_readable (unit_id, order_id, registered_at)
    SELECT DISTINCT unit::bigint, o.id, o.registered_at
    FROM part p JOIN staff_department d ON d.id = p.department_id JOIN workorders_workorder o ON o.id = p.order_id,
    unnest(referrals_lineage(d.path)) AS unit
    WHERE p.status NOT IN ('returned', 'withdrawn')
    ON CONFLICT DO NOTHING
)
SELECT max(id) FROM part
"""


def enter(apps, schema_editor):
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while last is not None:
            cursor.execute(ENTER, [last, AT_ONCE])
            (last,) = cursor.fetchone()
        cursor.execute("ANALYZE referrals_readable")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0006_orders_a_unit_may_read")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
