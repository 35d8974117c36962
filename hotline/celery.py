"""The Celery application: workers and beat; its settings are hotline.settings.CELERY."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.settings")

app = Celery("hotline")
app.config_from_object("hotline.settings:CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def logging_is_set_up(**_: Any) -> None:
    """The settings have said what is logged and how (hotline.logs); Celery would raise the level to WARNING."""
