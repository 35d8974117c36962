"""Lock an order, and conclude what was done to it: the two ends of every action."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise

from staff.models import User
from staff.now import now
from workorders.errors import Stale
from workorders.models import Event, Status, Step
from workorders.models.choices import StepKind
from workorders.models.order import WorkOrder

# Written at the end of every action, whatever else changed.
CORE = ("status", "version", "holder_pool", "holder_department", "holder_person", "next_step", "next_due_at")


def lock(order_id: int, *, version: int | None = None) -> WorkOrder:
    """The order's row, locked until the transaction ends.

    All that happens to an order or a part of it passes through this lock, so that two departments answering at
    once do not miss each other. `version` is what a form was filled in on; Stale when more than informative
    entries came in since.
    """
    order = WorkOrder.objects.select_for_update(of=("self",)).select_related("category").get(pk=order_id)
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


def settle(order: WorkOrder) -> None:
    """Holder and next due time are those of the earliest open step; none when nothing is owed."""
    step = order.steps.open().order_by("due_at", "-id").first() if order.is_open else None
    hold(order, step)


def hold(order: WorkOrder, step: Step | None) -> None:
    """Copy a step's holder and due time onto its order (in memory)."""
    order.holder_pool = step.pool if step else None
    order.holder_department_id = step.department_id if step else None
    order.holder_person_id = step.person_id if step else None
    order.next_step = step.kind if step else None
    order.next_due_at = step.due_at if step else None


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
) -> Event:
    """Conclude an action: settle holder and due time, write the order once, add its entry to the timeline.

    `changed` names the order's further fields the action changed; `data` is kept with the entry as JSON.
    """
    settle(order)
    order.version += 1
    order.save(update_fields=[*CORE, *changed])
    event = enter(order, verb, by=by, note=note, public=str(public), informative=informative, data=data)
    follow(order)
    return event


def enter(
    order: WorkOrder,
    verb: str,
    *,
    by: User | None,
    note: str = "",
    public: str = "",
    informative: bool = False,
    data: dict[str, Any] | None = None,
) -> Event:
    """Add the entry that belongs to the order's present version."""
    return Event.objects.create(
        order=order,
        seq=order.version,
        verb=verb,
        at=now(),
        by=by,
        department=by.department.name if by is not None and by.department else "",
        note=note,
        public=public,
        informative=informative,
        data=data or {},
    )


def follow(order: WorkOrder) -> None:
    """Orders merged into this one have its holder and its due time."""
    if not order.is_open or order.holder is None:
        return
    riders = WorkOrder.objects.filter(merged_into=order, status=Status.MERGED)
    for rider in riders.select_for_update():
        Step.objects.filter(order=rider, kind=StepKind.FOLLOW, ended_at=None).update(
            pool=order.holder_pool,
            department=order.holder_department_id,
            person=order.holder_person_id,
            due_at=order.next_due_at,
        )
        settle(rider)
        rider.save(update_fields=list(CORE))
