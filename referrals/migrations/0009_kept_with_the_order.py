"""What narrows a unit's orders is kept by the database; what was there is filled next.

A step of its own: who moves an order holds it first and what units read next, never the other way round.
"""

from django.db import migrations

# The order is held: whoever amends it meanwhile comes before or after, and finds the row.
READ = """
CREATE OR REPLACE FUNCTION referrals_may_read(wanted bigint, units text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO referrals_readable (
        unit_id, order_id, registered_at, category_id, area_id, lead_department_id, channel, kind, urgency, ended)
        SELECT unit::bigint, o.id, o.registered_at, o.category_id, o.area_id, o.lead_department_id, o.channel, o.kind,
            o.urgency, referrals_ended(o.status) FROM workorders_workorder o, unnest(units) AS unit
        WHERE o.id = wanted FOR SHARE OF o ON CONFLICT DO NOTHING
$$;
"""
UNDO_READ = """
CREATE OR REPLACE FUNCTION referrals_may_read(wanted bigint, units text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO referrals_readable (unit_id, order_id, registered_at)
        SELECT unit::bigint, o.id, o.registered_at FROM workorders_workorder o, unnest(units) AS unit
        WHERE o.id = wanted ON CONFLICT DO NOTHING
$$;
"""
# A move writes the status often and its end once: only that is told.
NARROWED = """
CREATE FUNCTION referrals_ended(status text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN status IN ('closed', 'declined', 'withdrawn', 'invalid') THEN status ELSE '' END
$$;
CREATE FUNCTION referrals_keep_narrowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE referrals_readable SET category_id = NEW.category_id, area_id = NEW.area_id,
        lead_department_id = NEW.lead_department_id, channel = NEW.channel, kind = NEW.kind, urgency = NEW.urgency,
        registered_at = NEW.registered_at, ended = referrals_ended(NEW.status)
        WHERE order_id = NEW.id AND unit_id = ANY (ARRAY(
            SELECT unnest(referrals_lineage(d.path))::bigint FROM referrals_referral p
            JOIN staff_department d ON d.id = p.department_id WHERE p.order_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER units_orders_are_narrowed_alike AFTER UPDATE OF
    category_id, area_id, lead_department_id, channel, kind, urgency, registered_at, status ON workorders_workorder
    FOR EACH ROW WHEN ((OLD.category_id, OLD.area_id, OLD.lead_department_id, OLD.channel, OLD.kind, OLD.urgency,
            OLD.registered_at, referrals_ended(OLD.status))
        IS DISTINCT FROM (NEW.category_id, NEW.area_id, NEW.lead_department_id, NEW.channel, NEW.kind, NEW.urgency,
            NEW.registered_at, referrals_ended(NEW.status)))
    EXECUTE FUNCTION referrals_keep_narrowed();
"""
UNDO_NARROWED = """
DROP TRIGGER units_orders_are_narrowed_alike ON workorders_workorder;
DROP FUNCTION referrals_keep_narrowed();
DROP FUNCTION referrals_ended(text);
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0008_what_narrows_a_units_orders")]

    operations = [migrations.RunSQL(NARROWED, UNDO_NARROWED), migrations.RunSQL(READ, UNDO_READ)]
