"""Which orders a unit may read, kept by the database beside the parts that make them so. What was there is entered next."""

import django.db.models.deletion
from django.db import migrations, models

# A unit reads what it, or a unit below it, has a part of that was neither returned nor withdrawn.
KEPT = """
CREATE FUNCTION referrals_may_read(wanted bigint, units text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO referrals_readable (unit_id, order_id, registered_at)
        SELECT unit::bigint, o.id, o.registered_at FROM workorders_workorder o, unnest(units) AS unit
        WHERE o.id = wanted ON CONFLICT DO NOTHING
$$;
CREATE FUNCTION referrals_may_not_read(wanted bigint, units text[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM referrals_readable r WHERE r.order_id = wanted AND r.unit_id = ANY (units::bigint[]) AND NOT EXISTS (
        SELECT FROM referrals_referral p JOIN staff_department d ON d.id = p.department_id
        WHERE p.order_id = wanted AND p.status NOT IN ('returned', 'withdrawn') AND d.path LIKE '%/' || r.unit_id || '/%')
$$;
CREATE FUNCTION referrals_lineage(path text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT string_to_array(btrim(path, '/'), '/')
$$;
CREATE FUNCTION referrals_keep_readable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM referrals_may_not_read(OLD.order_id, referrals_lineage(path))
            FROM staff_department WHERE id = OLD.department_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status NOT IN ('returned', 'withdrawn') THEN
        PERFORM referrals_may_read(NEW.order_id, referrals_lineage(path))
            FROM staff_department WHERE id = NEW.department_id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION referrals_keep_readable_of_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM referrals_may_not_read(order_id, referrals_lineage(OLD.path)),
        referrals_may_read(order_id, referrals_lineage(NEW.path))
        FROM referrals_referral WHERE department_id = NEW.id AND status NOT IN ('returned', 'withdrawn');
    RETURN NULL;
END $$;
CREATE TRIGGER parts_make_orders_readable AFTER INSERT OR DELETE ON referrals_referral
    FOR EACH ROW EXECUTE FUNCTION referrals_keep_readable();
CREATE TRIGGER parts_that_end_make_orders_unreadable AFTER UPDATE OF status, department_id, order_id ON referrals_referral
    FOR EACH ROW WHEN ((OLD.status IN ('returned', 'withdrawn')) <> (NEW.status IN ('returned', 'withdrawn'))
        OR OLD.department_id <> NEW.department_id OR OLD.order_id <> NEW.order_id)
    EXECUTE FUNCTION referrals_keep_readable();
CREATE TRIGGER orders_follow_their_units AFTER UPDATE OF path ON staff_department
    FOR EACH ROW WHEN (OLD.path <> NEW.path AND OLD.path <> '') EXECUTE FUNCTION referrals_keep_readable_of_moved();
"""
UNDO_KEPT = """
DROP TRIGGER orders_follow_their_units ON staff_department;
DROP TRIGGER parts_that_end_make_orders_unreadable ON referrals_referral;
DROP TRIGGER parts_make_orders_readable ON referrals_referral;
DROP FUNCTION referrals_keep_readable_of_moved();
DROP FUNCTION referrals_keep_readable();
DROP FUNCTION referrals_lineage(text);
DROP FUNCTION referrals_may_not_read(bigint, text[]);
DROP FUNCTION referrals_may_read(bigint, text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_a_units_orders_from_the_index"), ("staff", "0003_failed_sign_ins_are_counted")]

    operations = [
        migrations.CreateModel(
            name="Readable",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "order_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+", to="staff.department",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="readable_by", to="workorders.workorder",
                    ),
                ),
                ("registered_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "readable order",
                "verbose_name_plural": "readable orders",
                "indexes": [models.Index(fields=["unit", "registered_at", "order"], name="readable_by_registered")],
            },
        ),
        migrations.RunSQL(KEPT, UNDO_KEPT),
    ]  # fmt: skip
