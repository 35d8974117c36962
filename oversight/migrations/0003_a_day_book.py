from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0002_weights_and_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Touched",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_id", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "filled_to",
                    models.BigIntegerField(default=0, help_text="The last order entered while it is being filled."),
                ),
                ("ready", models.BooleanField(default=False)),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(models.Value(1), name="one_edition_at_a_time")],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_id", models.BigIntegerField()),
                ("population", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("department", models.BigIntegerField(null=True)),
                ("category", models.BigIntegerField(null=True)),
                ("area", models.BigIntegerField(null=True)),
                ("marks", models.CharField(max_length=32)),
                (
                    "micros",
                    models.BigIntegerField(default=0, help_text="What was measured, in millionths of a second."),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["order_id"], name="entry_of_order"),
                    models.Index(fields=["at"], name="entry_by_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("span", models.CharField(choices=[("day", "Day"), ("month", "Month")], max_length=5)),
                ("first", models.DateField()),
                ("by", models.CharField(blank=True, max_length=10)),
                ("place", models.BigIntegerField()),
                ("population", models.CharField(max_length=16)),
                ("marks", models.CharField(max_length=32)),
                ("n", models.IntegerField()),
                ("micros", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("by", "span", "first", "place", "population", "marks"), name="one_sum_of_a_kind"
                    )
                ],
            },
        ),
    ]
