from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0005_sums_for_any_trees")]

    operations = [
        migrations.AlterField(
            model_name="export",
            name="rows",
            field=models.PositiveIntegerField(
                help_text="None: the list was not taken to its end.", null=True, verbose_name="rows"
            ),
        ),
    ]
