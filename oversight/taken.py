"""Which orders are in a list that leaves the house, and that they are on record with it."""

from __future__ import annotations

from typing import Any

from django.db import connection, connections, transaction
from django.db.models import QuerySet

from oversight.models import Export
from oversight.records import Record

# Sixty-four ids that follow one another are the bits of one number, which needs no sorting and counts an order once.
# Ids become ranges afterwards, those that touch one: a year's list is a few, not ten million.
HELD = """
SELECT coalesce(range_agg(run), '{{}}')::text
FROM (
    SELECT id >> 6 AS block, bit_or(1::bigint << (id & 63)::int) AS bits FROM ({ids}) AS listed (id) GROUP BY block
) AS blocks
CROSS JOIN LATERAL (
    SELECT int8range(block << 6, (block + 1) << 6) WHERE bits = -1
    UNION ALL
    SELECT int8range((block << 6) + nth, (block << 6) + nth, '[]') FROM generate_series(0, 63) AS nth
    WHERE bits <> -1 AND (bits >> nth) & 1 = 1
) AS runs (run)
"""
KEEP = """
INSERT INTO oversight_taken AS known (export_id, orders) VALUES (%s, %s::int8multirange)
ON CONFLICT (export_id) DO UPDATE SET orders = known.orders + EXCLUDED.orders
"""


def held(record: Record, queryset: QuerySet[Any]) -> str:
    """The ids of the rows' orders, as PostgreSQL writes ranges; read where they are. It may take as long as they."""
    sql, params = (
        queryset.order_by().values_list(f"{record.order}pk").query.get_compiler(queryset.db, elide_empty=False).as_sql()
    )
    with transaction.atomic(using=queryset.db), connections[queryset.db].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '1h'; SET LOCAL jit = off")
        cursor.execute(HELD.format(ids=sql), params)
        found: str = cursor.fetchone()[0]
        transaction.set_rollback(True, using=queryset.db)  # nothing was written, and the setting ends here
    return found


def keep(export: Export, orders: str) -> None:
    """These orders are in the export, beside those that are known to be.

    A list is asked before its first row leaves and again when the last one has: what came into it meanwhile is on
    record as taken, whether it was or not; nothing that was taken is missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [export.pk, orders])
