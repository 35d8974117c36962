"""One box: an order's number, a caller's number or its last four digits, or words of the appeal."""

from __future__ import annotations

import re

from django.db.models import Q

from workorders.encryption import keyed_hash
from workorders.models.order import WorkOrderQuerySet

NUMBER = re.compile(r"\d{8}[A-Z]\d+", re.IGNORECASE)
PHONE = re.compile(r"[\d\s+-]{7,20}")


def matching(orders: WorkOrderQuerySet, words: str) -> WorkOrderQuerySet:
    """Those of the orders that fit what was typed; everything when nothing was."""
    words = words.replace("\x00", "").strip()
    if not words:
        return orders
    if NUMBER.fullmatch(words):
        return orders.filter(number__startswith=words.upper())
    if re.fullmatch(r"\d{4}", words):
        return orders.filter(
            Q(caller__last_four_hash=keyed_hash("last4:" + words)) | Q(source_number=words) | _text(words)
        )
    if PHONE.fullmatch(words):
        digits = re.sub(r"\D", "", words)
        return orders.filter(Q(caller__phone_hash=keyed_hash(digits)) | Q(source_number=digits))
    return orders.filter(_text(words))


def _text(words: str) -> Q:
    return Q(title__icontains=words) | Q(content__icontains=words) | Q(address__icontains=words)
