"""Many orders at once, by the clock: `lock` and `record` of `workorders.timeline`, a few statements a batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from staff.now import now
from workorders.models import Status, WorkOrder
from workorders.models.order import WorkOrderQuerySet

# So many orders are locked at a time.
BATCH = 500

EARLIEST = datetime.min.replace(tzinfo=UTC)
# So many steps climb in a transaction.
STEPS = 5000

# What is due of one rung, on from where the batch before ended, and whose orders nobody works on just now. Locked in a
# statement of its own, so that the next one sees what was written before the locks were ours.
DUE = """
WITH due AS MATERIALIZED (
    SELECT id, order_id, next_rung_at FROM workorders_step
    WHERE next_rung = %(rung)s AND next_rung_at <= %(at)s AND (next_rung_at, id) > (%(since)s, %(last)s)
    ORDER BY next_rung_at, id LIMIT %(batch)s
), free AS MATERIALIZED (
    SELECT id FROM workorders_workorder WHERE id IN (SELECT order_id FROM due) FOR NO KEY UPDATE SKIP LOCKED
)
SELECT array_agg(due.id) FILTER (WHERE order_id IN (SELECT id FROM free))::text, count(*),
    max(next_rung_at), max(due.id) FILTER (WHERE next_rung_at = (SELECT max(next_rung_at) FROM due))
FROM due
"""

# The first open step's holder and due time are the order's; see `timeline.record`.
SETTLE = """
UPDATE workorders_workorder AS o SET holder_pool = first.pool, holder_department_id = first.department_id,
    holder_person_id = first.person_id, next_step = first.kind, next_due_at = first.due_at
FROM (
    SELECT DISTINCT ON (order_id) order_id, pool, department_id, person_id, kind, due_at
    FROM workorders_step WHERE order_id = ANY(%(orders)s) AND ended_at IS NULL
    ORDER BY order_id, due_at, id DESC
) AS first WHERE o.id = first.order_id AND (
    holder_pool, holder_department_id, holder_person_id, next_step, next_due_at
) IS DISTINCT FROM (first.pool, first.department_id, first.person_id, first.kind, first.due_at)
"""
# Their entries count on from the last; what else than a card is among them takes the order's version up.
ENTER = """
WITH entry AS (
    SELECT order_id, verb, data, informative, row_number() OVER (PARTITION BY order_id ORDER BY nth)
        + (SELECT max(seq) FROM workorders_event AS before WHERE before.order_id = told.order_id) AS seq
    FROM unnest(%(orders)s, %(verbs)s, %(data)s::jsonb[], %(informative)s)
        WITH ORDINALITY AS told (order_id, verb, data, informative, nth)
), entered AS (
    INSERT INTO workorders_event (order_id, seq, verb, at, department, note, public, data, informative)
    SELECT order_id, seq, verb, %(at)s, '', '', '', data, informative FROM entry
), latest AS (
    SELECT order_id, max(seq) AS seq, bool_and(informative) AS informative FROM entry GROUP BY order_id
), counted AS (
    UPDATE workorders_workorder AS o SET version = seq FROM latest WHERE o.id = order_id AND NOT informative
)
SELECT order_id, seq FROM latest
"""
# Orders merged into these have their holder and due time; see `timeline.follow`.
FOLLOW = """
UPDATE workorders_step AS step SET pool = o.holder_pool, department_id = o.holder_department_id,
    person_id = o.holder_person_id, due_at = o.next_due_at
FROM workorders_workorder AS rider JOIN workorders_workorder AS o ON o.id = rider.merged_into_id
WHERE o.id = ANY(%(orders)s) AND rider.status = %(merged)s
    AND step.order_id = rider.id AND step.kind = 'follow' AND step.ended_at IS NULL
    AND (step.pool, step.department_id, step.person_id, step.due_at)
        IS DISTINCT FROM (o.holder_pool, o.holder_department_id, o.holder_person_id, o.next_due_at)
RETURNING rider.id
"""


@dataclass(frozen=True)
class Entry:
    """One line for the timeline of a locked order; the clock's lines are informative unless they say otherwise."""

    order: WorkOrder
    verb: str
    data: dict[str, Any] = field(default_factory=dict)
    informative: bool = True


def through_due(rung: str, at: datetime, climb: Callable[[str], int]) -> int:
    """All steps due for a rung, a batch a transaction; `climb` is given those whose orders are locked, as the
    database wrote them down: thousands of keys go back as they came.

    What others work on just now is passed over and comes with the next sweep. Returns how many climbed.
    """
    total, due, since, last = 0, STEPS, EARLIEST, 0
    while due == STEPS:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(DUE, {"rung": rung, "at": at, "since": since, "last": last, "batch": STEPS})
                steps, due, since, last = cursor.fetchone()
            total += climb(steps) if steps else 0
    return total


def lock_some(orders: WorkOrderQuerySet) -> list[WorkOrder]:
    """Lock a batch of these orders, passing over what others work on just now; those come with the next sweep."""
    free = orders.select_for_update(of=("self",), skip_locked=True).select_related("category")
    return list(free.order_by("pk")[:BATCH])


def record_many(entries: Sequence[Entry]) -> None:
    """Conclude what the clock did to locked orders: settle each and add its lines."""
    orders = {entry.order.pk: entry.order for entry in entries}
    if not orders:
        return
    told: dict[str, Any] = {
        "orders": [entry.order.pk for entry in entries],
        "verbs": [entry.verb for entry in entries],
        "data": [json.dumps(entry.data) for entry in entries],
        "informative": [entry.informative for entry in entries],
    }
    with connection.cursor() as cursor:
        cursor.execute(ENTER, {**told, "at": now()})
        for pk, seq in cursor.fetchall():
            orders[pk].version = seq
    settle_many(list(orders))


def settle_many(orders: list[int]) -> None:
    """Whoever owes the earliest open step holds each of these locked orders, and those that ride with it."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"orders": orders})
        cursor.execute(FOLLOW, {"orders": orders, "merged": Status.MERGED.value})
        if riders := [pk for (pk,) in cursor.fetchall()]:
            cursor.execute(SETTLE, {"orders": riders})
