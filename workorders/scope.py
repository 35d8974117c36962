"""Which orders a person may find: a record is found through the person, and not yours looks like not there."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.db.models.expressions import Exists

from staff.models import User
from workorders.models import WorkOrder
from workorders.models.order import WorkOrderQuerySet

# What makes an order one's own. Higher apps enter theirs at `ready()`: `referrals`, what was handed to one's units.
OWN: list[Callable[[User], Exists]] = []


def visible_orders(user: User) -> WorkOrderQuerySet:
    """The hotline's people find every order, a department's people those that were handed to their units."""
    orders = WorkOrder.objects.all()
    if user.has_perm("workorders.view_every_order"):
        return orders
    own = Q(pk__in=[])
    for narrow in OWN:
        own |= Q(narrow(user))
    return orders.filter(own)
