"""Which orders a person may find: a record is found through the person, and not yours looks like not there."""

from __future__ import annotations

from collections.abc import Callable

from staff.models import User
from workorders.models import WorkOrder
from workorders.models.order import WorkOrderQuerySet

# What narrows orders to a department's own. `referrals` enters it at `ready()`: what was handed to its units.
OWN: list[Callable[[WorkOrderQuerySet, int], WorkOrderQuerySet]] = []


def visible_orders(user: User) -> WorkOrderQuerySet:
    """The hotline's people find every order, a department's people those that were handed to their units."""
    orders = WorkOrder.objects.all()
    if user.has_perm("workorders.view_every_order"):
        return orders
    if user.department_id is None:
        return orders.none()
    for narrow in OWN:
        orders = narrow(orders, user.department_id)
    return orders
