"""Each look at an order is put on record: one statement, when all that is shown has been gathered.

Where the database takes nothing, people go on reading and the look stands in the log of the server instead: decision
31 says why. Not to be called inside a transaction, which the refusal would end.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import InternalError, OperationalError, connection
from django.http import HttpRequest

from staff.addresses import addresses
from staff.models import User
from staff.now import now
from workorders.models import Look, WorkOrder

logger = logging.getLogger(__name__)

ONCE_IN = timedelta(minutes=15)
"""The same person at the same order through the same door is written once in so long."""

WRITE = """
INSERT INTO workorders_look (order_id, person_id, door, at, quarter, address)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def look(order: WorkOrder, door: Look.Door, *, by: User, request: HttpRequest) -> bool:
    """Put on record that this person has the order before him; False where only the log could take it."""
    at, address = now(), next(addresses(request), "")
    quarter = int(at.timestamp() // ONCE_IN.total_seconds())
    try:
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [order.pk, by.pk, door.value, at, quarter, address])
    except (InternalError, OperationalError) as error:  # open for reading only, or no room left
        told = {"order": order.number, "person": by.pk, "door": door.value, "at": at.isoformat(), "address": address}
        logger.error("a look the database did not take", extra={**told, "error": type(error.__cause__).__name__})
        return False
    return True
