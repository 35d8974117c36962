"""What a worker does for work orders."""

from celery import shared_task

from staff.now import now
from workorders import clock, rescheduling, search, telling


@shared_task(ignore_result=True)
def sweep() -> None:
    try:
        clock.sweep(now())
    finally:
        telling.tell_reminders()


@shared_task(ignore_result=True)
def reschedule() -> None:
    rescheduling.reschedule(now())


@shared_task(ignore_result=True)
def enter_wordings() -> None:
    search.enter_waiting()
