"""Writing many lives into the database: a few statements a batch, one transaction a batch, nothing switched off."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from callbacks.models import Attempt, Callback
from loading.past.life import Life
from referrals.models import Answer, Extension, Referral, ReturnRequest
from workorders.models import Caller, Event, Reminder, Step, WorkOrder
from workorders.numbers import next_numbers, query_code
from workorders.timeline import hold

# So many orders a transaction.
BATCH = 500


@transaction.atomic
def write(lives: Sequence[Life]) -> None:
    """One batch: orders first, then what hangs on them, in the order in which rows name one another."""
    orders = [life.order for life in lives]
    numbers = next_numbers([(order.channel, order.registered_at) for order in orders])
    for life, number in zip(lives, numbers, strict=True):
        life.order.number, life.order.query_code = number, query_code()
        owed = [step for step in life.steps if step.ended_at is None]
        hold(life.order, min(owed, key=lambda step: step.due_at) if owed else None)
    WorkOrder.objects.bulk_create(orders)
    for life in lives:
        if life.caller is not None:
            life.caller.order = life.order
    Caller.objects.bulk_create(life.caller for life in lives if life.caller is not None)
    Step.objects.bulk_create(step for life in lives for step in life.steps)
    _write_parts(lives)
    ReturnRequest.objects.bulk_create(request for life in lives for request in life.returns)
    Extension.objects.bulk_create(extension for life in lives for extension in life.extensions)
    Answer.objects.bulk_create(answer for life in lives for answer in life.answers)
    Callback.objects.bulk_create(callback for life in lives for callback in life.callbacks)
    Attempt.objects.bulk_create(attempt for life in lives for attempt in life.attempts)
    Reminder.objects.bulk_create(reminder for life in lives for reminder in life.reminders)
    for life in lives:
        for seq, part in life.names_part.items():
            life.events[seq - 1].data["referral"] = part.pk
    Event.objects.bulk_create(event for life in lives for event in life.events)


def _write_parts(lives: Sequence[Life]) -> None:
    """Round by round: a part that follows another is written after it."""
    for nth in range(max((len(life.referrals) for life in lives), default=0)):
        Referral.objects.bulk_create(life.referrals[nth] for life in lives if nth < len(life.referrals))


def analyze() -> None:
    """So many rows came in at once that the database's picture of its tables is out of date."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
