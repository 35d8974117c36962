"""What a worker does for notices."""

from celery import shared_task

from notices import delivery
from staff.now import now


@shared_task(ignore_result=True)
def deliver() -> None:
    delivery.deliver(now())
