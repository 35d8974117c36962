"""What a worker does for work orders."""

from celery import shared_task

from staff.now import now
from workorders import clock, telling


@shared_task(ignore_result=True)
def sweep() -> None:
    clock.sweep(now())
    telling.tell_reminders()
