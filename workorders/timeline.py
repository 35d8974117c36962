"""Lock an order, and conclude what was done to it: the two ends of every action."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.functional import Promise

from staff.models import User
from staff.now import now
from workorders.errors import Stale
from workorders.models import Event, Status, Step
from workorders.models.choices import StepKind
from workorders.models.order import WorkOrder

# Copied from whoever owes the earliest open step.
HELD = ("holder_pool", "holder_department", "holder_person", "next_step", "next_due_at")

# Said in plain SQL: each move of the house begins with this statement and ends with the one below.
LOCK = "SELECT * FROM workorders_workorder WHERE id = %s FOR UPDATE"


def lock(order_id: int, *, version: int | None = None) -> WorkOrder:
    """The order's row, locked until the transaction ends.

    All that happens to an order or a part of it passes through this lock, so that two departments answering at
    once do not miss each other. `version` is what a form was filled in on; Stale when more than informative
    entries came in since.
    """
    order: WorkOrder = WorkOrder.objects.raw(LOCK, [order_id])[0]
    if version is not None and version < order.version:
        newer = list(order.events.filter(seq__gt=version, informative=False).select_related("by"))
        if newer:
            raise Stale(newer)
    return order


def lock_rider(order_id: int, *, version: int | None = None) -> tuple[WorkOrder, WorkOrder | None]:
    """An order and the one it rides with, if it is merged: that one is locked first, as everywhere."""
    riding = WorkOrder.objects.filter(pk=order_id, status=Status.MERGED)
    carrier_id = riding.values_list("merged_into", flat=True).first()
    carrier = lock(carrier_id) if carrier_id else None
    order = lock(order_id, version=version)
    rides = order.status == Status.MERGED and order.merged_into_id == carrier_id
    return order, carrier if rides else None


def hold(order: WorkOrder, step: Step | None) -> None:
    """Copy a step's holder and due time onto its order (in memory)."""
    order.holder_pool = step.pool if step else None
    order.holder_department_id = step.department_id if step else None
    order.holder_person_id = step.person_id if step else None
    order.next_step = step.kind if step else None
    order.next_due_at = step.due_at if step else None


# The order's row as the action leaves it, held by whoever owes its earliest open step, and the entry of its new
# version: it counts on from the last entry, for the clock writes cards without writing the order. The last column says
# whether others ride with it.
CONCLUDE = """
WITH owed AS (
    SELECT pool, department_id, person_id, kind, due_at FROM workorders_step
    WHERE order_id = %s AND ended_at IS NULL ORDER BY due_at, id DESC LIMIT 1
), concluded AS (
    UPDATE workorders_workorder SET {changed},
        version = 1 + greatest(version, (SELECT max(seq) FROM workorders_event WHERE order_id = %s)),
        (holder_pool, holder_department_id, holder_person_id, next_step, next_due_at) = (SELECT * FROM owed)
    WHERE id = %s
    RETURNING id, version, holder_pool, holder_department_id, holder_person_id, next_step, next_due_at
), entered AS (
    INSERT INTO workorders_event (order_id, seq, verb, at, by_id, department, note, public, data, informative)
    SELECT id, version, %s, %s, %s, %s, %s, %s, %s, %s FROM concluded
)
SELECT version, holder_pool, holder_department_id, holder_person_id, next_step, next_due_at,
    EXISTS (SELECT FROM workorders_workorder AS rider WHERE merged_into_id = concluded.id AND status = 'merged')
FROM concluded
"""


def record(
    order: WorkOrder,
    verb: str,
    *,
    by: User | None,
    changed: tuple[str, ...] = (),
    note: str = "",
    public: str | Promise = "",
    informative: bool = False,
    **data: Any,
) -> bool:
    """Conclude an action: settle holder and due time, write the order once, add its entry to the timeline.

    `changed` names the order's further fields the action changed; `data` is kept with the entry as JSON. Returns
    whether other orders ride with this one.
    """
    written: list[Any] = [WorkOrder._meta.get_field(name) for name in ("status", *changed)]
    sql = CONCLUDE.format(changed=", ".join(f"{field.column} = %s" for field in written))
    values = [field.get_db_prep_save(getattr(order, field.attname), connection) for field in written]
    told = Event._meta.get_field("data").get_db_prep_save(data, connection)
    line = [verb, now(), by.pk if by else None, unit_of(by), note, str(public), told, informative]
    with connection.cursor() as cursor:
        cursor.execute(sql, [order.pk, *values, order.pk, order.pk, *line])
        order.version, *held, carries = cursor.fetchone()
    order.holder_pool, order.holder_department_id, order.holder_person_id, order.next_step, order.next_due_at = held
    if carries:
        follow(order)
    return bool(carries)


def entry(order: WorkOrder, verb: str, *, by: User | None, data: dict[str, Any]) -> Event:
    """The entry that belongs to the order's present version, not written yet."""
    return Event(order=order, seq=order.version, verb=verb, at=now(), by=by, department=unit_of(by), data=data)


def unit_of(by: User | None) -> str:
    """The name of a person's department, as it was when he acted; empty for the hotline's own people."""
    return by.department.name if by is not None and by.department else ""


def follow(order: WorkOrder) -> None:
    """Orders merged into this one have its holder and its due time."""
    if order.holder is None:
        return
    riders = WorkOrder.objects.filter(merged_into=order, status=Status.MERGED)
    for rider in riders.select_for_update():
        Step.objects.filter(order=rider, kind=StepKind.FOLLOW, ended_at=None).update(
            pool=order.holder_pool,
            department=order.holder_department_id,
            person=order.holder_person_id,
            due_at=order.next_due_at,
        )
        hold(rider, rider.steps.open().order_by("due_at", "-id").first())
        rider.save(update_fields=list(HELD))
