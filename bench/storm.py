"""A storm: open orders only, a fifth of them before a supervisor at one moment, a fifth under a card an hour later.

Copies of the open steps of a small city, one statement a table.

The functions run in processes of their own, each on the database its environment names.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from io import StringIO
from statistics import median
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

# A Tuesday in working hours. Supervision comes first, so that each of the two is measured by itself.
SUPERVISION = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
CARDS = SUPERVISION + timedelta(hours=1)
BEFORE = SUPERVISION - timedelta(hours=4)
# So many lives are told for the small city; its people get addresses, so that notices leave the house.
TOLD = 300
LOOKS = 21
WRITTEN = (
    "workorders_step",
    "workorders_supervision",
    "workorders_reminder",
    "workorders_event",
    "notices_notice",
    "notices_delivery",
)

# What lies beside one another is due together, as orders of one day are.
PLAN = """
CREATE TEMP TABLE plan AS
SELECT nth, far + nth AS id, pattern.id AS pattern, rung, at, at + CASE rung
    WHEN 'due_soon' THEN interval '2 days' WHEN 'yellow' THEN interval '1 day' WHEN 'red' THEN interval '0'
    ELSE interval '-1 day' END AS due_at
FROM generate_series(1::bigint, %(orders)s) AS nth
CROSS JOIN (SELECT 1000000 + max(id) AS far FROM workorders_step) AS beyond
CROSS JOIN LATERAL (SELECT nth * 7919 %% 10007 / 10007.0 AS share, nth / 20 %% 5 AS fifth) AS one
CROSS JOIN LATERAL (SELECT
    CASE fifth WHEN 0 THEN 'supervision' ELSE (ARRAY['due_soon', 'yellow', 'red'])[1 + nth %% 3] END AS rung,
    CASE fifth WHEN 0 THEN %(supervision)s - share * interval '3 hours'
        WHEN 1 THEN %(cards)s - share * interval '50 minutes'
        ELSE %(cards)s + interval '3 days' + share * interval '10 days' END AS at) AS standing
JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS places FROM workorders_step
    WHERE ended_at IS NULL AND kind IN ('refer', 'answer', 'review', 'callback')
) AS pattern ON place = nth %% places
"""
COPIED = """
INSERT INTO {table} ({columns}) SELECT {values} FROM plan
JOIN workorders_step AS step ON step.id = pattern JOIN workorders_workorder AS o ON o.id = step.order_id ORDER BY nth
"""
OF_ORDER = {
    "id": "plan.id",
    "number": "'S' || lpad(nth::text, 10, '0')",
    "source_number": "''",
    "version": "1",
    "merged_into_id": "NULL",
    "holder_pool": "step.pool",
    "holder_department_id": "step.department_id",
    "holder_person_id": "step.person_id",
    "next_step": "step.kind",
    "next_due_at": "plan.due_at",
}
OF_STEP = {
    "id": "plan.id",
    "order_id": "plan.id",
    "due_at": "plan.due_at",
    "first_due_at": "plan.due_at",
    "started_at": "plan.due_at - interval '6 days'",
    "remind_at": "plan.due_at - interval '2 days'",
    "yellow_at": "plan.due_at - interval '1 day'",
    "escalate_at": "plan.due_at + interval '1 day'",
    "next_rung": "rung",
    "next_rung_at": "plan.at",
}
BEGINNING = """
INSERT INTO workorders_event (order_id, seq, verb, at, department, note, public, data, informative)
SELECT id, 1, 'workorder.registered', due_at - interval '6 days', '', '', '', '{}', false FROM plan ORDER BY nth
"""


def build(_nth: int, orders: int, env: dict[str, str]) -> None:
    """Fill an empty database."""
    _set_up(env)
    from django.core.management import call_command
    from django.db import connection

    from workorders.models import Step, WorkOrder

    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_demo", orders=TOLD, stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE staff_user SET email = username || '@city.example'")
        cursor.execute("UPDATE workorders_reminder SET told = true")
        cursor.execute("UPDATE workorders_step SET next_rung = NULL, next_rung_at = NULL")
        cursor.execute(PLAN, {"orders": orders, "supervision": SUPERVISION, "cards": CARDS})
        for model, row, own in ((WorkOrder, "o", OF_ORDER), (Step, "step", OF_STEP)):
            columns = [str(field.column) for field in model._meta.concrete_fields]
            values = [own.get(column, f"{row}.{column}") for column in columns]
            table = model._meta.db_table
            cursor.execute(COPIED.format(table=table, columns=", ".join(columns), values=", ".join(values)))
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608  our own names
        cursor.execute(BEGINNING)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM (ANALYZE, FREEZE)")


def sweep(_nth: int, env: dict[str, str]) -> dict[str, Any]:
    """Let time pass over it: how long a sweep takes where nothing is due, before the supervisors, and under the cards;
    what climbed, and which rows each of the two wrote."""
    _set_up(env)
    idle = median(_timed(BEFORE)[0] for _look in range(LOOKS))
    seen: dict[str, Any] = {"idle": idle, "rows": [_last()]}
    for name, at in (("supervision", SUPERVISION), ("cards", CARDS)):
        seen[name] = _timed(at)
        seen["rows"].append(_last())
    return seen


def _set_up(env: dict[str, str]) -> None:
    os.environ.update(env, DJANGO_SETTINGS_MODULE="hotline.settings", DATABASE_STATEMENT_TIMEOUT="3600")
    import django

    django.setup()


def _timed(at: datetime) -> tuple[float, int]:
    """Seconds of the whole task, and how many rungs were climbed."""
    from django.db import connection

    from staff.now import pretend
    from workorders import clock, telling

    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    with pretend(at):
        began = perf_counter()
        clock.sweep(at)
        told = telling.tell_reminders()
        return perf_counter() - began, told


def _last() -> dict[str, int]:
    """The highest key of each table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT coalesce(max(id), 0) FROM {table})" for table in WRITTEN))  # noqa: S608  our own names
        return dict(zip(WRITTEN, cursor.fetchone(), strict=True))
