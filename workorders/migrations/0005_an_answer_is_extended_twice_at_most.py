"""延期 is granted once by default, twice at most: also for limits an administrator writes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workorders", "0004_due_times_know_their_terms"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="timelimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("extensions__lte", 2)), name="an_answer_is_extended_twice_at_most"
            ),
        ),
    ]
