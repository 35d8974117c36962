"""Tokens are kept as hashes. Those issued so far move over and open what they opened, until they expire.

The table they were kept in, in clear, stays for the programs of the previous version; docs/deployment.md, “Tokens of
the first release”, says when it goes.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MOVED = """
DO $$ BEGIN
    IF to_regclass('authtoken_token') IS NOT NULL THEN
        INSERT INTO staff_token (person_id, name, begins, hashed, issued_at, expires_at)
        SELECT user_id, 'API', left(key, 8), encode(sha256(convert_to(key, 'UTF8')), 'hex'), created,
            now() + {days} * interval '1 day'
        FROM authtoken_token;
    END IF;
END $$
"""


def move(apps, schema_editor):
    schema_editor.execute(MOVED.format(days=settings.TOKEN_DAYS))


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        help_text="The program or system this token is for.", max_length=60, verbose_name="used by"
                    ),
                ),
                ("begins", models.CharField(editable=False, max_length=12, verbose_name="begins with")),
                ("hashed", models.CharField(editable=False, max_length=64)),
                ("issued_at", models.DateTimeField(editable=False, verbose_name="issued")),
                ("expires_at", models.DateTimeField(editable=False, verbose_name="expires")),
                ("used_at", models.DateTimeField(editable=False, null=True, verbose_name="last used")),
                ("revoked_at", models.DateTimeField(editable=False, null=True, verbose_name="revoked")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
                "ordering": ["-pk"],
                "constraints": [models.UniqueConstraint(fields=("hashed",), name="token_opens_for_one_person")],
            },
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
