"""The frame: settings, urls, the beat table, local services. No rules of the hotline live here."""

from hotline.celery import app as celery_app

__all__ = ["celery_app"]
