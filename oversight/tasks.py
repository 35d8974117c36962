"""What a worker does for the figures."""

from celery import shared_task

from oversight import daybook


@shared_task(ignore_result=True)
def keep_up() -> None:
    daybook.keep_up()
