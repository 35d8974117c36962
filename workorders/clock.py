"""What the passing of time does: set-based, idempotent, safe to run twice and side by side, and it catches up.

A step knows its next rung and when (`next_rung_at`, indexed). The sweep takes what is due in batches, skipping
orders somebody works on just now; those come with the next sweep. A rung is a unique row (step, rung, due time), so
it is climbed once however often and wherever the sweep runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from workorders.actions import resume
from workorders.batches import Entry, lock_some, record_many, through_due
from workorders.escalation import escalate, watch_switched_off
from workorders.models import Rung, Status, Step, WorkOrder
from workorders.models.choices import StepKind
from workorders.workflow import DESK_OF

# The three cards change nothing but the record, so the order's row is not written: its entries are counted on from the
# last, and the next action takes the count up (see `timeline.record`).
CLIMB = """
WITH climbed AS (
    UPDATE workorders_step SET
        next_rung = CASE
            WHEN next_rung = 'due_soon' AND yellow_at IS NOT NULL THEN 'yellow'
            WHEN next_rung IN ('due_soon', 'yellow') THEN 'red'
            WHEN escalate_at IS NOT NULL THEN 'supervision' END,
        next_rung_at = CASE
            WHEN next_rung = 'due_soon' AND yellow_at IS NOT NULL THEN yellow_at
            WHEN next_rung IN ('due_soon', 'yellow') THEN due_at
            ELSE escalate_at END
    WHERE id = ANY(%(steps)s::bigint[]) AND (next_rung = %(rung)s AND next_rung_at <= %(at)s) IS TRUE
    RETURNING id, order_id, kind, due_at, department_id
), first AS MATERIALIZED (
    SELECT * FROM climbed WHERE NOT EXISTS (
        SELECT FROM workorders_reminder AS before
        WHERE before.step_id = climbed.id AND before.rung = %(rung)s AND before.due_at = climbed.due_at
    )
), reminded AS (
    INSERT INTO workorders_reminder (step_id, rung, due_at, at) SELECT id, %(rung)s, due_at, %(at)s FROM first
), entered AS (
    INSERT INTO workorders_event (order_id, seq, verb, at, department, note, public, data, informative)
    SELECT order_id,
           (SELECT max(seq) FROM workorders_event AS before WHERE before.order_id = first.order_id)
               + row_number() OVER (PARTITION BY order_id ORDER BY first.id),
           'clock.' || %(rung)s, %(at)s, coalesce(department.name, ''), '', '',
           jsonb_build_object('step', first.kind, 'due', first.due_at), true
    FROM first LEFT JOIN staff_department AS department ON department.id = first.department_id
)
SELECT count(*) FROM climbed
"""


def sweep(at: datetime) -> Counter[str]:
    """Do all that time has made due by `at`; returns how much of each was done. A part that fails stops no other."""
    done: Counter[str] = Counter()
    failed: list[Exception] = []
    for name, part in PARTS.items():
        try:
            done[name] = part(at)
        except Exception as error:  # raised below: the worker's log has it, the next sweep tries again
            failed.append(error)
    if failed:
        raise ExceptionGroup("the sweep did not get through", failed)
    return done


def climb(rung: str, at: datetime) -> int:
    """Show every card of one rung that is due."""

    def show(steps: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(CLIMB, {"rung": rung, "at": at, "steps": steps})
            (climbed,) = cursor.fetchone()
        return int(climbed)

    return through_due(rung, at, show)


def release_switched_off(at: datetime) -> int:
    """人员停用: what a person held who is switched off lies on its desk again."""
    total = 0
    while count := _release_some():
        total += count
    return total


@transaction.atomic
def _release_some() -> int:
    held = Step.objects.open().filter(person__isnull=False, person__is_active=False).exclude(kind=StepKind.FOLLOW)
    orders = {
        order.pk: order for order in lock_some(WorkOrder.objects.filter(Exists(held.filter(order=OuterRef("pk")))))
    }
    steps = list(held.filter(order__in=orders).select_related("person"))
    left = {step.order_id: str(step.person) for step in steps}
    for step in steps:
        step.pool, step.person = DESK_OF[StepKind(step.kind)], None
    Step.objects.bulk_update(steps, ["pool", "person"])
    record_many([Entry(orders[pk], "workorder.released", {"person": person}) for pk, person in left.items()])
    return len(steps)


def resume_shelved(at: datetime) -> int:
    """挂账到期: a shelved case is back at the dispatch desk on its review date. One transaction an order."""
    due = Step.objects.open().filter(kind=StepKind.SHELF, due_at__lte=at)
    count = 0
    for pk in list(due.order_by("due_at").values_list("order_id", flat=True)):
        count += _resume(pk)
    return count


@transaction.atomic
def _resume(pk: int) -> int:
    shelved = WorkOrder.objects.select_for_update(of=("self",), skip_locked=True)
    order = shelved.filter(pk=pk, status=Status.SHELVED).first()
    if order is None:
        return 0
    resume(order, by=None)
    return 1


PARTS: dict[str, Callable[[datetime], int]] = {
    Rung.DUE_SOON: partial(climb, Rung.DUE_SOON),
    Rung.YELLOW: partial(climb, Rung.YELLOW),
    Rung.RED: partial(climb, Rung.RED),
    Rung.SUPERVISION: escalate,
    "released": release_switched_off,
    "watched": watch_switched_off,
    "resumed": resume_shelved,
}
