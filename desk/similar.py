"""Same matter: open orders of the last weeks that tell of the same thing or place; asked at every pause in typing."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q

from staff.now import now
from workorders.models import WorkOrder

WEEKS = 4
SHOWN = 5
ALIKE = 0.3


def similar(content: str, address: str) -> list[WorkOrder]:
    """Up to five, the likest first; nothing before there is enough to compare."""
    content, address = content.strip()[:200], address.strip()
    if len(content) < 8 and len(address) < 3:
        return []
    orders = WorkOrder.objects.open().filter(registered_at__gte=now() - timedelta(weeks=WEEKS))
    alike = Q(likeness__gte=ALIKE)
    if len(address) >= 3:
        alike |= Q(address__icontains=address)
    likely = orders.annotate(likeness=TrigramWordSimilarity(content[:60] or address, "content"))
    return list(likely.filter(alike).order_by("-likeness")[:SHOWN])
