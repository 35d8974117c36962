"""Which orders a person may find: a record is found through the person, and not yours looks like not there."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from referrals.models import Referral
from staff.models import User
from workorders.models import WorkOrder
from workorders.models.order import WorkOrderQuerySet


def visible_orders(user: User) -> WorkOrderQuerySet:
    """The hotline's people find every order, a department's people those that were handed to their units."""
    orders = WorkOrder.objects.all()
    if user.has_perm("workorders.view_every_order"):
        return orders
    return orders.filter(Exists(Referral.objects.visible_to(user).filter(order=OuterRef("pk"))))
