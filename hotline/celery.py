"""The Celery application: workers and beat; settings live in hotline.settings.CELERY."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.settings")

app = Celery("hotline")
app.config_from_object("django.conf:settings.CELERY")
app.autodiscover_tasks()
