"""Sums for each set of trees, so that narrowing in one and dividing by another is added up too. The book is kept again
from the start: what it said can be counted anew, which is quicker than turning it round."""

from django.db import migrations, models

EMPTIED = "TRUNCATE oversight_entry, oversight_sum; DELETE FROM oversight_edition"


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0004_orders_leave_word_when_touched"),
    ]

    operations = [
        migrations.RunSQL(EMPTIED, EMPTIED),
        migrations.RemoveConstraint(model_name="sum", name="one_sum_of_a_kind"),
        migrations.RemoveField(model_name="sum", name="place"),
        migrations.AddField(model_name="sum", name="department", field=models.BigIntegerField(default=0)),
        migrations.AddField(model_name="sum", name="category", field=models.BigIntegerField(default=0)),
        migrations.AddField(model_name="sum", name="area", field=models.BigIntegerField(default=0)),
        migrations.AlterField(model_name="sum", name="by", field=models.CharField(blank=True, max_length=3)),
        migrations.AddField(
            model_name="edition",
            name="summed_to",
            field=models.DateField(
                help_text="The first month not summed yet; empty while orders are entered.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["department", "at"],
                include=("category", "area", "population", "marks", "micros"),
                name="entry_by_department",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["category", "at"],
                include=("department", "area", "population", "marks", "micros"),
                name="entry_by_category",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["area", "at"],
                include=("department", "category", "population", "marks", "micros"),
                name="entry_by_area",
            ),
        ),
        migrations.AddIndex(
            model_name="sum",
            index=models.Index(
                condition=models.Q(("by__in", ["dc", "da", "dca"])),
                fields=["by", "department", "first"],
                name="sum_by_department",
            ),
        ),
        migrations.AddIndex(
            model_name="sum",
            index=models.Index(
                condition=models.Q(("by__in", ["dc", "ca", "dca"])),
                fields=["by", "category", "first"],
                name="sum_by_category",
            ),
        ),
        migrations.AddIndex(
            model_name="sum",
            index=models.Index(
                condition=models.Q(("by__in", ["da", "ca", "dca"])),
                fields=["by", "area", "first"],
                name="sum_by_area",
            ),
        ),
        migrations.AddConstraint(
            model_name="sum",
            constraint=models.UniqueConstraint(
                fields=("by", "span", "first", "department", "category", "area", "population", "marks"),
                name="one_sum_of_a_kind",
            ),
        ),
    ]
