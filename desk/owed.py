"""Who owes the next thing on an order, as its reader sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from staff.models import User
from workorders.models import Step, WorkOrder


@dataclass(frozen=True)
class Row:
    """An order in a list: its holder, what he owes and by when; empty where nothing is owed."""

    order: WorkOrder
    holder: str
    step: str
    due_at: datetime | None


def rows(orders: Iterable[WorkOrder], user: User) -> Iterator[Row]:
    """The hotline's people see what is due next, a department's people what their own units owe; one query for all."""
    orders = list(orders)
    own = _owed_by(user, orders) if user.department is not None else {}
    for order in orders:
        if user.department is None:
            step = order.get_next_step_display() if order.next_step else ""
            yield Row(order, order.holder_name, step, order.next_due_at)
        elif order.pk in own:
            owed = own[order.pk]
            yield Row(order, str(owed.department), owed.get_kind_display(), owed.due_at)
        else:
            yield Row(order, "", "", None)


def _owed_by(user: User, orders: list[WorkOrder]) -> dict[int, Step]:
    """The most urgent step of the person's units on each order."""
    assert user.department is not None
    steps = Step.objects.open().filter(order__in=orders, department__path__startswith=user.department.path)
    urgent = steps.select_related("department").order_by("order_id", "due_at", "-id").distinct("order_id")
    return {step.order_id: step for step in urgent}
