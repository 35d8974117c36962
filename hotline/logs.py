"""Log lines as JSON, each with the id of the request that caused it. No names, numbers or texts of citizens."""

import logging
from typing import Any

from hotline import requests


class RequestId(logging.Filter):
    """Puts the present request's id on each line, and leaves the request itself out: its address may hold a number."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = requests.current()
        record.__dict__.pop("request", None)
        return True


class Exceptions(logging.Filter):
    """Django says each 4xx and 5xx once more, with its path; our own line has said it, with its route and id."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


def configuration(*, level: str, readable: bool) -> dict[str, Any]:
    """The LOGGING setting: one handler, to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestId}, "exceptions": {"()": Exceptions}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
                "json_ensure_ascii": False,
            },
            "text": {"format": "%(asctime)s %(levelname)-7s %(name)s %(message)s [%(request_id)s]"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "text" if readable else "json",
                "filters": ["request_id"],
            },
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"filters": ["exceptions"]},
            # Each round of the clock would be a line; tasks that fail are errors and still told.
            **{f"celery.{name}": {"level": "WARNING"} for name in ("app.trace", "beat", "worker.strategy")},
        },
    }
