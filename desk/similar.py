"""While a caller speaks: his own orders, and open orders of others that tell of the same thing or place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q

from staff.now import now
from workorders.models import Caller, WorkOrder
from workorders.models.choices import Status
from workorders.models.order import WorkOrderQuerySet
from workorders.search import worded

WEEKS = 4
SHOWN = 5
ALIKE = 0.3
LEAST_DIGITS = 7
# So many are compared, however many are open: of what came in last, and of what tells of the place. Each takes the
# database a twentieth of a millisecond, and the caller is on the line.
LATEST, AT_PLACE = 3000, 50


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
    at_place = _latest(orders.filter(worded(address, orders)), AT_PLACE) if len(address) >= 3 else []
    compared = {*_latest(WorkOrder.objects.all(), LATEST), *at_place} - {caller.order_id for caller in own}
    likely = orders.filter(pk__in=compared, registered_at__gte=now() - timedelta(weeks=WEEKS)).annotate(
        likeness=TrigramWordSimilarity(content[:60] or address, "content")
    )
    fitting = likely.filter(Q(likeness__gte=ALIKE) | Q(pk__in=at_place))
    return list(fitting.select_related("area").order_by("-likeness", "-pk")[:SHOWN])


def _latest(orders: WorkOrderQuerySet, count: int) -> list[int]:
    return list(orders.order_by("-registered_at", "-pk").values_list("pk", flat=True)[:count])
