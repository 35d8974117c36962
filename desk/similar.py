"""While a caller speaks: his own orders, and open orders of others that tell of the same thing or place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q

from staff.now import now
from workorders.models import Caller, WorkOrder
from workorders.models.choices import Status

WEEKS = 4
SHOWN = 5
ALIKE = 0.3
LEAST_DIGITS = 7


def known_callers(phone: str) -> list[Caller]:
    """The last appeals from this number, the live ones first; nothing before the number is long enough."""
    digits = "".join(ch for ch in phone if ch.isdigit())
    found = Caller.by_phone(digits) if len(digits) >= LEAST_DIGITS else []
    return sorted(found, key=lambda caller: not caller.order.is_open)


def similar(content: str, address: str, own: Iterable[Caller] = ()) -> list[WorkOrder]:
    """Up to five of other callers that can be joined, the likest first; nothing before there is enough to compare."""
    content, address = (said.replace("\x00", "").strip()[:200] for said in (content, address))
    if len(content) < 8 and len(address) < 3:
        return []
    orders = WorkOrder.objects.open().exclude(status=Status.MERGED)
    alike = Q(likeness__gte=ALIKE)
    if len(address) >= 3:
        alike |= Q(address__icontains=address)
    likely = orders.filter(registered_at__gte=now() - timedelta(weeks=WEEKS)).annotate(
        likeness=TrigramWordSimilarity(content[:60] or address, "content")
    )
    likely = likely.exclude(pk__in=[caller.pk for caller in own])  # those he chases
    return list(likely.filter(alike).select_related("area").order_by("-likeness")[:SHOWN])
