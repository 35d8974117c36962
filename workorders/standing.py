"""What the law asks about an order beside its own row, read with that row: a page asks the guards of every move."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from workorders.models import Status, Supervision, WorkOrder
from workorders.workflow import DISPUTES


def with_standing(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """Orders for reading: the facts are those of the moment of reading. An action reads its order again, under lock."""
    disputes = {"referrals__return_requests__granted": True, "referrals__return_requests__reason__in": DISPUTES}
    return orders.annotate(
        is_supervised=Exists(Supervision.objects.filter(order=OuterRef("pk"), lifted_at=None)),
        carries_others=Exists(WorkOrder.objects.filter(merged_into=OuterRef("pk"), status=Status.MERGED)),
        is_disputed=Exists(WorkOrder.objects.filter(pk=OuterRef("pk"), **disputes)),
    )
