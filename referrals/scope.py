"""What makes an order a department's own: it was handed to one of its units and is still theirs to read."""

from __future__ import annotations

from workorders.models.order import WorkOrderQuerySet
from workorders.scope import OWN


def handed_to(orders: WorkOrderQuerySet, unit: int) -> WorkOrderQuerySet:
    """Those the unit's people may read, as `Readable` has them."""
    return orders.led_by("readable_by", unit=unit)


OWN.append(handed_to)
