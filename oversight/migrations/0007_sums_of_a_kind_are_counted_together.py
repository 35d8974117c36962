"""Which trees a sum is divided by says how many there are by day and by month: told to the planner, who otherwise
multiplies the shares and reads the whole table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("oversight", "0006_an_export_broken_off")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS oversight_sums_of_a_kind (mcv) ON by, span FROM oversight_sum",
            "DROP STATISTICS oversight_sums_of_a_kind",
        ),
    ]
