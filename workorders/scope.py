"""Which orders a person may find: a record is found through the person, and not yours looks like not there."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from staff.models import User
from workorders.models import WorkOrder
from workorders.models.order import WorkOrderQuerySet

# What makes an order one's own, asked of one order or (`listed`) for a list of them. Higher apps enter theirs at
# `ready()`: `referrals`, what was handed to one's units.
OWN: list[Callable[[User, bool], Q]] = []


def visible_orders(user: User, *, listed: bool = False) -> WorkOrderQuerySet:
    """The hotline's people find every order, a department's people those that were handed to their units.

    `listed` orders are the same ones, asked for in the way that is the quicker for a list.
    """
    orders = WorkOrder.objects.all()
    if user.has_perm("workorders.view_every_order"):
        return orders
    own = Q(pk__in=[])
    for narrow in OWN:
        own |= narrow(user, listed)
    return orders.filter(own)
