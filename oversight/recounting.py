"""Proof of the day book: every entry against the definitions, every sum against the entries; each in one statement.

What was touched and not entered yet is left out: the board counts it from the records.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from oversight import entries
from oversight.daybook import ADDED_UP, STEADY, SUMMED

ENTRIES = """
WITH late AS MATERIALIZED (SELECT DISTINCT order_id FROM oversight_touched),
touched AS MATERIALIZED (SELECT id AS order_id FROM workorders_workorder WHERE id NOT IN (SELECT order_id FROM late)),
recounted AS MATERIALIZED ({entries}),
kept AS MATERIALIZED (
    SELECT {columns} FROM oversight_entry WHERE order_id NOT IN (SELECT order_id FROM late)
)
SELECT DISTINCT order_id FROM (
    (TABLE recounted EXCEPT ALL TABLE kept) UNION ALL (TABLE kept EXCEPT ALL TABLE recounted)
) AS wrong ORDER BY order_id
"""
SUMS = """
WITH change AS (
    SELECT (at AT TIME ZONE %s)::date AS day, department, category, area, population, marks, 1 AS n, micros
    FROM oversight_entry
), recounted AS ({added_up})
SELECT count(*) FROM (SELECT * FROM oversight_sum WHERE n <> 0 OR micros <> 0) AS kept
FULL JOIN recounted USING ({summed})
WHERE kept.n IS DISTINCT FROM recounted.n OR kept.micros IS DISTINCT FROM recounted.micros
"""


def wrong_entries() -> list[int]:
    """The orders whose entries are not those a recount comes to."""
    sql, params = entries.statement()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STEADY)
        cursor.execute(ENTRIES.format(entries=sql, columns=entries.COLUMNS), params)
        return [order for (order,) in cursor.fetchall()]


def wrong_sums() -> int:
    """How many sums are not those of their entries."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STEADY)
        cursor.execute(SUMS.format(added_up=ADDED_UP, summed=SUMMED), [settings.TIME_ZONE])
        return int(cursor.fetchone()[0])
