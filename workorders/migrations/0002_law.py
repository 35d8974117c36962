"""What the database itself holds: an append-only timeline, one holder and one due time, numbers without a queue."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION workorders_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the timeline is added to, never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER timeline_is_append_only BEFORE UPDATE OR DELETE ON workorders_event
    FOR EACH ROW EXECUTE FUNCTION workorders_refuse();
CREATE TRIGGER timeline_is_never_emptied BEFORE TRUNCATE ON workorders_event
    FOR EACH STATEMENT EXECUTE FUNCTION workorders_refuse();
"""
UNDO_APPEND_ONLY = """
DROP TRIGGER timeline_is_append_only ON workorders_event;
DROP TRIGGER timeline_is_never_emptied ON workorders_event;
DROP FUNCTION workorders_refuse();
"""

# At commit, an order's holder and due time are those of its earliest open step, and a closed order has none open.
HOLDER = """
CREATE FUNCTION workorders_hold(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    o workorders_workorder%ROWTYPE;
    s workorders_step%ROWTYPE;
BEGIN
    SELECT * INTO o FROM workorders_workorder WHERE id = wanted;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT * INTO s FROM workorders_step WHERE order_id = wanted AND ended_at IS NULL
        ORDER BY due_at, id DESC LIMIT 1;
    IF o.next_due_at IS DISTINCT FROM s.due_at OR o.holder_pool IS DISTINCT FROM s.pool
        OR o.holder_department_id IS DISTINCT FROM s.department_id
        OR o.holder_person_id IS DISTINCT FROM s.person_id OR o.next_step IS DISTINCT FROM s.kind THEN
        RAISE EXCEPTION 'order % is not held by whoever owes its next step', o.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_order_is_held_by_whoever_owes_its_next_step';
    END IF;
END $$;
CREATE FUNCTION workorders_hold_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM workorders_hold(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION workorders_hold_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workorders_hold(CASE WHEN TG_OP = 'DELETE' THEN OLD.order_id ELSE NEW.order_id END);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER an_order_is_held_by_whoever_owes_its_next_step
    AFTER INSERT OR UPDATE OF status, next_due_at, next_step, holder_pool, holder_department_id, holder_person_id
    ON workorders_workorder DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION workorders_hold_order();
CREATE CONSTRAINT TRIGGER a_step_moves_with_its_order
    AFTER INSERT OR DELETE OR UPDATE OF due_at, ended_at, pool, department_id, person_id ON workorders_step
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION workorders_hold_step();
"""
UNDO_HOLDER = """
DROP TRIGGER an_order_is_held_by_whoever_owes_its_next_step ON workorders_workorder;
DROP TRIGGER a_step_moves_with_its_order ON workorders_step;
DROP FUNCTION workorders_hold_order();
DROP FUNCTION workorders_hold_step();
DROP FUNCTION workorders_hold(bigint);
"""

NUMBERS = """
CREATE SEQUENCE workorders_number_seq;
CREATE TABLE workorders_numberday (day date PRIMARY KEY, base bigint NOT NULL);
CREATE FUNCTION workorders_next_in_day(wanted date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
    b bigint;
BEGIN
    LOOP
        n := nextval('workorders_number_seq');
        SELECT base INTO b FROM workorders_numberday WHERE day = wanted;
        IF NOT FOUND THEN
            INSERT INTO workorders_numberday VALUES (wanted, n - 1) ON CONFLICT DO NOTHING;
            SELECT base INTO b FROM workorders_numberday WHERE day = wanted;
        END IF;
        EXIT WHEN n > b;  -- somebody began the day meanwhile: count on from there
    END LOOP;
    RETURN n - b;
END $$;
"""
UNDO_NUMBERS = """
DROP FUNCTION workorders_next_in_day(date);
DROP TABLE workorders_numberday;
DROP SEQUENCE workorders_number_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0001_initial")]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
        migrations.RunSQL(HOLDER, UNDO_HOLDER),
        migrations.RunSQL(NUMBERS, UNDO_NUMBERS),
    ]
