"""督办 by the clock: what nobody acted on, and what lies with a department that is no more, goes to a supervisor."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from notices.actions import Message, tell
from staff.models import Department
from workorders import deadlines
from workorders.actions import SUPERVISION
from workorders.batches import Entry, lock_some, record_many, settle_many, through_due
from workorders.models import Category, Rung, Status, Step, Supervision, TimeLimit, WorkOrder
from workorders.models.choices import StepKind, Unit
from workorders.steps import new_step_within
from workorders.telling import supervisors

# The last rung: the step has climbed its ladder, but a supervision's comes again. That moment is its own, not the
# step's due time, and for the same moment nobody is told twice.
CLIMB = """
WITH before AS MATERIALIZED (
    SELECT id, next_rung_at AS moment FROM workorders_step
    WHERE id = ANY(%(steps)s::bigint[]) AND (next_rung = 'supervision' AND next_rung_at <= %(at)s) IS TRUE
), climbed AS (
    UPDATE workorders_step AS step SET
        next_rung = CASE WHEN kind = 'supervise' THEN next_rung END,
        next_rung_at = CASE WHEN kind = 'supervise' THEN %(again)s END
    FROM before WHERE step.id = before.id
    RETURNING step.id, order_id, kind, due_at, department_id, moment
), late AS MATERIALIZED (
    SELECT * FROM climbed WHERE NOT EXISTS (
        SELECT FROM workorders_reminder AS before
        WHERE before.step_id = climbed.id AND before.rung = 'supervision' AND before.due_at = moment
    )
), reminded AS (
    INSERT INTO workorders_reminder (step_id, rung, due_at, at) SELECT id, 'supervision', moment, %(at)s FROM late
), entered AS (
    INSERT INTO workorders_event (order_id, seq, verb, at, department, note, public, data, informative)
    SELECT order_id,
           (SELECT max(seq) FROM workorders_event AS before WHERE before.order_id = late.order_id)
               + row_number() OVER (PARTITION BY order_id ORDER BY late.id),
           'clock.supervision', %(at)s, '', '', '',
           jsonb_build_object('step', late.kind, 'due', late.due_at, 'unit', coalesce(department.name, '')), true
    FROM late LEFT JOIN staff_department AS department ON department.id = late.department_id
)
SELECT (SELECT count(*) FROM climbed), array_agg(DISTINCT order_id) FROM late
"""
# Orders that nobody watches over yet, by what decides on the limit.
UNWATCHED = """
SELECT category_id, kind, urgency, array_agg(id) FROM workorders_workorder AS o
WHERE id = ANY(%s) AND NOT EXISTS (
    SELECT FROM workorders_supervision WHERE order_id = o.id AND lifted_at IS NULL
) GROUP BY category_id, kind, urgency
"""
COPIED = [field for field in Step._meta.concrete_fields if field.name not in ("id", "order")]
WATCH = f"""
WITH step AS (
    INSERT INTO workorders_step (order_id, {", ".join(str(field.column) for field in COPIED)})
    SELECT id, {", ".join("%s" for field in COPIED)} FROM unnest(%s) AS o (id) RETURNING id, order_id
)
INSERT INTO workorders_supervision (order_id, step_id, ground, reason, opened_at, findings)
SELECT order_id, id, %s, '', %s, '' FROM step
"""  # noqa: S608  names of our own columns


def escalate(at: datetime) -> int:
    """Nobody acted after the red card: a supervisor watches over the order as well."""
    again = deadlines.due_after(1, Unit.WORKING_DAYS, at).at  # above the supervisors is nobody: they hear of it daily

    def hand_over(steps: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(CLIMB, {"steps": steps, "at": at, "again": again})
            climbed, late = cursor.fetchone()
        if late:
            _watch(late, Supervision.Ground.OVERDUE, at)
            settle_many(late)
        return int(climbed)

    return through_due(Rung.SUPERVISION, at, hand_over)


def watch_switched_off(at: datetime) -> int:
    """A department was switched off with work in its hands: a supervisor has to see to it. Once an order."""
    gone = list(Department.objects.filter(is_active=False).values_list("pk", flat=True))
    total = 0
    while gone and (count := _watch_some(gone, at)):
        total += count
    return total


@transaction.atomic
def _watch_some(gone: list[int], at: datetime) -> int:
    watched = Supervision.objects.filter(Q(lifted_at=None) | Q(ground=Supervision.Ground.SWITCHED_OFF))
    left = WorkOrder.objects.filter(holder_department__in=gone).exclude(status=Status.MERGED)
    orders = lock_some(left.exclude(Exists(watched.filter(order=OuterRef("pk")))))
    ground = Supervision.Ground.SWITCHED_OFF
    _watch([order.pk for order in orders], ground, at)
    record_many([Entry(order, "workorder.supervised", {"ground": ground.value}) for order in orders])
    audience = supervisors() if orders else []
    tell(
        Message(recipient=person, rule="supervised", key=f"order:{order.pk}:switched_off", case=order.number)
        for order in orders
        for person in audience
    )
    return len(orders)


def _watch(orders: list[int], ground: str, at: datetime) -> None:
    """Open a supervision on those of these locked orders that have none; the caller records.

    Due time and ladder rest on the limit and the moment alone, so each limit's step is worked out once.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNWATCHED, [orders])
        unwatched = cursor.fetchall()
    categories = Category.objects.in_bulk({category for category, *_more in unwatched})
    rows = list(TimeLimit.objects.filter(step=StepKind.SUPERVISE)) if unwatched else []
    by_limit: dict[int, tuple[Step, list[int]]] = {}
    for category, kind, urgency, alike in unwatched:
        one = WorkOrder(category=categories[category], kind=kind, urgency=urgency)
        limit = deadlines.most_specific(one, rows).get(StepKind.SUPERVISE)
        if limit is None:
            raise deadlines.NoLimit(StepKind.SUPERVISE.value)
        if limit.pk not in by_limit:
            by_limit[limit.pk] = new_step_within(one, limit, SUPERVISION, at=at), []
        by_limit[limit.pk][1].extend(alike)
    with connection.cursor() as cursor:
        for step, alike in by_limit.values():
            values = [field.get_db_prep_save(getattr(step, field.attname), connection) for field in COPIED]
            cursor.execute(WATCH, [*values, alike, ground, at])
