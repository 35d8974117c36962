"""The Celery application: workers and beat; its settings are hotline.settings.CELERY."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.settings")

app = Celery("hotline")
app.config_from_object("hotline.settings:CELERY")
app.autodiscover_tasks()
