"""Log lines as JSON, each with the id of the request that caused it. No names, numbers or texts of citizens.

An error may carry anything in its words: a value that did not fit, the whole row a constraint refused. So an error is
told by its kind, by where it happened, and of the database by its own names for what was wrong; by its words only where
they can speak of machines alone.
"""

import logging
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import psycopg2
from django.db import InterfaceError, OperationalError
from pythonjsonlogger.json import JsonFormatter
from redis.exceptions import RedisError

from hotline import requests

# Connections, files and programs, and the broker, which is told ids alone. A mail server's refusals name whom a letter
# was for.
OF_MACHINES = (
    ConnectionError,
    TimeoutError,
    FileNotFoundError,
    PermissionError,
    ImportError,
    AttributeError,
    NameError,
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    OperationalError,
    InterfaceError,
    RedisError,
)
# What Celery puts beside a task that failed.
OF_TASKS = ("exc", "traceback", "args", "kwargs")

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def told(error: BaseException) -> str:
    """An error's kind, and what can be said of it without its words."""
    kind = type(error).__qualname__
    if diagnosis := getattr(error, "diag", None):
        names = ("sqlstate", "table_name", "column_name", "constraint_name")
        known = [str(value) for name in names if (value := getattr(diagnosis, name, None))]
        kind = f"{kind} [{' '.join(known)}]" if known else kind
    return f"{kind}: {str(error).partition(chr(10))[0]}" if isinstance(error, OF_MACHINES) else kind


def trace(raised: Raised) -> str:
    """An error and what led to it, the first one first: where each happened."""
    blocks: list[str] = []
    error, seen = raised[1], set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        where = "".join(traceback.format_tb(error.__traceback__))
        blocks.insert(0, f"Traceback (most recent call last):\n{where}{told(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nThen:\n\n".join(blocks)


class Json(JsonFormatter):
    """A line for machines."""

    def formatException(self, ei: Raised) -> str:
        return trace(ei)


class Text(logging.Formatter):
    """A line for people."""

    def formatException(self, ei: Raised) -> str:
        return trace(ei)


class Discreet(logging.Filter):
    """Errors among a line's words are told like those beside it; a task that failed is named, not its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("data", None)
        match record.args:
            case Mapping():
                kind = record.exc_info[0] if record.exc_info else None
                hidden = dict.fromkeys(OF_TASKS, "") | {"exc": kind.__qualname__ if kind else ""}
                record.args = {name: hidden.get(name, _plain(of)) for name, of in record.args.items()}
            case tuple():
                record.args = tuple(_plain(one) for one in record.args)
        return True


def _plain(value: object) -> object:
    return told(value) if isinstance(value, BaseException) else value


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
        "filters": {
            "request_id": {"()": RequestId},
            "exceptions": {"()": Exceptions},
            "discreet": {"()": Discreet},
        },
        "formatters": {
            "json": {
                "()": Json,
                "fmt": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
                "json_ensure_ascii": False,
            },
            "text": {"()": Text, "format": "%(asctime)s %(levelname)-7s %(name)s %(message)s [%(request_id)s]"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "text" if readable else "json",
                "filters": ["request_id", "discreet"],
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
