"""留存: an order that somebody will still ask for is kept whole, however old it gets."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from workorders.errors import NotAllowed
from workorders.models.order import WorkOrder
from workorders.timeline import lock, record


@transaction.atomic
def preserve(order: WorkOrder, *, reason: str) -> WorkOrder:
    """留存: nothing of it is let go until that is lifted. Whoever runs the server does it, on a written word."""
    order = lock(order.pk)
    if order.preserved:
        raise NotAllowed(_("It is preserved already."))
    order.preserved = True
    record(order, "workorder.preserved", by=None, note=reason, changed=("preserved",), informative=True)
    return order


@transaction.atomic
def stop_preserving(order: WorkOrder, *, reason: str) -> WorkOrder:
    """解除留存: it goes when its time comes, or has come."""
    order = lock(order.pk)
    if not order.preserved:
        raise NotAllowed(_("It is not preserved."))
    order.preserved = False
    record(order, "workorder.preserved_no_longer", by=None, note=reason, changed=("preserved",), informative=True)
    return order
