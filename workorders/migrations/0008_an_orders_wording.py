"""Each order's wording, kept by the database. Short: it waits only for the writers of the moment."""

import django.db.models.deletion
from django.db import migrations, models

# Code point for one character, both code points in one number for two: no two grams share a number.
GRAMS = """
CREATE FUNCTION workorders_grams(words text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2500 AS $$
    SELECT array_agg(ascii(one)::bigint)
        || array_agg(ascii(one)::bigint << 21 | ascii(following)) FILTER (WHERE following IS NOT NULL)
    FROM unnest(string_to_array(words, NULL), string_to_array(substr(words, 2), NULL)) AS pair(one, following)
$$;
"""
UNDO_GRAMS = "DROP FUNCTION workorders_grams(text);"

KEPT = """
CREATE FUNCTION workorders_keep_wording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO workorders_wording AS kept (order_id, text)
        VALUES (NEW.id, upper(concat_ws(E'\\n', NEW.title, NEW.content, NEW.address)))
        ON CONFLICT (order_id) DO UPDATE SET text = EXCLUDED.text WHERE kept.text <> EXCLUDED.text;
    RETURN NULL;
END $$;
CREATE TRIGGER orders_leave_their_wording AFTER INSERT OR UPDATE OF title, content, address ON workorders_workorder
    FOR EACH ROW EXECUTE FUNCTION workorders_keep_wording();
"""
UNDO_KEPT = """
DROP TRIGGER orders_leave_their_wording ON workorders_workorder;
DROP FUNCTION workorders_keep_wording();
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0007_open_steps_by_person")]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="wording",
                        serialize=False,
                        to="workorders.workorder",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
        migrations.RunSQL(GRAMS, UNDO_GRAMS),
        migrations.RunSQL(KEPT, UNDO_KEPT),
    ]
