"""After the last blow: what is still owed to be told, climbed or added up is waited for; nothing may stay behind."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from time import monotonic

from notices.models import Delivery
from oversight.models import Touched
from staff.now import now
from workorders.models import Reminder, Step

LOOK = 0.5


def settle(seconds: float) -> dict[str, int]:
    """Wait until the worker has done all there is to do; what is left over after so many seconds."""
    until, never = monotonic() + seconds, Event()
    while (left := owed()) and monotonic() < until:
        never.wait(LOOK)
    return left


def owed() -> dict[str, int]:
    """What waits for the worker, by name."""
    at = now()
    waits = {
        "rungs to be climbed": Step.objects.filter(next_rung_at__lte=at - timedelta(seconds=5)).count(),
        "reminders nobody was told of": Reminder.objects.filter(told=False).count(),
        "messages that may leave": Delivery.objects.filter(
            status=Delivery.Status.WAITING, not_before__lte=at - timedelta(seconds=5)
        ).count(),
        "orders to be entered in the day book": Touched.objects.count(),
    }
    return {what: count for what, count in waits.items() if count}


def interrupted() -> int:
    """Messages whose worker was killed while it sent them: after ten minutes the clock gives them up."""
    return Delivery.objects.filter(status=Delivery.Status.SENDING).count()
