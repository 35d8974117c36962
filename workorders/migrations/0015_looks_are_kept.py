"""Who has seen which order. What was seen is added to, never changed, and not rubbed out for half a year."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# 网络安全法 has logs kept for six months at least; what is older may be forgotten, cut by date.
GUARD = """
CREATE FUNCTION workorders_keep_what_was_seen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '6 months' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'who has seen what is added to, never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER what_was_seen_is_kept BEFORE UPDATE OR DELETE ON workorders_look
    FOR EACH ROW EXECUTE FUNCTION workorders_keep_what_was_seen();
CREATE TRIGGER what_was_seen_is_never_emptied BEFORE TRUNCATE ON workorders_look
    FOR EACH STATEMENT EXECUTE FUNCTION workorders_keep_what_was_seen();
CREATE TRIGGER what_was_seen_is_kept BEFORE UPDATE OR DELETE ON workorders_reveal
    FOR EACH ROW EXECUTE FUNCTION workorders_keep_what_was_seen();
CREATE TRIGGER what_was_seen_is_never_emptied BEFORE TRUNCATE ON workorders_reveal
    FOR EACH STATEMENT EXECUTE FUNCTION workorders_keep_what_was_seen();
"""
UNDO = """
DROP TRIGGER what_was_seen_is_kept ON workorders_reveal;
DROP TRIGGER what_was_seen_is_never_emptied ON workorders_reveal;
DROP TRIGGER what_was_seen_is_kept ON workorders_look;
DROP TRIGGER what_was_seen_is_never_emptied ON workorders_look;
DROP FUNCTION workorders_keep_what_was_seen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workorders", "0014_what_time_has_made_due_is_one_lookup"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "door",
                    models.CharField(
                        choices=[
                            ("page", "page"),
                            ("peek", "side panel"),
                            ("form", "form of a move"),
                            ("api", "program"),
                            ("print", "print"),
                        ],
                        max_length=5,
                        verbose_name="seen through",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("quarter", models.PositiveIntegerField(help_text="Quarters of an hour since 1970.")),
                (
                    "address",
                    models.CharField(blank=True, help_text="Of IPv6 the /64.", max_length=45, verbose_name="address"),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="looks",
                        to="workorders.workorder",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="looks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "look",
                "verbose_name_plural": "looks",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["person", "at"], name="look_of_person"),
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="look_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "quarter", "person", "door"),
                        name="a_look_is_written_once_in_a_quarter_of_an_hour",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
