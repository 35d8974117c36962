"""What a worker does for what is kept no longer."""

from celery import shared_task

from staff import retention
from staff.now import now

# Well below the time a task may take; what is left over goes the next night.
SECONDS = 300


@shared_task(ignore_result=True)
def retain() -> None:
    for _gone in retention.retain(now(), seconds=SECONDS):
        pass
