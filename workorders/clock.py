"""What the passing of time does: set-based, idempotent, safe to run twice and side by side, and it catches up.

A step knows its next rung and when (`next_rung_at`, indexed). The sweep takes what is due in batches, skipping
orders somebody works on just now; those come with the next sweep. A rung is a unique row (step, rung, due time), so
it is climbed once however often and wherever the sweep runs.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import connection, transaction

from workorders.actions import SUPERVISION, resume
from workorders.models import Reminder, Rung, Status, Step, Supervision, WorkOrder
from workorders.models.choices import StepKind
from workorders.steps import owe
from workorders.timeline import record

BATCH = 5000

# The three cards change nothing but the record: one statement climbs a rung for a whole batch.
CLIMB = """
WITH due AS (
    SELECT step.id, step.order_id, step.kind, step.due_at, step.department_id
    FROM workorders_step AS step JOIN workorders_workorder AS o ON o.id = step.order_id
    WHERE step.next_rung_at <= %(at)s AND step.next_rung = %(rung)s AND step.ended_at IS NULL
    LIMIT %(batch)s
    FOR UPDATE OF o, step SKIP LOCKED
), climbed AS (
    UPDATE workorders_step AS step SET
        next_rung = CASE
            WHEN %(rung)s = 'due_soon' AND yellow_at IS NOT NULL THEN 'yellow'
            WHEN %(rung)s IN ('due_soon', 'yellow') THEN 'red'
            WHEN escalate_at IS NOT NULL THEN 'supervision' END,
        next_rung_at = CASE
            WHEN %(rung)s = 'due_soon' AND yellow_at IS NOT NULL THEN yellow_at
            WHEN %(rung)s IN ('due_soon', 'yellow') THEN step.due_at
            ELSE escalate_at END
    FROM due WHERE step.id = due.id
), reminded AS (
    INSERT INTO workorders_reminder (step_id, rung, due_at, at)
    SELECT id, %(rung)s, due_at, %(at)s FROM due
    ON CONFLICT DO NOTHING RETURNING step_id
), entry AS (
    SELECT due.*, row_number() OVER (PARTITION BY order_id ORDER BY due.id) AS nth
    FROM due JOIN reminded ON reminded.step_id = due.id
), bumped AS (
    UPDATE workorders_workorder AS o SET version = version + count
    FROM (SELECT order_id, count(*) AS count FROM entry GROUP BY order_id) AS entries
    WHERE o.id = entries.order_id RETURNING o.id, o.version - count AS version
)
INSERT INTO workorders_event (order_id, seq, verb, at, department, note, public, data, informative)
SELECT entry.order_id, bumped.version + nth, 'clock.' || %(rung)s, %(at)s, coalesce(department.name, ''), '', '',
       jsonb_build_object('step', entry.kind, 'due', entry.due_at), true
FROM entry JOIN bumped ON bumped.id = entry.order_id
LEFT JOIN staff_department AS department ON department.id = entry.department_id
"""


def sweep(at: datetime) -> Counter[str]:
    """Do all that time has made due by `at`. Returns how much of each was done."""
    done: Counter[str] = Counter()
    for rung in (Rung.DUE_SOON, Rung.YELLOW, Rung.RED):
        done[rung] = climb(rung, at)
    done[Rung.SUPERVISION] = escalate(at)
    done["resumed"] = resume_shelved(at)
    return done


def climb(rung: str, at: datetime) -> int:
    """Show every card of one rung that is due; a batch a transaction."""
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CLIMB, {"rung": rung, "at": at, "batch": BATCH})
            count = int(cursor.rowcount)
        total += count
        if count == 0:
            return total


def escalate(at: datetime) -> int:
    """Nobody acted after the red card: hand the order to a supervisor as well. One transaction an order."""
    due = Step.objects.filter(next_rung=Rung.SUPERVISION, next_rung_at__lte=at, ended_at=None)
    count = 0
    for pk in list(due.order_by("next_rung_at").values_list("pk", flat=True)):
        with transaction.atomic():
            count += _escalate(pk, at)
    return count


def _escalate(pk: int, at: datetime) -> int:
    orders = WorkOrder.objects.select_for_update(of=("self",), skip_locked=True).select_related("category")
    order = orders.filter(steps__pk=pk).first()
    step = Step.objects.select_related("department").filter(pk=pk, ended_at=None, next_rung=Rung.SUPERVISION).first()
    if order is None or step is None or step.next_rung_at is None or step.next_rung_at > at:
        return 0
    Reminder.objects.get_or_create(step=step, rung=Rung.SUPERVISION, due_at=step.due_at, defaults={"at": at})
    step.next_rung = step.next_rung_at = None
    step.save(update_fields=["next_rung", "next_rung_at"])
    if not order.supervisions.filter(lifted_at=None).exists():
        supervise = owe(order, StepKind.SUPERVISE, SUPERVISION, at=at)
        Supervision.objects.create(order=order, step=supervise, ground=Supervision.Ground.OVERDUE, opened_at=at)
    record(
        order,
        "clock.supervision",
        by=None,
        informative=True,
        step=step.kind,
        due=step.due_at.isoformat(),
        unit=step.department.name if step.department else "",
    )
    return 1


def resume_shelved(at: datetime) -> int:
    """挂账到期: a shelved case is back at the dispatch desk on its review date."""
    due = WorkOrder.objects.filter(status=Status.SHELVED, steps__kind=StepKind.SHELF)
    due = due.filter(steps__ended_at=None, steps__due_at__lte=at)
    count = 0
    for order in due:
        with transaction.atomic():
            locked = WorkOrder.objects.select_for_update(skip_locked=True).filter(pk=order.pk, status=Status.SHELVED)
            if locked.exists():
                resume(order, by=None)
                count += 1
    return count
