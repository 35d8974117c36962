"""Which orders a list has and in which order, for pages and programs alike: found through the person."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db.models import QuerySet

from staff.models import User
from staff.paging import valued
from workorders.models import WorkOrder
from workorders.models.order import WorkOrderQuerySet
from workorders.paging import chosen
from workorders.scope import visible_orders

Orders = TypeVar("Orders", bound="QuerySet[WorkOrder]")

# Named lists a list of orders may be narrowed to (`queue=`): the desk enters its queues at `ready()`.
LISTS: dict[str, Callable[[User], WorkOrderQuerySet | None]] = {}


def listed(user: User, queue: str) -> WorkOrderQuerySet | None:
    """The orders a list is made from; None for a list there is not, or not for this person."""
    if not queue:
        return visible_orders(user)
    return LISTS[queue](user) if queue in LISTS else None


def in_order(orders: Orders, sort: str | None) -> Orders:
    """Sorted as the pages sort them; what has no value to sort by is on no page either."""
    ordering = chosen(sort)
    name, minus = ordering.lstrip("-"), "-" if ordering.startswith("-") else ""
    key = orders.key(name) if isinstance(orders, WorkOrderQuerySet) else (name, "pk")
    return valued(orders, name).order_by(*(minus + part for part in key))
