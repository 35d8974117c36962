"""What a person has revealed, the latest first. Built beside people at work."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("workorders", "0015_looks_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        AddIndexConcurrently("reveal", models.Index(fields=["by", "at"], name="reveal_of_person")),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
