"""How much of an order has gone, whether it is preserved, and the one change to a timeline there is: its words go."""

from django.db import migrations, models

# Of an order whose texts have gone an entry's words are emptied by whatever is written to it, and nothing else is; of
# what was amended the names of the fields stay.
GUARD = """
CREATE FUNCTION workorders_emptied(data jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN data ? 'after' THEN data - 'before' || jsonb_build_object('after', (
        SELECT coalesce(jsonb_object_agg(name, null), '{}') FROM jsonb_object_keys(data -> 'after') AS name
    )) ELSE data END
$$;
CREATE OR REPLACE FUNCTION workorders_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND EXISTS (SELECT FROM workorders_workorder WHERE id = OLD.order_id AND erased = 2) THEN
        NEW := OLD;
        NEW.note := '';
        NEW.public := '';
        NEW.data := workorders_emptied(OLD.data);
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the timeline is added to, never changed' USING ERRCODE = 'restrict_violation';
END $$;
"""
UNDO = """
CREATE OR REPLACE FUNCTION workorders_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the timeline is added to, never changed' USING ERRCODE = 'restrict_violation';
END $$;
DROP FUNCTION workorders_emptied(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0016_reveals_by_person")]

    operations = [
        migrations.AddField(
            "workorder",
            "preserved",
            models.BooleanField(db_default=False, default=False, verbose_name="preserved"),
        ),
        migrations.AddField(
            "workorder",
            "erased",
            models.PositiveSmallIntegerField(
                choices=[(0, "nothing"), (1, "caller"), (2, "texts")],
                db_default=0,
                default=0,
                verbose_name="gone by now",
            ),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
