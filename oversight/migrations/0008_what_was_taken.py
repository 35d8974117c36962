"""Which orders were in an export; what left the house is on record and not rubbed out for half a year."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import oversight.models.export

GUARD = """
CREATE FUNCTION oversight_keep_exports() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN  -- how many rows there were is known at the end
        IF (NEW.id, NEW.by_id, NEW.at, NEW.what, NEW.asked) = (OLD.id, OLD.by_id, OLD.at, OLD.what, OLD.asked) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' AND OLD.at < now() - interval '6 months' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'what left the house is added to, never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION oversight_keep_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.export_id = OLD.export_id AND NEW.orders @> OLD.orders THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM FROM oversight_export WHERE id = OLD.export_id AND at >= now() - interval '6 months';
        IF NOT FOUND THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION 'what left the house is added to, never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER what_was_seen_is_kept BEFORE UPDATE OR DELETE ON oversight_export
    FOR EACH ROW EXECUTE FUNCTION oversight_keep_exports();
CREATE TRIGGER what_was_seen_is_never_emptied BEFORE TRUNCATE ON oversight_export
    FOR EACH STATEMENT EXECUTE FUNCTION oversight_keep_exports();
CREATE TRIGGER what_was_seen_is_kept BEFORE UPDATE OR DELETE ON oversight_taken
    FOR EACH ROW EXECUTE FUNCTION oversight_keep_taken();
CREATE TRIGGER what_was_seen_is_never_emptied BEFORE TRUNCATE ON oversight_taken
    FOR EACH STATEMENT EXECUTE FUNCTION oversight_keep_taken();
"""
UNDO = """
DROP TRIGGER what_was_seen_is_kept ON oversight_export;
DROP TRIGGER what_was_seen_is_never_emptied ON oversight_export;
DROP TRIGGER what_was_seen_is_kept ON oversight_taken;
DROP TRIGGER what_was_seen_is_never_emptied ON oversight_taken;
DROP FUNCTION oversight_keep_exports();
DROP FUNCTION oversight_keep_taken();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0007_sums_of_a_kind_are_counted_together")]

    operations = [
        migrations.AlterField(
            model_name="export",
            name="what",
            field=models.CharField(
                choices=[
                    ("board", "board"),
                    ("rows", "rows of a figure"),
                    ("orders", "list of orders"),
                    ("looks", "what a person has seen"),
                ],
                max_length=8,
                verbose_name="what",
            ),
        ),
        migrations.CreateModel(
            name="Taken",
            fields=[
                (
                    "export",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="taken",
                        serialize=False,
                        to="oversight.export",
                    ),
                ),
                ("orders", oversight.models.export.Ranges()),
            ],
            options={
                "default_permissions": (),
                "indexes": [django.contrib.postgres.indexes.GistIndex(fields=["orders"], name="taken_orders")],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
