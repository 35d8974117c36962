"""A step keeps the limits its due time was worked out from; those open now learn theirs from their explanation."""

from typing import Any

from django.db import migrations, models


def terms_from_explanation(apps: Any, schema_editor: Any) -> None:
    steps = apps.get_model("workorders", "Step")
    for step in steps.objects.filter(ended_at=None).only("why", "terms").iterator(2000):
        start = next((line["at"] for line in step.why if line["kind"] == "start"), None)
        last = next((line for line in reversed(step.why) if line["kind"] in ("workday", "makeup", "session")), None)
        if start is None or last is None:
            continue  # by the clock, or by no limit: no calendar moves it
        if last["kind"] == "session":
            term = {"amount": last["of"] // 60, "unit": "working_hours", "start": start}
        else:
            term = {"amount": last["of"], "unit": "working_days", "start": start}
        step.terms = [term]
        step.save(update_fields=["terms"])


class Migration(migrations.Migration):
    dependencies = [("workorders", "0003_answers_by_first_due_time")]

    operations = [
        migrations.AddField("step", "terms", models.JSONField(default=list)),
        migrations.RunPython(terms_from_explanation, migrations.RunPython.noop),
        migrations.AlterField(
            "supervision",
            "ground",
            models.CharField(
                choices=[
                    ("overdue", "overdue and nobody acted"),
                    ("unsatisfied", "unsatisfied after rework"),
                    ("decision", "a supervisor's decision"),
                    ("switched_off", "its department was switched off"),
                ],
                max_length=12,
                verbose_name="ground",
            ),
        ),
        migrations.CreateModel(
            name="Rescheduling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("calendar", models.CharField(max_length=64)),
                ("seen_at", models.DateTimeField(verbose_name="calendar seen")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("checked", models.PositiveIntegerField(default=0, verbose_name="steps looked at")),
                ("moved", models.PositiveIntegerField(default=0, verbose_name="due times moved")),
            ],
            options={
                "verbose_name": "rescheduling",
                "verbose_name_plural": "reschedulings",
                "ordering": ["-id"],
            },
        ),
    ]
