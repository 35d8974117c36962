"""日记账: keeps what the figures count ready-counted. The clock writes it; `sums` reads it.

Whoever changes what a figure looks at leaves the order's number in `Touched`, in the same transaction: triggers do, so
nothing can forget it. The clock takes numbers out, enters these orders anew and adds the difference to the sums. What
is touched and not entered yet is counted from the records, so a figure is never older than the records.

The edition's row is the lock: one worker at a time writes.
"""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from oversight import entries
from oversight.models import Edition

logger = logging.getLogger(__name__)

# Orders a transaction.
BATCH = 5000

# What a change comes to, by day and month and by place.
ADDED_UP = """
SELECT span, CASE span WHEN 'day' THEN day ELSE date_trunc('month', day)::date END AS first, divided.by AS by,
       coalesce(divided.place, 0) AS place, population, marks, sum(n) AS n, sum(micros) AS micros
FROM change, (VALUES ('day'), ('month')) AS spans (span),
    LATERAL (VALUES ('', 0), ('department', department), ('category', category), ('area', area)) AS divided (by, place)
GROUP BY 1, 2, 3, 4, 5, 6
HAVING sum(n) <> 0 OR sum(micros) <> 0
"""
# What was entered goes out, what is true now comes in, the sums move by the difference: one statement, one snapshot.
ENTER = """
WITH touched AS MATERIALIZED ({orders}),
gone AS (
    DELETE FROM oversight_entry WHERE order_id IN (SELECT order_id FROM touched) RETURNING *
), come AS (
    INSERT INTO oversight_entry ({columns}) {entries} RETURNING *
), change AS (
    SELECT (at AT TIME ZONE %s)::date AS day, department, category, area, population, marks, -1 AS n, -micros AS micros
    FROM gone
    UNION ALL
    SELECT (at AT TIME ZONE %s)::date, department, category, area, population, marks, 1, micros FROM come
)
INSERT INTO oversight_sum AS kept (span, first, by, place, population, marks, n, micros)
{added_up}ON CONFLICT (by, span, first, place, population, marks)
DO UPDATE SET n = kept.n + excluded.n, micros = kept.micros + excluded.micros
"""
TAKE = """
DELETE FROM oversight_touched WHERE id IN (SELECT id FROM oversight_touched ORDER BY id LIMIT %s) RETURNING order_id
"""
AHEAD = (
    "SELECT count(*), max(id) FROM (SELECT id FROM workorders_workorder WHERE id > %s ORDER BY id LIMIT %s) AS ahead"
)
BETWEEN = "SELECT id AS order_id FROM workorders_workorder WHERE id > %s AND id <= %s"


def keep_up() -> int:
    """Enter what was touched; write the whole book first where there is none by today's definitions and calendar.

    Returns how many orders were entered. Safe to run twice and side by side.
    """
    Edition.objects.bulk_create([Edition()], ignore_conflicts=True)
    total = 0
    while count := _some():
        total += count
    return total


@transaction.atomic
def _some() -> int:
    """A batch; 0 when nothing is left or somebody else is at it."""
    edition = Edition.objects.select_for_update(skip_locked=True).first()
    if edition is None:
        return 0
    wanted = entries.fingerprint()
    if edition.fingerprint != wanted:
        _begin(edition, wanted)
    count = 0 if edition.ready else _fill(edition)
    if not count:  # filled: now what was touched meanwhile, and since
        count = _drain()
    if entries.fingerprint() != wanted:  # the calendar changed under our hands
        transaction.set_rollback(True)
        return 0
    return count


def _begin(edition: Edition, wanted: str) -> None:
    """Throw away what was written by other definitions."""
    logger.info("the day book is written anew")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE oversight_entry, oversight_sum")
    edition.fingerprint, edition.filled_to, edition.ready = wanted, 0, False
    edition.save(update_fields=["fingerprint", "filled_to", "ready"])


def _fill(edition: Edition) -> int:
    """The next orders by number. One that comes in behind our back is touched, and entered like any other."""
    with connection.cursor() as cursor:
        cursor.execute(AHEAD, [edition.filled_to, BATCH])
        count, last = cursor.fetchone()
    if count:
        _enter(BETWEEN, [edition.filled_to, last])
        edition.filled_to = last
    edition.ready = count < BATCH
    edition.save(update_fields=["filled_to", "ready"])
    return int(count)


def _drain() -> int:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [BATCH])
        orders = sorted({order for (order,) in cursor.fetchall()})
    if orders:
        _enter("SELECT unnest(%s::bigint[]) AS order_id", [orders])
    return len(orders)


def _enter(orders: str, params: list[Any]) -> None:
    sql, told = entries.statement()
    with connection.cursor() as cursor:
        cursor.execute(
            ENTER.format(orders=orders, columns=entries.COLUMNS, entries=sql, added_up=ADDED_UP),
            [*params, *told, settings.TIME_ZONE, settings.TIME_ZONE],
        )
