"""Whatever a figure looks at leaves its order's number for the day book when it is written."""

from django.db import migrations

# The columns the definitions look at; a test compares. Of new rows and of deleted ones the order is always told.
WATCHED = {
    "workorders_workorder": (
        "status", "reworks", "closing", "category_id", "area_id", "lead_department_id", "registered_at",
    ),
    "workorders_step": ("order_id", "kind", "started_at", "due_at", "first_due_at", "ended_at", "done"),
    "referrals_referral": (
        "order_id", "department_id", "role", "status", "is_rework", "sent_at", "accepted_at", "answered_at",
        "passed_at", "sign_step_id", "answer_step_id",
    ),
    "referrals_returnrequest": ("referral_id",),
    "callbacks_callback": (
        "order_id", "department_id", "status", "opened_at", "completed_at", "contacted", "resolution", "satisfaction",
        "verdict",
    ),
}  # fmt: skip
# How a row tells its order, and which rows do.
ORDER_OF = {
    "workorders_workorder": "SELECT id FROM changed",
    # Other steps are in no figure.
    "workorders_step": "SELECT order_id FROM changed WHERE kind IN ('sign', 'answer', 'close_out')",
    "referrals_referral": "SELECT order_id FROM changed",
    "referrals_returnrequest": (
        "SELECT part.order_id FROM changed JOIN referrals_referral AS part ON part.id = changed.referral_id"
    ),
    "callbacks_callback": "SELECT order_id FROM changed",
}


def triggers(table, columns):
    """Rows added or removed tell in one statement; a changed row tells for itself, and only when it is another now."""
    differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    tell = ORDER_OF[table]
    return f"""
CREATE FUNCTION oversight_touch_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO oversight_touched (order_id) {tell};
    RETURN NULL;
END $$;
CREATE FUNCTION oversight_touch_one_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO oversight_touched (order_id) {tell.replace("changed", "(SELECT (NEW).*) AS changed", 1)};
    RETURN NULL;
END $$;
CREATE TRIGGER figures_hear_of_new_rows AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION oversight_touch_{table}();
CREATE TRIGGER figures_hear_of_rows_gone AFTER DELETE ON {table} REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION oversight_touch_{table}();
CREATE TRIGGER figures_hear_of_changes AFTER UPDATE OF {", ".join(columns)} ON {table}
    FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION oversight_touch_one_{table}();
"""


def no_triggers(table):
    return f"""
DROP TRIGGER figures_hear_of_new_rows ON {table};
DROP TRIGGER figures_hear_of_rows_gone ON {table};
DROP TRIGGER figures_hear_of_changes ON {table};
DROP FUNCTION oversight_touch_{table}();
DROP FUNCTION oversight_touch_one_{table}();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0003_a_day_book"),
        ("workorders", "0007_open_steps_by_person"),
        ("referrals", "0003_referrals_by_passed_time"),
        ("callbacks", "0003_a_round_can_be_dropped"),
    ]

    operations = [migrations.RunSQL(triggers(table, columns), no_triggers(table)) for table, columns in WATCHED.items()]
